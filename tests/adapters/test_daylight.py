from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from livinglab.adapters.daylight import daylight

HELSINKI = ZoneInfo("Europe/Helsinki")


def clock(instant, zone=HELSINKI):
    """To the nearest minute, as almanacs print it."""
    return f"{(instant + timedelta(seconds=30)).astimezone(zone):%H:%M}"


@pytest.mark.parametrize(
    ("latitude", "longitude", "day", "zone", "expected"),
    [
        # Printed in almanacs: the longest and the shortest day of Helsinki, Greenwich's equinox.
        (60.17, 24.94, date(2025, 6, 21), "Europe/Helsinki", ("03:54", "22:50")),
        (60.17, 24.94, date(2025, 12, 21), "Europe/Helsinki", ("09:24", "15:13")),
        (51.4779, 0.0, date(2026, 3, 20), "UTC", ("06:03", "18:13")),
        # Far in the east the sun rises on the day before in UTC.
        (-33.8688, 151.2093, date(2026, 1, 1), "Australia/Sydney", ("05:48", "20:09")),
    ],
)
def test_daylight_agrees_with_the_almanac(latitude, longitude, day, zone, expected):
    rise, fall = daylight(latitude, longitude, day)
    assert (clock(rise, ZoneInfo(zone)), clock(fall, ZoneInfo(zone))) == expected
    assert (rise.tzinfo, fall.tzinfo) == (UTC, UTC)


def test_daylight_is_none_in_polar_night():
    assert daylight(69.9, 27.0, date(2026, 12, 21)) is None


def test_daylight_is_the_whole_day_under_the_midnight_sun():
    midnight = datetime(2026, 6, 20, 22, 12, tzinfo=UTC)  # 27° east: 1 h 48 min before Greenwich
    assert daylight(69.9, 27.0, date(2026, 6, 21)) == (midnight, midnight + timedelta(days=1))


@pytest.mark.parametrize("latitude", [-90, -70, 0, 61.49, 65.9, 66.6, 69.9, 89, 90])
def test_daylight_of_one_day_ends_before_the_next_begins(latitude):
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(366)]
    spans = [span for day in days if (span := daylight(latitude, 21.8, day))]
    assert [span for span in spans if not span[0] < span[1]] == []
    assert [(a, b) for a, b in pairwise(spans) if b[0] < a[1]] == []


@pytest.mark.parametrize(("latitude", "longitude"), [(90.1, 0), (-91, 0), (0, 181), (0, -180.5)])
def test_daylight_refuses_places_off_the_earth(latitude, longitude):
    with pytest.raises(ValueError, match="no place on Earth"):
        daylight(latitude, longitude, date(2026, 1, 1))
