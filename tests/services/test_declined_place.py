"""One place of several says no: the rest is kept, and the firm says how it goes on."""

import pytest

from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.domain.errors import IllegalTransition, RulesBroken
from tests.casework import MONDAY, Held, at, days, window

BENCH, CELL = "fac-03-vision-bench", "fac-01-cell-a"
KEPT = [Held(BENCH, "tentative", at(MONDAY, 8), at(MONDAY, 17))]


@pytest.fixture
def two(house):
    """A request with a stay at each of two places, the first approved."""
    house.place("fac-03")
    house.place("fac-01")
    wish = {"windows": [window(*days(0, 4))], "days": 1}
    ref = house.sent(periods=[wish | {"resource": name} for name in (BENCH, CELL)])
    house.approve(ref, "manager.fac-03")
    return ref


def reject(house, ref, name, **command):
    return house.act(ref, "reject", name, note="No room for it.", **command)


@pytest.mark.both_engines
def test_one_place_declines_and_the_rest_is_kept(house, two):
    assert reject(house, two, "manager.fac-01") == "needs_info"
    assert house.held(two) == KEPT
    assert [gate.state for gate in house.read(two).gates] == ["passed", "refused"]
    assert house.mails(two)[-1] == ("declined-place", "firm")
    assert house.audits(two)[-1] == ("manager.fac-01", "reject", "in_review", "needs_info")


@pytest.mark.both_engines
def test_the_firm_goes_on_without_the_stay(house, two):
    reject(house, two, "manager.fac-01")
    assert house.act(two, "submit", "firm", without_declined=True) == "confirmed"
    row = house.read(two)
    assert [(p.position, p.resource_id is not None) for p in row.periods] == [(0, True)]
    assert [gate.state for gate in row.gates] == ["passed"]
    assert house.held(two) == [Held(BENCH, "firm", at(MONDAY, 8), at(MONDAY, 17))]
    assert house.mails(two)[-1] == ("confirmed", "firm")


def test_what_is_left_to_decide_goes_on(house):
    house.place("fac-03")
    house.place("fac-01")
    wish = {"windows": [window(*days(0, 4))], "days": 1}
    ref = house.sent(periods=[wish | {"resource": name} for name in (BENCH, CELL)])
    reject(house, ref, "manager.fac-01")
    assert house.act(ref, "submit", "firm", without_declined=True) == "submitted"
    assert house.approve(ref, "manager.fac-03") == "confirmed"


def test_nothing_goes_back_unchanged_to_a_place_that_declined(house, two):
    reject(house, two, "manager.fac-01")
    with pytest.raises(RulesBroken) as raised:
        house.act(two, "submit", "firm")
    assert [(p.code, p.field) for p in raised.value.problems] == [
        ("place_declined", "periods.1.facility")
    ]


def test_the_firm_may_choose_another_place(house, two):
    house.place("fac-06")
    reject(house, two, "manager.fac-01")
    wish = {"windows": [window(*days(0, 4))], "days": 1}
    house.change(two, periods=[wish | {"resource": BENCH}, wish | {"facility": "fac-06"}])
    assert house.act(two, "submit", "firm") == "submitted"
    assert places_deciding(house, two) == ["fac-03", "fac-06"]


def places_deciding(house, ref):
    with house.work() as work:
        return [gate.facility.slug for gate in pilot_by_ref(work.session, ref).gates]


def test_a_place_declines_once(house, two):
    reject(house, two, "manager.fac-01")
    with pytest.raises(IllegalTransition):
        reject(house, two, "manager.fac-01")


def test_a_place_that_approved_may_still_say_no_for_itself(house, two):
    assert reject(house, two, "manager.fac-03") == "needs_info"
    assert house.held(two) == []
    assert [gate.state for gate in house.read(two).gates] == ["refused", "open"]


def test_the_coordinator_declines_the_whole(house, two):
    assert reject(house, two, "coordinator") == "rejected"
    assert house.held(two) == []


def test_when_the_last_place_declines_the_whole_is_declined(house, two):
    reject(house, two, "manager.fac-01")
    house.act(two, "submit", "firm", without_declined=True)
    again = house.sent(resource=BENCH, days=1)
    assert reject(house, again, "manager.fac-03") == "rejected"
