"""Hosts keep their places over the API: drafts, changes with their consequences, versions."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from livinglab.db.tables import FacilityVersion
from tests.factories import example_profile
from tests.keeping import fresh

PLACE = "/facilities/fac-03"
SHUT = [{"reason": {"en": "Inventory"}, "from": "2027-02-01", "to": "2027-02-05"}]


@pytest.fixture
def keeper(make, place, manager):
    """The manager of the vision lab, whose first version is kept."""
    kept = {"profile": place.profile, "published": True, "at": make.clock()}
    make.add(FacilityVersion(facility_id=place.id, number=1, action="import", **kept))
    return manager


def told(caller, path=PLACE):
    """The whole place as the API tells it, and its ETag."""
    answer = caller.get(path)
    return answer.json, answer.headers["ETag"]


def put(caller, *, version=1, headers=None, query="", **changes):
    return caller.put(
        PLACE + query, {**told(caller)[0], "version": version, **changes}, headers=headers
    )


def test_a_place_is_read_and_written_whole(keeper):
    document, tag = told(keeper)
    assert tag == '"1"'
    answer = put(keeper, floor_kpa=7, note="Measured.")
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    assert answer.json == {
        "saved": True,
        "version": 2,
        "changed": ["floor_kpa"],
        "stays": [],
        "wishes": [],
        "refused": [],
    }
    assert told(keeper) == ({**document, "floor_kpa": 7}, '"2"')


def test_the_version_comes_as_if_match_or_in_the_body(keeper):
    match = {"If-Match": '"1"'}
    assert put(keeper, version=None, floor_kpa=7, headers=match).status_code == 200
    for answer, status, code in (
        (put(keeper, version=None, floor_kpa=8), 428, "version_missing"),
        (put(keeper, version=1, floor_kpa=8), 412, "stale_version"),
        (put(keeper, version=None, floor_kpa=8, headers=match), 412, "stale_version"),
        (put(keeper, version=2, floor_kpa=8, headers=match), 422, "invalid_input"),
    ):
        assert (answer.status_code, answer.json["code"]) == (status, code)
    assert "Maija Manager" in put(keeper, version=1).json["detail"]


def test_a_dry_run_tells_what_is_touched_and_saves_nothing(keeper, confirmed, sent):
    stay = confirmed()
    before = told(keeper)
    answer = put(keeper, version=None, query="?dry_run=true", closures=SHUT)
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"1"')
    assert (answer.json["saved"], answer.json["changed"]) == (False, ["closures"])
    assert answer.json["stays"] == [
        {
            "ref": stay["ref"],
            "company": "Firm",
            "title": "Copper strip inspection",
            "resource": "fac-03-vision-bench",
            "start": "2027-02-01T08:00:00+02:00",
            "end": "2027-02-03T17:00:00+02:00",
            "sentence": answer.json["stays"][0]["sentence"],
        }
    ]
    assert "Inventory" in answer.json["stays"][0]["sentence"]
    assert told(keeper) == before
    gone = [one for one in before[0]["resources"] if one["id"] != "fac-03-vision-bench"]
    refused = put(keeper, query="?dry_run=true", resources=gone).json["refused"]
    assert [(one["code"], one["field"]) for one in refused] == [("in_use", "resources")]
    answer = put(keeper, resources=gone)
    assert (answer.status_code, answer.json["code"]) == (422, "rules_broken")
    assert answer.json["problems"] == refused


@pytest.mark.parametrize("query", ["", "?dry_run=true"])
def test_an_id_that_is_taken_is_told_by_a_dry_run_too(keeper, make, place, query):
    before = told(keeper)
    units = [{**before[0]["resources"][0], "id": "fac-03-more-desk", "requires": []}]
    make.facility(place.host, "fac-02", id="fac-03-more", resources=units)
    answer = put(keeper, query=query, resources=[*before[0]["resources"], *units])
    assert answer.status_code == 422
    assert [(p["code"], p["field"]) for p in answer.json["problems"]] == [
        ("id_taken", f"resources.{len(before[0]['resources'])}.id")
    ]
    assert told(keeper) == before


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"floor_kpa": -1}, "out_of_range", "floor_kpa"),
        ({"crane_t": "1,5"}, "not_a_number", "crane_t"),
        ({"name": {"fi": "Halli"}}, "missing", "name.en"),
        ({"colour": "red"}, "unknown_field", "colour"),
        ({"example": False}, "fixed", "example"),
        ({"note": "a\u2028b"}, "unsafe_text", "note"),
        ({"note": 7}, "not_text", "note"),
        ({"version": "one"}, "not_a_number", "version"),
    ],
)
def test_what_cannot_be_is_named(keeper, changes, code, field):
    answer = put(keeper, **changes)
    assert answer.status_code == 422
    assert [(p["code"], p["field"]) for p in answer.json["problems"]] == [(code, field)]


def test_a_place_is_made_published_withdrawn_and_taken_back(
    keeper, as_person, anybody, make, place
):
    coordinator = as_person("coordinator@test.example")
    whole = fresh(host={"id": "host", "name": "Host"}, site=None)
    made = coordinator.post("/facilities", whole)
    assert (made.status_code, made.headers["Location"]) == (201, "/api/v1/facilities/hall-9")
    assert anybody.get("/facilities/hall-9").status_code == 404
    lacking = coordinator.post("/facilities/hall-9/actions/publish", {"version": 1})
    assert {p["code"] for p in lacking.json["problems"]} == {"decider_missing"}
    assert put(keeper, floor_kpa=7).status_code == 200
    others = {one["role"] for one in place.profile["approvers"]} - {"facility_manager"}
    make.user("others@test.example", make.host("more"), *sorted(others))
    for action, version, shown in (("undo", 2, True), ("withdraw", 3, False), ("publish", 4, True)):
        answer = keeper.post(f"{PLACE}/actions/{action}", {"version": version})
        assert answer.status_code == 200, answer.json
        assert answer.headers["ETag"] == f'"{version + 1}"'
        assert (answer.json["action"], answer.json["published"]) == (action, shown)
    assert keeper.post(f"{PLACE}/actions/undo", {"version": 5}).status_code == 409
    assert keeper.post(f"{PLACE}/actions/undo", headers={"If-Match": '"4"'}).status_code == 412
    assert keeper.post(f"{PLACE}/actions/undo").status_code == 428
    assert keeper.post(f"{PLACE}/actions/explode", {"version": 5}).status_code == 404


def test_versions_come_in_pages_newest_first(keeper):
    for number in (1, 2):
        put(keeper, version=number, floor_kpa=6 + number)
    first = keeper.get(f"{PLACE}/versions?limit=2").json
    assert [(v["number"], v["action"], v["by"], v["changed"]) for v in first["items"]] == [
        (3, "edit", "Maija Manager", ["floor_kpa"]),
        (2, "edit", "Maija Manager", ["floor_kpa"]),
    ]
    rest = keeper.get(f"{PLACE}/versions?limit=2&cursor={first['next']}").json
    assert ([v["number"] for v in rest["items"]], rest["next"]) == ([1], None)


def test_strangers_firms_and_other_hosts_change_nothing(
    keeper, anybody, firm, as_person, make, place
):
    make.user("other@test.example", make.host("other"), "facility_manager")
    reader = as_person("manager@test.example", "read")
    document = told(keeper)[0] | {"version": 1}
    for caller, status in ((anybody, 401), (firm, 403), (reader, 403)):
        assert caller.put(PLACE, document).status_code == status
        assert caller.post("/facilities", fresh()).status_code == status
        assert caller.post(f"{PLACE}/actions/withdraw", {"version": 1}).status_code == status
    assert anybody.get(f"{PLACE}/versions").status_code == 401
    assert firm.get(f"{PLACE}/versions").status_code == 403
    assert reader.get(f"{PLACE}/versions").status_code == 200


def test_a_draft_of_others_answers_like_a_missing_one(keeper, as_person, make):
    elsewhere = make.facility(make.host("other"), "fac-07")
    make.user("other@test.example", elsewhere.host, ("facility_manager", elsewhere))
    other = as_person("other@test.example")
    keeper.post(f"{PLACE}/actions/withdraw", {"version": 1})
    document = json.loads(example_profile("fac-03")) | {"version": 2}
    for method, rest, sent in (
        ("GET", "", None),
        ("GET", "/versions", None),
        ("PUT", "", document),
        ("PUT", "?dry_run=true", document),
        ("POST", "/actions/publish", {"version": 2}),
    ):
        extra = {} if sent is None else {"json": sent}
        foreign = other.call(method, f"{PLACE}{rest}", **extra)
        missing = other.call(method, f"/facilities/fac-99{rest}", **extra)
        assert (foreign.status_code, foreign.data) == (404, missing.data), (method, rest)


def test_a_repeated_write_has_one_effect(keeper):
    key = {"Idempotency-Key": "once"}
    one = put(keeper, floor_kpa=7, headers=key)
    body = told(keeper)[0] | {"version": 1, "floor_kpa": 7}
    again = keeper.put(PLACE, body, headers=key)
    assert (one.status_code, again.status_code, again.data) == (200, 200, one.data)
    assert again.headers["Idempotent-Replayed"] == "true"
    other = keeper.put(PLACE, body | {"floor_kpa": 8}, headers=key)
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")


@pytest.mark.both_engines
def test_of_two_who_save_at_once_one_is_told_of_the_other(keeper, as_person):
    callers = [keeper, as_person("coordinator@test.example")]
    document = told(keeper)[0]
    together = Barrier(2)

    def save(number):
        body = {**document, "version": 1, "floor_kpa": 7 + number}
        together.wait(10)
        return callers[number].put(PLACE, body).status_code

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(save, (0, 1))) == [200, 412]
