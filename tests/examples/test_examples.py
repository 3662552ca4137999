"""The example files: typed, complete in three languages, and true to their own rules."""

import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest

from livinglab.adapters.daylight import daylight
from livinglab.adapters.holidays_fi import public_holidays
from livinglab.domain.article_json import article_from_json
from livinglab.domain.calendar import Busy, Length, OpenCalendar
from livinglab.domain.fit import Verdict, reasons, verdict
from livinglab.domain.gates import papers_asked, required
from livinglab.domain.messages import Localised
from livinglab.domain.opening import Almanac
from livinglab.domain.pilot import HOLDS, Holds, State
from livinglab.domain.profile import facility_from_json, facility_to_json
from livinglab.domain.vocabulary import BLOCK_KINDS, FOCUS_AREAS, LANGUAGES
from livinglab.domain.zones import instant, zone

ANCHOR = date(2026, 11, 24)
FIRST, LAST = date(2026, 8, 1), date(2027, 12, 31)


def load(name):
    return json.loads((files("livinglab") / "examples" / f"{name}.json").read_text("utf-8"))


PROFILES, COMPANIES, PILOTS = load("facilities"), load("companies"), load("pilots")
BLOCKS, PAPERS = load("blocks"), load("papers")
FACILITIES = {profile["id"]: facility_from_json(profile) for profile in PROFILES}
RESOURCES = {
    resource.slug: (facility, resource)
    for facility in FACILITIES.values()
    for resource in facility.resources
}
BY_REF = {pilot["ref"][-4:]: pilot for pilot in PILOTS}
ASKED_FOR_CLOSED_TIME = {"0056", "0057"}
WANTED_BY_TWO = {"0053", "0054"}


def holiday(day):
    names = public_holidays(day.year).get(day)
    return None if names is None else Localised(names)


ALMANAC = Almanac(holiday, daylight)
CALENDARS = {
    slug: OpenCalendar.build(resource.opening, FIRST, LAST, ALMANAC)
    for slug, (_, resource) in RESOURCES.items()
}


def numbers(*left_out):
    return sorted(set(BY_REF).difference(*left_out))


def epoch(local, facility):
    return int(instant(datetime.fromisoformat(local), zone(facility.zone)).timestamp())


def wall(seconds, facility):
    local = datetime.fromtimestamp(seconds, UTC).astimezone(zone(facility.zone))
    return f"{local:%Y-%m-%dT%H:%M}"


def stay_of(pilot, rank=0):
    """The first stay the rules give in a window of the request."""
    facility, resource = RESOURCES[pilot["resource"]]
    window = pilot["windows"][rank]
    days = date.fromisoformat(window["start"]), date.fromisoformat(window["end"])
    stays = CALENDARS[resource.slug].stays(
        Length(pilot["halves"]), Busy(), facility.stay.buffers, days
    )
    return next(stays, None)


def needed(pilot):
    """The resource of a request and those that it takes along."""
    _, resource = RESOURCES[pilot["resource"]]
    triggers = article_from_json(pilot["test_article"]).triggers()
    return [resource.slug, *(r.resource for r in resource.requires if r.when in triggers)]


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


def texts(value):
    """Every text in several languages inside a JSON value."""
    if isinstance(value, dict):
        if "en" in value:
            yield value
        for child in value.values():
            yield from texts(child)
    elif isinstance(value, list):
        for child in value:
            yield from texts(child)


def test_there_are_14_facilities_with_23_resources_12_companies_and_60_requests():
    bookable = [slug for slug, (_, resource) in RESOURCES.items() if resource.bookable]
    assert (len(FACILITIES), len(bookable), len(COMPANIES), len(BY_REF)) == (14, 23, 12, 60)


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile["id"])
def test_facility_file_is_what_the_program_itself_would_write(profile):
    assert facility_to_json(FACILITIES[profile["id"]]) == profile


@pytest.mark.parametrize("name", ["facilities", "companies", "blocks"])
def test_every_text_speaks_three_languages(name):
    found = list(texts(load(name)))
    assert found
    assert [text for text in found if set(text) != set(LANGUAGES) or not all(text.values())] == []


def test_everything_says_that_it_is_an_example():
    assert [row for row in (*PROFILES, *COMPANIES, *PILOTS) if row["example"] is not True] == []


def test_companies_live_in_zones_that_exist():
    assert len({zone(company["zone"]).key for company in COMPANIES}) == 12
    assert [company["id"] for company in COMPANIES] == [f"c{n:02}" for n in range(1, 13)]


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


def test_blocks_close_known_resources_and_hit_only_the_yard_tractor():
    hit = set()
    for block in BLOCKS:
        facility, resource = RESOURCES[block["resource"]]
        start, end = epoch(block["start"], facility), epoch(block["end"], facility)
        assert start < end
        assert block["kind"] in BLOCK_KINDS
        hit |= {
            (number, block["start"])
            for number in numbers(ASKED_FOR_CLOSED_TIME)
            for stay in [stay_of(BY_REF[number])]
            if resource.slug in needed(BY_REF[number])
            and stay.blocked_start < end
            and start < stay.blocked_end
        }
    assert hit == {("0027", "2026-12-01T04:00")}


def paper(number, code):
    ref = BY_REF[number]["ref"]
    return next((p for p in PAPERS if (p["pilot"], p["code"]) == (ref, code)), None)


def test_papers_are_those_the_places_ask_for_once_each():
    asked = {
        (pilot["ref"], wanted.code)
        for pilot in PILOTS
        for wanted in papers_asked(
            FACILITIES[pilot["facility"]], article_from_json(pilot["test_article"]).triggers()
        )
    }
    given = Counter((entry["pilot"], entry["code"]) for entry in PAPERS)
    assert set(given) <= asked
    assert set(given.values()) == {1}


def test_one_insurance_ends_a_day_before_the_last_test_day():
    expires = date.fromisoformat(paper("0032", "insurance")["expires"])
    last_day = date.fromisoformat(BY_REF["0032"]["end"][:10])
    assert expires == last_day - timedelta(days=1)


def test_some_papers_have_expired_and_some_are_missing():
    expired = [p["pilot"][-4:] for p in PAPERS if p["expires"] and p["expires"] < str(ANCHOR)]
    assert expired == ["0034", "0041", "0050"]
    assert paper("0045", "conformity") is None


def test_papers_of_running_pilots_outlast_them():
    running = {"ready", "in_progress", "suspended", "completed", "closed"}
    short = [
        entry["pilot"]
        for entry in PAPERS
        for pilot in [BY_REF[entry["pilot"][-4:]]]
        if pilot["state"] in running and entry["expires"] and entry["expires"] < pilot["end"][:10]
    ]
    assert short == []
