"""Half-open intervals, against sets of minutes."""

import itertools
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.interval import Interval, merged, subtract
from tests.strategies import EPOCH, intervals

HELSINKI = ZoneInfo("Europe/Helsinki")


def minute(number):
    return EPOCH + timedelta(minutes=number)


def span(start, end):
    return Interval(minute(start), minute(end))


def minutes(*spans):
    """The whole minutes that lie in any of these."""
    return {
        number
        for interval in spans
        for number in range(
            (interval.start - EPOCH) // timedelta(minutes=1),
            (interval.end - EPOCH) // timedelta(minutes=1),
        )
    }


def test_of_converts_zones_to_utc():
    start = datetime(2027, 2, 1, 8, tzinfo=HELSINKI)
    end = datetime(2027, 2, 1, 9, tzinfo=timezone(timedelta(hours=1)))
    assert Interval.of(start, end) == Interval(
        datetime(2027, 2, 1, 6, tzinfo=UTC), datetime(2027, 2, 1, 8, tzinfo=UTC)
    )


def test_of_counts_elapsed_time_over_the_spring_change():
    night = Interval.of(
        datetime(2027, 3, 27, 22, tzinfo=HELSINKI), datetime(2027, 3, 28, 6, tzinfo=HELSINKI)
    )
    assert night.duration == timedelta(hours=7)


def test_of_counts_elapsed_time_over_the_autumn_change():
    night = Interval.of(
        datetime(2027, 10, 30, 22, tzinfo=HELSINKI), datetime(2027, 10, 31, 6, tzinfo=HELSINKI)
    )
    assert night.duration == timedelta(hours=9)


@pytest.mark.parametrize("side", ["start", "end"])
def test_of_refuses_a_naive_time(side):
    times = {"start": minute(0), "end": minute(1)}
    times[side] = times[side].replace(tzinfo=None)
    with pytest.raises(ValueError, match="naive"):
        Interval.of(**times)


@pytest.mark.parametrize("zone", [None, HELSINKI, ZoneInfo("UTC")])
def test_interval_refuses_what_is_not_utc(zone):
    with pytest.raises(ValueError, match="UTC"):
        Interval(minute(0).replace(tzinfo=zone), minute(1))
    with pytest.raises(ValueError, match="UTC"):
        Interval(minute(0), minute(1).replace(tzinfo=zone))


@pytest.mark.parametrize("end", [0, -1])
def test_interval_refuses_an_end_not_after_the_start(end):
    with pytest.raises(ValueError, match="ends after it starts"):
        span(0, end)


def test_intervals_that_touch_do_not_overlap():
    assert not span(0, 5).overlaps(span(5, 9))
    assert not span(5, 9).overlaps(span(0, 5))
    assert span(0, 5).intersection(span(5, 9)) is None


def test_merged_joins_intervals_that_touch():
    assert merged([span(5, 9), span(0, 5), span(20, 21)]) == [span(0, 9), span(20, 21)]


def test_subtract_leaves_the_parts_around():
    left = subtract(span(0, 20), [span(15, 30), span(-5, 2), span(4, 6), span(5, 8)])
    assert left == [span(2, 4), span(8, 15)]


@given(intervals(), intervals())
def test_overlap_containment_and_intersection_agree_with_minutes(one, other):
    shared = one.intersection(other)
    assert one.overlaps(other) == other.overlaps(one) == bool(minutes(one) & minutes(other))
    assert one.contains(other) == (minutes(other) <= minutes(one))
    assert (minutes(shared) if shared else set()) == minutes(one) & minutes(other)


@given(st.lists(intervals(), max_size=8))
def test_merged_keeps_the_minutes_sorted_and_apart(several):
    result = merged(several)
    assert minutes(*result) == minutes(*several)
    assert all(before.end < after.start for before, after in itertools.pairwise(result))
    assert merged(result) == result


@given(intervals(), st.lists(intervals(), max_size=8))
def test_subtract_keeps_the_other_minutes_sorted_and_apart(whole, several):
    result = subtract(whole, several)
    assert minutes(*result) == minutes(whole) - minutes(*several)
    assert all(before.end < after.start for before, after in itertools.pairwise(result))
