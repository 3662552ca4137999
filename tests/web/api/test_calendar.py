"""Bookings, blocks and feeds: what holds or closes time, and where calendars read of it."""

import pytest
from sqlalchemy import select

from livinglab.adapters.secrets import token_hash
from livinglab.db.tables import Feed, IdempotencyKey

BENCH = "fac-03-vision-bench"
BLOCK = {
    "resource": BENCH,
    "kind": "maintenance",
    "start": "2027-05-10T08:00:00+03:00",
    "end": "2027-05-12T17:00:00+03:00",
    "reason": "Calibration",
}


def window(first, last, days):
    period = {"facility": "fac-03", "resource": BENCH, "days": days}
    return [period | {"windows": [{"start": first, "end": last}]}]


# --- Bookings -----------------------------------------------------------------------------------


def test_bookings_are_those_one_may_see(firm, rival, manager, confirmed):
    pilot = confirmed()
    (mine,) = firm.get("/bookings").json["items"]
    assert (mine["ref"], mine["company"], mine["state"], mine["start"], mine["end"]) == (
        pilot["ref"],
        "Firm",
        "firm",
        "2027-02-01T08:00:00+02:00",
        "2027-02-03T17:00:00+02:00",
    )
    assert manager.get("/bookings").json["items"] == [mine]
    assert rival.get("/bookings").json["items"] == []


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("from=2027-02-01&to=2027-02-01", 1),
        ("from=2027-02-03&to=2027-02-09", 1),
        ("from=2027-02-04", 0),
        ("to=2027-01-31", 0),
        ("from=2027-02-03T15:00:00Z", 0),
        ("from=2027-02-03T14:59:59Z", 1),
        ("to=2027-02-01T06:00:00Z", 0),
        ("facility=fac-03", 1),
        ("facility=fac-01", 0),
        ("state=firm", 1),
        ("state=tentative", 0),
        ("from=0001-01-01&to=9999-12-31", 1),
    ],
)
def test_bookings_are_narrowed(firm, confirmed, query, count):
    confirmed()
    assert len(firm.get(f"/bookings?{query}").json["items"]) == count


def test_released_bookings_are_told_on_request(firm, confirmed):
    pilot = confirmed()
    body = {"version": pilot["version"], "note": "No."}
    firm.post(f"/pilots/{pilot['ref']}/actions/cancel", body)
    assert firm.get("/bookings").json["items"] == []
    assert len(firm.get("/bookings?state=released").json["items"]) == 1


def test_bookings_come_in_pages_at_a_constant_cost(firm, confirmed, query_counter):
    confirmed(periods=window("2027-02-08", "2027-02-08", 1))
    firm.get("/bookings")
    with query_counter() as one:
        firm.get("/bookings")
    confirmed(periods=window("2027-02-09", "2027-02-09", 1))
    confirmed(periods=window("2027-02-03", "2027-02-03", 1))
    firm.get("/bookings")
    with query_counter() as three:
        whole = firm.get("/bookings").json["items"]
    assert [item["start"][:10] for item in whole] == ["2027-02-03", "2027-02-08", "2027-02-09"]
    assert three.count == one.count
    first = firm.get("/bookings?limit=2").json
    second = firm.get(f"/bookings?limit=2&cursor={first['next']}").json
    assert [*first["items"], *second["items"]] == whole
    assert second["next"] is None


# --- Blocks -------------------------------------------------------------------------------------


def test_a_block_closes_time_and_opens_it_again(manager, firm, wish):
    made = manager.post("/blocks", BLOCK)
    block = made.json
    assert (made.status_code, block["clashes"]) == (201, [])
    assert block["reason"] == dict.fromkeys(("en", "fi", "sv"), "Calibration")
    assert {key: block[key] for key in BLOCK if key != "reason"} == {
        key: BLOCK[key] for key in BLOCK if key != "reason"
    }
    listed = manager.get("/blocks?from=2027-05-12&to=2027-05-30&facility=fac-03").json["items"]
    assert [item["id"] for item in listed] == [block["id"]]
    assert manager.get("/blocks?from=2027-05-13").json["items"] == []
    asked = firm.post("/pilots", wish(periods=window("2027-05-11", "2027-05-11", 1))).json
    assert [problem["code"] for problem in asked["problems"]] == ["slot_taken"]
    assert manager.delete(f"/blocks/{block['id']}").status_code == 204
    assert firm.get(f"/pilots/{asked['ref']}").json["problems"] == []
    assert manager.delete(f"/blocks/{block['id']}").status_code == 404


@pytest.mark.both_engines
def test_a_repeated_removal_meets_no_later_block(manager):
    first = manager.post("/blocks", BLOCK).json["id"]
    assert manager.delete(f"/blocks/{first}").status_code == 204
    second = manager.post("/blocks", BLOCK).json["id"]
    assert manager.delete(f"/blocks/{first}").status_code == 404
    assert [item["id"] for item in manager.get("/blocks").json["items"]] == [second]


def test_closing_time_changes_no_feed(manager):
    url = manager.post("/feeds", {"scope": "facility", "facility": "fac-03"}).json["url"]
    path = url[url.index("/feeds/") :]
    before = manager.client.get(path)
    block = manager.post("/blocks", BLOCK).json["id"]
    assert manager.client.get(path).headers["ETag"] == before.headers["ETag"]
    manager.delete(f"/blocks/{block}")
    after = manager.client.get(path)
    assert (after.headers["ETag"], after.data) == (before.headers["ETag"], before.data)


