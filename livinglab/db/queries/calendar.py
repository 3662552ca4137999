"""Bookings and blocks as lists by start, page by page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, or_, select

from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import Block, Booking, Facility, Organisation, Pilot, Resource

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal

Place = tuple["datetime", int]
"""Start and number of an entry: where a list goes on."""


class BookingRow(NamedTuple):
    """A booking with its pilot and firm, as plain columns: a month has thousands."""

    id: int
    resource_id: int
    state: str
    starts_at: datetime
    ends_at: datetime
    blocked_from: datetime
    blocked_to: datetime
    ref: str
    title: str
    company: str


def bookings_of(
    session: Session,
    who: Principal,
    *,
    start: datetime | None,
    end: datetime | None,
    facility: str | None,
    states: Collection[str],
    after: Place | None,
    most: int,
) -> list[BookingRow]:
    """Bookings of visible resources that the person may see: the first ``most`` by start."""
    query = (
        select(
            Booking.id,
            Booking.resource_id,
            Booking.state,
            Booking.starts_at,
            Booking.ends_at,
            Booking.blocked_from,
            Booking.blocked_to,
            Pilot.ref,
            Pilot.title,
            Organisation.name,
        )
        .join(Booking.pilot)
        .join(Pilot.company)
        .join(Booking.resource)
        .where(Resource.bookable, visible_to(who), Booking.state.in_(states))
    )
    query = _listed(query, Booking, start, end, facility, after).limit(most)
    return [BookingRow._make(row) for row in session.execute(query)]


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
    query: Select[*tuple[Any, ...]],
    table: type[Booking | Block],
    start: datetime | None,
    end: datetime | None,
    facility: str | None,
    after: Place | None,
) -> Select[*tuple[Any, ...]]:
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
