"""Sunrise and sunset by the NOAA solar equations, whose terms ``astral`` supplies.

Sunrise is the upper limb on a level horizon under average refraction. (``astral``'s own
``sunrise`` looks for it on a calendar date and misses nights in which the sun sets after
midnight.)
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from math import degrees

from astral import SunDirection
from astral.julian import julianday, julianday_to_juliancentury
from astral.sun import eq_of_time, hour_angle, sun_declination

_HORIZON = 90.833
"""Zenith angle, in degrees, of the sun's centre as it rises or sets."""
_PER_DEGREE = timedelta(minutes=4)
_HALF_DAY = timedelta(hours=12)
_ROUNDS = 4  # the sun's own movement while one looks settles within a second


@lru_cache(maxsize=4096)
def daylight(latitude: float, longitude: float, day: date) -> tuple[datetime, datetime] | None:
    """Sunrise and sunset, in UTC to the second, of the daylight around noon of ``day``.

    Args:
        latitude: Degrees, north positive.
        longitude: Degrees, east positive.
        day: Date at the place, by its mean solar time.

    Returns:
        None in polar night. Under the midnight sun, the place's mean midnights before and after
        that noon stand for the rise and the set that do not happen.

    Raises:
        ValueError: a latitude beyond ±90° or a longitude beyond ±180°.
    """
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):  # noqa: PLR2004 - degrees
        raise ValueError(f"{latitude}, {longitude} is no place on Earth")
    noon = datetime.combine(day, time(12), UTC) - longitude * _PER_DEGREE
    try:
        rise = _crossing(latitude, noon, SunDirection.RISING)
        fall = _crossing(latitude, noon, SunDirection.SETTING)
    except ValueError:  # the sun does not reach the horizon
        if abs(latitude - sun_declination(_century(noon))) > 90:  # noqa: PLR2004 - degrees
            return None
        rise, fall = noon - _HALF_DAY, noon + _HALF_DAY
    return rise.replace(microsecond=0), fall.replace(microsecond=0)


def _crossing(latitude: float, noon: datetime, direction: SunDirection) -> datetime:
    instant = noon
    for _ in range(_ROUNDS):
        century = _century(instant)
        angle = hour_angle(latitude, sun_declination(century), _HORIZON, direction)
        instant = noon - degrees(angle) * _PER_DEGREE
        instant -= timedelta(minutes=eq_of_time(century))
    return instant


def _century(instant: datetime) -> float:
    return julianday_to_juliancentury(julianday(instant))
