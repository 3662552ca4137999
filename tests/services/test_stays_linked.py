"""Resources booked together: loud tests, pairs, and one that is closed while the other is not."""

import pytest

from livinglab.domain.errors import InvalidInput, SlotTaken
from tests.casework import MONDAY, at, days, stay

CELL, OTHER_CELL, LOUD = "fac-01-cell-a", "fac-01-cell-b", "fac-01-loud-test"
BRIDGE, ROOM = "fac-06-bridge-simulator", "fac-06-remote-operations-room"


def refused(house, ref, refusal, name, *slots, action="approve", **command):
    """The problems of a refused move that changed nothing."""
    before = house.snapshot(ref)
    with pytest.raises(refusal) as raised:
        house.act(ref, action, name, *slots, **command)
    assert house.snapshot(ref) == before
    return [(problem.code, problem.field) for problem in raised.value.problems]


@pytest.mark.both_engines
def test_two_loud_tests_cannot_run_at_once(house):
    house.place("fac-01")
    loud = {"noise_dba": 92}
    wish = {"days": 1, "windows": [(MONDAY, MONDAY)]}
    first = house.sent(resource=CELL, article=loud, **wish)
    second = house.sent("rival", resource=OTHER_CELL, article=loud, **wish)
    quiet = house.sent("rival", resource=OTHER_CELL, **wish)
    house.approve(first, "manager.fac-01")
    assert [(h.resource, h.state) for h in house.held(first)] == [(CELL, "firm"), (LOUD, "firm")]
    assert refused(house, second, SlotTaken, "manager.fac-01") == []
    assert refused(house, second, SlotTaken, "manager.fac-01", stay(OTHER_CELL, MONDAY)) == []
    assert house.approve(quiet, "manager.fac-01") == "confirmed"


@pytest.mark.both_engines
def test_a_pair_is_booked_together(house):
    house.place("fac-06")
    ref = house.sent(resource=BRIDGE, also=[ROOM], days=1)
    alone = house.sent("rival", resource=ROOM, days=1, windows=[(MONDAY, MONDAY)])
    house.approve(ref, "manager.fac-06")
    assert [(held.resource, held.start) for held in house.held(ref)] == [
        (BRIDGE, at(MONDAY, 8)),
        (ROOM, at(MONDAY, 8)),
    ]
    assert refused(house, alone, SlotTaken, "manager.fac-06") == []


def test_a_pair_waits_for_both(house):
    house.place("fac-06")
    ref = house.sent(resource=BRIDGE, also=[ROOM], days=1)
    alone = house.sent("rival", resource=ROOM, days=1)
    house.approve(alone, "manager.fac-06", stay(ROOM, MONDAY))
    house.approve(ref, "manager.fac-06")
    assert {held.start for held in house.held(ref)} == {at(days(1)[0], 8)}


def test_a_pair_is_not_booked_on_a_day_on_which_one_is_closed(house):
    resources = house_of_two()
    house.place("fac-06", resources=resources)
    ref = house.sent(resource=BRIDGE, also=[ROOM], days=1)
    assert refused(house, ref, InvalidInput, "manager.fac-06", stay(BRIDGE, MONDAY)) == [
        ("not_a_stay", "slots.0.start")
    ]
    house.approve(ref, "manager.fac-06")
    assert {held.start for held in house.held(ref)} == {at(days(1)[0], 8)}


def house_of_two():
    """The bridge is open on weekdays, the room not on Mondays."""
    week = {day: [["08:00", "17:00"]] for day in ("mon", "tue", "wed", "thu", "fri")}
    closed = {day: hours for day, hours in week.items() if day != "mon"}
    return [
        {"id": slug, "name": {"en": slug}, "bookable": True, "opening": {"week": hours}}
        for slug, hours in ((BRIDGE, week), (ROOM, closed))
    ]
