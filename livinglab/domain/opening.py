"""Opening hours as data, and the open days that follow from them.

A day's open time belongs to the local date on which it begins, so a night window 20–06 that
starts on Sunday is Sunday's. Each open day has two halves: split at the gap that divides it most
evenly (lunch), else at its middle, rounded to the quarter hour. Round-the-clock places count
calendar days and split at noon.

Instants are integer seconds since 1970 UTC: the search over hundreds of places compares
millions of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.messages import Localised, Message, N_
from livinglab.domain.zones import opening_edge, zone

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
QUARTER_SECONDS = 15 * 60


class ClosedBecause(StrEnum):
    """Why a day or an hour cannot be booked; the code of the API's ``reason``."""

    WEEKDAY = "weekday"
    HOURS = "hours"
    HOLIDAY = "holiday"
    CLOSURE = "closure"
    DARKNESS = "darkness"
    NOTICE = "notice"
    HORIZON = "horizon"
    BLOCK = "block"
    BUSY = "busy"


class Span(NamedTuple):
    """Open minutes after local midnight; ``end`` may pass 1 440 into the next morning."""

    start: int
    end: int


class YearDay(NamedTuple):
    """A day that comes every year. 29 February means 1 March in common years."""

    month: int
    day: int

    def in_year(self, year: int) -> date:
        """That day of ``year``."""
        try:
            return date(year, self.month, self.day)
        except ValueError:
            return date(year, self.month, 28) + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closure:
    """A closed stretch of local dates, both ends included: dated once, or every year."""

    first: date | YearDay
    last: date | YearDay
    reason: Localised = field(hash=False)

    def covers(self, day: date) -> bool:
        """Whether the place is closed for this reason on that date."""
        if isinstance(self.first, date):
            return self.first <= day <= _dated(self.last, self.first.year)
        if isinstance(self.last, date):
            return self.first.in_year(self.last.year) <= day <= self.last
        first, last = self.first.in_year(day.year), self.last.in_year(day.year)
        if first <= last:
            return first <= day <= last
        return day >= first or day <= last


def _dated(day: date | YearDay, year: int) -> date:
    return day if isinstance(day, date) else day.in_year(year)


@dataclass(frozen=True, slots=True)
class OpeningRules:
    """When a resource is open. ``week`` holds the spans of Monday … Sunday."""

    zone: str
    week: tuple[tuple[Span, ...], ...]
    round_the_clock: bool = False
    open_on_holidays: bool = False
    daylight_only: bool = False
    latitude: float = 0.0
    longitude: float = 0.0
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True, slots=True)
class ClosedReason:
    """Why something is closed: a stable code and a sentence."""

    code: ClosedBecause
    message: Message


class OpenDay(NamedTuple):
    """One open local date. ``spans`` and ``halves`` are (start, end) in epoch seconds."""

    date: date
    spans: tuple[tuple[int, int], ...]
    halves: tuple[tuple[int, int], tuple[int, int]]

    @property
    def start(self) -> int:
        """Opening of the day."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """Closing of the day."""
        return self.spans[-1][1]


@dataclass(frozen=True, slots=True)
class Almanac:
    """What the rules need to know of the world, given in so that the domain asks nobody.

    ``holiday(day)`` names the public holiday or is None; ``sun(lat, lon, day)`` gives sunrise
    and sunset as aware datetimes, or None when the sun stays down.
    """

    holiday: Callable[[date], Localised | None]
    sun: Callable[[float, float, date], tuple[datetime, datetime] | None]

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday and no public holiday."""
        return day.weekday() < 5 and self.holiday(day) is None  # noqa: PLR2004  # Saturday is 5

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day`` (``day`` itself for 0)."""
        for _ in range(count):
            day += timedelta(days=1)
            while not self.is_working_day(day):
                day += timedelta(days=1)
        return day


def open_day(rules: OpeningRules, day: date, almanac: Almanac) -> OpenDay | ClosedReason:
    """What the rules say of one local date: its open time, or why there is none."""
    for closure in rules.closures:
        if closure.covers(day):
            return ClosedReason(
                ClosedBecause.CLOSURE, Message(N_("Closed: %(reason)s"), {"reason": closure.reason})
            )
    holiday = almanac.holiday(day)
    if holiday is not None and not rules.open_on_holidays and not rules.round_the_clock:
        return ClosedReason(
            ClosedBecause.HOLIDAY, Message(N_("Public holiday: %(name)s"), {"name": holiday})
        )
    tz = zone(rules.zone)
    if rules.round_the_clock:
        return _round_the_clock(day, tz)
    spans = [
        (
            int(opening_edge(day, span.start, tz).timestamp()),
            int(opening_edge(day, span.end, tz, closing=True).timestamp()),
        )
        for span in rules.week[day.weekday()]
    ]
    if not spans:
        return ClosedReason(ClosedBecause.WEEKDAY, Message(N_("Not open on this weekday")))
    if rules.daylight_only:
        spans = _in_daylight(spans, almanac.sun(rules.latitude, rules.longitude, day))
        if not spans:
            return ClosedReason(ClosedBecause.DARKNESS, Message(N_("No daylight in opening hours")))
    spans = [(start, end) for start, end in spans if start < end]
    return OpenDay(day, tuple(spans), _halves(spans))


def _round_the_clock(day: date, tz: ZoneInfo) -> OpenDay:
    start, noon, end = (int(opening_edge(day, m, tz).timestamp()) for m in (0, 720, DAY_MINUTES))
    return OpenDay(day, ((start, end),), ((start, noon), (noon, end)))


def _in_daylight(
    spans: list[tuple[int, int]], sun: tuple[datetime, datetime] | None
) -> list[tuple[int, int]]:
    """The spans cut to daylight, sunrise rounded up and sunset down to the quarter hour."""
    if sun is None:
        return []
    rise = -(-int(sun[0].timestamp()) // QUARTER_SECONDS) * QUARTER_SECONDS
    fall = int(sun[1].timestamp()) // QUARTER_SECONDS * QUARTER_SECONDS
    cut = [(max(start, rise), min(end, fall)) for start, end in spans]
    return [(start, end) for start, end in cut if start < end]


def _halves(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], tuple[int, int]]:
    start, end = spans[0][0], spans[-1][1]
    if len(spans) > 1:
        total = sum(e - s for s, e in spans)
        done, best = 0, (total, 0)
        for index, (s, e) in enumerate(spans[:-1]):
            done += e - s
            best = min(best, (abs(total - 2 * done), index))
        cut = best[1]
        return (start, spans[cut][1]), (spans[cut + 1][0], end)
    middle = round((start + end) / 2 / QUARTER_SECONDS) * QUARTER_SECONDS
    return (start, middle), (middle, end)
