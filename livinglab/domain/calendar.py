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
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.opening import Almanac, ClosedReason, OpenDay, OpeningRules, open_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

HALF_HOUR = 1800
HOUR = 3600


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


@dataclass(frozen=True, slots=True)
class OpenCalendar:
    """Open days between ``first`` and ``last``; immutable, shared by equal rules."""

    first: date
    last: date
    days: tuple[OpenDay, ...]
    closed: dict[date, ClosedReason]
    half_starts: tuple[int, ...]
    half_ends: tuple[int, ...]

    @classmethod
    def build(
        cls, rules: OpeningRules, first: date, last: date, almanac: Almanac
    ) -> OpenCalendar:
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
        halves = [half for day in days for half in day.halves]
        return cls(
            first,
            last,
            tuple(days),
            closed,
            tuple(half[0] for half in halves),
            tuple(half[1] for half in halves),
        )

    def day_index(self, day: date) -> int:
        """Index of the first open day on or after ``day``."""
        return bisect_left(self.days, day, key=lambda open_day: open_day.date)

    def open_on(self, day: date) -> OpenDay | None:
        """The open time of that date, or None."""
        index = self.day_index(day)
        if index < len(self.days) and self.days[index].date == day:
            return self.days[index]
        return None

    def block(self, start: int, end: int, buffers: Buffers) -> tuple[int, int]:
        """What a stay from ``start`` to ``end`` blocks once its buffers are added.

        A half-day buffer that would run past the calendar's edge stops there.
        """
        blocked_start = start - int(buffers.before.hours * HOUR)
        blocked_end = end + int(buffers.after.hours * HOUR)
        if buffers.before.halves:
            index = bisect_right(self.half_ends, start) - buffers.before.halves
            if self.half_starts:
                blocked_start = min(blocked_start, self.half_starts[max(index, 0)])
        if buffers.after.halves:
            index = bisect_left(self.half_starts, end) + buffers.after.halves - 1
            if self.half_ends:
                last = self.half_ends[min(index, len(self.half_ends) - 1)]
                blocked_end = max(blocked_end, last)
        return blocked_start, blocked_end

    def stays(
        self,
        length: Length,
        busy: Busy,
        buffers: Buffers,
        window: tuple[date, date],
    ) -> Iterator[Stay]:
        """Every feasible stay whose days lie in ``window``, by start.

        Whole-day lengths start at openings; lengths with a half may start at either half.
        """
        if length.halves:
            yield from self._half_stays(length.halves, busy, buffers, window)
        else:
            yield from self._hour_stays(length.hours, busy, buffers, window)

    def _half_stays(
        self, count: int, busy: Busy, buffers: Buffers, window: tuple[date, date]
    ) -> Iterator[Stay]:
        starts, ends, step = self.half_starts, self.half_ends, 2 if count % 2 == 0 else 1
        index = 2 * self.day_index(window[0])
        while index + count <= len(starts):
            last_day = self.days[(index + count - 1) // 2].date
            if last_day > window[1]:
                return
            start, end = starts[index], ends[index + count - 1]
            blocked = self.block(start, end, buffers)
            obstacle = busy.obstacle(*blocked)
            if obstacle is None:
                yield Stay(start, end, *blocked, self.days[index // 2].date, last_day)
                index += step
            else:
                following = bisect_left(starts, obstacle)
                index = max(index + step, following + following % step)

    def _hour_stays(
        self, hours: int, busy: Busy, buffers: Buffers, window: tuple[date, date]
    ) -> Iterator[Stay]:
        seconds = hours * HOUR
        for index in range(self.day_index(window[0]), len(self.days)):
            day = self.days[index]
            if day.date > window[1]:
                return
            for span_start, span_end in day.spans:
                limit, last_day = self._stretch(index, span_end, window[1])
                for start in range(span_start, min(span_end, limit - seconds + 1), HALF_HOUR):
                    blocked = self.block(start, start + seconds, buffers)
                    if busy.obstacle(*blocked) is None:
                        crosses = start + seconds > span_end
                        yield Stay(
                            start,
                            start + seconds,
                            *blocked,
                            day.date,
                            last_day if crosses else day.date,
                        )

    def _stretch(self, index: int, span_end: int, last: date) -> tuple[int, date]:
        """How far open time runs on without a gap from the end of a span (round the clock)."""
        end, end_day = span_end, self.days[index].date
        for before, after in pairwise(self.days[index : index + 8]):
            if after.date > last or before.end != after.start or before.end != end:
                break
            end, end_day = after.end, after.date
        return end, end_day
