"""The time axis: instants to percentages of a range of local days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

NOON_FROM = time(11)
"""A stay that starts at this wall-clock time or later starts with the afternoon."""
NOON_TO = time(15)
"""A stay that ends by this wall-clock time ends with the morning."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The local days from ``start`` up to, not including, ``end``; each is equally wide.

    Days are equally wide although a day with a clock change has 23 or 25 hours: within a day the
    position is elapsed time over that day's real length, so no instant is lost or drawn twice.
    """

    start: date
    end: date
    zone: tzinfo

    @property
    def days(self) -> int:
        """How many days the axis shows."""
        return (self.end - self.start).days

    def percent(self, day: float) -> float:
        """Position of a day number (0 is ``start``; fractions allowed), in per cent."""
        return day / self.days * 100

    def day_number(self, day: date) -> int:
        """How many days after ``start`` the day lies; negative before it."""
        return (day - self.start).days

    def exact(self, instant: datetime) -> float:
        """Day number of an instant, true to the microsecond."""
        day = instant.astimezone(self.zone).date()
        midnight = self._midnight(day)
        length = self._midnight(day + timedelta(days=1)) - midnight
        return self.day_number(day) + (instant.astimezone(UTC) - midnight) / length

    def moments(self, step: timedelta) -> list[datetime]:
        """The instants that far apart, from the first midnight on, on the wall there."""
        first, past = self._midnight(self.start), self._midnight(self.end)
        count = -((first - past) // step)
        return [(first + n * step).astimezone(self.zone) for n in range(count)]

    def half_day_start(self, instant: datetime) -> float:
        """Day number of the half-day in which a stay starts: opening hours do not show."""
        local = instant.astimezone(self.zone)
        return self.day_number(local.date()) + (0.5 if local.time() >= NOON_FROM else 0.0)

    def half_day_end(self, instant: datetime) -> float:
        """Day number at the end of the half-day in which a stay ends."""
        local = instant.astimezone(self.zone)
        if local.time() == time():
            return self.day_number(local.date())
        return self.day_number(local.date()) + (0.5 if local.time() <= NOON_TO else 1.0)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)
