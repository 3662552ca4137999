"""What is wrong with the length of a stay, with the nearest length that some place takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.domain.calendar import Length
from livinglab.domain.errors import Fix, Problem
from livinglab.domain.lengths import halves_taken, hours_taken, nearest_halves
from livinglab.domain.messages import N_, Message, Quantity

if TYPE_CHECKING:
    from livinglab.domain.policy import Asked, FreeTime


def length_problem(asked: Asked, path: str, time: FreeTime) -> tuple[Problem, Length] | None:
    """The problem and the nearest length that would do, or None when some place takes it."""
    return _halves(asked, path) if asked.length.halves else _hours(asked, path, time)


def _halves(asked: Asked, path: str) -> tuple[Problem, Length] | None:
    halves = asked.length.halves
    rules = [facility.stay for facility, _ in asked.places]
    nearest = nearest_halves(halves, rules)
    if nearest is None or nearest == halves:
        return None
    taken = [bounds for bounds in map(halves_taken, rules) if bounds is not None]
    shortest, longest = min(b.least for b in taken), max(b.most for b in taken)
    if halves < shortest:
        code, message = "too_short", _shortest(shortest / 2, "d")
    elif halves > longest:
        code, message = "too_long", _longest(longest / 2, "d")
    else:
        step = Quantity(min(r.step_halves for r in rules) / 2, "d")
        code = "wrong_step"
        message = Message(N_("Stays here are counted in steps of %(step)s."), {"step": step})
    field = f"{path}.days"
    fix = _make(field, nearest / 2, "d")
    return Problem(code, field, message, fix), Length(halves=nearest)


def _hours(asked: Asked, path: str, time: FreeTime) -> tuple[Problem, Length] | None:
    if time.first_stay(asked, None, ignore_taken=True) is not None:
        return None
    hours = asked.length.hours
    found = [
        hours_taken(
            facility.stay,
            time.calendar(facility, resource),
            (time.first_day(facility), time.last_day(facility)),
        )
        for facility, resource in asked.places
    ]
    possible = [bounds.nearest(hours) for bounds in found if bounds is not None]
    nearest = min(possible, key=lambda n: (abs(n - hours), n), default=hours)
    if nearest == hours:
        return None
    code, message = (
        ("too_short", _shortest(nearest, "h"))
        if hours < nearest
        else ("too_long", _longest(nearest, "h"))
    )
    field = f"{path}.hours"
    return Problem(code, field, message, _make(field, nearest, "h")), Length(hours=nearest)


def _shortest(value: float, unit: str) -> Message:
    return Message(N_("The shortest stay here is %(limit)s."), {"limit": Quantity(value, unit)})


def _longest(value: float, unit: str) -> Message:
    return Message(N_("The longest stay here is %(limit)s."), {"limit": Quantity(value, unit)})


def _make(field: str, value: float, unit: str) -> Fix:
    return Fix(Message(N_("Make it %(limit)s"), {"limit": Quantity(value, unit)}), {field: value})
