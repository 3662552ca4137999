"""Giving stays their time: chosen or first that fits, in competition, at one gate's place."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from livinglab.domain.errors import InvalidInput, NotAllowed, SlotTaken
from livinglab.services.placement import ChosenSlot
from tests.casework import MONDAY, WEEK, Held, at, days, stay, window

BENCH = "fac-03-vision-bench"
CELL = "fac-01-cell-a"
NEXT = days(7, 8, 9, 10, 11)


def refused(house, ref, refusal, name, *slots, action="approve", **command):
    """The problems of a refused move that changed nothing."""
    before = house.snapshot(ref)
    with pytest.raises(refusal) as raised:
        house.act(ref, action, name, *slots, **command)
    assert house.snapshot(ref) == before
    return [(problem.code, problem.field) for problem in raised.value.problems]


# --- Chosen, or the first that fits ---------------------------------------------------------------


@pytest.mark.both_engines
@pytest.mark.parametrize("number", [0, 3, 4])
def test_a_chosen_slot_is_held(house, number):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    day = days(number)[0]
    house.approve(ref, "manager.fac-03", stay(BENCH, day))
    assert house.held(ref) == [Held(BENCH, "firm", at(day, 8), at(day, 17))]


def test_a_slot_in_another_offset_is_the_same_slot(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    chosen = stay(BENCH, MONDAY)
    far = timezone(timedelta(hours=14))
    slot = ChosenSlot(0, BENCH, chosen.start.astimezone(far), chosen.end.astimezone(UTC))
    house.approve(ref, "manager.fac-03", slot)
    assert house.held(ref) == [Held(BENCH, "firm", at(MONDAY, 8), at(MONDAY, 17))]


def test_a_slot_in_a_lower_window_may_be_chosen(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1, windows=[WEEK, (NEXT[0], NEXT[4])])
    house.approve(ref, "manager.fac-03", stay(BENCH, NEXT[1]))
    assert [held.start for held in house.held(ref)] == [at(NEXT[1], 8)]


def test_left_out_the_first_window_with_time_is_taken(house):
    house.place()
    ref = house.sent(resource=BENCH, days=3, windows=[(NEXT[0], NEXT[4]), WEEK])
    rival = house.sent("rival", resource=BENCH, days=3, windows=[(NEXT[0], NEXT[4])])
    house.approve(rival, "manager.fac-03", stay(BENCH, NEXT[1], NEXT[3]))
    house.approve(ref, "manager.fac-03")
    assert house.held(ref) == [Held(BENCH, "firm", at(MONDAY, 8), at(days(2)[0], 17))]


def test_left_out_the_notice_counts_from_the_sending(house, clock):
    """The firm cannot be asked to come sooner than the place takes people."""
    house.place()
    ref = house.sent(resource=BENCH, days=1, windows=[(date(2026, 11, 24), date(2026, 12, 8))])
    clock.now += timedelta(days=3)
    house.approve(ref, "manager.fac-03")
    assert [held.start for held in house.held(ref)] == [at(date(2026, 12, 1), 8)]


def test_left_out_nothing_in_the_past_is_taken(house, clock):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    clock.now = at(days(1)[0], 9).astimezone(UTC)
    house.approve(ref, "manager.fac-03")
    assert [held.start for held in house.held(ref)] == [at(days(2)[0], 8)]


@pytest.mark.parametrize(
    ("slot", "code"),
    [
        (stay(BENCH, NEXT[0]), ("outside_windows", "slots.0.start")),
        (stay(BENCH, *days(0, 1)), ("not_a_stay", "slots.0.start")),
        (stay(BENCH, days(5)[0]), ("not_a_stay", "slots.0.start")),
        (ChosenSlot(0, BENCH, at(MONDAY, 9), at(MONDAY, 17)), ("not_a_stay", "slots.0.start")),
        (ChosenSlot(0, BENCH, at(MONDAY, 8), at(MONDAY, 16)), ("not_a_stay", "slots.0.start")),
        (ChosenSlot(0, BENCH, at(MONDAY, 17), at(MONDAY, 8)), ("not_a_stay", "slots.0.start")),
        (
            ChosenSlot(0, BENCH, at(MONDAY, 8) + timedelta(microseconds=1), at(MONDAY, 17)),
            ("not_a_stay", "slots.0.start"),
        ),
        (stay(BENCH, date(2026, 11, 24)), ("in_the_past", "slots.0.start")),
        (stay(BENCH, date(1, 1, 2)), ("in_the_past", "slots.0.start")),
        (stay(BENCH, date(2030, 1, 7)), ("not_a_stay", "slots.0.start")),
        (
            ChosenSlot(
                0, BENCH, datetime.max.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
            ),
            ("not_a_stay", "slots.0.start"),
        ),
        (stay(CELL, MONDAY), ("wrong_resource", "slots.0.resource")),
        (stay("fac-03-gpu-workspace-remote", MONDAY), ("wrong_resource", "slots.0.resource")),
        (
            ChosenSlot(0, "nowhere", at(MONDAY, 8), at(MONDAY, 17)),
            ("wrong_resource", "slots.0.resource"),
        ),
        (stay(BENCH, MONDAY, period=1), ("unknown_period", "slots.0.period")),
        (stay(BENCH, MONDAY, period=-1), ("unknown_period", "slots.0.period")),
    ],
)
def test_a_slot_that_was_not_asked_for_is_refused(house, slot, code):
    house.place("fac-03")
    house.place("fac-01")
    ref = house.sent(resource=BENCH, days=1)
    assert refused(house, ref, InvalidInput, "manager.fac-03", slot) == [code]


def test_one_stay_has_one_time(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    twice = [stay(BENCH, day) for day in days(0, 1)]
    for action in ("approve", "offer"):
        assert refused(house, ref, InvalidInput, "manager.fac-03", *twice, action=action) == [
            ("repeated", "slots.1.period")
        ]


# --- Competition ----------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_of_two_wishes_for_one_slot_the_second_is_refused_whole(house):
    house.place()
    first = house.sent(resource=BENCH, days=1, windows=[(MONDAY, MONDAY)])
    second = house.sent("rival", resource=BENCH, days=1, windows=[(MONDAY, MONDAY)])
    house.approve(first, "manager.fac-03", stay(BENCH, MONDAY))
    assert refused(house, second, SlotTaken, "manager.fac-03", stay(BENCH, MONDAY)) == []
    assert refused(house, second, SlotTaken, "manager.fac-03") == []
    assert house.gates(second) == {"facility_manager": "open"}
    house.act(first, "cancel", "firm", note="We are late.")
    assert house.approve(second, "manager.fac-03") == "confirmed"


@pytest.mark.both_engines
def test_buffers_are_taken_too(house):
    """Two hours before and after: the evening before and the morning after are not free."""
    house.place("fac-01", resources=round_the_clock())
    first = house.sent(resource=CELL, days=1)
    second = house.sent("rival", resource=CELL, days=1)
    house.approve(first, "manager.fac-01", ChosenSlot(0, CELL, at(MONDAY, 0), at(days(1)[0], 0)))
    next_day = ChosenSlot(0, CELL, at(days(1)[0], 0), at(days(2)[0], 0))
    assert refused(house, second, SlotTaken, "manager.fac-01", next_day) == []
    house.approve(second, "manager.fac-01")
    assert [held.start for held in house.held(second)] == [at(days(2)[0], 0)]


def round_the_clock():
    return [
        {
            "id": CELL,
            "name": {"en": "Cell A"},
            "bookable": True,
            "opening": {"week": {}, "round_the_clock": True},
        }
    ]


@pytest.mark.both_engines
def test_two_stays_of_one_pilot_do_not_take_the_same_time(house):
    """The first is chosen where the second would have gone by itself."""
    house.place()
    asked = {"resource": BENCH, "days": 1, "windows": [window(*WEEK)]}
    ref = house.sent(periods=[asked, asked])
    house.approve(ref, "manager.fac-03", stay(BENCH, MONDAY))
    assert [held.start for held in house.held(ref)] == [at(day, 8) for day in days(0, 1)]


def test_no_stay_is_held_unless_all_are(house):
    house.place()
    asked = {"resource": BENCH, "days": 1, "windows": [window(MONDAY)]}
    ref = house.sent(periods=[asked, asked])
    assert refused(house, ref, SlotTaken, "manager.fac-03") == []
    assert house.held(ref) == []


# --- Whose time it is -----------------------------------------------------------------------------


def test_only_who_runs_the_place_moves_time_that_is_held(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1, article={"people_in_view": True})
    house.approve(ref, "manager.fac-03", stay(BENCH, MONDAY))
    other = stay(BENCH, days(1)[0])
    assert refused(house, ref, NotAllowed, "data_protection", other) == []
    assert house.approve(ref, "data_protection", stay(BENCH, MONDAY)) == "confirmed"


def test_the_manager_may_move_time_that_is_held(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1, article={"people_in_view": True})
    house.approve(ref, "data_protection")
    house.approve(ref, "manager.fac-03", stay(BENCH, days(3)[0]))
    assert house.held(ref) == [Held(BENCH, "firm", at(days(3)[0], 8), at(days(3)[0], 17))]


def test_accepted_time_outside_the_windows_may_be_named_when_approving(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    house.act(ref, "offer", "manager.fac-03", stay(BENCH, NEXT[0]))
    house.act(ref, "accept", "firm")
    assert house.approve(ref, "manager.fac-03", stay(BENCH, NEXT[0])) == "confirmed"


@pytest.fixture
def two(house):
    """One stay that may go to either of two places; it is settled at the first."""
    house.place("fac-03")
    house.place("fac-01")
    return house.sent(facilities=["fac-03", "fac-01"], days=1)


def test_a_gate_gives_no_time_at_another_place(house, two):
    assert refused(house, two, InvalidInput, "manager.fac-03", stay(CELL, MONDAY)) == [
        ("wrong_resource", "slots.0.resource")
    ]


def test_a_manager_offers_no_time_at_another_place(house, two):
    slot = stay(CELL, MONDAY)
    assert refused(house, two, NotAllowed, "manager.fac-03", slot, action="offer") == []


@pytest.mark.both_engines
def test_time_offered_elsewhere_needs_the_gates_there(house, two):
    house.act(two, "offer", "coordinator", stay(CELL, MONDAY))
    assert house.read(two).periods[0].facility.slug == "fac-03"
    assert house.act(two, "accept", "firm") == "in_review"
    assert house.read(two).periods[0].facility.slug == "fac-01"
    (gate,) = house.read(two).gates
    assert (gate.facility_id, gate.state) == (house.facilities["fac-01"].id, "open")
    assert house.approve(two, "manager.fac-01") == "confirmed"
    assert [held.resource for held in house.held(two)] == [CELL]
