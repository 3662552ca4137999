"""What somebody needs of a place, in numbers: yes, no, or ask, never a guess."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.facility import CompressedAir, Limit, PowerOutlet
from livinglab.domain.fit import Verdict
from livinglab.domain.messages import Localised, Message, Quantity
from livinglab.domain.needs import MEASURES, Needs, answer, asked, carried, texts_of
from tests.freetime import facility

YES, ASK, NO = Verdict.YES, Verdict.ASK, Verdict.NO
THREE = PowerOutlet("cee", 3, 400, 32)
ONE = PowerOutlet("domestic", 1, 230, 16)
NOTE = Localised({"en": "At pole 4."})


def told(needs, *limits, **values):
    """(code, verdict, available) of every answer of a place with these facts."""
    there = carried(dataclasses.replace(facility("x", limits=limits), **values))
    found = [answer(need, there[need.key]) for need in asked(needs)]
    return [(reason.code, reason.verdict, reason.available) for reason in found]


HARD, SOFT = Limit("mass_kg", maximum=2500), Limit("mass_kg", maximum=1000, hard=False)


@pytest.mark.parametrize(
    ("limits", "mass", "expected"),
    [
        ((HARD,), 2500, ("mass_kg_fits", YES, 2500)),
        ((HARD,), 2500.5, ("mass_kg_short", NO, 2500)),
        ((SOFT,), 1000, ("mass_kg_fits", YES, 1000)),
        ((SOFT,), 1001, ("mass_kg_short", ASK, 1000)),
        ((SOFT, HARD), 1800, ("mass_kg_short", ASK, 1000)),
        ((SOFT, HARD), 2501, ("mass_kg_short", NO, 2500)),
        ((), 1, ("mass_kg_unknown", ASK, None)),
        ((Limit("mass_kg", minimum=5),), 1, ("mass_kg_unknown", ASK, None)),
        ((Limit("speed_m_s", maximum=2),), 1, ("mass_kg_unknown", ASK, None)),
    ],
)
def test_a_mass_is_judged_by_the_limits_the_place_tells(limits, mass, expected):
    assert told(Needs(mass_kg=mass), *limits) == [expected]


@pytest.mark.parametrize(
    ("needs", "outlets", "note", "expected"),
    [
        (Needs(current_a=32), (ONE, THREE), None, ("current_a_fits", YES, 32)),
        (Needs(current_a=33), (ONE, THREE), None, ("current_a_short", NO, 32)),
        (Needs(current_a=16, phases=3), (ONE, THREE), None, ("current_a_fits", YES, 32)),
        (Needs(current_a=16, phases=3), (ONE,), None, ("current_a_missing", NO, None)),
        (Needs(phases=3), (ONE, THREE), None, ("current_a_fits", YES, 32)),
        (Needs(phases=3), (ONE,), None, ("current_a_missing", NO, None)),
        (Needs(current_a=16), (), NOTE, ("current_a_missing", NO, None)),
        (Needs(current_a=16), (), None, ("current_a_unknown", ASK, None)),
        (Needs(phases=3), (), None, ("current_a_unknown", ASK, None)),
    ],
)
def test_power_is_one_outlet_with_enough_phases(needs, outlets, note, expected):
    assert told(needs, power=outlets, power_note=note) == [expected]


@pytest.mark.parametrize(
    ("needs", "facts", "expected"),
    [
        (Needs(floor_kpa=10), {"floor_kpa": 10}, ("floor_kpa_fits", YES, 10)),
        (Needs(floor_kpa=10.1), {"floor_kpa": 10}, ("floor_kpa_short", NO, 10)),
        (Needs(floor_kpa=1), {"floor_kpa": None}, ("floor_kpa_unknown", ASK, None)),
        (Needs(door_width_m=3), {"door_m": (3, 2)}, ("door_width_m_fits", YES, 3)),
        (Needs(door_height_m=3), {"door_m": (3, 2)}, ("door_height_m_short", NO, 2)),
        (Needs(door_width_m=3), {"door_m": None}, ("door_width_m_unknown", ASK, None)),
        (Needs(crane_t=3), {"crane_t": 3.2}, ("crane_t_fits", YES, 3.2)),
        (Needs(crane_t=3), {"crane_t": 0.0}, ("crane_t_missing", NO, None)),
        (Needs(air_bar=6), {"air": CompressedAir(6)}, ("air_bar_fits", YES, 6)),
        (Needs(air_bar=7), {"air": CompressedAir(6)}, ("air_bar_short", NO, 6)),
        (Needs(air_bar=7), {"air": CompressedAir(None)}, ("air_bar_unknown", ASK, None)),
        (Needs(air_bar=7), {"air": None}, ("air_bar_missing", NO, None)),
    ],
)
def test_floor_door_crane_and_air_must_be_enough(needs, facts, expected):
    assert told(needs, **facts) == [expected]


def test_everything_asked_is_answered_in_order():
    needs = Needs(air_bar=1, mass_kg=1, phases=3, current_a=1)
    assert [need.measure for need in asked(needs)] == ["mass_kg", "current_a", "air_bar"]
    assert asked(Needs()) == ()


def test_a_reason_says_both_numbers():
    (need,) = asked(Needs(mass_kg=1800))
    reason = answer(need, carried(facility("x", limits=(HARD,)))["mass_kg"])
    assert (reason.field, reason.needed, reason.available) == ("mass_kg", 1800, 2500)
    assert reason.message == Message(
        "Mass %(needed)s: up to %(limit)s is fine.",
        {"needed": Quantity(1800, "kg"), "limit": Quantity(2500, "kg")},
    )


NUMBERS = st.none() | st.floats(0, 10_000).map(lambda value: float(f"{value:.10g}"))
NEEDS = st.builds(Needs, **dict.fromkeys(MEASURES, NUMBERS), phases=st.sampled_from((1, 3)))


def test_needs_are_written_as_addresses_take_them():
    needs = Needs(mass_kg=1800.0, current_a=32, phases=3, door_width_m=2.5, floor_kpa=0)
    assert texts_of(needs) == {
        "mass_kg": "1800",
        "current_a": "32",
        "phases": "3",
        "door_width_m": "2.5",
        "floor_kpa": "0",
    }
    assert texts_of(Needs()) == {}


@given(NEEDS, st.floats(0, 100), st.booleans())
def test_whoever_needs_less_is_answered_no_worse(needs, less, bare):
    order = {YES: 0, ASK: 1, NO: 2}
    facts = {} if bare else {"power": (ONE, THREE), "floor_kpa": 5, "door_m": (2, 3)}
    there = carried(dataclasses.replace(facility("x", limits=(HARD, SOFT)), **facts))
    for need in asked(needs):
        carries = there[need.key]
        assert order[carries.verdict(min(less, need.value))] <= order[carries.verdict(need.value)]
