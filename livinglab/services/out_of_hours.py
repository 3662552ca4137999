"""Bookings that lie in closed time since the rules of their place changed: clashes to repair."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from livinglab.domain.calendar import Length
from livinglab.domain.conflict import outside
from livinglab.domain.zones import zone

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from livinglab.db.queries.board import BookingRow
    from livinglab.domain.conflict import Outside
    from livinglab.services.places import PlacedResource
    from livinglab.services.world import World


def lying_outside(
    world: World, now: datetime, rows: Sequence[BookingRow], items: Mapping[int, PlacedResource]
) -> Iterator[tuple[BookingRow, Outside]]:
    """Each booking that is not over and lies in closed time, with the part that does.

    Of resources booked together only one keeps to its hours; the others need not be open at the
    same hours. So a stay is in order where one of its bookings is.
    """
    coming = [row for row in rows if row.ends_at > now]
    coming.sort(key=lambda row: row.period_id or -row.id)
    for _, together in groupby(coming, key=lambda row: row.period_id or -row.id):
        judged = [(row, _outside(world, now, row, items[row.resource_id])) for row in together]
        if all(found is not None for _, found in judged):
            yield from ((row, found) for row, found in judged if found is not None)


def _outside(world: World, now: datetime, row: BookingRow, item: PlacedResource) -> Outside | None:
    zone_name = item.facility.zone
    return outside(
        world.calendar(item, world.today(now, zone_name)),
        zone(zone_name),
        int(row.starts_at.timestamp()),
        int(row.ends_at.timestamp()),
        Length(row.halves or 0, row.hours or 0),
    )
