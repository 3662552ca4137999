"""Every start of a stay of one length in one calendar, and which of them taken time leaves.

A search over hundreds of places asks the same of each. What rules allow is worked out once for all
places with equal rules, what is taken once per change of a place's time; then a search costs two
bisections per place.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from livinglab.domain.calendar import Buffers, Busy, Length, OpenCalendar, Stay

if TYPE_CHECKING:
    from datetime import date


class Starts:
    """The stays of a length in half-days that the rules allow, by start, numbered from 0.

    Later stays block later time, so everything asked of them is a bisection.
    """

    __slots__ = (
        *("_blocked_ends", "_blocked_starts", "_first_days", "_last_days", "_starts"),
        "stays",
    )

    def __init__(self, calendar: OpenCalendar, halves: int, buffers: Buffers) -> None:
        dates = calendar.first, calendar.last
        found = calendar.stays(Length(halves), Busy(), buffers, dates)
        self.stays: tuple[Stay, ...] = tuple(found)
        self._starts = [stay.start for stay in self.stays]
        self._blocked_starts = [stay.blocked_start for stay in self.stays]
        self._blocked_ends = [stay.blocked_end for stay in self.stays]
        self._first_days = [stay.first_day for stay in self.stays]
        self._last_days = [stay.last_day for stay in self.stays]

    def free(self, busy: Busy) -> array[int]:
        """The numbers of the stays that do not touch taken time, ascending."""
        found, at = array("L"), 0
        for start, end in zip(busy.starts, busy.ends, strict=True):
            found.extend(range(at, bisect_right(self._blocked_ends, start)))
            at = max(at, bisect_left(self._blocked_starts, end))
        found.extend(range(at, len(self.stays)))
        return found

    def within(self, window: tuple[date, date], begin: float, horizon: date) -> tuple[int, int]:
        """Numbers from the first up to before the second: the stays in a window of dates.

        They lie in ``window`` (both included), start at the instant ``begin`` or later, and on
        ``horizon`` or before.
        """
        first, last = window
        low = max(bisect_left(self._first_days, first), bisect_left(self._starts, begin))
        high = min(bisect_right(self._last_days, last), bisect_right(self._first_days, horizon))
        return low, high
