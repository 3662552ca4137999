"""Editing the rules: one draft at a time, published as a new version that never changes again."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from livinglab.db.queries.accounts import gate_owners
from livinglab.db.tables import RuleBook as Row
from livinglab.domain.errors import InvalidInput, NotAllowed, NotFound, Problem, StaleVersion
from livinglab.domain.messages import N_, Localised, Message
from livinglab.domain.reading import is_safe
from livinglab.domain.rules_json import read_book
from livinglab.domain.vocabulary import OWNER_ROLES
from livinglab.services import rules
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from livinglab.domain.rules import RuleBook
    from livinglab.services.places import Places
    from livinglab.services.work import Work

Document = dict[str, Any]
EDITORS = ("coordinator", "admin")
NOTE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Draft:
    """What is being edited. ``version`` 0: nothing was changed since the version in force."""

    version: int
    document: Document
    book: RuleBook


@dataclass(frozen=True, slots=True)
class Unowned:
    """A gate of the rules that nobody could decide at this place."""

    role: str
    place: Localised

    @property
    def message(self) -> Message:
        """The same as a sentence."""
        text = N_("At %(place)s nobody is “%(role)s”: the coordinator is told when a gate opens.")
        return Message(text, {"place": self.place, "role": Message(OWNER_ROLES[self.role])})


def draft(session: Session) -> Draft:
    """The draft as it stands, or a copy of the version in force to begin one with."""
    row = _draft(session)
    if row is not None:
        return Draft(row.version, deepcopy(row.document), rules.parsed(row.document))
    document = _document(session, rules.current(session).number)
    return Draft(0, document, rules.parsed(document))


def put_rule(work: Work, rule: Document, key: str | None, version: int) -> None:
    """Keep a rule in the draft: in the place of the one called ``key``, else as the last.

    Raises:
        NotFound: there is no rule of that id.
        StaleVersion: somebody changed the draft meanwhile.
        InvalidInput: every fault; paths begin with ``rules.N.``.
    """
    document = _begin(work, version)
    found: list[Document] = document["rules"]
    if key is None:
        found.append(rule)
    else:
        found[_position(found, key)] = rule
    _keep(work, document)


def remove_rule(work: Work, key: str, version: int) -> None:
    """Take a rule out of the draft.

    Raises:
        NotFound, StaleVersion: see :func:`put_rule`.
    """
    document = _begin(work, version)
    del document["rules"][_position(document["rules"], key)]
    _keep(work, document)


def put_clocks(
    work: Work, lanes: Mapping[str, object], clocks: Mapping[str, object], version: int
) -> None:
    """Keep the working days of lanes and clocks in the draft.

    Raises:
        StaleVersion, InvalidInput: see :func:`put_rule`; paths begin with ``lanes.``, ``clocks.``.
    """
    document = _begin(work, version)
    _keep(work, document | {"lanes": dict(lanes), "clocks": dict(clocks)})


def replace(work: Work, document: object, version: int) -> None:
    """Put a whole book in the place of the draft.

    Raises:
        StaleVersion, InvalidInput: see :func:`put_rule`.
    """
    _begin(work, version)
    read_book(document)
    if isinstance(document, dict):
        _keep(work, document)


def discard(work: Work, version: int) -> None:
    """Throw the draft away.

    Raises:
        StaleVersion: somebody changed it meanwhile.
    """
    _begin(work, version)
    row = _draft(work.session)
    if row is not None:
        work.session.delete(row)
        audit(work, "discard", "rules", "draft")


def publish(work: Work, note: str, version: int) -> int:
    """Make the draft the version in force for requests from now on; its number.

    Raises:
        NotFound: there is no draft.
        StaleVersion: somebody changed it meanwhile.
        InvalidInput: nobody says what is new.
    """
    _begin(work, version)
    row = _draft(work.session)
    if row is None:
        raise NotFound(Message(N_("There is no draft to publish.")))
    said = note.strip()
    if not said or len(said) > NOTE_LIMIT or not is_safe(said, lines=True):
        text = N_("Say in a few words what is new.")
        raise InvalidInput.of(Problem("note_missing", "note", Message(text)))
    row.number, row.note = rules.current(work.session).number + 1, said
    row.changed_at, row.changed_by_id = work.now, work.actor.user_id if work.actor else None
    work.session.flush()
    audit(work, "publish", "rules", str(row.number), note=said)
    return row.number


def versions(session: Session) -> Sequence[Row]:
    """Every published version, the newest first."""
    published = select(Row).where(Row.number.is_not(None)).order_by(Row.number.desc())
    return session.scalars(published.options(joinedload(Row.changed_by))).all()


def book(session: Session, number: int) -> Document:
    """The document of a published version.

    Raises:
        NotFound: there is none of that number.
    """
    return _document(session, number)


def unowned(session: Session, places: Places, book: RuleBook, today: date) -> list[Unowned]:
    """Gates of the rules that nobody could decide, by place; each role once, at the first such."""
    ids = {place.id for place in places.published.values()}
    owners = gate_owners(session, ids, today)
    found: dict[str, Unowned] = {}
    for role in dict.fromkeys(rule.gate.role for rule in book.rules if rule.gate):
        for place in places.published.values():
            if (role, None) not in owners and (role, place.id) not in owners:
                found.setdefault(role, Unowned(role, place.facility.name))
    return list(found.values())


def _begin(work: Work, version: int) -> Document:
    """Take the lock of all editors; the draft's document to change."""
    if work.actor is None or not work.actor.has_any(EDITORS) or work.actor.scope != "write":
        raise NotAllowed(Message(N_("Only the coordinator and an admin change the rules.")))
    newest = select(Row.id).where(Row.number.is_not(None)).order_by(Row.number.desc()).limit(1)
    work.session.execute(newest.with_for_update())
    found = draft(work.session)
    if found.version != version:
        text = N_("Somebody changed the draft meanwhile. See what stands there now.")
        raise StaleVersion(Message(text))
    return found.document


def _keep(work: Work, document: Document) -> None:
    read_book(document)
    row = _draft(work.session)
    if row is None:
        row = Row(document=document, version=0, changed_at=work.now)
        work.session.add(row)
    row.document, row.version = document, row.version + 1
    row.changed_at, row.changed_by_id = work.now, work.actor.user_id if work.actor else None
    work.session.flush()
    audit(work, "edit", "rules", "draft")


def _draft(session: Session) -> Row | None:
    return session.scalars(
        select(Row).where(Row.number.is_(None)).order_by(Row.id).limit(1)
    ).one_or_none()


def _document(session: Session, number: int) -> Document:
    document = session.scalar(select(Row.document).where(Row.number == number))
    if document is None:
        raise NotFound
    return deepcopy(document)


def _position(found: Sequence[Document], key: str) -> int:
    for index, rule in enumerate(found):
        if rule["id"] == key:
            return index
    raise NotFound(Message(N_("There is no such rule.")))
