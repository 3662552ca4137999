"""Free time as the database has it: fresh in a unit of work, cached and never stale outside."""

from datetime import UTC, date, timedelta

import pytest
from sqlalchemy.orm import Session

from livinglab.domain.calendar import Length
from livinglab.services.availability import Finder
from livinglab.services.world import from_epoch
from tests.casework import MONDAY, WEEK, at, days, stay

BENCH, WORKSPACE = "fac-03-vision-bench", "fac-03-gpu-workspace-remote"
CELL, OTHER_CELL, LOUD = "fac-01-cell-a", "fac-01-cell-b", "fac-01-loud-test"
BRIDGE, ROOM = "fac-06-bridge-simulator", "fac-06-remote-operations-room"
DAY = Length(2)
EXTREMES = [
    (date.min, date.max),
    (date.min, date.min),
    (date.max, date.max),
    (date(9999, 12, 31), date(1, 1, 1)),
]


def finder(house, *slugs, **options):
    """Free time from the cache, or fresh at these facilities."""
    with Session(house.engine) as session:
        if not slugs:
            return Finder.read(house.world, session, house.clock())
        ids = [house.facilities[slug].id for slug in slugs]
        return Finder.fresh(house.world, session, house.clock(), ids, **options)


def starts(found, resource, window=WEEK, length=DAY, **options):
    """The days on which a stay may begin."""
    item = found.places.resources[resource]
    stays = found.stays(item, length, window, **options)
    return [from_epoch(stay.start).date() for stay in stays]


# --- What is taken --------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_reads_follow_every_change_though_they_are_kept(house):
    house.place()
    assert starts(finder(house), BENCH) == [*days(0, 1, 2, 3, 4)]
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03", stay(BENCH, MONDAY))
    assert starts(finder(house), BENCH) == [*days(1, 2, 3, 4)]
    house.act(ref, "reschedule", "manager.fac-03", stay(BENCH, days(2)[0]))
    assert starts(finder(house), BENCH) == [*days(0, 1, 3, 4)]
    house.block(BENCH, at(MONDAY, 8), at(MONDAY, 9))
    assert starts(finder(house), BENCH) == [*days(1, 3, 4)]
    house.act(ref, "cancel", "firm", note="Late.")
    assert starts(finder(house), BENCH) == [*days(1, 2, 3, 4)]


def test_another_process_sees_it_too(house):
    """Each process has a world of its own; they share nothing but the database."""
    house.place()
    with Session(house.engine) as session:
        there = type(house.world)("http://lab.example", "x@lab.example")
        assert Finder.read(there, session, house.clock()).busy
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03", stay(BENCH, MONDAY))
    with Session(house.engine) as session:
        found = Finder.read(there, session, house.clock())
    assert starts(found, BENCH) == [*days(1, 2, 3, 4)]


