"""The catalogue and the free time of a place, for anybody."""

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from livinglab.domain.profile import facility_from_json, facility_to_json
from tests.factories import example_profile

BENCH, REMOTE = "fac-03-vision-bench", "fac-03-gpu-workspace-remote"


@pytest.fixture
def places(make, place):
    """Three places: the vision lab, the sea area, the logistics hall."""
    host = make.host("more")
    return [place, make.facility(host, "fac-07"), make.facility(host, "fac-02")]


@pytest.fixture
def times(anybody, place):
    """Free and closed time of one resource of the vision lab between two dates."""

    def read(first, last, resource=BENCH):
        path = f"/facilities/fac-03/availability?from={first}&to={last}"
        listed = anybody.get(path).json["resources"]
        return next(item for item in listed if item["resource"] == resource)

    return read


def ids(answer):
    return [item["id"] for item in answer.json["items"]]


def told(closed):
    return [(part["start"], part["end"], part["reason"]["code"]) for part in closed]


# --- Catalogue ----------------------------------------------------------------------------------


def test_the_catalogue_is_open_and_tells_the_first_free_start(anybody, places):
    answer = anybody.get("/facilities")
    assert sorted(ids(answer)) == ["fac-02", "fac-03", "fac-07"]
    first = answer.json["items"][0]
    assert (first["id"], first["first_free"], first["first_free_resource"]) == (
        "fac-03",
        "2026-12-01T00:00:00+02:00",
        REMOTE,
    )
    assert first["name"]["sv"] != first["name"]["fi"]


def test_the_catalogue_tells_a_changed_place_anew(anybody, make, place):
    before = anybody.get("/facilities").json["items"][0]
    place.profile = {**place.profile, "summary": {"en": "Moved to the harbour."}}
    place.version += 1
    make.session.commit()
    after = anybody.get("/facilities").json["items"][0]
    assert before["summary"] != after["summary"]
    assert after == {**before, "summary": {"en": "Moved to the harbour."}}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=vision", ["fac-03"]),
        ("q=konenäkö", ["fac-03"]),
        ("q=nothing+like+it", []),
        ("capability=surface_inspection", ["fac-03"]),
        ("capability=levitation", []),
        ("kind=sea_area", ["fac-07"]),
        ("municipality=Eurajoki", ["fac-07"]),
        ("focus_area=sote", []),
        ("focus_area=automation_robotics&kind=hall", ["fac-02"]),
        ("q=&capability=&municipality=", ["fac-03", "fac-02", "fac-07"]),
    ],
)
def test_the_catalogue_is_narrowed(anybody, places, query, expected):
    assert ids(anybody.get(f"/facilities?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("mass_kg=1800", [("fac-02", "yes"), ("fac-03", "ask"), ("fac-07", "ask")]),
        ("mass_kg=2501", [("fac-03", "ask"), ("fac-07", "ask")]),
        ("current_a=32&phases=3", [("fac-02", "yes")]),
        ("floor_kpa=10&door_width_m=3", [("fac-02", "yes"), ("fac-07", "ask")]),
        ("crane_t=3&air_bar=6&door_height_m=4.5", [("fac-02", "yes")]),
        ("crane_t=3.3", []),
        ("mass_kg=1800&days=2&free_from=2027-02-01&capability=amr_agv_fleets", [("fac-02", "yes")]),
    ],
)
def test_numbers_narrow_the_catalogue_and_what_is_not_told_is_asked(
    anybody, places, query, expected
):
    items = anybody.get(f"/facilities?{query}").json["items"]
    assert [(item["id"], item["verdict"]) for item in items] == expected


def test_each_number_has_its_reason(anybody, places):
    first, second, _ = anybody.get("/facilities?mass_kg=1800").json["items"]
    assert first["reasons"] == [
        {
            "code": "mass_kg_fits",
            "field": "mass_kg",
            "verdict": "yes",
            "sentence": "Mass 1,800\u00a0kg: up to 2,500\u00a0kg is fine.",
            "needed": 1800,
            "available": 2500,
        }
    ]
    (reason,) = second["reasons"]
    assert (reason["code"], reason["available"]) == ("mass_kg_unknown", None)
    assert reason["sentence"] == "Mass 1,800\u00a0kg: the place tells no limit. Ask."
    assert anybody.get("/facilities").json["items"][0]["reasons"] == []


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("mass_kg=heavy", "not_a_number"),
        ("mass_kg=-1", "out_of_range"),
        ("current_a=1e9", "out_of_range"),
        ("phases=2", "unknown_code"),
        ("floor_kpa=", "not_a_number"),
        ("door_width_m=3&door_width_m=4", "repeated"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(anybody, places, query, code):
    answer = anybody.get(f"/facilities?{query}")
    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json["problems"]] == [code]


def test_with_a_length_only_places_that_have_it_free(anybody, places):
    query = "days=42&free_from=2027-01-04&free_to=2027-03-31"
    answer = anybody.get(f"/facilities?{query}")
    assert ids(answer) == ["fac-07"]
    assert answer.json["items"][0]["first_free"] == "2027-01-08T08:00:00+02:00"


def test_dates_may_be_written_as_instants(anybody, places):
    at = anybody.get("/facilities?free_from=2027-02-01T23:30:00%2B02:00&days=1&kind=lab")
    assert at.json["items"][0]["first_free"] == "2027-02-01T00:00:00+02:00"


def test_the_catalogue_comes_in_pages(anybody, places):
    first = anybody.get("/facilities?limit=2").json
    second = anybody.get(f"/facilities?limit=2&cursor={first['next']}").json
    assert len(first["items"]) == 2
    assert (len(second["items"]), second["next"]) == (1, None)
    assert {i["id"] for i in first["items"]}.isdisjoint(i["id"] for i in second["items"])


