"""Blocks: closures, maintenance, outages, vessel calls. They close time for everybody.

A block over a booking is accepted: the world does not ask. It is shown as a clash for people to
repair. A booking over a block is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.db.locking import lock_resources
from livinglab.db.queries.places import bookings_between
from livinglab.db.tables import Block
from livinglab.domain import access
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    StaleVersion,
)
from livinglab.domain.messages import N_, Message
from livinglab.domain.reading import is_safe
from livinglab.domain.vocabulary import BLOCK_KINDS, LANGUAGES
from livinglab.services.calendar_texts import touch
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Booking
    from livinglab.services.places import PlacedResource, Places
    from livinglab.services.work import Work
    from livinglab.services.world import World

Span = tuple[datetime, datetime]
LONGEST = timedelta(days=800)
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
REASON_LIMIT = 200
FROM_CALENDAR = Message(
    N_("This time comes from a busy calendar. Change it there, or remove the calendar.")
)


@dataclass(frozen=True, slots=True)
class BlockInput:
    """A block as asked for: resource slugs, instants, kind, and the reason by language."""

    resources: tuple[str, ...]
    kind: str
    start: datetime
    end: datetime
    reason: dict[str, str]


def clashes(
    work: Work, items: Sequence[PlacedResource], start: datetime, end: datetime
) -> list[Booking]:
    """Bookings that hold time where a block would lie."""
    return list(bookings_between(work.session, [item.id for item in items], start, end))


def add(work: Work, given: BlockInput) -> list[Block]:
    """Close the resources for that time; one block per resource.

    Raises:
        InvalidInput: unknown resource or kind, end not after start, over two years, no reason.
        NotAllowed: the facility is not the actor's to manage.
    """
    if work.actor is None:
        raise NotSignedIn
    items, reason = checked(work.world.places(work.session), work.actor, given)
    lock_resources(work.session, [item.id for item in items])
    rows = [
        Block(
            resource_id=item.id,
            kind=given.kind,
            reason=reason,
            starts_at=given.start,
            ends_at=given.end,
            created_by_id=work.actor.user_id,
        )
        for item in items
    ]
    work.session.add_all(rows)
    work.session.flush()
    touch(work, {item.id for item in items}, set())  # feeds show no closed time
    for item in items:
        audit(work, "block", "resource", item.slug, facts={"kind": given.kind})
    return rows


def remove(work: Work, block_id: int) -> Block:
    """Open the time again.

    Raises:
        NotFound, IllegalTransition: see :func:`found`.
    """
    if work.actor is None:
        raise NotSignedIn
    block, item = found(work.session, work.world, work.actor, block_id)
    lock_resources(work.session, [item.id])
    if work.session.scalar(select(Block.id).where(Block.id == block_id)) is None:
        raise NotFound  # somebody else has just removed it
    work.session.delete(block)
    touch(work, {item.id}, set())
    audit(work, "unblock", "resource", item.slug, facts={"kind": block.kind})
    return block


def found(
    session: Session, world: World, who: access.Principal, block_id: int
) -> tuple[Block, PlacedResource]:
    """A block of somebody's facility, and what it closes.

    Raises:
        NotFound: there is no such block, or not at a facility of theirs.
        IllegalTransition: it was read from a calendar, and only that changes it.
    """
    block = session.scalars(select(Block).where(Block.id == block_id)).one_or_none()
    item = world.places(session).by_id.get(block.resource_id) if block else None
    if block is None or item is None or not access.may_manage_facility(who, item.place.slug):
        raise NotFound
    if block.source_id is not None:
        raise IllegalTransition(FROM_CALENDAR)
    return block, item


def as_given(block: Block, item: PlacedResource) -> BlockInput:
    """A block as it would be asked for."""
    return BlockInput((item.slug,), block.kind, block.starts_at, block.ends_at, dict(block.reason))


def reshape(work: Work, block_id: int, known: Span, wanted: Span) -> Block:
    """Give a block another start and end, where it still has those that are ``known``.

    Raises:
        NotFound, IllegalTransition: see :func:`found`.
        InvalidInput: the end is not after the start, or it would last over two years.
        StaleVersion: somebody gave it another time meanwhile.
    """
    if work.actor is None:
        raise NotSignedIn
    block, item = found(work.session, work.world, work.actor, block_id)
    start, end = wanted
    asked = replace(as_given(block, item), start=start, end=end)
    checked(work.world.places(work.session), work.actor, asked)
    lock_resources(work.session, [item.id])
    there = select(Block).where(Block.id == block_id).execution_options(populate_existing=True)
    row = work.session.scalars(there).one_or_none()
    if row is None:
        raise NotFound  # somebody else has just removed it
    if (row.starts_at, row.ends_at) != known:
        raise StaleVersion(Message(N_("Somebody changed this closed time meanwhile.")))
    row.starts_at, row.ends_at = wanted
    touch(work, {item.id}, set())
    audit(work, "reshape-block", "resource", item.slug, facts={"kind": row.kind})
    return row


def checked(
    places: Places, who: access.Principal, given: BlockInput
) -> tuple[list[PlacedResource], dict[str, str]]:
    """The resources to close, and the reason in every language (the first one given, else).

    Raises:
        InvalidInput, NotAllowed: see :func:`add`.
    """
    faults: list[Problem] = []
    items: list[PlacedResource] = []
    for slug in dict.fromkeys(given.resources):
        item = places.resources.get(slug)
        if item is None:
            text = Message(N_("There is no resource “%(name)s”."), {"name": slug})
            faults.append(Problem("unknown_id", "resource", text))
        else:
            items.append(item)
    if not given.resources:
        faults.append(Problem("missing", "resource", Message(N_("Choose what to close."))))
    texts = {lang: text.strip() for lang, text in given.reason.items() if text.strip()}
    faults += [*_faults(given), *_reason_faults(texts)]
    if faults:
        raise InvalidInput.of(*faults)
    if not all(access.may_manage_facility(who, item.place.slug) for item in items):
        raise NotAllowed(Message(N_("This facility is not yours to manage.")))
    first = next(iter(texts.values()))
    return items, {lang: texts.get(lang, first) for lang in LANGUAGES}


def _faults(given: BlockInput) -> Iterator[Problem]:
    if given.kind not in BLOCK_KINDS:
        known = Message(
            N_("“%(field)s” is not a known code. Known are: %(codes)s."),
            {"field": Message(N_("Kind")), "codes": ", ".join(BLOCK_KINDS)},
        )
        yield Problem("unknown_code", "kind", known)
    if given.end <= given.start:
        yield Problem("end_before_start", "end", Message(N_("The end is before the start.")))
    elif given.start < EARLIEST or given.end > LATEST:
        yield Problem("out_of_range", "start", Message(N_("No calendar reaches that far.")))
    elif given.end - given.start > LONGEST:
        yield Problem("too_long", "end", Message(N_("Close at most two years at a time.")))


def _reason_faults(texts: dict[str, str]) -> Iterator[Problem]:
    if not texts:
        yield Problem("reason_missing", "reason", Message(N_("Say why it is closed.")))
    if any(len(text) > REASON_LIMIT or not is_safe(text) for text in texts.values()):
        sentence = Message(N_("Keep the reason to one line of 200 signs."))
        yield Problem("bad_reason", "reason", sentence)
