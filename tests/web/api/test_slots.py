"""Searches over all places: free time, and whether an article fits."""

import pytest

BENCH = "fac-03-vision-bench"


@pytest.fixture
def places(make, place):
    host = make.host("more")
    return [place, make.facility(host, "fac-01"), make.facility(host, "fac-14")]


def starts(answer):
    return [(item["start"], item["resource"]) for item in answer.json["items"]]


# --- Slots --------------------------------------------------------------------------------------


def test_slots_are_by_start_then_resource(anybody, places):
    answer = anybody.get("/slots?from=2027-02-01&to=2027-02-02&days=1")
    found = starts(answer)
    assert found == sorted(found)
    assert {"resource": BENCH, "facility": "fac-03"}.items() <= next(
        item.items() for item in answer.json["items"] if item["resource"] == BENCH
    )
    assert [start for start, resource in found if resource == BENCH] == [
        "2027-02-01T08:00:00+02:00",
        "2027-02-02T08:00:00+02:00",
    ]


def test_a_half_day_is_half_of_the_open_time(anybody, place):
    answer = anybody.get("/slots?from=2027-02-01&to=2027-02-01&days=0.5&facility=fac-03")
    mine = [(i["start"], i["end"]) for i in answer.json["items"] if i["resource"] == BENCH]
    assert mine == [
        ("2027-02-01T08:00:00+02:00", "2027-02-01T12:30:00+02:00"),
        ("2027-02-01T12:30:00+02:00", "2027-02-01T17:00:00+02:00"),
    ]


def test_hours_begin_every_half_hour(anybody, place):
    answer = anybody.get("/slots?from=2027-02-01&to=2027-02-01&hours=8")
    mine = [start for start, resource in starts(answer) if resource == BENCH]
    assert mine == [
        "2027-02-01T08:00:00+02:00",
        "2027-02-01T08:30:00+02:00",
        "2027-02-01T09:00:00+02:00",
    ]


def test_what_is_booked_is_not_offered(anybody, confirmed):
    confirmed()
    answer = anybody.get("/slots?from=2027-02-01&to=2027-02-05&days=2")
    assert [start for start, resource in starts(answer) if resource == BENCH] == [
        "2027-02-04T08:00:00+02:00"
    ]


def test_slots_are_narrowed_by_place_and_capability(anybody, places):
    def facilities(query):
        answer = anybody.get(f"/slots?from=2027-02-01&to=2027-02-28&{query}").json
        return {item["facility"] for item in answer["items"]}

    assert facilities("facility=fac-14") == {"fac-14"}
    assert facilities("capability=kitting") == {"fac-01"}
    assert facilities("capability=kitting&facility=fac-03") == set()
    assert facilities("facility=fac-99") == set()


@pytest.mark.parametrize(
    ("query", "count"), [("", 50), ("limit=3", 3), ("limit=200", 200), ("limit=100000", 200)]
)
def test_the_limit_is_50_unless_told_and_200_at_most(anybody, places, query, count):
    assert len(anybody.get(f"/slots?{query}").json["items"]) == count


def test_beyond_the_horizon_there_is_nothing(anybody, places):
    assert anybody.get("/slots?from=2029-01-01&to=2029-12-31").json["items"] == []
    assert anybody.get("/slots?from=9999-12-01&to=9999-12-31").json["items"] == []
    assert anybody.get("/slots?from=0001-01-01&to=0001-12-31").json["items"] == []


def test_a_repeated_search_reads_revisions_only(anybody, places, query_counter):
    anybody.get("/slots?days=3")
    with query_counter() as again:
        anybody.get("/slots?days=3")
    assert again.count == 1


# --- Fit ----------------------------------------------------------------------------------------


def test_every_place_is_judged_best_first_with_numbers(anybody, places):
    article = {"name": "Arm", "kind": "collaborative_robot", "mass_kg": 900}
    items = anybody.post("/fit", {"test_article": article}).json["items"]
    judged = {item["facility"]: item for item in items}
    assert set(judged) == {"fac-01", "fac-03", "fac-14"}
    order = ["yes", "ask", "no"]
    assert [order.index(item["verdict"]) for item in items] == sorted(
        order.index(item["verdict"]) for item in items
    )
    heavy = next(
        reason for item in items for reason in item["reasons"] if reason["code"] == "mass_kg_over"
    )
    assert (heavy["needed"], heavy["field"]) == (900, "test_article.mass_kg")
    assert "900\u00a0kg" in heavy["sentence"]


def test_a_place_that_fits_tells_its_earliest_start(anybody, place):
    (item,) = anybody.post("/fit", {"test_article": {"name": "Camera"}}).json["items"]
    assert (item["verdict"], item["reasons"], item["earliest_start"]) == (
        "yes",
        [],
        "2026-12-01T00:00:00+02:00",
    )


