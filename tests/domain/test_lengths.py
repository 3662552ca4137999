"""Lengths a place takes, and the nearest to one it does not take."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.calendar import Buffers, Busy, Length, OpenCalendar
from livinglab.domain.facility import StayRules
from livinglab.domain.lengths import (
    Bounds,
    halves_taken,
    hours_taken,
    length_fits,
    long_enough,
    nearest_halves,
)
from livinglab.domain.opening import OpeningRules, Span
from tests.strategies import ORDINARY

RULES = st.builds(
    lambda least, more, step: StayRules(least, least + more, step),
    st.integers(1, 12),
    st.integers(0, 30),
    st.integers(1, 5),
)
FIRST, LAST = date(2027, 2, 1), date(2027, 2, 14)


def calendar(*spans, days=5, **values):
    week = (tuple(Span(*span) for span in spans),) * days + ((),) * (7 - days)
    return OpenCalendar.build(
        OpeningRules("Europe/Helsinki", week, **values), FIRST, LAST, ORDINARY
    )


OFFICE = calendar((480, 720), (780, 1020))
"""Eight to twelve and one to five."""


@given(RULES, st.integers(1, 60))
def test_length_fits_by_least_most_and_step(rules, halves):
    wanted = halves in range(rules.min_halves, rules.max_halves + 1) and (
        halves % rules.step_halves == 0
    )
    assert length_fits(rules, Length(halves)) == wanted


def test_hours_are_judged_by_the_day():
    assert length_fits(StayRules(min_halves=4), Length(hours=1))
    assert not length_fits(StayRules(), Length())


@given(st.lists(RULES, min_size=1, max_size=3), st.integers(1, 60))
def test_nearest_halves_is_the_nearest_that_fits(places, halves):
    good = [n for n in range(1, 100) if any(length_fits(rules, Length(n)) for rules in places)]
    wanted = min(good, key=lambda n: (abs(n - halves), n), default=None)
    assert nearest_halves(halves, places) == wanted


@given(RULES)
def test_halves_taken_are_the_ends_of_what_fits(rules):
    good = [n for n in range(1, 100) if length_fits(rules, Length(n))]
    assert halves_taken(rules) == (Bounds(good[0], good[-1]) if good else None)


@pytest.mark.parametrize(
    ("opened", "least", "bounds"),
    [
        (OFFICE, 1, Bounds(4, 4)),
        (OFFICE, 2, None),
        (calendar((480, 1020)), 1, Bounds(5, 9)),
        (calendar((480, 1020)), 2, Bounds(9, 9)),
        (calendar((0, 1440), days=7), 1, Bounds(12, 24 * 14)),
        (calendar((1200, 1800)), 1, Bounds(5, 10)),
        (calendar((480, 510)), 1, None),
        (calendar(days=0), 1, None),
    ],
)
def test_hours_taken_span_the_shortest_half_to_the_longest_stretch(opened, least, bounds):
    assert hours_taken(StayRules(least), opened, (FIRST, LAST)) == bounds


def test_hours_taken_look_at_the_window_alone():
    assert hours_taken(StayRules(), OFFICE, (date(2027, 2, 6), date(2027, 2, 7))) is None
    assert hours_taken(StayRules(), OFFICE, (date.min, date.max)) == Bounds(4, 4)


@pytest.mark.parametrize(("hours", "enough"), [(4, False), (5, True), (9, True)])
def test_a_stay_in_hours_reaches_the_shortest_half(hours, enough):
    opened = calendar((480, 1020))
    stays = opened.stays(Length(hours=hours), Busy(), Buffers(), (FIRST, FIRST))
    first = next(stays)
    assert long_enough(StayRules(), opened, Length(hours=hours), first) is enough


def test_half_days_are_long_enough_by_their_count():
    stay = next(OFFICE.stays(Length(1), Busy(), Buffers(), (FIRST, LAST)))
    assert long_enough(StayRules(min_halves=9), OFFICE, Length(1), stay)


def test_bounds_bring_a_value_in():
    assert [Bounds(2, 5).nearest(n) for n in (-1, 2, 3, 5, 9)] == [2, 2, 3, 5, 5]
