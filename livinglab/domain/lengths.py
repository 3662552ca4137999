"""Which lengths of stay a place takes, and the nearest one to a length it does not take.

Half-days are a matter of the place's numbers alone. A stay in hours must lie in one stretch of
open time and reach the place's shortest stay, measured on that day's halves.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.calendar import HOUR, Length

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from livinglab.domain.calendar import OpenCalendar, Stay
    from livinglab.domain.facility import StayRules
    from livinglab.domain.opening import OpenDay


class Bounds(NamedTuple):
    """The least and the most of something, both included."""

    least: int
    most: int

    def nearest(self, value: int) -> int:
        """The value within the bounds that is nearest."""
        return max(self.least, min(value, self.most))


def length_fits(rules: StayRules, length: Length) -> bool:
    """Whether the place accepts stays of that length; hours are judged by :func:`long_enough`."""
    if not length.halves:
        return length.hours > 0
    return (
        rules.min_halves <= length.halves <= rules.max_halves
        and length.halves % rules.step_halves == 0
    )


def long_enough(rules: StayRules, calendar: OpenCalendar, length: Length, stay: Stay) -> bool:
    """Whether a stay in hours reaches the place's shortest stay; half-days always do."""
    if length.halves:
        return True
    day = calendar.open_on(stay.first_day)
    return day is not None and stay.end - stay.start >= _shortest(rules, day)


def halves_taken(rules: StayRules) -> Bounds | None:
    """The fewest and the most half-days the place takes, on its own steps; None: it takes none."""
    step = rules.step_halves
    least, most = -(-rules.min_halves // step) * step, rules.max_halves // step * step
    return Bounds(least, most) if least <= most else None


def nearest_halves(halves: int, places: Sequence[StayRules]) -> int | None:
    """The accepted number of half-days nearest to ``halves``; of two equally near, the shorter."""
    found: list[int] = []
    for rules in places:
        bounds = halves_taken(rules)
        if bounds is not None:
            below = halves // rules.step_halves * rules.step_halves
            found += [bounds.nearest(below), bounds.nearest(below + rules.step_halves)]
    return min(found, key=lambda value: (abs(value - halves), value), default=None)


def hours_taken(
    rules: StayRules, calendar: OpenCalendar, window: tuple[date, date]
) -> Bounds | None:
    """The fewest and the most whole hours a stay may last on any day of the window.

    None: no stay in whole hours fits at all.
    """
    days = calendar.days[calendar.day_index(window[0]) : calendar.index_after(window[1])]
    if not days:
        return None
    least = min(_shortest(rules, day) for day in days)
    most = max(end - start for start, end in _stretches(days))
    bounds = Bounds(max(1, -(-least // HOUR)), most // HOUR)
    return bounds if bounds.least <= bounds.most else None


def _shortest(rules: StayRules, day: OpenDay) -> int:
    return rules.min_halves * min(end - start for start, end in day.halves)


def _stretches(days: Sequence[OpenDay]) -> Iterator[tuple[int, int]]:
    """Open time of these days, joined where it runs on."""
    start = end = days[0].start
    for opens, closes in (span for day in days for span in day.spans):
        if opens != end:
            yield start, end
            start = opens
        end = closes
    yield start, end
