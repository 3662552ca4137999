"""What the clocks find due: gates, questions, held time and conditions, as ids.

Each row keeps when something was said of it, so nothing is said twice; what is opened or asked
anew counts from there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, and_, exists, or_, select, union_all

from livinglab.db.tables import Booking, Condition, Gate, Period, Pilot, Window
from livinglab.domain.pilot import State

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import InstrumentedAttribute

DECIDING = (State.SUBMITTED, State.IN_REVIEW)
"""States in which gates wait for their owners."""
WAITING = (*DECIDING, State.NEEDS_INFO)
"""States that end by themselves once none of the days asked for is left."""
AGREED = (State.CONDITIONAL, State.CONFIRMED)
"""States in which conditions are met."""
UNDER_WAY = (*WAITING, *AGREED)
"""States in which a clock of the rules runs."""


def gates_due(first: date, last: date) -> Select[int]:
    """Open gates due on these days, both included, whose owners were not reminded."""
    return _gates(Gate.due_on.between(first, last), Gate.reminded_at)


def gates_late(before: date) -> Select[int]:
    """Open gates that were due before that date, of which that was not said."""
    return _gates(Gate.due_on < before, Gate.late_at)


def gates_to_escalate(until: date) -> Select[int]:
    """Open gates that were due on that date or before and that nobody took up."""
    return _gates(Gate.due_on <= until, Gate.escalated_at)


def questions(until: datetime) -> Select[int]:
    """Pilots whose firm was asked for more at that instant or before, and not reminded."""
    return select(Pilot.id).where(
        _asked_until(until), _unsaid(Pilot.info_reminded_at, Pilot.info_asked_at)
    )


def questions_over(until: datetime) -> Select[int]:
    """Pilots whose firm was asked for more at that instant or before, and did not answer."""
    return select(Pilot.id).where(_asked_until(until))


def holds_ending(until: datetime) -> Select[int]:
    """Pilots whose held time is free again by that instant, of which nobody was told."""
    return select(Pilot.id).where(Pilot.hold_until <= until, Pilot.hold_reminded_at.is_(None))


def holds_over(now: datetime) -> Select[int]:
    """Pilots that hold time for too long without a decision."""
    return select(Pilot.id).where(Pilot.hold_until <= now)


def conditions_due(first: date, last: date) -> Select[int]:
    """Conditions not met that are due on these days, both included, and were not mentioned."""
    return _conditions(Condition.due_on.between(first, last), Condition.reminded_at.is_(None))


def conditions_late(before: date) -> Select[int]:
    """Conditions not met that were due before that date, of which that was not said."""
    return _conditions(Condition.due_on < before, Condition.late_at.is_(None))


def conditions_over(until: date) -> Select[int]:
    """Pilots whose time waits for a condition that was due on that date or before."""
    unmet = exists().where(
        Condition.pilot_id == Pilot.id,
        Condition.first,
        Condition.fulfilled_at.is_(None),
        Condition.due_on <= until,
    )
    return select(Pilot.id).where(Pilot.state == State.CONDITIONAL, unmet)


def wishes_over(today: date) -> Select[int]:
    """Pilots under way that hold nothing and of whose days asked for none is left."""
    left = exists().where(
        Period.pilot_id == Pilot.id, Window.period_id == Period.id, Window.last >= today
    )
    held = exists().where(Booking.pilot_id == Pilot.id, Booking.state != "released")
    return select(Pilot.id).where(Pilot.state.in_(WAITING), ~left, ~held)


def versions_under_way() -> Select[int | None]:
    """The versions of the rules by which pilots are judged that have not ended."""
    number = Pilot.rules_number
    return select(number).where(Pilot.state.in_(UNDER_WAY), number.is_not(None)).distinct()


def judged_by(rows: Select[int], numbers: frozenset[int]) -> Select[int]:
    """Of these rows, those of pilots judged by one of these versions of the rules."""
    return rows.where(Pilot.rules_number.in_(numbers))


def not_judged_by(rows: Select[int], numbers: frozenset[int]) -> Select[int]:
    """Of these rows, the others; a pilot never judged is among them."""
    return rows.where(or_(Pilot.rules_number.is_(None), Pilot.rules_number.not_in(numbers)))


def together(*several: Select[int]) -> Select[int]:
    """The ids of all of these rows."""
    found = union_all(*several).subquery()
    return select(found.c[0])


def _gates(due: ColumnElement[bool], said: InstrumentedAttribute[datetime | None]) -> Select[int]:
    return (
        select(Gate.id)
        .join(Pilot, Gate.pilot_id == Pilot.id)
        .where(Gate.state == "open", due, _unsaid(said, Gate.opened_at), Pilot.state.in_(DECIDING))
    )


def _conditions(*which: ColumnElement[bool]) -> Select[int]:
    return (
        select(Condition.id)
        .join(Pilot, Condition.pilot_id == Pilot.id)
        .where(Condition.fulfilled_at.is_(None), *which, Pilot.state.in_(AGREED))
    )


def _asked_until(until: datetime) -> ColumnElement[bool]:
    return and_(Pilot.state == State.NEEDS_INFO, Pilot.info_asked_at <= until)


def _unsaid(
    said: InstrumentedAttribute[datetime | None], since: InstrumentedAttribute[Any]
) -> ColumnElement[bool]:
    return or_(said.is_(None), said < since)
