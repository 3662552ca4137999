"""Calendars that are read in: those of a place, their closed time, and the stays that lie in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import and_, func, select

from livinglab.db.queries.places import HOLDING_STATES
from livinglab.db.tables import Block, Booking, BusySource, Resource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


class SourceRow(NamedTuple):
    """A calendar and how much it closes from some moment on."""

    source: BusySource
    blocks: int


class ClashRow(NamedTuple):
    """How many stays lie in a calendar's closed time, and when the first begins."""

    source_id: int
    number: int
    first: datetime


def sources_at(session: Session, facility_id: int, since: datetime) -> Sequence[SourceRow]:
    """The calendars of a facility by resource and name, with their times that end after that."""
    rows = session.execute(
        select(BusySource, func.count(Block.id))
        .join(Resource, BusySource.resource_id == Resource.id)
        .outerjoin(Block, and_(Block.source_id == BusySource.id, Block.ends_at > since))
        .where(Resource.facility_id == facility_id)
        .group_by(BusySource.id, Resource.position)
        .order_by(Resource.position, BusySource.name, BusySource.id)
    )
    return [SourceRow._make(row) for row in rows]


def clashes(session: Session, facility_id: int, since: datetime) -> dict[int, ClashRow]:
    """Stays from then on in the closed time of each calendar of a facility; none, no entry."""
    rows = session.execute(
        select(Block.source_id, func.count(Booking.id.distinct()), func.min(Booking.starts_at))
        .join(Resource, Block.resource_id == Resource.id)
        .join(
            Booking,
            and_(
                Booking.resource_id == Block.resource_id,
                Booking.starts_at < Block.ends_at,
                Booking.ends_at > Block.starts_at,
            ),
        )
        .where(
            Resource.facility_id == facility_id,
            Block.source_id.is_not(None),
            Block.ends_at > since,
            Booking.ends_at > since,
            Booking.state.in_(HOLDING_STATES),
        )
        .group_by(Block.source_id)
    )
    return {row.source_id: row for row in map(ClashRow._make, rows)}


def blocks_of(session: Session, source_id: int, since: datetime) -> Sequence[Block]:
    """Time that a calendar closes and that ends after that moment."""
    found = select(Block).where(Block.source_id == source_id, Block.ends_at > since)
    return session.scalars(found).all()
