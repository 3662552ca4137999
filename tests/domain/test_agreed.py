"""What a change must not break: resources that are counted on, links, and buffers."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from livinglab.domain.agreed import Closed, broken, reblocked
from livinglab.domain.calendar import Buffer, Buffers
from livinglab.domain.facility import Requirement, Resource
from livinglab.domain.messages import Localised
from tests.domain.test_consequences import (
    BENCH,
    NOW,
    PLACE,
    WEDNESDAY,
    at,
    booked,
    described,
    wanted,
)
from tests.freetime import OFFICE, TODAY

ROOM = Resource("room", Localised({"en": "Room"}), OFFICE)
THURSDAY = WEDNESDAY + timedelta(days=1)
BOTH = replace(PLACE, resources=(*PLACE.resources, ROOM))


def with_buffers(before=0, after=0, halves=0):
    buffers = Buffers(Buffer(before), Buffer(after, halves))
    return replace(BOTH, stay=replace(BOTH.stay, buffers=buffers))


def problems(after, agreed=(), asked=(), closed=(), before=BOTH):
    found = broken(described(before), described(after), agreed, asked, closed, NOW)
    return [(problem.code, problem.field) for problem in found]


# --- Resources ----------------------------------------------------------------------------------


def test_a_resource_that_is_booked_or_asked_for_stays():
    gone = replace(BOTH, resources=PLACE.resources)
    hidden = replace(BOTH, resources=(*PLACE.resources, replace(ROOM, bookable=False)))
    for agreed, asked in (
        ([booked(resource="room")], []),
        ([], [wanted(resource="room")]),
        ([], [wanted(also=("room",))]),
    ):
        assert problems(gone, agreed, asked) == [("in_use", "resources")]
        assert problems(hidden, agreed, asked) == [("in_use", "resources.1.bookable")]
    assert problems(gone, [booked()], [wanted(resource=BENCH), wanted()]) == []


def test_a_resource_whose_stays_are_over_may_go():
    gone = replace(BOTH, resources=PLACE.resources)
    over = booked(TODAY - timedelta(days=1), resource="room")
    assert problems(gone, [over]) == []


# --- Links --------------------------------------------------------------------------------------


def linked(when="always"):
    bench = replace(PLACE.resources[0], requires=(Requirement("room", when),))
    return replace(BOTH, resources=(bench, ROOM))


def test_a_link_that_a_coming_stay_has_not_booked_is_refused():
    assert problems(linked(), [booked()]) == [("link_broken", "resources.0.requires")]
    assert problems(linked("hot_work"), [booked()]) == []
    assert problems(linked(), [booked(), booked(key=2, resource="room")]) == []
    assert problems(linked(), [booked(TODAY - timedelta(days=1))]) == []
    assert problems(BOTH, [booked()], before=linked()) == []


# --- Buffers ------------------------------------------------------------------------------------


def test_bookings_that_new_buffers_bring_too_close_are_named():
    pair = [booked(), booked(THURSDAY, key=2, stay=2, ref="PLL-3")]
    assert problems(with_buffers(after=16), pair) == []
    assert problems(with_buffers(after=17), pair) == [("buffers_overlap", "buffer_after")]
    assert problems(with_buffers(before=17), pair) == [("buffers_overlap", "buffer_before")]
    assert problems(with_buffers(after=17), [pair[0]]) == []
    elsewhere = [pair[0], booked(THURSDAY, key=2, stay=2, resource="room")]
    assert problems(with_buffers(after=17), elsewhere) == []


def test_a_closed_time_that_a_new_buffer_meets_is_named():
    shut = Closed(BENCH, at(THURSDAY, 6), at(THURSDAY, 8))
    assert problems(with_buffers(after=14), [booked()], closed=[shut]) == []
    assert problems(with_buffers(after=15), [booked()], closed=[shut]) == [
        ("buffers_overlap", "buffer_after")
    ]


def test_linked_bookings_take_the_buffer_of_the_one_they_came_with():
    friday = THURSDAY + timedelta(days=1)
    short_week = (*OFFICE.week[:3], (), *OFFICE.week[4:])
    bench = replace(linked().resources[0], opening=replace(OFFICE, week=short_week))
    before = replace(linked(), resources=(bench, ROOM))
    buffers = Buffers(after=Buffer(halves=2))
    after = replace(before, stay=replace(before.stay, buffers=buffers))
    pair = [booked(resource="room"), booked(key=2)]
    assert reblocked(before, described(after), pair, NOW) == dict.fromkeys(
        (1, 2), (at(WEDNESDAY, 8), at(friday, 16))
    )


def test_a_stay_that_has_begun_keeps_what_it_blocks_before():
    here = booked(TODAY)
    after = described(with_buffers(before=3, after=3))
    assert reblocked(BOTH, after, [here], at(TODAY, 9)) == {1: (at(TODAY, 8), at(TODAY, 19))}
    assert reblocked(BOTH, after, [here], at(TODAY, 16)) == {}


@settings(deadline=None, max_examples=200)
@given(
    offsets=st.lists(st.integers(0, 20), min_size=1, max_size=5, unique=True),
    hours=st.tuples(st.integers(0, 40), st.integers(0, 40)),
)
def test_buffers_are_refused_just_when_two_would_overlap(offsets, hours):
    agreed = [booked(TODAY + timedelta(days=1 + n), key=n, stay=n, ref=f"PLL-{n}") for n in offsets]
    after = with_buffers(*hours)
    spans = sorted((b.start - hours[0] * 3600, b.end + hours[1] * 3600) for b in agreed)
    overlap = any(one[1] > other[0] for one, other in pairwise(spans))
    assert bool(problems(after, agreed)) == overlap