def test_a_block_over_a_booking_is_accepted_and_told(manager, confirmed):
    pilot = confirmed()
    body = BLOCK | {"start": "2027-02-02T00:00:00+02:00", "end": "2027-02-03T00:00:00+02:00"}
    (clash,) = manager.post("/blocks", body).json["clashes"]
    assert clash == {
        "ref": pilot["ref"],
        "resource": BENCH,
        "start": "2027-02-01T08:00:00+02:00",
        "end": "2027-02-03T17:00:00+02:00",
    }


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"end": BLOCK["start"]}, "end_before_start", "end"),
        ({"end": "2037-05-10T08:00:00+03:00"}, "too_long", "end"),
        ({"kind": "party"}, "unknown_code", "kind"),
        ({"resource": "fac-03-cellar"}, "unknown_id", "resource"),
        ({"reason": ""}, "missing", "reason"),
        ({"reason": "a\r\nb"}, "unsafe_text", "reason"),
        ({"reason": {"fi": "Huolto"}}, "missing", "reason.en"),
        ({"start": "2027-03-28T03:30:00"}, "missing_time", "start"),
        ({"start": 1801375200}, "not_text", "start"),
    ],
)
def test_a_block_that_cannot_be_is_refused(manager, changes, code, field):
    answer = manager.post("/blocks", BLOCK | changes)
    assert answer.status_code == 422
    assert (code, field) in [(p["code"], p["field"]) for p in answer.json["problems"]]


def test_blocks_are_for_those_who_run_the_place(make, as_person, firm, manager):
    other = make.host("other")
    hall = make.facility(other, "fac-02")
    make.user("hall@test.example", other, ("facility_manager", hall))
    hall_manager = as_person("hall@test.example")
    assert firm.post("/blocks", BLOCK).status_code == 403
    assert firm.get("/blocks").status_code == 403
    assert hall_manager.post("/blocks", BLOCK).status_code == 403
    block = manager.post("/blocks", BLOCK).json
    assert hall_manager.delete(f"/blocks/{block['id']}").status_code == 404


# --- Feeds --------------------------------------------------------------------------------------


def test_a_feed_tells_its_address_once(manager, make, clock):
    made = manager.post("/feeds", {"scope": "facility", "facility": "fac-03", "detail": "title"})
    feed = made.json
    assert made.status_code == 201
    assert (feed["scope"], feed["facility"], feed["detail"], feed["used_at"]) == (
        "facility",
        "fac-03",
        "title",
        None,
    )
    token = feed["url"].removeprefix("http://127.0.0.1:8000/feeds/").removesuffix(".ics")
    assert feed["free_busy_url"] == feed["url"].removesuffix("ics") + "ifb"
    (row,) = make.all(select(Feed))
    assert row.token_hash == token_hash(token)
    (listed,) = manager.get("/feeds").json["items"]
    assert listed == {k: v for k, v in feed.items() if not k.endswith("url")}


def test_a_feed_is_usually_of_everything_one_sees(firm):
    feed = firm.post("/feeds", {}).json
    assert (feed["scope"], feed["facility"], feed["detail"]) == ("person", None, "full")


def test_a_feed_may_be_narrowed_in_every_way(manager, firm, rival):
    wish = {
        "scope": "role",
        "role": "facility_manager",
        "mine": True,
        "states": ["firm"],
        "resources": ["fac-03-vision-bench"],
        "cancelled": False,
        "language": "sv",
        "name": "Mine",
        "detail": "busy",
    }
    made = manager.post("/feeds", wish).json
    assert made == made | wish
    assert [firm.post("/feeds", wish).status_code, firm.get("/feeds").json["items"]] == [422, []]
    own = firm.post("/feeds", {"scope": "company", "company": "firm"}).json
    assert (own["scope"], own["company"], own["states"]) == ("company", "firm", [])
    assert firm.post("/feeds", {"scope": "company", "company": "rival"}).status_code == 404


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"scope": "facility"}, 422),
        ({"scope": "person", "facility": "fac-03"}, 422),
        ({"detail": "everything"}, 422),
        ({"facility": "fac-99"}, 404),
    ],
)
def test_a_feed_that_cannot_be_is_refused(firm, body, status):
    assert firm.post("/feeds", body).status_code == status


def test_a_feed_is_ended_by_its_owner_alone(firm, rival):
    feed = firm.post("/feeds", {}).json
    assert rival.delete(f"/feeds/{feed['id']}").status_code == 404
    assert firm.delete(f"/feeds/{feed['id']}").status_code == 204
    assert firm.delete(f"/feeds/{feed['id']}").status_code == 404
    assert firm.get("/feeds").json["items"] == []


def test_a_repeated_write_makes_one_feed_and_keeps_no_secret(firm, make):
    key = {"Idempotency-Key": "feed one"}
    first, second = (firm.post("/feeds", {}, headers=key) for _ in range(2))
    assert second.json == first.json | {"url": None, "free_busy_url": None}
    assert len(firm.get("/feeds").json["items"]) == 1
    (kept,) = make.all(select(IdempotencyKey))
    assert first.json["url"].rpartition("/")[2].encode() not in kept.body
