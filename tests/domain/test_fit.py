"""Whether an article fits a place: every comparison with its numbers, and the worst of them."""

import dataclasses
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.article import PowerNeed, TestArticle
from livinglab.domain.article_json import LASER_CLASSES
from livinglab.domain.facility import CompressedAir, Limit, LimitKind, PowerOutlet
from livinglab.domain.fit import LASER_ORDER, Reason, Verdict, reasons, verdict
from livinglab.domain.messages import Message, Quantity
from tests.freetime import facility

YES, ASK, NO = Verdict.YES, Verdict.ASK, Verdict.NO


def place(*limits, **values):
    return dataclasses.replace(facility("x", limits=limits), **values)


def article(**values):
    return TestArticle(name="Ox", **values)


def told(there, **values):
    """(code, verdict, needed, available) of every reason."""
    return [(r.code, r.verdict, r.needed, r.available) for r in reasons(article(**values), there)]


# --- Limits ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "limit", "value", "reason"),
    [
        ("mass_kg", {"maximum": 500}, 500, ("mass_kg_fits", YES, 500, 500)),
        ("mass_kg", {"maximum": 500}, 500.1, ("mass_kg_over", NO, 500.1, 500)),
        ("mass_kg", {"maximum": 500}, 0, ("mass_kg_fits", YES, 0, 500)),
        ("speed_m_s", {"maximum": 2, "hard": False}, 3, ("speed_m_s_over", ASK, 3, 2)),
        ("battery_kwh", {"maximum": 40}, 40.5, ("battery_kwh_over", NO, 40.5, 40)),
        ("laser_class", {"maximum": 2}, "2", ("laser_class_fits", YES, 2, 2)),
        ("laser_class", {"maximum": 2}, "2M", ("laser_class_over", NO, 2.5, 2)),
        ("laser_class", {"maximum": 3.5, "hard": False}, "4", ("laser_class_over", ASK, 4, 3.5)),
        ("ingress_ip", {"minimum": 65}, 65, ("ingress_ip_fits", YES, 65, 65)),
        ("ingress_ip", {"minimum": 65}, 54, ("ingress_ip_under", NO, 54, 65)),
        ("people", {"maximum": 8}, 8, ("people_fits", YES, 8, 8)),
        ("people", {"maximum": 8}, 9, ("people_over", NO, 9, 8)),
        ("charge_pct", {"maximum": 30}, 30.5, ("charge_pct_over", NO, 30.5, 30)),
        ("latency_ms", {"maximum": 20, "hard": False}, 21, ("latency_ms_over", ASK, 21, 20)),
    ],
)
def test_a_limit_is_compared_with_what_was_told(kind, limit, value, reason):
    assert told(place(Limit(kind, **limit)), **{kind: value}) == [reason]


def test_what_was_not_told_is_not_compared():
    assert told(place(*(Limit(kind, maximum=0) for kind in get_args(LimitKind)))) == []


def test_a_sentence_has_both_numbers_with_their_unit():
    (reason,) = reasons(article(mass_kg=800), place(Limit("mass_kg", maximum=500)))
    assert reason == Reason(
        "mass_kg_over",
        "test_article.mass_kg",
        NO,
        Message(
            "Mass %(needed)s: the limit is %(limit)s.",
            {"needed": Quantity(800, "kg"), "limit": Quantity(500, "kg")},
        ),
        800,
        500,
    )


def test_laser_classes_are_named_as_people_know_them():
    (reason,) = reasons(article(laser_class="4"), place(Limit("laser_class", maximum=3.5)))
    assert reason.message.params == {"needed": "4", "limit": "3B"}


@given(st.sampled_from(LASER_CLASSES), st.floats(0, 10**9))
def test_every_laser_limit_has_a_sentence(laser, bound):
    (reason,) = reasons(article(laser_class=laser), place(Limit("laser_class", maximum=bound)))
    assert (reason.verdict is YES) == (LASER_ORDER[laser] <= bound)


# --- Power, door, floor ---------------------------------------------------------------------------


THREE = PowerOutlet("cee", 3, 400, 32)
ONE = PowerOutlet("domestic", 1, 230, 16)


