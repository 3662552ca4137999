"""The calendar board: what lies on each resource's line in a stretch of days, for one reader.

A block or newly closed time that lies over a booking is a clash; it is shown, never resolved by
itself.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from livinglab.db.queries import board as queries
from livinglab.db.queries.board import WishRow
from livinglab.domain.access import may_manage_facility, sees_who
from livinglab.domain.opening import ClosedBecause
from livinglab.domain.pilot import TRANSITIONS, Action
from livinglab.domain.zones import midnight, zone
from livinglab.services.occupancy import block_message
from livinglab.services.out_of_hours import lying_outside
from livinglab.services.world import from_epoch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from sqlalchemy.orm import Session

    from livinglab.db.queries.board import BlockRow, BookingRow
    from livinglab.db.tables import Period, Pilot
    from livinglab.domain.access import Principal
    from livinglab.domain.conflict import Outside
    from livinglab.domain.facility import Facility
    from livinglab.domain.messages import Message
    from livinglab.services.places import PlacedResource
    from livinglab.services.world import World

Kind = Literal["firm", "tentative", "wish", "closed", "block", "clash"]
TOLD = frozenset({ClosedBecause.CLOSURE, ClosedBecause.HOLIDAY, ClosedBecause.DARKNESS})
"""Closed days worth a bar; nights and the usual days of rest are no news."""

MOVABLE = frozenset(s.value for s, action in TRANSITIONS if action is Action.RESCHEDULE)
"""States of pilots whose stays can be moved."""


@dataclass(frozen=True, slots=True)
class Case:
    """The pilot behind an entry as far as the reader may know it.

    ``named``: firm and title may be shown. ``open``: the reader may open the pilot.
    """

    ref: str
    title: str
    company: str
    state: str
    named: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on a resource's line, half-open. ``blocked`` includes the buffers.

    ``dates``: the first and last local date. ``anywhere``: a wish for any resource of the place.
    ``movable``: a booking that the reader may move, or a block that the reader may change.
    """

    kind: Kind
    start: datetime
    end: datetime
    blocked: tuple[datetime, datetime]
    case: Case | None = None
    reason: Message | None = None
    block_id: int | None = None
    rank: int = 0
    anywhere: bool = False
    dates: tuple[date, date] = (date.min, date.min)
    booking_id: int | None = None
    movable: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A resource and what lies on it."""

    item: PlacedResource
    entries: tuple[Entry, ...]


def read(
    session: Session,
    world: World,
    who: Principal,
    now: datetime,
    items: Sequence[PlacedResource],
    days: tuple[date, date],
    *,
    with_wishes: bool = True,
) -> list[Line]:
    """The lines of these resources for the days from the first to the last, both included.

    Three statements, however much there is.
    """
    first, last = days
    zones = {zone(item.facility.zone) for item in items}
    start = min((midnight(first, tz) for tz in zones), default=now)
    end = max((midnight(last + timedelta(days=1), tz) for tz in zones), default=now)
    ids = [item.id for item in items]
    found: dict[int, list[Entry]] = {item.id: [] for item in items}
    by_id = {item.id: item for item in items}
    booked = queries.bookings(session, who, ids, start, end)
    for row in booked:
        found[row.resource_id].append(_booking(row, who, by_id[row.resource_id]))
    blocks = queries.blocks(session, ids, start, end)
    for block in blocks:
        entries = found[block.resource_id]
        entries += list(_clashes(block, entries))
        entries.append(_block(block, who, by_id[block.resource_id]))
    for row, part in lying_outside(world, now, booked, by_id):
        found[row.resource_id].append(_out_of_hours(row, who, by_id[row.resource_id], part))
    if with_wishes:
        for wish in queries.wishes(session, who, {i.place.id for i in items}, first, last):
            item = _line_of(wish, items)
            if item is not None:
                found[item.id].append(_wish(wish, zone(item.facility.zone)))
    for item in items:
        found[item.id] += _closed_days(world, item, now, days)
    return [
        Line(item, tuple(sorted(found[item.id], key=lambda entry: (entry.start, entry.end))))
        for item in items
    ]


def wishes_of(pilot: Pilot, period: Period, facility: Facility) -> tuple[Entry, ...]:
    """The windows of one stay as entries, whether time is held for it or not."""
    tz = zone(facility.zone)
    return tuple(
        _wish(
            WishRow(
                period.id,
                period.facility_id or 0,
                period.resource_id,
                window.rank,
                window.first,
                window.last,
                pilot.ref,
                pilot.title,
                pilot.company.name,
            ),
            tz,
        )
        for window in period.windows
    )


def clashes(lines: Sequence[Line]) -> list[tuple[PlacedResource, Entry]]:
    """Every clash on these lines, by start."""
    found = [(line.item, entry) for line in lines for entry in line.entries]
    return sorted(
        (pair for pair in found if pair[1].kind == "clash"),
        key=lambda pair: (pair[1].start, pair[0].slug),
    )


def _booking(row: BookingRow, who: Principal, item: PlacedResource) -> Entry:
    named = sees_who(who, row.company_id, item.place.slug)
    case = Case(row.ref, row.title, row.company, row.pilot_state, named, bool(row.visible))
    return Entry(
        "firm" if row.state == "firm" else "tentative",
        row.starts_at,
        row.ends_at,
        (row.blocked_from, row.blocked_to),
        case,
        booking_id=row.id,
        movable=row.pilot_state in MOVABLE and may_manage_facility(who, item.place.slug),
    )


def _block(row: BlockRow, who: Principal, item: PlacedResource) -> Entry:
    span = (row.starts_at, row.ends_at)
    told = block_message(row.kind, row.reason)
    mine = may_manage_facility(who, item.place.slug)
    return Entry("block", *span, span, reason=told, block_id=row.id, movable=mine)


def _clashes(block: BlockRow, entries: Sequence[Entry]) -> Iterator[Entry]:
    for entry in entries:
        if entry.kind not in {"firm", "tentative"}:
            continue
        start, end = max(block.starts_at, entry.start), min(block.ends_at, entry.end)
        if start < end:
            told = block_message(block.kind, block.reason)
            yield Entry(
                "clash",
                start,
                end,
                (start, end),
                entry.case,
                told,
                block.id,
                booking_id=entry.booking_id,
                movable=entry.movable,
            )


def _out_of_hours(row: BookingRow, who: Principal, item: PlacedResource, part: Outside) -> Entry:
    span = from_epoch(part.start), from_epoch(part.end)
    booking = _booking(row, who, item)
    return replace(
        booking, kind="clash", start=span[0], end=span[1], blocked=span, reason=part.reason
    )


def _line_of(wish: WishRow, items: Sequence[PlacedResource]) -> PlacedResource | None:
    """The line a wish stands on: the named resource, else the first of its facility."""
    there = [item for item in items if item.place.id == wish.facility_id]
    if wish.resource_id is None:
        return there[0] if there else None
    return next((item for item in there if item.id == wish.resource_id), None)


def _wish(row: WishRow, tz: ZoneInfo) -> Entry:
    span = (midnight(row.first, tz), midnight(row.last + timedelta(days=1), tz))
    case = Case(row.ref, row.title, row.company, "", named=True, open=True)
    return Entry(
        "wish",
        *span,
        span,
        case,
        rank=row.rank,
        anywhere=row.resource_id is None,
        dates=(row.first, row.last),
    )


def _closed_days(
    world: World, item: PlacedResource, now: datetime, days: tuple[date, date]
) -> Iterator[Entry]:
    """Closures, holidays and days without daylight, neighbours with one reason joined."""
    closed = world.calendar(item, world.today(now, item.facility.zone)).closed
    tz = zone(item.facility.zone)
    shown = [days[0] + timedelta(days=n) for n in range((days[1] - days[0]).days + 1)]

    def told(day: date) -> Message | None:
        reason = closed.get(day)
        return reason.message if reason is not None and reason.code in TOLD else None

    for message, group in groupby(shown, told):
        if message is None:
            continue
        together = list(group)
        span = (midnight(together[0], tz), midnight(together[-1] + timedelta(days=1), tz))
        yield Entry("closed", *span, span, reason=message)