def test_a_place_that_does_not_fit_tells_none(anybody, place):
    article = {"power": {"phases": 3, "current_a": 400}}
    (item,) = anybody.post("/fit", {"test_article": article}).json["items"]
    assert (item["verdict"], item["earliest_start"]) == ("no", None)


def test_reasons_speak_the_readers_language(anybody, place, as_person):
    body = {"test_article": {"power": {"phases": 3, "current_a": 400}}}

    def sentence(language):
        answer = anybody.post("/fit", body, headers={"Accept-Language": language}).json
        return answer["items"][0]["reasons"][0]["sentence"]

    assert sentence("en") == "Needs 400\u00a0A three-phase: there is no such outlet."


def test_every_fault_of_an_article_is_told_at_once(anybody, place):
    article = {"mass_kg": -5, "kind": "spaceship", "count": 1.5, "wings": 2}
    answer = anybody.post("/fit", {"test_article": article})
    assert answer.status_code == 422
    assert {(p["code"], p["field"]) for p in answer.json["problems"]} == {
        ("out_of_range", "test_article.mass_kg"),
        ("unknown_code", "test_article.kind"),
        ("not_whole", "test_article.count"),
        ("unknown_field", "test_article.wings"),
    }
    assert anybody.post("/fit", {}).json["problems"][0]["field"] == "test_article"


def test_a_place_tells_lane_gates_and_chain_and_what_it_could_not_compare(anybody, places, make):
    make.facility(make.host("halls"), "fac-02")
    article = {
        "kind": "collaborative_robot",
        "mass_kg": 600,
        "conformity": "prototype",
        "dimensions_mm": [1000, 1000, 2500],
        "power": {"phases": 3, "current_a": 16},
    }
    items = anybody.post("/fit", {"test_article": article}).json["items"]
    judged = {item["facility"]: item for item in items}
    hall, lab = judged["fac-02"], judged["fac-01"]
    assert (hall["verdict"], hall["lane"]) == ("yes", "standard")
    assert {reason["code"] for reason in hall["lane_reasons"]} == {
        "facility:fac-02",
        "not_ce",
    }
    assert [(g["role"], g["working_days"], g["evidence"]) for g in hall["gates"]] == [
        ("facility_manager", 2, ["conformity"]),
        ("safety_owner", 10, ["prototype_statement", "risk_assessment"]),
    ]
    assert [(link["code"], link["working_days"], link["date"]) for link in hall["chain"]] == [
        ("notice", 10, "2026-12-08"),
        ("gate", 4, "2026-11-30"),
        ("gate", 15, "2026-12-15"),
        ("paper", 1, "2026-11-25"),
        ("free", None, "2026-12-16"),
    ]
    assert hall["chain"][2]["sentence"] == (
        "Risk assessment usually takes 5 working days, then Safety owner decides within"
        " 10 working days → Tue 15 Dec 2026"
    )
    assert hall["not_compared"] == [
        {
            "field": "test_article.speed_m_s",
            "sentence": "Speed not compared: tell the top speed.",
        }
    ]
    assert (hall["earliest_start"][:10], hall["instead"]) == ("2026-12-16", None)
    assert (lab["verdict"], lab["instead"], lab["next_place"]) == (
        "no",
        "fac-02",
        {"facility": "fac-02", "verdict": "yes"},
    )
    assert [lab[name] for name in ("lane", "lane_reasons", "gates", "chain")] == [None, [], [], []]
    assert judged["fac-14"]["next_place"] is None
    swedish = anybody.post(
        "/fit", {"test_article": article}, headers={"Accept-Language": "sv"}
    ).json["items"][0]["chain"][0]["sentence"]
    assert "10 arbetsdagar" in swedish


def test_absurd_sizes_are_refused_by_field_and_the_largest_allowed_are_judged(anybody, place):
    article = {
        "dimensions_mm": [1e9, 0, -1],
        "power": {"phases": 2, "current_a": 1e30},
        "battery_kwh": 10**400,
        "people": 1.5,
    }
    answer = anybody.post("/fit", {"test_article": article})
    assert answer.status_code == 422
    assert {(p["code"], p["field"]) for p in answer.json["problems"]} == {
        *(("out_of_range", f"test_article.dimensions_mm.{number}") for number in range(3)),
        ("unknown_code", "test_article.power.phases"),
        ("out_of_range", "test_article.power.current_a"),
        ("out_of_range", "test_article.battery_kwh"),
        ("not_whole", "test_article.people"),
    }
    largest = {"dimensions_mm": [10**6] * 3, "mass_kg": 10**6, "power": {"current_a": 1000}}
    (item,) = anybody.post("/fit", {"test_article": largest}).json["items"]
    assert [reason["verdict"] for reason in item["reasons"]] == ["no", "ask", "yes"]
    other = {"facility": "fac-03", "test_article": largest}
    assert anybody.post("/fit", other).json["problems"][0]["field"] == "facility"
