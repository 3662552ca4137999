"""Working hours of readers, and counting working days back."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.clocks import is_working_day, next_working_moment, working_days_before
from livinglab.domain.messages import Localised
from tests.strategies import almanac

INDEPENDENCE = date(2027, 12, 6)  # a Monday
HOLIDAYS = almanac({INDEPENDENCE: Localised({"en": "Independence Day"})})
HELSINKI, NEW_YORK, KATHMANDU = "Europe/Helsinki", "America/New_York", "Asia/Kathmandu"
ZONES = [HELSINKI, NEW_YORK, KATHMANDU, "Pacific/Kiritimati", "Australia/Lord_Howe"]
DATES = st.dates(date(2026, 1, 1), date(2028, 12, 31))


@pytest.mark.parametrize(
    ("zone", "now", "then"),
    [
        (HELSINKI, (2026, 11, 24, 10, 0), None),  # Tuesday at noon
        (HELSINKI, (2026, 11, 24, 6, 0), None),  # eight sharp
        (HELSINKI, (2026, 11, 24, 5, 59), (2026, 11, 24, 6, 0)),
        (HELSINKI, (2026, 11, 24, 15, 0), (2026, 11, 25, 6, 0)),  # five sharp
        (HELSINKI, (2026, 11, 27, 20, 0), (2026, 11, 30, 6, 0)),  # Friday night
        (HELSINKI, (2027, 3, 27, 12, 0), (2027, 3, 29, 5, 0)),  # over the change of clocks
        (HELSINKI, (2027, 12, 3, 20, 0), (2027, 12, 7, 6, 0)),  # a holiday on Monday
        (NEW_YORK, (2027, 12, 6, 12, 0), (2027, 12, 6, 13, 0)),  # no holiday there
        (KATHMANDU, (2026, 11, 24, 2, 0), (2026, 11, 24, 2, 15)),
        ("Pacific/Kiritimati", (2026, 11, 27, 12, 0), (2026, 11, 29, 18, 0)),  # Saturday there
    ],
)
def test_nothing_is_said_outside_working_hours(zone, now, then):
    moment = datetime(*now, tzinfo=UTC)
    due = next_working_moment(moment, zone, HOLIDAYS)
    assert due == (datetime(*then, tzinfo=UTC) if then else moment)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 31)), st.sampled_from(ZONES))  # noqa: DTZ001
def test_the_next_working_moment_is_the_first(naive, zone):
    now = naive.replace(tzinfo=UTC)
    due = next_working_moment(now, zone, HOLIDAYS)
    wall = due.astimezone(ZoneInfo(zone))
    assert due >= now
    assert is_working_day(wall.date(), zone, HOLIDAYS)
    assert 8 <= wall.hour < 17
    assert next_working_moment(due, zone, HOLIDAYS) == due
    if due > now:
        before = due - timedelta(minutes=1)
        assert next_working_moment(before, zone, HOLIDAYS) == due
        assert (wall.hour, wall.minute) == (8, 0)


@given(DATES, st.integers(0, 30))
def test_the_day_before_is_the_last_from_which_so_many_working_days_are_over(day, count):
    found = working_days_before(day, count, HOLIDAYS)
    assert HOLIDAYS.add_working_days(found, count) <= day
    later = found + timedelta(days=1)
    assert HOLIDAYS.add_working_days(later, count) > day or count == 0
