"""Reads behind the figures: requests that were sent, and the years there is anything of.

Plain rows, bounded by the time asked for. A request sent again after a question counts once, from
the day it was sent first: that is in the audit, ``Pilot.submitted_at`` has the last time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import case, func, select

from livinglab.db.queries.places import HOLDING_STATES
from livinglab.db.tables import Audit, Booking, Organisation, Period, Pilot

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

ANSWERS = ("approve", "reject", "request-info", "offer", "waitlist")
"""A host's moves that are an answer."""
APPROVED = ("conditional", "confirmed")
"""States that the last gate leads to."""


class CaseRow(NamedTuple):
    """A request that was sent; ``approved`` and ``tested`` are 1 if it ever came so far."""

    pilot_id: int
    company_id: int
    country: str
    state: str
    sent_at: datetime
    answered_at: datetime | None
    approved: int
    tested: int


def cases(session: Session, since: datetime, until: datetime) -> list[CaseRow]:
    """Requests first sent in ``[since, until)``, by that time."""
    sent_at = func.min(case((Audit.action == "submit", Audit.at)))
    rows = session.execute(
        select(
            Pilot.id,
            Pilot.company_id,
            Organisation.country,
            Pilot.state,
            sent_at,
            func.min(case((Audit.action.in_(ANSWERS), Audit.at))),
            func.max(case((Audit.to_state.in_(APPROVED), 1), else_=0)),
            func.max(case((Audit.to_state == "in_progress", 1), else_=0)),
        )
        .join(Organisation, Pilot.company_id == Organisation.id)
        .join(Audit, Audit.pilot_id == Pilot.id)
        .where(_about(since, until))
        .group_by(Pilot.id, Pilot.company_id, Organisation.country, Pilot.state)
        .having(sent_at >= since, sent_at < until)
        .order_by(sent_at, Pilot.id)
    )
    return [CaseRow._make(row) for row in rows]


def places_of_cases(session: Session, since: datetime, until: datetime) -> set[tuple[int, int]]:
    """(pilot id, facility id) of each stay of at least these requests."""
    rows = session.execute(
        select(Period.pilot_id, Period.facility_id)
        .join(Pilot, Period.pilot_id == Pilot.id)
        .where(_about(since, until))
    )
    return {(pilot_id, facility_id) for pilot_id, facility_id in rows if facility_id is not None}


def first_and_last_time(session: Session) -> tuple[datetime | None, datetime | None]:
    """When the first stay began that ever held its time, and when the last one ends."""
    row = session.execute(
        select(func.min(Booking.starts_at), func.max(Booking.ends_at)).where(
            Booking.state.in_(HOLDING_STATES)
        )
    ).one()
    return row[0], row[1]


def _about(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Requests that can have been sent first in that time: none sent later is missing."""
    return (Pilot.submitted_at >= since) & (Pilot.created_at < until)