def test_a_search_costs_the_same_however_many_places(anybody, make, query_counter):
    host = make.host()
    make.facility(host, "fac-03")
    anybody.get("/facilities?days=2")
    with query_counter() as one:
        anybody.get("/facilities?days=2")
    make.facility(host, "fac-02")
    make.facility(host, "fac-07")
    anybody.get("/facilities?days=2")
    with query_counter() as three:
        assert len(anybody.get("/facilities?days=2").json["items"]) == 3
    assert three.count == one.count


# --- One place ----------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", [f"fac-{n:02}" for n in range(1, 15)])
def test_every_example_place_is_told_completely(anybody, make, slug):
    make.facility(make.host(), slug)
    answer = anybody.get(f"/facilities/{slug}").json
    words = answer.pop("opening_in_words")
    assert words
    assert facility_to_json(facility_from_json(answer)) == answer
    assert answer == json.loads(example_profile(slug))


def test_opening_rules_are_told_in_the_readers_language(anybody, place):
    def words(language):
        headers = {"Accept-Language": language}
        return anybody.get("/facilities/fac-03", headers=headers).json["opening_in_words"]

    assert words("en") == ["Mon–Fri 08–17", "Closed on public holidays"]


def test_an_unknown_place_is_not_there(anybody, place):
    for path in ("/facilities/fac-99", "/facilities/fac-99/availability"):
        assert anybody.get(path).status_code == 404


# --- Free time ----------------------------------------------------------------------------------


def test_every_closed_stretch_says_why(times):
    time = times("2027-01-05", "2027-01-08")
    assert time["free"] == [
        {"start": "2027-01-05T08:00:00+02:00", "end": "2027-01-05T17:00:00+02:00"},
        {"start": "2027-01-07T08:00:00+02:00", "end": "2027-01-07T17:00:00+02:00"},
        {"start": "2027-01-08T08:00:00+02:00", "end": "2027-01-08T17:00:00+02:00"},
    ]
    holiday = next(p for p in time["closed"] if p["reason"]["code"] == "holiday")
    assert "Epiphany" in holiday["reason"]["sentence"]


def test_free_and_closed_time_leave_no_gap(times):
    time = times("2026-11-20", "2027-12-31")
    parts = sorted([*time["free"], *time["closed"]], key=lambda part: _at(part["start"]))
    assert _at(parts[0]["start"]) == datetime(2026, 11, 19, 22, tzinfo=UTC)
    for before, after in pairwise(parts):
        assert _at(before["end"]) == _at(after["start"])
        assert _at(after["end"]) - _at(after["start"]) > timedelta(0)


def _at(text):
    return datetime.fromisoformat(text)


def test_bookings_and_blocks_close_time_without_a_name(manager, confirmed, times, anybody):
    confirmed(title="Secret title")
    body = {
        "resource": BENCH,
        "kind": "maintenance",
        "start": "2027-02-04T08:00:00+02:00",
        "end": "2027-02-04T12:00:00+02:00",
        "reason": {"en": "New lamps", "fi": "Uudet lamput"},
    }
    assert manager.post("/blocks", body).status_code == 201
    time = times("2027-02-03", "2027-02-04")
    codes = {code for _, _, code in told(time["closed"])}
    assert codes == {"busy", "block", "hours"}
    assert ("2027-02-04T08:00:00+02:00", "2027-02-04T12:00:00+02:00", "block") in told(
        time["closed"]
    )
    text = anybody.get("/facilities/fac-03/availability?from=2027-02-01&to=2027-02-05").text
    assert "New lamps" in text
    assert not {"Secret", "firm", "Firm", "ada"} & set(text.replace('"', " ").split())


def test_what_is_too_soon_or_too_far_says_so(times):
    assert {c for _, _, c in told(times("2026-11-24", "2026-11-30")["closed"])} == {
        "notice",
        "hours",
        "weekday",
    }
    assert "horizon" in {c for _, _, c in told(times("2027-12-01", "2028-02-01")["closed"])}


def test_dates_are_cut_to_what_the_calendar_knows(anybody, place):
    long = anybody.get("/facilities/fac-03/availability?from=2027-01-01&to=2037-01-01").json
    assert (long["from"], long["to"]) == ("2027-01-01", "2028-02-04")
    never = anybody.get("/facilities/fac-03/availability?from=2099-01-01&to=2099-12-31").json
    assert never["resources"] == []
    usual = anybody.get("/facilities/fac-03/availability").json
    assert (usual["from"], usual["to"]) == ("2026-11-24", "2027-02-15")


# --- Not in the catalogue -------------------------------------------------------------------------


def test_a_place_that_is_not_published_is_there_for_its_host_only(
    anybody, firm, manager, place, make
):
    place.published, place.version = False, place.version + 1
    make.session.commit()
    hidden, missing = anybody.get("/facilities/fac-03"), anybody.get("/facilities/fac-93")
    assert (hidden.status_code, hidden.json["code"]) == (404, missing.json["code"])
    assert firm.get("/facilities/fac-03/availability").status_code == 404
    assert manager.get("/facilities/fac-03").json["id"] == "fac-03"
    assert manager.get("/facilities/fac-03/availability").status_code == 200
    assert ids(anybody.get("/facilities")) == []
    assert anybody.get("/slots?days=1").json["items"] == []
    draft = {"title": "Copper", "periods": [{"facility": "fac-03", "days": 1}]}
    refused = firm.post("/pilots", json=draft)
    assert [(p["code"], p["field"]) for p in refused.json["problems"]] == [
        ("unknown_id", "periods.0.facility")
    ]
