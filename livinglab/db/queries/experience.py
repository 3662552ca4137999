"""What happened at one facility: pilots that were finished, and how soon requests were answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import case, func, select

from livinglab.db.queries.figures import ANSWERS
from livinglab.db.queries.places import HOLDING_STATES
from livinglab.db.tables import Audit, Booking, Period, Pilot, Resource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

FINISHED = ("completed", "closed")


class FinishedRow(NamedTuple):
    """A pilot that was finished: its kind of robot, its focus areas, when its last stay ended."""

    kind: str | None
    focus_areas: list[str]
    ended_at: datetime


class AnswerRow(NamedTuple):
    """When a request was sent first and when it was answered first."""

    sent_at: datetime
    answered_at: datetime


def finished(session: Session, facility_id: int) -> Sequence[FinishedRow]:
    """Pilots that had their time at the facility and were finished."""
    stays = (
        select(Booking.pilot_id, func.max(Booking.ends_at).label("ended_at"))
        .join(Resource, Booking.resource_id == Resource.id)
        .where(Resource.facility_id == facility_id, Booking.state.in_(HOLDING_STATES))
        .group_by(Booking.pilot_id)
        .subquery()
    )
    rows = session.execute(
        select(Pilot.test_article["kind"].as_string(), Pilot.focus_areas, stays.c.ended_at)
        .join(stays, stays.c.pilot_id == Pilot.id)
        .where(Pilot.state.in_(FINISHED))
        .order_by(Pilot.id)
    )
    return [FinishedRow._make(row) for row in rows]


def first_answers(session: Session, facility_id: int, since: datetime) -> Sequence[AnswerRow]:
    """Requests for the facility that were first sent after ``since`` and have an answer."""
    sent_at = func.min(case((Audit.action == "submit", Audit.at)))
    answered_at = func.min(case((Audit.action.in_(ANSWERS), Audit.at)))
    here = select(Period.pilot_id).where(Period.facility_id == facility_id)
    rows = session.execute(
        select(sent_at, answered_at)
        .join(Pilot, Audit.pilot_id == Pilot.id)
        .where(Pilot.id.in_(here), Pilot.submitted_at >= since)
        .group_by(Audit.pilot_id)
        .having(sent_at >= since, answered_at.is_not(None))
        .order_by(sent_at)
    )
    return [AnswerRow._make(row) for row in rows]
