"""The sixty example requests keep the rules of their places."""

from datetime import date

import pytest

from livinglab.domain.article_json import article_from_json
from livinglab.domain.fit import Verdict, reasons, verdict
from livinglab.domain.gates import required
from livinglab.domain.pilot import HOLDS, Holds, State
from livinglab.domain.vocabulary import FOCUS_AREAS
from tests.examples.data import (
    ALMANAC,
    ANCHOR,
    ASKED_FOR_CLOSED_TIME,
    BY_REF,
    CALENDARS,
    COMPANIES,
    FACILITIES,
    PILOTS,
    RESOURCES,
    WANTED_BY_TWO,
    needed,
    numbers,
    stay_of,
    wall,
)


def clashes(numbers_):
    """Pairs of requests whose stays, buffers included, want the same time."""
    taken = [
        (slug, stay.blocked_start, stay.blocked_end, number)
        for number in numbers_
        for stay in [stay_of(BY_REF[number])]
        for slug in needed(BY_REF[number])
    ]
    return {
        frozenset((a[3], b[3]))
        for a in taken
        for b in taken
        if a[3] < b[3] and a[0] == b[0] and a[1] < b[2] and b[1] < a[2]
    }


@pytest.mark.parametrize("number", numbers(ASKED_FOR_CLOSED_TIME))
def test_request_has_the_times_its_place_gives(number):
    pilot = BY_REF[number]
    facility, _ = RESOURCES[pilot["resource"]]
    stay = stay_of(pilot)
    assert (pilot["start"], pilot["end"]) == (wall(stay.start, facility), wall(stay.end, facility))


@pytest.mark.parametrize("number", sorted(ASKED_FOR_CLOSED_TIME))
def test_rejected_request_asked_for_closed_time(number):
    pilot = BY_REF[number]
    calendar = CALENDARS[pilot["resource"]]
    assert pilot["state"] == "rejected"
    assert date.fromisoformat(pilot["start"][:10]) in calendar.closed
    assert stay_of(pilot) is None


@pytest.mark.parametrize("number", numbers())
def test_request_names_known_things(number):
    pilot = BY_REF[number]
    facility, resource = RESOURCES[pilot["resource"]]
    assert facility.slug == pilot["facility"]
    assert resource.bookable
    assert pilot["company"] in {company["id"] for company in COMPANIES}
    assert State(pilot["state"]).value == pilot["state"]
    assert set(pilot["focus_areas"]) <= set(FOCUS_AREAS)
    assert 1 <= len(pilot["windows"]) <= 3
    stay = facility.stay
    assert stay.min_halves <= pilot["halves"] <= stay.max_halves
    assert pilot["halves"] % stay.step_halves == 0


@pytest.mark.parametrize("number", numbers(ASKED_FOR_CLOSED_TIME))
def test_every_later_wish_is_possible_too(number):
    pilot = BY_REF[number]
    assert [stay_of(pilot, rank) for rank in range(len(pilot["windows"]))].count(None) == 0


@pytest.mark.parametrize("number", numbers({"0059", "0060"}, ASKED_FOR_CLOSED_TIME))
def test_request_was_sent_in_time(number):
    pilot = BY_REF[number]
    facility, _ = RESOURCES[pilot["resource"]]
    sent = date.fromisoformat(pilot["submitted"][:10])
    notice = facility.stay.notice_working_days
    assert sent < ANCHOR
    assert ALMANAC.add_working_days(sent, notice) <= date.fromisoformat(pilot["start"][:10])


def test_requests_clash_only_where_two_firms_want_the_same_days():
    assert clashes(numbers(ASKED_FOR_CLOSED_TIME)) == {frozenset(WANTED_BY_TWO)}


def test_no_clash_is_held():
    held = [number for number, pilot in BY_REF.items() if pilot["holds_calendar"]]
    assert len(held) == 45
    assert clashes(held) == set()


def test_articles_fit_but_for_the_deliberate_misses():
    found = {
        number: (answer.value, [r.code for r in told if r.verdict is answer])
        for number, pilot in BY_REF.items()
        for told in [
            reasons(article_from_json(pilot["test_article"]), FACILITIES[pilot["facility"]])
        ]
        for answer in [verdict(told)]
        if answer is not Verdict.YES
    }
    assert found == {
        "0022": ("ask", ["speed_m_s_over"]),
        "0057": ("ask", ["floor_ask"]),
        "0059": ("no", ["ingress_ip_under"]),
    }


def gate_roles(number):
    pilot = BY_REF[number]
    triggers = article_from_json(pilot["test_article"]).triggers()
    return [gate.role for gate in required(FACILITIES[pilot["facility"]], triggers)]


@pytest.mark.parametrize(
    ("number", "roles"),
    [
        ("0003", ["facility_manager"]),
        ("0022", ["facility_manager", "safety_owner"]),
        ("0028", ["facility_manager"]),
        ("0033", ["facility_manager", "hygiene", "data_protection", "coordinator"]),
        ("0034", ["facility_manager", "environment"]),
        ("0040", ["facility_manager", "safety_owner"]),
        ("0051", ["facility_manager", "coordinator"]),
        ("0055", ["facility_manager"]),
    ],
)
def test_article_calls_the_approvers_it_should(number, roles):
    assert gate_roles(number) == roles


def test_requests_in_review_have_gates_left():
    in_review = [number for number, pilot in BY_REF.items() if pilot["state"] == "in_review"]
    assert [n for n in in_review if not set(BY_REF[n]["gates_passed"]) < set(gate_roles(n))] == []


def test_loud_tests_need_the_shared_silence():
    assert needed(BY_REF["0015"]) == ["fac-01-cell-a", "fac-01-loud-test"]
    assert needed(BY_REF["0001"]) == ["fac-01-cell-a"]


def test_held_time_is_that_of_a_state_that_may_hold():
    holding = {
        pilot["state"]
        for pilot in PILOTS
        if pilot["holds_calendar"] and HOLDS[State(pilot["state"])] is Holds.NOTHING
    }
    assert holding == set()
