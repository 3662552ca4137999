"""Does what is booked still lie in open time? Rules change under bookings; people repair it.

A stay keeps what was agreed: its edges lie in open time, and between them as many days are open as
were asked for (or all of it is, for hours). Nights, weekends and closures that it always ran over
do not count against it.
"""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.availability import OUTSIDE_HOURS
from livinglab.domain.opening import ClosedBecause
from livinglab.domain.zones import local_date, midnight

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from livinglab.domain.calendar import Length, OpenCalendar
    from livinglab.domain.messages import Message
    from livinglab.domain.opening import OpenDay

STRONGEST = (
    ClosedBecause.CLOSURE,
    ClosedBecause.DARKNESS,
    ClosedBecause.HOLIDAY,
    ClosedBecause.WEEKDAY,
    ClosedBecause.HOURS,
)


class Outside(NamedTuple):
    """The part of a stay that lies in closed time (epoch seconds), and why that is closed."""

    start: int
    end: int
    reason: Message


def outside(
    calendar: OpenCalendar, tz: ZoneInfo, start: int, end: int, length: Length
) -> Outside | None:
    """Where a stay lies in closed time; None where it keeps its open time or nothing is known.

    A ``length`` of nothing asks about the edges only.
    """
    if not calendar.days or start < calendar.days[0].start or end > calendar.days[-1].end:
        return None
    days = _days_of(calendar, start, end)
    spans = [span for day in days for span in day.spans if span[0] < end and span[1] > start]
    if not spans:
        return Outside(start, end, _why(calendar, tz, start))
    if start < spans[0][0]:
        return Outside(start, spans[0][0], _why(calendar, tz, start))
    if end > spans[-1][1]:
        return Outside(spans[-1][1], end, _why(calendar, tz, spans[-1][1]))
    if length.hours:
        gaps = (pair for pair in pairwise(spans) if pair[0][1] < pair[1][0])
        gap = next(((one[1], other[0]) for one, other in gaps), None)
        return None if gap is None else Outside(*gap, _why(calendar, tz, gap[0]))
    opened = sum(day.start < end and day.end > start for day in days)
    return None if 2 * opened >= length.halves else _lost_day(calendar, tz, start, end)


def misses_a_day(calendar: OpenCalendar, other: OpenCalendar, start: int, end: int) -> bool:
    """Whether ``other``, booked together with a stay, is closed on a day that the stay uses."""
    used = (day for day in _days_of(calendar, start, end) if day.start < end and day.end > start)
    return any(other.open_on(day.date) is None for day in used)


def _days_of(calendar: OpenCalendar, start: int, end: int) -> Sequence[OpenDay]:
    days = calendar.days
    first = max(0, bisect_right(days, start, key=lambda day: day.start) - 1)
    last = bisect_right(days, end, key=lambda day: day.start)
    return days[first:last]


def _lost_day(calendar: OpenCalendar, tz: ZoneInfo, start: int, end: int) -> Outside | None:
    """The closed date in the stay with the strongest reason; the whole stay where none is."""
    first, last = _date(tz, start), _date(tz, end)
    inside = (first + timedelta(days=number) for number in range((last - first).days + 1))
    shut = [day for day in inside if day in calendar.closed]
    if not shut:
        return Outside(start, end, OUTSIDE_HOURS.message)
    day = min(shut, key=lambda day: (STRONGEST.index(calendar.closed[day].code), day))
    edges = [int(midnight(d, tz).timestamp()) for d in (day, day + timedelta(days=1))]
    return Outside(max(edges[0], start), min(edges[1], end), calendar.closed[day].message)


def _why(calendar: OpenCalendar, tz: ZoneInfo, moment: int) -> Message:
    return calendar.closed.get(_date(tz, moment), OUTSIDE_HOURS).message


def _date(tz: ZoneInfo, moment: int) -> date:
    return local_date(datetime.fromtimestamp(moment, UTC), tz)
