"""Reads behind the calendar board: what lies in a stretch of time, as plain rows.

Columns only, no objects: a month of every resource is read for each page.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import exists, select

from livinglab.db.queries.pilots import visible_to
from livinglab.db.queries.places import HOLDING_STATES
from livinglab.db.tables import Block, Booking, Organisation, Period, Pilot, Window

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal

ASKING = ("submitted", "needs_info", "in_review", "offered", "waitlisted")
"""States in which a pilot's windows are still wishes."""


class BookingRow(NamedTuple):
    """A booking that holds time; ``visible`` tells whether the reader may open its pilot.

    ``halves`` or ``hours`` were asked for, where the stay is known.
    """

    id: int
    resource_id: int
    state: str
    starts_at: datetime
    ends_at: datetime
    blocked_from: datetime
    blocked_to: datetime
    ref: str
    title: str
    pilot_state: str
    company_id: int
    company: str
    visible: bool
    period_id: int | None
    halves: int | None
    hours: int | None


class BlockRow(NamedTuple):
    """A block: time that the host has closed."""

    id: int
    resource_id: int
    kind: str
    reason: dict[str, str]
    starts_at: datetime
    ends_at: datetime
    source_id: int | None


class WishRow(NamedTuple):
    """A window of a stay for which no time is held yet."""

    period_id: int
    facility_id: int
    resource_id: int | None
    rank: int
    first: date
    last: date
    ref: str
    title: str
    company: str


def bookings(
    session: Session,
    who: Principal,
    resource_ids: Collection[int],
    start: datetime,
    end: datetime,
) -> Sequence[BookingRow]:
    """Bookings whose blocked time overlaps ``[start, end)``, by start."""
    rows = session.execute(
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
            Pilot.state,
            Pilot.company_id,
            Organisation.name,
            visible_to(who),
            Booking.period_id,
            Period.halves,
            Period.hours,
        )
        .join(Pilot, Booking.pilot_id == Pilot.id)
        .join(Organisation, Pilot.company_id == Organisation.id)
        .outerjoin(Period, Booking.period_id == Period.id)
        .where(
            Booking.resource_id.in_(resource_ids),
            Booking.state.in_(HOLDING_STATES),
            Booking.blocked_from < end,
            Booking.blocked_to > start,
        )
        .order_by(Booking.starts_at, Booking.id)
    )
    return [BookingRow._make(row) for row in rows]


def stay_of(session: Session, booking_id: int) -> tuple[str, int | None] | None:
    """The pilot's reference and the stay's id of a booking that holds time."""
    row = session.execute(
        select(Pilot.ref, Booking.period_id)
        .join(Pilot, Booking.pilot_id == Pilot.id)
        .where(Booking.id == booking_id, Booking.state.in_(HOLDING_STATES))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def blocks(
    session: Session, resource_ids: Collection[int], start: datetime, end: datetime
) -> Sequence[BlockRow]:
    """Blocks overlapping ``[start, end)``, by start."""
    rows = session.execute(
        select(
            Block.id,
            Block.resource_id,
            Block.kind,
            Block.reason,
            Block.starts_at,
            Block.ends_at,
            Block.source_id,
        )
        .where(Block.resource_id.in_(resource_ids), Block.starts_at < end, Block.ends_at > start)
        .order_by(Block.starts_at, Block.id)
    )
    return [BlockRow._make(row) for row in rows]


def wishes(
    session: Session, who: Principal, facility_ids: Collection[int], first: date, last: date
) -> Sequence[WishRow]:
    """Windows the reader may see that overlap these dates, of stays that hold no time."""
    held = exists().where(Booking.period_id == Period.id, Booking.state.in_(HOLDING_STATES))
    rows = session.execute(
        select(
            Period.id,
            Period.facility_id,
            Period.resource_id,
            Window.rank,
            Window.first,
            Window.last,
            Pilot.ref,
            Pilot.title,
            Organisation.name,
        )
        .join(Window, Window.period_id == Period.id)
        .join(Pilot, Period.pilot_id == Pilot.id)
        .join(Organisation, Pilot.company_id == Organisation.id)
        .where(
            Period.facility_id.in_(facility_ids),
            Pilot.state.in_(ASKING),
            Window.first <= last,
            Window.last >= first,
            ~held,
            visible_to(who),
        )
        .order_by(Window.first, Period.id, Window.rank)
    )
    return [WishRow._make(row) for row in rows]
