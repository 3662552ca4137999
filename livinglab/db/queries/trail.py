"""The audit as people read it: a company its own, an admin all of it. Newest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, literal, or_, select, true, tuple_
from sqlalchemy.orm import joinedload

from livinglab.db.folding import having
from livinglab.db.queries.pilots import READ
from livinglab.db.tables import Audit, Organisation, Pilot, User
from livinglab.domain.deeds import OF_ALL
from livinglab.domain.folding import words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal


class Wanted(NamedTuple):
    """What of the audit is looked for; instants half-open, ``before`` an id to go on from."""

    kind: str = ""
    ref: str = ""
    person: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


class Told(NamedTuple):
    """A row of the audit, and the organisation its person acted for."""

    row: Audit
    organisation: str | None

    @property
    def words(self) -> str:
        """Everything that was said with it, in the order it was written down."""
        values = self.row.value.content.values() if self.row.value else [self.row.note]
        return ", ".join(str(value) for value in values if value)


def of_company(session: Session, who: Principal, before: int | None, limit: int) -> Sequence[Told]:
    """What happened to a company's pilots, papers and people.

    Its admins see what its people did with their accounts, too; others only what they did
    themselves.
    """
    company = select(Organisation.slug).where(Organisation.id == who.organisation_id)
    concerns = or_(
        Audit.pilot_id.in_(select(Pilot.id).where(Pilot.company_id == who.organisation_id)),
        and_(Audit.object_kind == "organisation", Audit.object_ref == company.scalar_subquery()),
        and_(Audit.organisation_id == who.organisation_id, _open_to(who)),
    )
    query = _rows(concerns).order_by(None).order_by(Audit.at.desc(), Audit.id.desc())
    if before is not None:
        last = select(Audit.at).where(Audit.id == before).scalar_subquery()
        query = query.where(tuple_(Audit.at, Audit.id) < tuple_(last, literal(before)))
    return _told(session, query.limit(limit))


def _open_to(who: Principal) -> ColumnElement[bool]:
    if who.runs_company:
        return true()
    return or_(Audit.object_kind.in_(OF_ALL), Audit.actor_id == who.user_id)


def everything(session: Session, wanted: Wanted, limit: int) -> Sequence[Told]:
    """All that meets what is looked for."""
    asked: list[ColumnElement[bool]] = []
    if wanted.kind:
        asked.append(Audit.object_kind == wanted.kind)
    if wanted.ref:
        asked.append(Audit.object_ref.startswith(wanted.ref, autoescape=True))
    if wanted.person:
        named = having(User.name + " " + User.email, words_of(wanted.person))
        asked.append(Audit.actor_id.in_(select(User.id).where(*named)))
    if wanted.since is not None:
        asked.append(Audit.at >= wanted.since)
    if wanted.until is not None:
        asked.append(Audit.at < wanted.until)
    if wanted.before is not None:
        asked.append(Audit.id < wanted.before)
    return _told(session, _rows(*asked).limit(limit))


def readings(
    session: Session, user_id: int, refs: Collection[str], since: datetime
) -> set[tuple[str, str]]:
    """Kind and reference of what the person was noted to have read of these pilots since then."""
    pilots = select(Pilot.id).where(Pilot.ref.in_(sorted(refs)))
    rows = session.execute(
        select(Audit.object_kind, Audit.object_ref).where(
            Audit.pilot_id.in_(pilots),
            Audit.actor_id == user_id,
            Audit.action == READ,
            Audit.at >= since,
        )
    )
    return {(kind, ref) for kind, ref in rows}


def _rows(*conditions: ColumnElement[bool]) -> Select[Audit, str | None]:
    return (
        select(Audit, Organisation.name)
        .outerjoin(Organisation, Audit.organisation_id == Organisation.id)
        .where(*conditions)
        .options(joinedload(Audit.actor), joinedload(Audit.value))
        .order_by(Audit.id.desc())
    )


def _told(session: Session, query: Select[Audit, str | None]) -> Sequence[Told]:
    return [Told(row, name) for row, name in session.execute(query)]