def test_what_is_not_committed_reaches_no_cache(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    version = house.read(ref).version
    slot = stay(BENCH, MONDAY)
    assert house.attempt(ref, "approve", "manager.fac-03", slot, version=version) == "confirmed"
    assert starts(finder(house), BENCH) == [*days(0, 1, 2, 3, 4)]
    assert starts(finder(house, "fac-03"), BENCH) == [*days(0, 1, 2, 3, 4)]


def test_a_pilots_own_time_may_count_as_free(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03", stay(BENCH, MONDAY))
    key = house.read(ref).id
    assert starts(finder(house, "fac-03"), BENCH) == [*days(1, 2, 3, 4)]
    assert starts(finder(house, "fac-03", without_pilot=key), BENCH) == [*days(0, 1, 2, 3, 4)]


def test_the_set_up_before_a_stay_meets_what_ended_long_ago(house, clock):
    """A thousand hours of set-up: six weeks before the stay nobody else may be there."""
    house.place("fac-03")
    first = house.sent(resource=BENCH, days=1)
    house.approve(first, "manager.fac-03", stay(BENCH, MONDAY))
    facility = house.facilities["fac-03"]
    facility.profile = {**facility.profile, "buffer_before": {"amount": 1000, "unit": "hours"}}
    facility.version += 1
    house.make.session.commit()
    clock.now = at(MONDAY + timedelta(days=30), 12).astimezone(UTC)
    window = (MONDAY + timedelta(days=38), MONDAY + timedelta(days=45))
    assert starts(finder(house, "fac-03"), BENCH, window)[0] == MONDAY + timedelta(days=43)


# --- What else is needed --------------------------------------------------------------------------


def test_loud_tests_wait_for_each_other_and_quiet_ones_do_not(house):
    house.place("fac-01")
    ref = house.sent(resource=CELL, days=1, article={"noise_dba": 92})
    house.approve(ref, "manager.fac-01", stay(CELL, MONDAY))
    found = finder(house)
    assert starts(found, OTHER_CELL) == [*days(0, 1, 2, 3, 4)]
    assert starts(found, OTHER_CELL, triggers=["noisy"]) == [*days(1, 2, 3, 4)]
    assert [item.slug for item in found.places.needed(found.places.resources[CELL])] == [CELL]


def test_a_pair_is_free_where_both_are_free_and_open(house):
    week = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    closed = {day: hours for day, hours in week.items() if day != "thu"}
    house.place(
        "fac-06",
        resources=[
            {"id": slug, "name": {"en": slug}, "bookable": True, "opening": {"week": hours}}
            for slug, hours in ((BRIDGE, week), (ROOM, closed))
        ],
    )
    ref = house.sent(resource=ROOM, days=1)
    house.approve(ref, "manager.fac-06", stay(ROOM, MONDAY))
    found = finder(house)
    assert starts(found, BRIDGE) == [*days(0, 1, 2, 3, 4)]
    assert starts(found, BRIDGE, also=[ROOM]) == [*days(1, 2, 4)]
    bridge = found.places.resources[BRIDGE]
    # Nobody has Monday, and still Thursday is closed to the pair.
    assert starts(found, BRIDGE, also=[ROOM], busy=found.closures(bridge, [ROOM])) == [
        *days(0, 1, 2, 4)
    ]


def test_what_is_needed_elsewhere_is_not_needed_here(house):
    house.place("fac-03")
    house.place("fac-06")
    places = finder(house).places
    bench = places.resources[BENCH]
    assert [item.slug for item in places.needed(bench, [ROOM, WORKSPACE, "gone"])] == [
        BENCH,
        WORKSPACE,
    ]


# --- Notice, horizon, extremes --------------------------------------------------------------------


def test_notice_and_horizon_bound_the_search(house):
    """Five working days after Tuesday 24 November, four hundred days after it."""
    house.place()
    found = finder(house)
    everything = starts(found, BENCH, (date.min, date.max))
    assert (everything[0], everything[-1]) == (date(2026, 12, 1), date(2027, 12, 29))
    today = starts(found, BENCH, (date.min, date.max), notice=False)
    assert today[0] == date(2026, 11, 25)
    half = starts(found, BENCH, (date.min, date.max), Length(1), notice=False)
    assert half[0] == date(2026, 11, 24)


@pytest.mark.parametrize("window", EXTREMES)
@pytest.mark.parametrize(
    "length", [Length(1), DAY, Length(10**6), Length(hours=1), Length(hours=10**6)]
)
def test_no_window_and_no_length_is_too_far(house, window, length):
    house.place()
    found = finder(house)
    for resource in (BENCH, WORKSPACE):
        item = found.places.resources[resource]
        first = found.first_stay(item, length, window)
        slots = found.slots([item], length, window, 3)
        assert [slot.stay for slot in slots[:1]] == ([first] if first else [])
        assert all(window[0] <= s.stay.first_day <= s.stay.last_day <= window[1] for s in slots)


def test_beyond_what_is_built_nothing_is_free(house):
    house.place()
    found = finder(house)
    far = (date(2028, 6, 1), date(9999, 12, 31))
    assert starts(found, BENCH, far) == []
    assert starts(found, WORKSPACE, far) == []


@pytest.mark.parametrize(("halves", "fits"), [(1, False), (2, True), (3, False), (22, False)])
def test_lengths_a_place_does_not_take_find_nothing(house, halves, fits):
    house.place("fac-09")
    window = (date(2027, 2, 1), date(2027, 4, 30))
    found = starts(finder(house), "fac-09-casting-bay", window, Length(halves))
    assert bool(found) is fits


def test_hours_reach_the_shortest_stay(house):
    """Half a day at the bench lasts four and a half hours."""
    house.place()
    found = finder(house)
    assert starts(found, BENCH, length=Length(hours=4)) == []
    assert starts(found, BENCH, (MONDAY, MONDAY), Length(hours=5)) == [MONDAY] * 9
