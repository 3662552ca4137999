"""The rule book that is shipped, case by case: DOMAIN facts as the firm meets them."""

from dataclasses import replace
from datetime import date

import pytest

from livinglab.domain.article import TestArticle
from livinglab.domain.facility import Limit, PaperAsked
from livinglab.domain.facts import facts_of
from livinglab.domain.messages import Localised
from livinglab.domain.rules import judge
from tests.freetime import facility
from tests.rulebooks import DAY, SHIPPED

PLAIN = TestArticle(name="Inspector 2", kind="vision_system", conformity="ce", uses_ai=True)
LAB = facility("lab")
PORT = replace(LAB, papers=(PaperAsked("access_pass_list", Localised({"en": "Passes"})),))


def judged(article=PLAIN, place=LAB, first=DAY, last=DAY, **stay):
    return judge(SHIPPED, facts_of(article, place, **{"days": 3, **stay}), first, last)


def brought(**answers):
    return judged(replace(PLAIN, **answers))


def told(found):
    return found.lane, {g.role: g.working_days for g in found.gates}


def test_a_marked_camera_that_sees_nobody_takes_the_fast_lane():
    found = judged()
    assert told(found) == ("fast", {})
    assert (found.evidence, found.conditions, found.rules) == ((), {}, ())


@pytest.mark.parametrize(
    ("answers", "lane", "gates"),
    [
        ({"conformity": "prototype"}, "standard", {"safety_owner": 10}),
        ({"conformity": "partly_completed"}, "standard", {"safety_owner": 10}),
        ({"conformity": "prototype", "use": "lab"}, "standard", {"safety_owner": 10}),
        ({"conformity": "prototype", "use": "in_service"}, "enhanced", {"safety_owner": 10}),
        ({"battery_kwh": 2}, "fast", {}),
        ({"battery_kwh": 2.5}, "standard", {"safety_owner": 10}),
        ({"laser_class": "3R"}, "fast", {}),
        ({"laser_class": "3B"}, "enhanced", {"safety_owner": 10}),
        ({"laser_class": "4", "laser_enclosed": True}, "fast", {}),
        ({"pressure": True}, "standard", {"safety_owner": 10}),
        ({"chemicals": True}, "standard", {"safety_owner": 10}),
        ({"hot_work": True}, "standard", {"safety_owner": 10}),
        ({"lifting": True}, "standard", {"safety_owner": 10}),
        ({"people_in_view": True}, "standard", {"data_protection": 5}),
        ({"people_near": "residents"}, "enhanced", {"ethics": 30, "data_protection": 10}),
        ({"people_near": "patients"}, "enhanced", {"ethics": 30, "data_protection": 10}),
        ({"people_near": "operators"}, "fast", {}),
        ({"people_near": "visitors"}, "enhanced", {"safety_owner": 10}),
        ({"kind": "aerial_vehicle"}, "fast", {}),
        ({"kind": "aerial_vehicle", "open_category": False}, "enhanced", {"air": 10}),
        ({"ai_risk": "limited"}, "fast", {}),
        ({"ai_risk": "high"}, "enhanced", {"coordinator": 30}),
        ({"mixed_traffic": True}, "standard", {}),
        ({"remote_link": True}, "standard", {}),
        ({"dual_use": True}, "standard", {"coordinator": 10}),
    ],
)
def test_an_answer_causes_its_lane_and_gates(answers, lane, gates):
    assert told(brought(**answers)) == (lane, gates)


def test_more_than_five_days_take_the_standard_lane():
    assert [told(judged(days=days))[0] for days in (5, 5.5, None)] == ["fast", "standard", "fast"]


def test_a_discount_is_state_aid():
    assert told(judged(asks_aid=True)) == ("standard", {"state_aid": 5})


def test_what_comes_from_outside_is_a_condition_and_never_a_gate():
    assert told(judged(country="NO")) == ("fast", {})
    found = judged(replace(PLAIN, from_outside_eu=True, changed_here=True), country="JP")
    assert told(found) == ("fast", {})
    assert list(found.conditions) == ["goods_from_outside", "goods_changed", "people_from_outside"]
    assert list(brought(changed_here=True).conditions) == []


def test_a_vehicle_in_port_needs_plates_drivers_and_a_traffic_plan():
    van = replace(PLAIN, kind="ground_vehicle", battery_kwh=6.0)
    found = judged(van, PORT)
    assert [g.rules for g in found.gates] == [("battery", "vehicle_in_port")]
    assert found.gates[0].date_dependent is True
    asked = {"access_pass_list", "traffic_plan", "vehicle_insurance"}
    assert asked <= {item.code for item in found.evidence}
    assert (found.notice, list(found.conditions)) == (1, ["port_battery"])
    assert asked.isdisjoint(item.code for item in judged(van).evidence)


def test_a_test_at_sea_is_reported_a_month_ahead():
    found = judged(place=replace(LAB, kind="sea_area"))
    assert (*told(found), found.notice) == ("enhanced", {"coordinator": 5}, 21)


def test_everybody_on_a_site_brings_cards():
    found = judged(place=replace(LAB, kind="site"))
    assert told(found) == ("standard", {"safety_owner": 10})
    assert {i.code: i.per_person for i in found.evidence} == {
        "safety_cards": True,
        "photo_id": True,
        "induction_record": True,
    }


def test_a_battery_over_the_limit_of_the_place_takes_the_enhanced_lane():
    place = replace(LAB, limits=(Limit("battery_kwh", maximum=5, hard=False),))
    lanes = [judged(replace(PLAIN, battery_kwh=energy), place).lane for energy in (None, 1, 5, 6)]
    assert lanes == ["fast", "fast", "standard", "enhanced"]


@pytest.mark.parametrize(
    ("first", "last", "asked"),
    [
        (date(2027, 1, 11), date(2027, 1, 19), ["machinery_directive"]),
        (date(2027, 1, 19), date(2027, 1, 20), ["machinery_directive", "machinery_regulation"]),
        (date(2027, 1, 20), date(2027, 1, 29), ["machinery_regulation"]),
    ],
)
def test_the_law_of_machines_follows_the_dates(first, last, asked):
    arm = replace(PLAIN, kind="industrial_robot")
    assert [r.id for r in judged(arm, first=first, last=last).rules] == asked
    assert judged(first=first, last=last).rules == ()
