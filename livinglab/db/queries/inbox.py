"""Reads behind the queue of decisions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import joinedload

from livinglab.db.queries.conversation import unread_of_pilot
from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import Facility, Gate, Period, Pilot

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal


class OpenGate(NamedTuple):
    """A gate nobody has decided, and how many messages about its pilot are new to the reader."""

    gate: Gate
    unread: int


def open_gates_of(session: Session, who: Principal, *, everything: bool) -> list[OpenGate]:
    """Undecided gates of pilots under review, oldest clock first; one statement.

    Those the person owns, or with ``everything`` all they may see.
    """
    query = (
        select(Gate, unread_of_pilot(who))
        .join(Pilot, Gate.pilot_id == Pilot.id)
        .join(Facility, Gate.facility_id == Facility.id)
        .where(
            Gate.state == "open",
            Pilot.state.in_(("submitted", "needs_info", "in_review", "offered", "waitlisted")),
            visible_to(who),
        )
        .options(
            joinedload(Gate.facility).load_only(Facility.slug),
            joinedload(Gate.pilot).joinedload(Pilot.company),
            joinedload(Gate.pilot).joinedload(Pilot.periods).joinedload(Period.windows),
        )
        .order_by(Gate.due_on, Pilot.submitted_at, Gate.id)
    )
    if not everything:
        mine: list[ColumnElement[bool]] = [Gate.role.in_(who.global_gate_roles)]
        for role, facility in sorted((r, f) for r, f in who.roles if f is not None):
            mine.append(and_(Gate.role == role, Facility.slug == facility))
        query = query.where(or_(*mine), Pilot.company_id.not_in(who.companies))
    return [OpenGate(gate, count) for gate, count in session.execute(query).unique()]
