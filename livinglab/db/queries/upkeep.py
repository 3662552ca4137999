"""Reads behind a change of a facility: what is booked and asked for there, as plain rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, exists, or_, select

from livinglab.db.queries.board import ASKING
from livinglab.db.queries.places import HOLDING_STATES
from livinglab.db.tables import (
    Block,
    Booking,
    Gate,
    Organisation,
    Paper,
    Period,
    Pilot,
    Resource,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date, datetime

    from sqlalchemy.orm import Session


class AgreedRow(NamedTuple):
    """A booking that holds time, with its pilot and the stay it is for."""

    id: int
    resource: str
    starts_at: datetime
    ends_at: datetime
    blocked_from: datetime
    blocked_to: datetime
    pilot_id: int
    ref: str
    title: str
    company_id: int
    company: str
    article: dict[str, Any]
    period_id: int | None
    halves: int | None
    hours: int | None
    also: list[str] | None


class WantedRow(NamedTuple):
    """A window of a stay that is asked for and holds no time.

    ``alternative``: another place is asked for first, this one would do too.
    """

    period_id: int
    resource: str | None
    halves: int
    hours: int
    also: list[str]
    capabilities: list[str]
    pilot_id: int
    ref: str
    title: str
    company_id: int
    company: str
    article: dict[str, Any]
    submitted_at: datetime
    first: date
    last: date
    alternative: bool


def agreed_rows(session: Session, facility_id: int, now: datetime) -> list[AgreedRow]:
    """Bookings at a facility whose blocked time is not over, by start."""
    rows = session.execute(
        select(
            Booking.id,
            Resource.slug,
            Booking.starts_at,
            Booking.ends_at,
            Booking.blocked_from,
            Booking.blocked_to,
            Pilot.id,
            Pilot.ref,
            Pilot.title,
            Pilot.company_id,
            Organisation.name,
            Pilot.test_article,
            Booking.period_id,
            Period.halves,
            Period.hours,
            Period.also,
        )
        .join(Resource, Booking.resource_id == Resource.id)
        .join(Pilot, Booking.pilot_id == Pilot.id)
        .join(Organisation, Pilot.company_id == Organisation.id)
        .outerjoin(Period, Booking.period_id == Period.id)
        .where(
            Resource.facility_id == facility_id,
            Booking.state.in_(HOLDING_STATES),
            Booking.blocked_to > now,
        )
        .order_by(Booking.starts_at, Booking.id)
    )
    return [AgreedRow._make(row) for row in rows]


def wanted_rows(session: Session, facility_id: int) -> list[WantedRow]:
    """Windows of stays for which a facility is named and that hold no time, by when they were sent.

    Two statements: what a stay accepts besides is a list that engines read differently.
    """
    held = exists().where(Booking.period_id == Period.id, Booking.state.in_(HOLDING_STATES))
    asking = (Pilot.state.in_(ASKING), ~held)
    lists = session.execute(select(Period.id, Period.acceptable).join(Period.pilot).where(*asking))
    accepting = [period for period, others in lists if facility_id in others]
    here = Period.facility_id == facility_id
    rows = session.execute(
        select(
            Period.id,
            Resource.slug,
            Period.halves,
            Period.hours,
            Period.also,
            Period.capabilities,
            Pilot.id,
            Pilot.ref,
            Pilot.title,
            Pilot.company_id,
            Organisation.name,
            Pilot.test_article,
            Pilot.submitted_at,
            Window.first,
            Window.last,
            Period.facility_id.is_distinct_from(facility_id),
        )
        .join(Pilot, Period.pilot_id == Pilot.id)
        .join(Organisation, Pilot.company_id == Organisation.id)
        .join(Window, Window.period_id == Period.id)
        .outerjoin(
            Resource,
            and_(Resource.id == Period.resource_id, Resource.facility_id == facility_id),
        )
        .where(or_(here, Period.id.in_(accepting)), *asking)
        .order_by(Pilot.submitted_at, Period.id, Window.rank)
    )
    return [WantedRow._make(row) for row in rows]


def papers_of(session: Session, pilot_ids: Collection[int]) -> set[tuple[int, str]]:
    """(pilot id, code) of every paper handed in."""
    rows = session.execute(
        select(Paper.pilot_id, Paper.code).where(Paper.pilot_id.in_(sorted(pilot_ids)))
    )
    return {(pilot, code) for pilot, code in rows}


def gates_at(
    session: Session, facility_id: int, pilot_ids: Collection[int]
) -> set[tuple[int, str]]:
    """(pilot id, role) of every gate opened at a facility."""
    rows = session.execute(
        select(Gate.pilot_id, Gate.role).where(
            Gate.facility_id == facility_id, Gate.pilot_id.in_(sorted(pilot_ids))
        )
    )
    return {(pilot, role) for pilot, role in rows}


def blocks_after(
    session: Session, facility_id: int, now: datetime
) -> list[tuple[str, datetime, datetime]]:
    """(resource, from, to) of every block at a facility that is not over."""
    rows = session.execute(
        select(Resource.slug, Block.starts_at, Block.ends_at)
        .join(Resource, Block.resource_id == Resource.id)
        .where(Resource.facility_id == facility_id, Block.ends_at > now)
    )
    return [(slug, start, end) for slug, start, end in rows]
