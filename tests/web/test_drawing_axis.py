"""The time axis: equal days, true minutes, and the two days that have 23 and 25 hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from livinglab.web.drawing.axis import Axis

HELSINKI = ZoneInfo("Europe/Helsinki")
WEEK = Axis(date(2026, 11, 23), date(2026, 11, 30), HELSINKI)
SPRING = Axis(date(2027, 3, 28), date(2027, 3, 29), HELSINKI)
AUTUMN = Axis(date(2026, 10, 25), date(2026, 10, 26), HELSINKI)


def local(year, month, day, hour=0, minute=0):
    return datetime(year, month, day, hour, minute, tzinfo=HELSINKI)


def test_exact_counts_days_and_their_parts():
    assert WEEK.exact(local(2026, 11, 23)) == 0
    assert WEEK.exact(local(2026, 11, 24, 12)) == 1.5
    assert WEEK.exact(local(2026, 11, 30)) == WEEK.days == 7
    assert WEEK.exact(local(2026, 11, 22, 18)) == -0.25


def test_exact_reads_utc_as_the_same_instant():
    assert WEEK.exact(datetime(2026, 11, 24, 10, tzinfo=UTC)) == 1.5


def test_exact_divides_the_short_day_by_23_hours():
    assert SPRING.exact(local(2027, 3, 28, 2)) == 2 / 23
    assert SPRING.exact(local(2027, 3, 28, 4)) == 3 / 23
    assert SPRING.exact(local(2027, 3, 29)) == 1


def test_exact_divides_the_long_day_by_25_hours_and_tells_the_hours_apart():
    first = datetime(2026, 10, 25, 3, 30, tzinfo=HELSINKI, fold=0)
    second = datetime(2026, 10, 25, 3, 30, tzinfo=HELSINKI, fold=1)
    assert AUTUMN.exact(first) == 3.5 / 25
    assert AUTUMN.exact(second) == 4.5 / 25
    assert AUTUMN.exact(local(2026, 10, 26)) == 1


def test_every_hour_of_the_long_day_is_equally_wide():
    midnight = local(2026, 10, 25).astimezone(UTC)
    hours = [AUTUMN.exact(midnight + timedelta(hours=n)) * 25 for n in range(26)]
    assert hours == pytest.approx(range(26))


@pytest.mark.parametrize(
    ("hour", "minute", "start", "end"),
    [
        (0, 0, 0.0, 0.0),
        (7, 0, 0.0, 0.5),
        (10, 59, 0.0, 0.5),
        (11, 0, 0.5, 0.5),
        (14, 0, 0.5, 0.5),
        (15, 0, 0.5, 0.5),
        (15, 1, 0.5, 1.0),
        (21, 0, 0.5, 1.0),
    ],
)
def test_half_days_hide_opening_hours(hour, minute, start, end):
    instant = local(2026, 11, 23, hour, minute)
    assert WEEK.half_day_start(instant) == start
    assert WEEK.half_day_end(instant) == end


def test_percent_is_of_the_whole_range():
    assert WEEK.percent(3.5) == 50
