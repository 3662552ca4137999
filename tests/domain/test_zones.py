"""Wall clock to UTC and back, over the clock changes of several zones."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.messages import Message
from livinglab.domain.zones import (
    MissingTime,
    RepeatedTime,
    instant,
    local_date,
    midnight,
    opening_edge,
    zone,
)
from tests.strategies import ZONES

HELSINKI = zone("Europe/Helsinki")
LORD_HOWE = zone("Australia/Lord_Howe")

MISSING = "does not exist"
# Wall clock in Helsinki, which pass where it is told, and the instant or the refusal.
HELSINKI_TABLE = [
    ("2026-03-29 02:59", None, "2026-03-29 00:59"),
    ("2026-03-29 03:00", None, MISSING),
    ("2026-03-29 03:30", None, MISSING),
    ("2026-03-29 03:59", None, MISSING),
    ("2026-03-29 04:00", None, "2026-03-29 01:00"),
    ("2026-10-25 02:59", None, "2026-10-24 23:59"),
    ("2026-10-25 03:00", 0, "2026-10-25 00:00"),
    ("2026-10-25 03:30", 0, "2026-10-25 00:30"),
    ("2026-10-25 03:00", 1, "2026-10-25 01:00"),
    ("2026-10-25 03:30", 1, "2026-10-25 01:30"),
    ("2026-10-25 04:00", None, "2026-10-25 02:00"),
    ("2027-03-28 02:59", None, "2027-03-28 00:59"),
    ("2027-03-28 03:00", None, MISSING),
    ("2027-03-28 03:59", None, MISSING),
    ("2027-03-28 04:00", None, "2027-03-28 01:00"),
    ("2027-10-31 03:59", 0, "2027-10-31 00:59"),
    ("2027-10-31 03:59", 1, "2027-10-31 01:59"),
    ("2027-10-31 04:00", None, "2027-10-31 02:00"),
    ("2028-03-26 03:30", None, MISSING),
    ("2028-03-26 04:00", None, "2028-03-26 01:00"),
    ("2028-10-29 02:59", None, "2028-10-28 23:59"),
    ("2028-10-29 03:00", 0, "2028-10-29 00:00"),
    ("2028-10-29 03:00", 1, "2028-10-29 01:00"),
    ("2028-10-29 04:00", None, "2028-10-29 02:00"),
]
HELSINKI_CHANGES = [
    (date(2026, 3, 29), 23),
    (date(2026, 10, 25), 25),
    (date(2027, 3, 28), 23),
    (date(2027, 10, 31), 25),
    (date(2028, 3, 26), 23),
    (date(2028, 10, 29), 25),
]


def wall(text):
    return datetime.fromisoformat(text)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def hours(day, tz):
    return (midnight(day + timedelta(days=1), tz) - midnight(day, tz)) / timedelta(hours=1)


@pytest.mark.parametrize(("local", "fold", "expected"), HELSINKI_TABLE)
def test_instant_in_helsinki(local, fold, expected):
    if expected is MISSING:
        with pytest.raises(MissingTime):
            instant(wall(local), HELSINKI, fold)
    else:
        assert instant(wall(local), HELSINKI, fold) == utc(expected)


@pytest.mark.parametrize("local", [row[0] for row in HELSINKI_TABLE if row[1] == 1])
def test_instant_asks_which_pass_of_a_repeated_time_is_meant(local):
    with pytest.raises(RepeatedTime):
        instant(wall(local), HELSINKI)
    # fold 1 on the datetime is no answer of the person: only the argument is.
    with pytest.raises(RepeatedTime):
        instant(wall(local).replace(fold=1), HELSINKI)


def test_instant_refuses_a_missing_time_with_a_sentence():
    with pytest.raises(MissingTime) as caught:
        instant(wall("2027-03-28 03:30"), HELSINKI)
    assert caught.value.code == "missing_time"
    assert caught.value.message == Message(
        "The clock goes forward that night: %(time)s does not exist on %(date)s.",
        {"time": "03:30", "date": date(2027, 3, 28)},
    )


def test_instant_refuses_a_repeated_time_with_a_sentence():
    with pytest.raises(RepeatedTime) as caught:
        instant(wall("2027-10-31 03:30"), HELSINKI)
    assert caught.value.code == "repeated_time"
    assert caught.value.message == Message(
        "The clock goes back that night: %(time)s comes twice on %(date)s. Add an offset.",
        {"time": "03:30", "date": date(2027, 10, 31)},
    )


def test_instant_refuses_a_time_that_has_a_zone():
    with pytest.raises(ValueError, match="no zone"):
        instant(utc("2027-03-28 03:30"), HELSINKI)


@pytest.mark.parametrize(
    ("name", "local", "fold", "expected"),
    [
        ("Asia/Kolkata", "2027-03-28 03:30", None, "2027-03-27 22:00"),
        ("Pacific/Kiritimati", "2027-03-28 03:30", None, "2027-03-27 13:30"),
        ("America/New_York", "2027-03-14 03:00", None, "2027-03-14 07:00"),
        ("America/New_York", "2027-11-07 01:30", 0, "2027-11-07 05:30"),
        ("America/New_York", "2027-11-07 01:30", 1, "2027-11-07 06:30"),
        ("Australia/Lord_Howe", "2026-10-04 01:59", None, "2026-10-03 15:29"),
        ("Australia/Lord_Howe", "2026-10-04 02:30", None, "2026-10-03 15:30"),
        ("Australia/Lord_Howe", "2027-04-04 01:29", None, "2027-04-03 14:29"),
        ("Australia/Lord_Howe", "2027-04-04 01:30", 0, "2027-04-03 14:30"),
        ("Australia/Lord_Howe", "2027-04-04 01:30", 1, "2027-04-03 15:00"),
        ("Australia/Lord_Howe", "2027-04-04 02:00", None, "2027-04-03 15:30"),
    ],
)
def test_instant_in_other_zones(name, local, fold, expected):
    assert instant(wall(local), zone(name), fold) == utc(expected)


@pytest.mark.parametrize(
    ("name", "local"),
    [
        ("America/New_York", "2027-03-14 02:30"),
        ("Australia/Lord_Howe", "2026-10-04 02:00"),
        ("Australia/Lord_Howe", "2026-10-04 02:29"),
        ("America/Santiago", "2026-09-06 00:00"),
        ("Pacific/Apia", "2011-12-30 12:00"),  # a whole date is missing
    ],
)
def test_instant_knows_the_missing_times_of_other_zones(name, local):
    with pytest.raises(MissingTime):
        instant(wall(local), zone(name))


@given(st.sampled_from(ZONES), st.integers(0, 2 * 366 * 24 * 4))
def test_instant_undoes_the_wall_clock(name, quarters):
    tz = zone(name)
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * quarters)
    on_the_wall = moment.astimezone(tz)
    assert instant(on_the_wall.replace(tzinfo=None), tz, on_the_wall.fold) == moment


@pytest.mark.parametrize("name", ["", "Europe", "Europe/Nowhere", "../etc/passwd", "/etc/passwd"])
def test_zone_refuses_unknown_names(name):
    with pytest.raises(ValueError, match="unknown time zone"):
        zone(name)


@pytest.mark.parametrize(("day", "length"), HELSINKI_CHANGES)
def test_days_of_the_clock_change_have_23_or_25_hours(day, length):
    assert hours(day, HELSINKI) == length
    assert hours(day - timedelta(days=1), HELSINKI) == 24
    assert hours(day + timedelta(days=1), HELSINKI) == 24


def test_days_of_the_clock_change_differ_by_half_an_hour_on_lord_howe():
    assert hours(date(2026, 10, 4), LORD_HOWE) == 23.5
    assert hours(date(2027, 4, 4), LORD_HOWE) == 24.5


def test_a_date_without_midnight_begins_after_the_gap():
    santiago = zone("America/Santiago")
    assert midnight(date(2026, 9, 6), santiago) == utc("2026-09-06 04:00")
    assert hours(date(2026, 9, 6), santiago) == 23


def test_a_date_whose_midnight_comes_twice_begins_with_the_first():
    havana = zone("America/Havana")
    assert midnight(date(2026, 11, 1), havana) == utc("2026-11-01 04:00")
    assert hours(date(2026, 10, 31), havana) == 24
    assert hours(date(2026, 11, 1), havana) == 25


@pytest.mark.parametrize("closing", [False, True])
@pytest.mark.parametrize("minutes", [180, 181, 210, 239, 240])
def test_a_missing_edge_moves_to_the_first_instant_after_the_gap(minutes, closing):
    edge = opening_edge(date(2027, 3, 28), minutes, HELSINKI, closing=closing)
    assert edge == utc("2027-03-28 01:00")


def test_a_missing_edge_on_lord_howe_moves_by_half_an_hour():
    assert opening_edge(date(2026, 10, 4), 135, LORD_HOWE) == utc("2026-10-03 15:30")


@pytest.mark.parametrize(
    ("minutes", "closing", "expected"),
    [
        (180, False, "2027-10-31 00:00"),
        (180, True, "2027-10-31 01:00"),
        (239, False, "2027-10-31 00:59"),
        (239, True, "2027-10-31 01:59"),
        (240, False, "2027-10-31 02:00"),
        (240, True, "2027-10-31 02:00"),
    ],
)
def test_a_repeated_edge_opens_with_the_first_pass_and_closes_with_the_second(
    minutes, closing, expected
):
    edge = opening_edge(date(2027, 10, 31), minutes, HELSINKI, closing=closing)
    assert edge == utc(expected)


def test_an_edge_after_midnight_belongs_to_the_next_date():
    night = date(2027, 10, 30)
    assert opening_edge(night, 1440 + 360, HELSINKI, closing=True) == utc("2027-10-31 04:00")
    assert opening_edge(night, 1440 + 210, HELSINKI, closing=True) == utc("2027-10-31 01:30")


def test_a_repeated_midnight_closes_where_the_next_date_begins():
    havana = zone("America/Havana")
    closing = opening_edge(date(2026, 10, 31), 1440, havana, closing=True)
    assert closing == midnight(date(2026, 11, 1), havana) == utc("2026-11-01 04:00")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Pacific/Kiritimati", date(2027, 1, 1)),
        ("Asia/Kolkata", date(2026, 12, 31)),
        ("Europe/Helsinki", date(2026, 12, 31)),
    ],
)
def test_local_date_is_that_of_the_place(name, expected):
    assert local_date(utc("2026-12-31 12:00"), zone(name)) == expected


@given(st.sampled_from(ZONES), st.integers(0, 1000))
def test_local_date_changes_exactly_at_midnight(name, offset):
    tz, day = zone(name), date(2026, 1, 1) + timedelta(days=offset)
    start = midnight(day, tz)
    assert local_date(start, tz) == day
    assert local_date(start - timedelta(seconds=1), tz) == day - timedelta(days=1)
