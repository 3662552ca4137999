"""Busy calendars of a place: vessel calls, terms, what others own. They close time at a resource.

What a calendar tells becomes blocks that name it as their source and carry its name as the reason,
never what somebody wrote into the foreign event. Reading it again changes the difference only. A
block over a stay is a clash for people to repair, as any other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete

from livinglab.db.locking import lock_resources
from livinglab.db.queries import busy as queries
from livinglab.db.tables import Block, BusySource
from livinglab.domain.busy import window
from livinglab.domain.errors import InvalidInput, NotFound, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.vocabulary import BLOCK_KINDS, LANGUAGES
from livinglab.services.calendar_texts import touch
from livinglab.services.hosts import acting, managed
from livinglab.services.naming import checked_name
from livinglab.services.records import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal
    from livinglab.domain.busy import Busy
    from livinglab.services.places import PlacedResource, Places
    from livinglab.services.work import Work

MOST_SOURCES = 50


@dataclass(frozen=True, slots=True)
class SourceInput:
    """A calendar as asked for: what it closes, how it is called, and of which kind its time is."""

    resource: str
    name: str
    kind: str


def checked(places: Places, who: Principal, slug: str, given: SourceInput) -> PlacedResource:
    """What the calendar shall close.

    Raises:
        NotFound, NotAllowed: the facility is not there for the person, or not theirs to manage.
        InvalidInput: no such resource there, no name, an unknown kind.
    """
    managed(places, who, slug)
    faults = []
    item = places.resources.get(given.resource)
    if item is None or item.place.slug != slug or not item.resource.bookable:
        faults.append(Problem("unknown_id", "resource", Message(N_("Choose what to close."))))
    try:
        name = checked_name(given.name)
    except InvalidInput as refusal:
        faults += refusal.problems
    else:
        if not name:
            text = Message(N_("Say whose calendar it is: this is shown as the reason."))
            faults.append(Problem("missing", "name", text))
    if given.kind not in BLOCK_KINDS:
        faults.append(Problem("unknown_code", "kind", Message(N_("Choose a kind."))))
    if faults or item is None:
        raise InvalidInput.of(*faults)
    return item


def add(work: Work, slug: str, given: SourceInput, busy: Busy) -> BusySource:
    """Keep a calendar from a file, and close what it says.

    Raises:
        NotFound, NotAllowed, InvalidInput: see :func:`checked`; there are too many already.
    """
    who = acting(work)
    item = checked(work.world.places(work.session), who, slug, given)
    if len(queries.sources_at(work.session, item.place.id, work.now)) >= MOST_SOURCES:
        text = Message(
            N_("There are %(limit)s calendars already. Remove one first."),
            {"limit": MOST_SOURCES},
        )
        raise InvalidInput.of(Problem("too_many", "name", text))
    row = BusySource(
        resource_id=item.id,
        name=checked_name(given.name),
        kind=given.kind,
        created_at=work.now,
        created_by_id=who.user_id,
    )
    work.session.add(row)
    work.session.flush()
    facts = {"source": row.id, "kind": row.kind}
    audit(work, "add calendar", "resource", item.slug, facts=facts)
    take(work, row, item, busy)
    return row


def read_again(work: Work, slug: str, source_id: int, busy: Busy) -> BusySource:
    """Take in a newer file of the calendar.

    Raises:
        NotFound, NotAllowed: see :func:`found`.
    """
    row, item = _locked(work, slug, source_id)
    take(work, row, item, busy)
    return row


def remove(work: Work, slug: str, source_id: int) -> str:
    """Remove a calendar and open what it closed; its name.

    Raises:
        NotFound, NotAllowed: see :func:`found`.
    """
    row, item = _locked(work, slug, source_id)
    name = row.name
    work.session.execute(delete(Block).where(Block.source_id == row.id))
    work.session.delete(row)
    touch(work, {item.id}, set())
    audit(work, "remove calendar", "resource", item.slug, facts={"source": source_id})
    return name


def found(
    session: Session, places: Places, who: Principal, slug: str, source_id: int
) -> tuple[BusySource, PlacedResource]:
    """A calendar of the facility, and what it closes.

    Raises:
        NotFound: there is no such calendar there, or the facility is not there for the person.
        NotAllowed: the facility is not theirs to manage.
    """
    place = managed(places, who, slug)
    row = session.get(BusySource, source_id)
    item = places.by_id.get(row.resource_id or 0) if row else None
    if row is None or item is None or item.place.id != place.id:
        raise NotFound
    return row, item


def _locked(work: Work, slug: str, source_id: int) -> tuple[BusySource, PlacedResource]:
    """The same, read again behind the lock: somebody else may have removed it meanwhile."""
    row, item = found(work.session, work.world.places(work.session), acting(work), slug, source_id)
    lock_resources(work.session, [item.id])
    fresh = work.session.get(BusySource, row.id, populate_existing=True)
    if fresh is None:
        raise NotFound
    return fresh, item


def take(work: Work, row: BusySource, item: PlacedResource, busy: Busy) -> None:
    """Close what the calendar says now; what it said before and says still keeps its block."""
    lock_resources(work.session, [item.id])
    since, _ = window(work.now)
    there = {
        (block.starts_at, block.ends_at): block
        for block in queries.blocks_of(work.session, row.id, since)
    }
    wanted = set(busy.spans)
    gone, new = there.keys() - wanted, sorted(wanted - there.keys())
    for span in gone:
        work.session.delete(there[span])
    work.session.add_all(
        Block(
            resource_id=item.id,
            kind=row.kind,
            reason=dict.fromkeys(LANGUAGES, row.name),
            starts_at=start,
            ends_at=end,
            source_id=row.id,
        )
        for start, end in new
    )
    row.tried_at = row.read_at = work.now
    row.events, row.left_out, row.assumed = len(busy.spans), busy.left_out, busy.assumed
    work.session.flush()
    if gone or new:
        touch(work, {item.id}, set())
        facts = {"source": row.id, "closed": len(new), "opened": len(gone)}
        audit(work, "read calendar", "resource", item.slug, facts=facts)
