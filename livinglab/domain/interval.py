"""Half-open intervals of UTC instants, and the few operations scheduling needs.

``[start, end)``: two intervals that only touch do not overlap. Start and end are aware
datetimes in UTC; :func:`Interval.of` converts any aware pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A non-empty half-open span of time, UTC.

    Raises:
        ValueError: a start or end whose ``tzinfo`` is not ``datetime.UTC``, or an end not after
            the start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        for instant in (self.start, self.end):
            if instant.tzinfo is not UTC:
                raise ValueError("intervals are kept in UTC")
        if not self.start < self.end:
            raise ValueError("an interval ends after it starts")

    @classmethod
    def of(cls, start: datetime, end: datetime) -> Interval:
        """The interval between two aware datetimes of any zone.

        Raises:
            ValueError: a naive datetime, or an end not after the start.
        """
        if start.utcoffset() is None or end.utcoffset() is None:
            raise ValueError("a naive datetime names no instant")
        return cls(start.astimezone(UTC), end.astimezone(UTC))

    @property
    def duration(self) -> timedelta:
        """Elapsed time; never wall-clock difference."""
        return self.end - self.start

    def overlaps(self, other: Interval) -> bool:
        """Whether the two share at least one instant."""
        return self.start < other.end and other.start < self.end

    def contains(self, other: Interval) -> bool:
        """Whether ``other`` lies wholly inside."""
        return self.start <= other.start and other.end <= self.end

    def intersection(self, other: Interval) -> Interval | None:
        """The shared part, or None."""
        start, end = max(self.start, other.start), min(self.end, other.end)
        return Interval(start, end) if start < end else None


def merged(intervals: Iterable[Interval]) -> list[Interval]:
    """The same instants as sorted, disjoint, non-touching intervals."""
    result: list[Interval] = []
    for interval in sorted(intervals):
        if result and interval.start <= result[-1].end:
            if interval.end > result[-1].end:
                result[-1] = Interval(result[-1].start, interval.end)
        else:
            result.append(interval)
    return result


def subtract(span: Interval, taken: Sequence[Interval]) -> list[Interval]:
    """What is left of ``span`` after ``taken`` (any order, overlaps allowed)."""
    result: list[Interval] = []
    cursor = span.start
    for interval in merged(taken):
        if interval.end <= cursor:
            continue
        if interval.start >= span.end:
            break
        if interval.start > cursor:
            result.append(Interval(cursor, interval.start))
        cursor = max(cursor, interval.end)
    if cursor < span.end:
        result.append(Interval(cursor, span.end))
    return result
