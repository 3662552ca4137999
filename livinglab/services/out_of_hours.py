"""Bookings that lie in closed time since the rules of their place changed: clashes to repair."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from livinglab.domain.calendar import Length
from livinglab.domain.conflict import misses_a_day, outside
from livinglab.domain.zones import zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from livinglab.db.queries.board import BookingRow
    from livinglab.domain.calendar import OpenCalendar
    from livinglab.domain.conflict import Outside
    from livinglab.services.places import PlacedResource
    from livinglab.services.world import World


def lying_outside(
    world: World, now: datetime, rows: Sequence[BookingRow], items: Mapping[int, PlacedResource]
) -> Iterator[tuple[BookingRow, Outside]]:
    """Each booking that is not over and lies in closed time, with the part that does.

    Of resources booked together one keeps to its hours; the others need be open on the same days
    only.
    """
    coming = [row for row in rows if row.ends_at > now]
    coming.sort(key=lambda row: row.period_id or -row.id)
    for _, together in groupby(coming, key=lambda row: row.period_id or -row.id):
        stay = list(together)
        calendars = [_calendar(world, now, items[row.resource_id]) for row in stay]
        found = [
            _outside(row, items[row.resource_id], calendar)
            for row, calendar in zip(stay, calendars, strict=True)
        ]
        main = next((calendars[n] for n, part in enumerate(found) if part is None), None)
        for row, calendar, part in zip(stay, calendars, found, strict=True):
            if part is not None and (main is None or misses_a_day(main, calendar, *_span(row))):
                yield row, part


def _calendar(world: World, now: datetime, item: PlacedResource) -> OpenCalendar:
    return world.calendar(item, world.today(now, item.facility.zone))


def _outside(row: BookingRow, item: PlacedResource, calendar: OpenCalendar) -> Outside | None:
    length = Length(row.halves or 0, row.hours or 0)
    return outside(calendar, zone(item.facility.zone), *_span(row), length)


def _span(row: BookingRow) -> tuple[int, int]:
    return int(row.starts_at.timestamp()), int(row.ends_at.timestamp())
