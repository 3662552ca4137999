"""Starts of one length, against the calendar's own search."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.calendar import Buffers, Busy, Length, OpenCalendar
from livinglab.domain.opening import OpeningRules, Span
from livinglab.domain.starts import Starts
from tests.strategies import ORDINARY, almanac, buffers, rules, taken_pairs

FIRST = date(2027, 3, 22)  # the clock changes in Helsinki on the 28th, elsewhere before or after
LAST = date(2027, 4, 6)
OFFICE = OpeningRules("Europe/Helsinki", ((Span(480, 1080),),) * 7)


def midnight(day):
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


@st.composite
def searches(draw):
    start = FIRST + timedelta(days=draw(st.integers(-2, 10)))
    return {
        "rules": draw(rules(FIRST)),
        "world": almanac(draw(st.lists(st.dates(FIRST, LAST), max_size=3))),
        "halves": draw(st.integers(1, 10)),
        "busy": Busy(draw(taken_pairs(midnight(FIRST), midnight(LAST)))),
        "buffers": draw(buffers()),
        "window": (start, start + timedelta(days=draw(st.integers(-1, 16)))),
        "begin": midnight(FIRST) + 3600 * draw(st.integers(-40, 400)),
        "horizon": draw(st.dates(FIRST, LAST)),
    }


@given(searches())
def test_free_starts_in_a_window_are_those_the_calendar_finds(search):
    calendar = OpenCalendar.build(search["rules"], FIRST, LAST, search["world"])
    length = Length(search["halves"])
    starts = Starts(calendar, length.halves, search["buffers"])
    low, high = starts.within(search["window"], search["begin"], search["horizon"])
    free = starts.free(search["busy"])
    assert [starts.stays[number] for number in free if low <= number < high] == [
        stay
        for stay in calendar.stays(length, search["busy"], search["buffers"], search["window"])
        if stay.start >= search["begin"] and stay.first_day <= search["horizon"]
    ]


def test_what_only_touches_taken_time_is_free():
    calendar = OpenCalendar.build(OFFICE, FIRST, FIRST + timedelta(days=2), ORDINARY)
    starts = Starts(calendar, 2, Buffers())
    second = starts.stays[1]
    taken = Busy([(second.start - 60, second.start), (second.end, second.end + 60)])
    assert [*starts.free(taken)] == [0, 1, 2]
    assert [*starts.free(Busy([(second.start, second.start + 1)]))] == [0, 2]
    assert [*starts.free(Busy([(second.end - 1, second.end)]))] == [0, 2]
