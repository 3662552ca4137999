"""Opening hours as data, and the open days that follow from them.

A day's open time belongs to the local date on which it begins, so a night window 20–06 that
starts on Sunday is Sunday's. Each open day has two halves: split at the gap that divides it most
evenly (lunch), if each side has at least a third of the open time; else at the middle of the open
time, rounded to the quarter hour. Round-the-clock places count calendar days and split at noon.

Instants are integer seconds since 1970 UTC: the search over hundreds of places compares
millions of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import chain, pairwise
from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.messages import N_, Localised, Message
from livinglab.domain.zones import opening_edge, zone

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DAY_MINUTES = 24 * 60
QUARTER_SECONDS = 15 * 60
WEEK_DAYS = 7
LEAP_YEAR = 2024


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


ALL_DAY = (Span(0, DAY_MINUTES),)


class YearDay(NamedTuple):
    """A day of the calendar that comes every year; 29 February only in leap years."""

    month: int
    day: int


@dataclass(frozen=True, slots=True)
class Closure:
    """A closed stretch of local dates, both ends included: dated once, or every year.

    A yearly one may run over New Year (21 December to 6 January). One that ends on 29 February
    ends with the 28th in common years.

    Raises:
        ValueError: a dated end with a yearly one, a last date before the first, or a day that
            no year has.
    """

    first: date | YearDay
    last: date | YearDay
    reason: Localised = field(hash=False)

    def __post_init__(self) -> None:
        if {type(self.first), type(self.last)} not in ({date}, {YearDay}):
            raise ValueError("a closure is dated at both ends, or yearly at both")
        if isinstance(self.first, date) and _numbers(self.last) < _numbers(self.first):
            raise ValueError("a closure ends on or after its first date")
        for day in (self.first, self.last):
            if isinstance(day, YearDay):
                date(LEAP_YEAR, day.month, day.day)

    def covers(self, day: date) -> bool:
        """Whether the place is closed for this reason on that date."""
        first, last = _numbers(self.first), _numbers(self.last)
        at = _numbers(day)[-len(first) :]
        if first <= last:
            return first <= at <= last
        return at >= first or at <= last


def _numbers(day: date | YearDay) -> tuple[int, ...]:
    return tuple(day) if isinstance(day, YearDay) else (day.year, day.month, day.day)


@dataclass(frozen=True, slots=True)
class OpeningRules:
    """When a resource is open. ``week`` holds the spans of Monday … Sunday, in any order.

    Overlapping spans count once, and a night ends where the next day's opening begins.
    ``round_the_clock`` is open on every date, public holidays included, and does not read
    ``week``; closures and ``daylight_only`` hold for it too. Latitude and longitude in degrees.

    Raises:
        ValueError: an unknown zone, a week without seven days, or a span that is empty, longer
            than 24 hours, or begins on another date.
    """

    zone: str
    week: tuple[tuple[Span, ...], ...]
    round_the_clock: bool = False
    open_on_holidays: bool = False
    daylight_only: bool = False
    latitude: float = 0.0
    longitude: float = 0.0
    closures: tuple[Closure, ...] = ()

    def __post_init__(self) -> None:
        zone(self.zone)
        if self.round_the_clock:
            return
        if len(self.week) != WEEK_DAYS:
            raise ValueError("a week has seven days")
        for span in chain.from_iterable(self.week):
            if not 0 <= span.start < DAY_MINUTES or not 0 < span.end - span.start <= DAY_MINUTES:
                raise ValueError(f"{span} is no opening of one date")

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The rule for that date's weekday, before holidays, closures and daylight."""
        return ALL_DAY if self.round_the_clock else self.week[day.weekday()]


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
    and sunset as aware datetimes around that date's noon, or None when the sun stays down.
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
    wall = rules.spans_on(day)
    if not wall:
        return ClosedReason(ClosedBecause.WEEKDAY, Message(N_("Not open on this weekday")))
    spans = _on_the_clock(rules, day, wall)
    if not spans:
        return ClosedReason(
            ClosedBecause.HOURS, Message(N_("The clock goes forward over the opening hours"))
        )
    if rules.daylight_only:
        spans = _in_daylight(rules, day, spans, almanac)
        if not spans:
            return ClosedReason(ClosedBecause.DARKNESS, Message(N_("No daylight in opening hours")))
    noon = _edge(rules, day, DAY_MINUTES // 2) if rules.round_the_clock else None
    return OpenDay(day, tuple(spans), _halves(spans, noon))


def _edge(rules: OpeningRules, day: date, minutes: int, *, closing: bool = False) -> int:
    return int(opening_edge(day, minutes, zone(rules.zone), closing=closing).timestamp())


def _on_the_clock(rules: OpeningRules, day: date, wall: tuple[Span, ...]) -> list[tuple[int, int]]:
    """The spans as instants, sorted and apart, cut where the next day's opening begins."""
    spans = [
        (_edge(rules, day, span.start), _edge(rules, day, span.end, closing=True)) for span in wall
    ]
    if max(span.end for span in wall) > DAY_MINUTES:
        morrow = day + timedelta(days=1)
        limit = min((span.start for span in rules.spans_on(morrow)), default=None)
        if limit is not None:
            opens = _edge(rules, morrow, limit)
            spans = [(start, min(end, opens)) for start, end in spans]
    return _apart(spans)


def _apart(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same time as sorted, disjoint, non-empty, non-touching spans."""
    result: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        elif start < end:
            result.append((start, end))
    return result


def _in_daylight(
    rules: OpeningRules, day: date, spans: list[tuple[int, int]], almanac: Almanac
) -> list[tuple[int, int]]:
    """The spans cut to daylight, sunrise rounded up and sunset down to the quarter hour.

    The daylight of the dates beside ``day`` counts too: a night window sees the next sunrise,
    and in a northern summer the sun sets after midnight.
    """
    light: list[tuple[int, int]] = []
    for offset in (-1, 0, 1):
        sun = almanac.sun(rules.latitude, rules.longitude, day + timedelta(days=offset))
        if sun is not None:
            light.append((int(sun[0].timestamp()), int(sun[1].timestamp())))
    return _apart(
        (
            max(start, -(-rise // QUARTER_SECONDS) * QUARTER_SECONDS),
            min(end, fall // QUARTER_SECONDS * QUARTER_SECONDS),
        )
        for start, end in spans
        for rise, fall in _apart(light)
    )


def _halves(
    spans: list[tuple[int, int]], noon: int | None
) -> tuple[tuple[int, int], tuple[int, int]]:
    opens, closes = spans[0][0], spans[-1][1]
    total = sum(end - start for start, end in spans)
    gaps, done = [], 0
    for (start, end), (resumes, _) in pairwise(spans):
        done += end - start
        gaps.append((abs(total - 2 * done), end, resumes))
    if gaps:
        unevenness, pause, resumes = min(gaps)
        if 3 * unevenness <= total:
            return (opens, pause), (resumes, closes)
    left = total // 2
    start, end = spans[0]
    for start, end in spans:
        if left < end - start:
            break
        left -= end - start
    exact = start + left
    rounded = (exact + QUARTER_SECONDS // 2) // QUARTER_SECONDS * QUARTER_SECONDS
    middle = rounded if noon is None else noon
    if not start < middle < end:
        middle = exact
    return (opens, middle), (middle, closes)