@pytest.mark.parametrize(
    ("need", "reason"),
    [
        (PowerNeed(1, 230, 10), ("power_fits", YES, 10, 32)),
        (PowerNeed(3, 400, 32), ("power_fits", YES, 32, 32)),
        (PowerNeed(3, 400, 63), ("power_short", NO, 63, 32)),
    ],
)
def test_power_is_the_best_outlet_with_enough_phases(need, reason):
    assert told(place(power=(ONE, THREE)), power=need) == [reason]


def test_no_outlet_has_a_sentence_of_its_own():
    (reason,) = reasons(article(power=PowerNeed(3, 400, 16)), place(power=(ONE,)))
    assert (reason.verdict, reason.available) == (NO, 0)
    assert reason.message.template.endswith("there is no such outlet.")


def test_no_current_needs_no_outlet():
    assert told(place(), power=PowerNeed(1, 230, 0)) == []


@pytest.mark.parametrize(
    ("size", "answer"),
    [
        ((4000, 1200, 2000), ("door_fits", YES, 1.2, 1.2)),
        ((1200, 4000, 2000), ("door_fits", YES, 1.2, 1.2)),
        ((1300, 1201, 2000), ("door_small", ASK, 1.201, 1.2)),
        ((1000, 1000, 2001), ("door_small", ASK, 1.0, 1.2)),
    ],
)
def test_an_article_goes_through_the_door_by_its_narrow_side(size, answer):
    assert told(place(door_m=(1.2, 2.0)), dimensions_mm=size) == [answer]


@pytest.mark.parametrize(
    ("mass", "answer"),
    [(2000, ("floor_fits", YES, 19.613, 20)), (2040, ("floor_ask", ASK, 20.006, 20))],
)
def test_the_floor_is_pressed_by_mass_over_footprint(mass, answer):
    assert told(place(floor_kpa=20), mass_kg=mass, dimensions_mm=(1000, 1000, 500)) == [answer]


@pytest.mark.parametrize(
    ("air", "answer"),
    [
        (CompressedAir(7), ("air_fits", YES, 7, 7)),
        (CompressedAir(6), ("air_short", NO, 7, 6)),
        (CompressedAir(None), ("air_ask", ASK, 7, None)),
        (None, ("air_short", NO, 7, 0)),
    ],
)
def test_compressed_air_is_compared_with_the_pressure_of_the_place(air, answer):
    assert told(place(air=air), air_bar=7) == [answer]


@pytest.mark.parametrize(
    ("crane", "answer"),
    [
        (1.0, ("crane_fits", YES, 1000, 1000)),
        (0.5, ("crane_short", NO, 1000, 500)),
        (0.0, ("crane_short", NO, 1000, 0)),
    ],
)
def test_a_part_to_lift_is_compared_with_the_crane(crane, answer):
    assert told(place(crane_t=crane), lift_kg=1000) == [answer]


def test_no_air_and_nothing_to_lift_are_not_compared():
    assert told(place(), air_bar=0, lift_kg=0) == []


# --- Together -------------------------------------------------------------------------------------


def test_the_worst_reason_decides():
    there = place(Limit("mass_kg", maximum=10), Limit("speed_m_s", maximum=1, hard=False))
    assert verdict(reasons(article(), there)) is YES
    assert verdict(reasons(article(mass_kg=5), there)) is YES
    assert verdict(reasons(article(mass_kg=5, speed_m_s=2), there)) is ASK
    assert verdict(reasons(article(mass_kg=50, speed_m_s=2), there)) is NO


@given(st.floats(0, 1_000_000), st.tuples(*[st.floats(1, 1_000_000)] * 3))
def test_no_article_breaks_the_comparison(mass, size):
    there = place(Limit("mass_kg", maximum=10), floor_kpa=20, door_m=(1, 2), power=(ONE,))
    found = reasons(article(mass_kg=mass, dimensions_mm=size, power=PowerNeed(1, 230, 5)), there)
    assert len(found) == 4
    assert (found[0].verdict is YES) == (mass <= 10)
