"""Bookings that lie in closed time by the rules of now."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from livinglab.domain.calendar import Buffers, Busy, Length, OpenCalendar
from livinglab.domain.conflict import outside
from livinglab.domain.consequences import newly_closed
from livinglab.domain.messages import Localised
from livinglab.domain.opening import Closure, OpeningRules, Span
from livinglab.domain.zones import zone
from tests.domain.test_consequences import at
from tests.freetime import OFFICE, TODAY, WORLD
from tests.strategies import lengths, rules

HELSINKI = ZoneInfo("Europe/Helsinki")
DATES = TODAY - timedelta(days=3), TODAY + timedelta(days=40)
WEDNESDAY, FRIDAY = TODAY + timedelta(days=9), TODAY + timedelta(days=11)
SHUT = Closure(WEDNESDAY, WEDNESDAY, Localised({"en": "Inventory"}))


def week(*hours):
    spans = tuple(Span(60 * a, 60 * b) for a, b in hours)
    return OpeningRules("Europe/Helsinki", (spans,) * 5 + ((), ()))


def judged(opening, first=WEDNESDAY, last=None, hours=(8, 16), length=None):
    """The hours of ``first`` that lie in closed time, and why; None when all is well."""
    calendar = OpenCalendar.build(opening, *DATES, WORLD)
    start, end = at(first, hours[0]), at(last or first, hours[1])
    found = outside(calendar, HELSINKI, start, end, length or Length(2))
    if found is None:
        return None
    midnight = at(first, 0)
    return (found.start - midnight) / 3600, (found.end - midnight) / 3600, found.reason.template


def test_a_stay_in_its_hours_is_in_order_and_so_is_one_in_longer_hours():
    assert judged(OFFICE) is None
    assert judged(week((7, 18))) is None


@pytest.mark.parametrize(
    ("opening", "expected"),
    [
        (replace(OFFICE, closures=(SHUT,)), (8, 16, "Closed: %(reason)s")),
        (week((9, 16)), (8, 9, "Outside opening hours")),
        (week((8, 15)), (15, 16, "Outside opening hours")),
        (week((17, 20)), (8, 16, "Outside opening hours")),
    ],
)
def test_the_part_in_closed_time_is_named(opening, expected):
    assert judged(opening) == expected


def test_a_day_lost_in_the_middle_is_named_but_not_a_weekend_it_ran_over():
    monday = TODAY + timedelta(days=7)
    closed = replace(OFFICE, closures=(SHUT,))
    assert judged(closed, monday, FRIDAY, length=Length(10)) == (48, 72, "Closed: %(reason)s")
    assert judged(closed, monday, FRIDAY, length=Length(8)) is None
    over = FRIDAY + timedelta(days=3)
    assert judged(OFFICE, FRIDAY, over, length=Length(4)) is None


def test_hours_need_one_open_stretch():
    lunch = week((8, 12), (13, 16))
    assert judged(lunch, hours=(10, 15), length=Length(hours=5)) == (
        *(12, 13, "Outside opening hours"),
    )
    assert judged(week((8, 12), (12, 16)), hours=(10, 15), length=Length(hours=5)) is None
    assert judged(lunch) is None


def test_what_no_calendar_knows_is_not_judged():
    far = DATES[1] + timedelta(days=10)
    assert judged(OFFICE, far) is None
    never = replace(OFFICE, closures=(Closure(*DATES, Localised({"en": "Never"})),))
    assert judged(never) is None


@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_every_stay_the_rules_allow_is_in_order(data):
    opening, length = data.draw(rules(TODAY)), data.draw(lengths())
    calendar = OpenCalendar.build(opening, *DATES, WORLD)
    for stay in list(calendar.stays(length, Busy(), Buffers(), DATES))[:40]:
        assert outside(calendar, zone(opening.zone), stay.start, stay.end, length) is None


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_a_stay_out_of_order_under_new_rules_was_named_as_touched(data):
    by_day = rules(TODAY).filter(lambda one: all(s.end <= 1440 for day in one.week for s in day))
    before, after = data.draw(by_day), data.draw(by_day)
    after, length = replace(after, zone=before.zone), data.draw(lengths())
    calendars = [OpenCalendar.build(one, *DATES, WORLD) for one in (before, after)]
    for stay in list(calendars[0].stays(length, Busy(), Buffers(), DATES))[:20]:
        found = outside(calendars[1], zone(after.zone), stay.start, stay.end, length)
        if found is not None:
            assert newly_closed(*calendars, stay.start, stay.end) is not None
