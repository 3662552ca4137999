"""What takes time at resources, for drawing and telling: light rows, whoever it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select

from livinglab.db.queries.places import HOLDING_STATES
from livinglab.db.tables import Block, Booking

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session


class HeldRow(NamedTuple):
    """A booking that holds time, without its firm."""

    resource_id: int
    state: str
    starts_at: datetime
    ends_at: datetime
    blocked_from: datetime
    blocked_to: datetime


class BlockRow(NamedTuple):
    """Time that the host closed, and why."""

    resource_id: int
    kind: str
    reason: dict[str, Any]
    starts_at: datetime
    ends_at: datetime


def held_rows(
    session: Session, ids: Collection[int], start: datetime, end: datetime
) -> list[HeldRow]:
    """Bookings whose blocked time overlaps ``[start, end)``, by resource and start."""
    rows = session.execute(
        select(
            Booking.resource_id,
            Booking.state,
            Booking.starts_at,
            Booking.ends_at,
            Booking.blocked_from,
            Booking.blocked_to,
        )
        .where(
            Booking.resource_id.in_(ids),
            Booking.state.in_(HOLDING_STATES),
            Booking.blocked_from < end,
            Booking.blocked_to > start,
        )
        .order_by(Booking.resource_id, Booking.starts_at)
    )
    return [HeldRow(*row) for row in rows]


def block_rows(
    session: Session, ids: Collection[int], start: datetime, end: datetime
) -> list[BlockRow]:
    """Blocks that overlap ``[start, end)``, by resource and start."""
    rows = session.execute(
        select(Block.resource_id, Block.kind, Block.reason, Block.starts_at, Block.ends_at)
        .where(Block.resource_id.in_(ids), Block.starts_at < end, Block.ends_at > start)
        .order_by(Block.resource_id, Block.starts_at)
    )
    return [BlockRow(*row) for row in rows]
