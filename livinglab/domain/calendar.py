"""The open days of one resource over a stretch of dates, and the stays that fit in them.

Lengths are counted in half-days. A stay of *n* whole days runs from the opening of its first to
the closing of its *n*-th open day and holds everything between, nights and weekends included.
Buffers in hours are elapsed time; in half-days they are open half-days of the resource (a day's
cleaning after a Friday is Monday).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.opening import Almanac, ClosedReason, OpenDay, OpeningRules, open_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HALF_HOUR = 1800
HOUR = 3600
EDGE_DAYS = 10
EDGE_DATES = 200
"""A calendar looks for up to ``EDGE_DAYS`` open days in ``EDGE_DATES`` dates beyond its edges."""


class Buffer(NamedTuple):
    """Time kept free beside a stay: elapsed ``hours``, or ``halves`` open half-days."""

    hours: float = 0
    halves: int = 0


class Buffers(NamedTuple):
    """Set-up time before and take-down time after."""

    before: Buffer = Buffer()
    after: Buffer = Buffer()


class Length(NamedTuple):
    """How long a stay is: ``halves`` open half-days, or ``hours`` in one open stretch."""

    halves: int = 0
    hours: int = 0


class Stay(NamedTuple):
    """A feasible stay and what it blocks with its buffers, in epoch seconds."""

    start: int
    end: int
    blocked_start: int
    blocked_end: int
    first_day: date
    last_day: date


class Busy:
    """Taken time as sorted, disjoint intervals; answers "what is in the way?" in O(log n)."""

    __slots__ = ("ends", "starts")

    def __init__(self, intervals: Iterable[tuple[int, int]] = ()) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        for start, end in sorted(intervals):
            if start >= end:
                continue
            if self.ends and start <= self.ends[-1]:
                self.ends[-1] = max(self.ends[-1], end)
            else:
                self.starts.append(start)
                self.ends.append(end)

    def obstacle(self, start: int, end: int) -> int | None:
        """End of the first taken interval that overlaps ``[start, end)``, or None if free."""
        index = bisect_right(self.ends, start)
        if index < len(self.ends) and self.starts[index] < end:
            return self.ends[index]
        return None

    def union(self, *others: Busy) -> Busy:
        """The time taken in this or any of the others."""
        return Busy(
            pair for busy in (self, *others) for pair in zip(busy.starts, busy.ends, strict=True)
        )


@dataclass(frozen=True, slots=True, eq=False)
class OpenCalendar:
    """Open days between ``first`` and ``last``; immutable, shared by equal rules, so equal to none.

    Stays lie within these dates. ``earlier`` and ``later`` are the open days next to them, known
    so that a night that has begun and a buffer that runs on are counted right at both edges.
    ``half_starts`` and ``half_ends`` run over all three.
    """

    first: date
    last: date
    days: tuple[OpenDay, ...]
    closed: dict[date, ClosedReason]
    earlier: tuple[OpenDay, ...]
    later: tuple[OpenDay, ...]
    half_starts: tuple[int, ...]
    half_ends: tuple[int, ...]

    @classmethod
    def build(cls, rules: OpeningRules, first: date, last: date, almanac: Almanac) -> OpenCalendar:
        """Work out every date from ``first`` to ``last``, both included."""
        days: list[OpenDay] = []
        closed: dict[date, ClosedReason] = {}
        for offset in range((last - first).days + 1):
            day = first + timedelta(days=offset)
            answer = open_day(rules, day, almanac)
            if isinstance(answer, OpenDay):
                days.append(answer)
            else:
                closed[day] = answer
        earlier = tuple(reversed(_open_days_from(rules, first, -1, almanac)))
        later = tuple(_open_days_from(rules, last, 1, almanac))
        halves = [half for day in (*earlier, *days, *later) for half in day.halves]
        return cls(
            first,
            last,
            tuple(days),
            closed,
            earlier,
            later,
            tuple(half[0] for half in halves),
            tuple(half[1] for half in halves),
        )

    def day_index(self, day: date) -> int:
        """Index of the first open day on or after ``day``."""
        return bisect_left(self.days, day, key=lambda open_day: open_day.date)

    def index_after(self, day: date) -> int:
        """Index of the first open day after ``day``."""
        return bisect_right(self.days, day, key=lambda open_day: open_day.date)

    def open_on(self, day: date) -> OpenDay | None:
        """The open time of that date, or None."""
        index = self.day_index(day)
        if index < len(self.days) and self.days[index].date == day:
            return self.days[index]
        return None

    def block(self, start: int, end: int, buffers: Buffers) -> tuple[int, int]:
        """What a stay from ``start`` to ``end`` blocks once its buffers are added.

        A half-day buffer counts the open half-days that end by ``start`` or begin at ``end`` or
        after. Where the resource does not open again within ``EDGE_DATES`` of the calendar, the
        buffer ends with the last half-day known.

        Raises:
            ValueError: a buffer of more half-days than ``EDGE_DAYS`` days have.
        """
        before, after = buffers
        if max(before.halves, after.halves) > 2 * EDGE_DAYS:
            raise ValueError(f"a buffer has at most {EDGE_DAYS} open days")
        blocked_start = start - int(before.hours * HOUR)
        blocked_end = end + int(after.hours * HOUR)
        if before.halves and self.half_starts:
            index = bisect_right(self.half_ends, start) - before.halves
            blocked_start = min(blocked_start, self.half_starts[max(index, 0)])
        if after.halves and self.half_ends:
            index = bisect_left(self.half_starts, end) + after.halves - 1
            blocked_end = max(blocked_end, self.half_ends[min(index, len(self.half_ends) - 1)])
        return blocked_start, blocked_end

    def stays(
        self,
        length: Length,
        busy: Busy,
        buffers: Buffers,
        window: tuple[date, date],
    ) -> Iterator[Stay]:
        """Every feasible stay whose days lie in ``window`` (both included), by start.

        Whole-day lengths start at openings; lengths with a half may start at either half. Stays
        counted in hours start at an opening and every half hour of elapsed time after it, and
        lie in one stretch of open time, which may run over midnight.

        Raises:
            ValueError: a length that is not positive, or has both half-days and hours.
        """
        if min(length) < 0 or (length.halves > 0) == (length.hours > 0):
            raise ValueError("a length has half-days or hours")
        if length.halves:
            return self._half_stays(length.halves, busy, buffers, window)
        return self._hour_stays(length.hours * HOUR, busy, buffers, window)

    def _half_stays(
        self, count: int, busy: Busy, buffers: Buffers, window: tuple[date, date]
    ) -> Iterator[Stay]:
        starts, ends, step = self.half_starts, self.half_ends, 2 if count % 2 == 0 else 1
        days, edge = self.days, 2 * len(self.earlier)
        index = edge + 2 * self.day_index(window[0])
        limit = edge + 2 * self.index_after(window[1]) - count
        while index <= limit:
            last = index + count - 1
            start, end = starts[index], ends[last]
            blocked = self.block(start, end, buffers)
            obstacle = busy.obstacle(*blocked)
            if obstacle is None:
                first_day, last_day = days[(index - edge) // 2].date, days[(last - edge) // 2].date
                yield Stay(start, end, *blocked, first_day, last_day)
                index += step
            else:
                # A later stay blocks later time, so any that starts before the obstacle's end
                # meets the same obstacle.
                following = bisect_left(starts, obstacle)
                index = max(index + step, following + following % step)

    def _hour_stays(
        self, seconds: int, busy: Busy, buffers: Buffers, window: tuple[date, date]
    ) -> Iterator[Stay]:
        inside = self.days[self.day_index(window[0]) : self.index_after(window[1])]
        spans = [(opens, closes, day.date) for day in inside for opens, closes in day.spans]
        for index, (opens, closes, first_day) in enumerate(spans):
            start = opens
            while start < closes:
                end = start + seconds
                last_day = _date_reached(spans, index, end)
                if last_day is None:
                    break
                blocked = self.block(start, end, buffers)
                obstacle = busy.obstacle(*blocked)
                if obstacle is None:
                    yield Stay(start, end, *blocked, first_day, last_day)
                    start += HALF_HOUR
                else:
                    start += max(1, -(-(obstacle - start) // HALF_HOUR)) * HALF_HOUR


def closed_beside(calendar: OpenCalendar, others: Iterable[OpenCalendar]) -> Busy:
    """Open days of a resource on which another one that it is booked with is closed."""
    return Busy(
        (day.start, day.end)
        for other in others
        for day in calendar.days
        if other.open_on(day.date) is None
    )


def _open_days_from(rules: OpeningRules, edge: date, step: int, almanac: Almanac) -> list[OpenDay]:
    """The nearest open days beyond a calendar's edge, nearest first."""
    found: list[OpenDay] = []
    for distance in range(1, EDGE_DATES + 1):
        answer = open_day(rules, edge + timedelta(days=step * distance), almanac)
        if isinstance(answer, OpenDay):
            found.append(answer)
            if len(found) == EDGE_DAYS:
                break
    return found


def _date_reached(spans: list[tuple[int, int, date]], index: int, end: int) -> date | None:
    """The date to which ``end`` belongs, if open time runs on to it from span ``index``."""
    while spans[index][1] < end:
        index += 1
        if index == len(spans) or spans[index][0] != spans[index - 1][1]:
            return None
    return spans[index][2]
