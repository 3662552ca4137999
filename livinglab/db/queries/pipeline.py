"""Reads behind the pipeline: every pilot that goes on, in as many statements as there are kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, and_, func, select

from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import Audit, Booking, Gate, Organisation, Period, Pilot, Window

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal


class PilotRow(NamedTuple):
    """One pilot as the pipeline tells it."""

    id: int
    ref: str
    title: str
    state: str
    lane: str
    submitted_at: datetime | None
    company: str
    company_slug: str


class GateRow(NamedTuple):
    """One open gate."""

    pilot_id: int
    role: str
    facility_id: int
    title: dict[str, str]
    due_on: date | None


def going_on(who: Principal, states: Collection[str]) -> ColumnElement[bool]:
    """Pilots in one of these states that the person may see."""
    return and_(Pilot.state.in_(states), visible_to(who))


def pilots(session: Session, wanted: ColumnElement[bool]) -> list[PilotRow]:
    """The pilots, those sent first before the others."""
    rows = session.execute(
        select(
            *(Pilot.id, Pilot.ref, Pilot.title, Pilot.state, Pilot.lane, Pilot.submitted_at),
            *(Organisation.name, Organisation.slug),
        )
        .join(Organisation, Pilot.company_id == Organisation.id)
        .where(wanted)
        .order_by(Pilot.submitted_at, Pilot.id)
    )
    return [PilotRow(*row) for row in rows]


def stays(session: Session, wanted: ColumnElement[bool]) -> Sequence[tuple[Period, date | None]]:
    """Their stays in order, each with the first day it was wished for."""
    rows = session.execute(
        select(Period, Window.first)
        .join(Pilot, Period.pilot_id == Pilot.id)
        .outerjoin(Window, and_(Window.period_id == Period.id, Window.rank == 0))
        .where(wanted)
        .order_by(Period.pilot_id, Period.position)
    )
    return [(period, first) for period, first in rows]


def starts(session: Session, wanted: ColumnElement[bool]) -> dict[int, datetime]:
    """When time held for a stay begins, by the stay's number."""
    rows = session.execute(
        select(Booking.period_id, func.min(Booking.starts_at))
        .join(Pilot, Booking.pilot_id == Pilot.id)
        .where(wanted, Booking.state != "released", Booking.period_id.is_not(None))
        .group_by(Booking.period_id)
    )
    return {period_id: start for period_id, start in rows if period_id is not None}


def open_gates(session: Session, wanted: ColumnElement[bool]) -> list[GateRow]:
    """Their open gates; what is due first comes last, so that it is what a mapping keeps."""
    rows = session.execute(
        select(Gate.pilot_id, Gate.role, Gate.facility_id, Gate.title, Gate.due_on)
        .join(Pilot, Gate.pilot_id == Pilot.id)
        .where(wanted, Gate.state == "open")
        .order_by(Gate.due_on.is_not(None), Gate.due_on.desc(), Gate.position.desc())
    )
    return [GateRow(*row) for row in rows]


def entered(session: Session, wanted: ColumnElement[bool]) -> dict[int, datetime]:
    """When each came to the state it is in."""
    rows = session.execute(
        select(Audit.pilot_id, func.max(Audit.at))
        .join(Pilot, Audit.pilot_id == Pilot.id)
        .where(wanted, Audit.to_state == Pilot.state, Audit.from_state != Audit.to_state)
        .group_by(Audit.pilot_id)
    )
    return {pilot_id: at for pilot_id, at in rows if pilot_id is not None}
