"""Bookings and blocks as lists by start, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import contains_eager

from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import Block, Booking, Facility, Pilot, Resource

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Select

    from livinglab.domain.access import Principal

Place = tuple["datetime", int]
"""Start and number of an entry: where a list goes on."""


def bookings_of(
    who: Principal,
    *,
    start: datetime | None,
    end: datetime | None,
    facility: str | None,
    states: Collection[str],
    after: Place | None,
) -> Select[Booking]:
    """Bookings of visible resources that the person may see, with pilot and firm."""
    query = (
        select(Booking)
        .join(Booking.pilot)
        .join(Booking.resource)
        .where(Resource.bookable, visible_to(who), Booking.state.in_(states))
        .options(contains_eager(Booking.pilot).joinedload(Pilot.company))
    )
    return _listed(query, Booking, start, end, facility, after)


def blocks(
    *,
    start: datetime | None,
    end: datetime | None,
    facility: str | None,
    after: Place | None,
) -> Select[Block]:
    """Blocks of every resource."""
    return _listed(select(Block).join(Block.resource), Block, start, end, facility, after)


def _listed(
    query: Select[Any],
    table: type[Booking | Block],
    start: datetime | None,
    end: datetime | None,
    facility: str | None,
    after: Place | None,
) -> Select[Any]:
    if start is not None:
        query = query.where(table.ends_at > start)
    if end is not None:
        query = query.where(table.starts_at < end)
    if facility is not None:
        query = query.join(Resource.facility).where(Facility.slug == facility)
    if after is not None:
        later, same = table.starts_at > after[0], table.starts_at == after[0]
        query = query.where(or_(later, and_(same, table.id > after[1])))
    return query.order_by(table.starts_at, table.id)
