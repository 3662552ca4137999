"""The head of a time line: weeks or months above, days or Mondays below, rest days, today.

A single day has its date above and its hours below.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.web.drawing.drawn import Band, Tick, Today
from livinglab.web.drawing.text import wide

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from livinglab.web.drawing.axis import Axis
    from livinglab.web.drawing.timeline import Labels, Timeline

DAY_NUMBERS = 17
"""From this width of a day on, pixels, every day has its number; below that only Mondays."""
WEEKDAYS = 30
"""From this width of a day on, pixels, the weekday stands before the number."""
GAP = 12
"""Pixels between the name of a first, incomplete week or month and the next one."""
SATURDAY = 5
HOURS, MARKS = timedelta(hours=2), timedelta(minutes=30)
"""Between the hours that are written in a day, and between the times at which it can be marked."""


def heads(axis: Axis, labels: Labels, day_width: float) -> list[Tick]:
    """The upper line: weeks where days are numbered, else months."""
    weekly = day_width >= DAY_NUMBERS
    begins = [
        n for n, day in enumerate(_shown(axis)) if (day.weekday() == 0 if weekly else day.day == 1)
    ]
    ticks = [_head(n, axis, labels, weekly=weekly) for n in begins]
    room = (begins or [axis.days])[0] * day_width - GAP
    first = _head(0, axis, labels, weekly=weekly)
    return [first, *ticks] if wide(f"{first.text} {first.note}") <= room else ticks


def days(axis: Axis, labels: Labels, day_width: float, today: Today | None) -> Iterator[Tick]:
    """The lower line: every day in its middle, or Mondays at their left edge; not today's cell."""
    numbered = day_width >= DAY_NUMBERS
    for n, day in enumerate(_shown(axis)):
        if not numbered and day.weekday() == 0:
            yield Tick(_x(axis, n), labels.day(day))
        elif numbered and not (today and today.cell.x == _x(axis, n)):
            yield Tick(_x(axis, n + 0.5), _day_text(day, labels, day_width))


def whole_day(axis: Axis, labels: Labels) -> tuple[Tick]:
    """The upper line of a single day: which it is."""
    return (Tick(0.0, labels.whole_day(axis.start)),)


def hours(axis: Axis, labels: Labels) -> Iterator[Tick]:
    """The lower line of a single day; a clock change shows as an hour left out or said twice."""
    for moment in axis.moments(HOURS):
        yield Tick(_x(axis, axis.exact(moment)), labels.clock(moment))


def hour_lines(axis: Axis) -> Iterator[float]:
    """Where a line stands at an hour that is written, but not at midnight."""
    return (_x(axis, axis.exact(moment)) for moment in axis.moments(HOURS)[1:])


def marks(axis: Axis) -> tuple[str, ...]:
    """The times on the wall, ``HH:MM``, from which a part of a single day may be marked."""
    return tuple(f"{moment:%H:%M}" for moment in axis.moments(MARKS))


def rest(axis: Axis, further: frozenset[date]) -> Iterator[Band]:
    """Weekends and further rest days, neighbours joined."""
    first: int | None = None
    for n, day in enumerate([*_shown(axis), None]):
        resting = day is not None and (day.weekday() >= SATURDAY or day in further)
        if resting and first is None:
            first = n
        elif not resting and first is not None:
            yield Band(_x(axis, first), round(axis.percent(n - first), 3))
            first = None


def weeks(axis: Axis) -> Iterator[float]:
    """Where a line stands before a Monday inside the range."""
    return (_x(axis, n) for n, day in enumerate(_shown(axis)) if n and day.weekday() == 0)


def today(timeline: Timeline, axis: Axis, labels: Labels, day_width: float) -> Today | None:
    """The line of now, or None where the range does not hold it."""
    if timeline.now is None or not 0 <= (at := axis.exact(timeline.now)) < axis.days:
        return None
    day = axis.start + timedelta(days=int(at))
    numbered = day_width >= DAY_NUMBERS and timeline.scale != "day"
    text = _day_text(day, labels, day_width) if numbered else ""
    cell = Band(_x(axis, int(at)), round(axis.percent(1), 3))
    return Today(x=_x(axis, at), cell=cell, text=text)


def _shown(axis: Axis) -> list[date]:
    return [axis.start + timedelta(days=n) for n in range(axis.days)]


def _head(n: int, axis: Axis, labels: Labels, *, weekly: bool) -> Tick:
    day = axis.start + timedelta(days=n)
    if weekly:
        return Tick(_x(axis, n), labels.week(day), labels.week_number(day))
    return Tick(_x(axis, n), labels.month(day))


def _day_text(day: date, labels: Labels, day_width: float) -> str:
    number = labels.day(day)
    return f"{labels.weekday(day)} {number}" if day_width > WEEKDAYS else number


def _x(axis: Axis, day: float) -> float:
    return round(axis.percent(day), 3)
