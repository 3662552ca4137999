"""Reads behind the page of a day: who the people are, and what is due."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from livinglab.db.queries.decisions import TO_DECIDE
from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import Facility, Gate, Organisation, Period, Pilot

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal


class GateRow(NamedTuple):
    """An undecided gate whose clock runs out."""

    facility_id: int
    role: str
    title: dict[str, str]
    due: date
    ref: str
    pilot: str
    company: str


def pilots_there(session: Session, who: Principal, refs: Collection[str]) -> Sequence[Pilot]:
    """These pilots as far as the reader may open them, with whom to call and what is owed."""
    return session.scalars(
        select(Pilot)
        .where(Pilot.ref.in_(sorted(refs)), visible_to(who))
        .options(
            joinedload(Pilot.company),
            joinedload(Pilot.created_by),
            selectinload(Pilot.periods).selectinload(Period.windows),
            selectinload(Pilot.periods).joinedload(Period.facility).load_only(Facility.slug),
            selectinload(Pilot.gates).joinedload(Gate.facility).load_only(Facility.slug),
            selectinload(Pilot.conditions),
            selectinload(Pilot.papers),
            selectinload(Pilot.bookings),
        )
    ).all()


def gates_due(
    session: Session, who: Principal, facility_ids: Collection[int], days: tuple[date, date]
) -> Sequence[GateRow]:
    """Undecided gates at these facilities due from the first to the last day, oldest first."""
    rows = session.execute(
        select(
            Gate.facility_id,
            Gate.role,
            Gate.title,
            Gate.due_on,
            Pilot.ref,
            Pilot.title,
            Organisation.name,
        )
        .join(Pilot, Gate.pilot_id == Pilot.id)
        .join(Organisation, Pilot.company_id == Organisation.id)
        .where(
            Gate.state == "open",
            Gate.facility_id.in_(sorted(facility_ids)),
            Gate.due_on.between(*days),
            Pilot.state.in_(TO_DECIDE),
            visible_to(who),
        )
        .order_by(Gate.due_on, Pilot.ref, Gate.position)
    )
    return [GateRow._make(row) for row in rows]
