"""Who may call what, and what others learn: nothing."""

from dataclasses import replace

import pytest

from livinglab.app import create_app

PUBLIC = ["/facilities", "/facilities/fac-03", "/facilities/fac-03/availability", "/slots"]
CLOSED = ["/pilots", "/pilots/PLL-2026-0001", "/bookings", "/blocks", "/feeds", "/figures"]


@pytest.mark.parametrize("path", [*PUBLIC, "/openapi.json"])
def test_anybody_may_read_the_catalogue(anybody, place, path):
    assert anybody.get(path).status_code == 200


@pytest.mark.parametrize("path", CLOSED)
def test_strangers_are_asked_for_a_token(anybody, place, path):
    answer = anybody.get(path)
    assert (answer.status_code, answer.json["code"]) == (401, "not_signed_in")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Living Lab"'


@pytest.mark.parametrize("path", [*PUBLIC, *CLOSED])
@pytest.mark.parametrize("token", ["wrong", "", "ä"])
def test_a_token_that_does_not_count_is_refused_everywhere(anybody, place, path, token):
    headers = {"Authorization": f"Bearer {token}".encode().decode("latin-1")}
    assert anybody.get(path, headers=headers).status_code == 401


def test_other_refusals_stand_a_false_token(anybody, place):
    headers = {"Authorization": "Bearer wrong"}
    assert anybody.get("/nothing", headers=headers).status_code == 404
    assert anybody.call("TRACE", "/slots", headers=headers).status_code == 405
    fit = {"Content-Type": "application/json", **headers}
    assert anybody.post("/fit", data=b"{", headers=fit).status_code == 401


def test_a_foreign_pilot_looks_like_a_missing_one(firm, rival, wish, manager):
    ref = firm.post("/pilots", wish()).json["ref"]
    for caller in (rival, manager):  # a draft is its firm's alone
        for method, rest, body in (
            ("GET", "", None),
            ("PATCH", "", {"title": "Mine", "version": 1}),
            ("POST", "/actions/withdraw", {"version": 1}),
            ("POST", "/actions/approve", {"version": 7}),
            ("POST", "/actions/withdraw", {}),
        ):
            sent = {} if body is None else {"json": body}
            foreign = caller.call(method, f"/pilots/{ref}{rest}", **sent)
            missing = caller.call(method, f"/pilots/PLL-2026-9999{rest}", **sent)
            assert (foreign.status_code, foreign.data) == (404, missing.data)
            assert {*foreign.headers.keys()} == {*missing.headers.keys()}
    assert rival.get("/pilots").json["items"] == []


def test_a_reading_token_changes_nothing(firm, as_person, wish):
    reader = as_person("ada@firm.example", "read")
    ref = firm.post("/pilots", wish()).json["ref"]
    assert reader.get(f"/pilots/{ref}").json["actions"] == []
    for method, path, body in (
        ("POST", "/pilots", wish()),
        ("PATCH", f"/pilots/{ref}", {"version": 1}),
        ("POST", f"/pilots/{ref}/actions/submit", {"version": 1}),
        ("POST", "/feeds", {}),
    ):
        assert reader.call(method, path, json=body).status_code == 403
    assert reader.delete("/feeds/1").status_code == 403
    assert firm.get(f"/pilots/{ref}").json["version"] == 1


def test_hosts_ask_for_no_time_and_firms_decide_nothing(firm, manager, wish, sent):
    assert manager.post("/pilots", wish()).status_code == 403
    pilot = sent()
    answer = firm.post(f"/pilots/{pilot['ref']}/actions/approve", {"version": 2})
    assert (answer.status_code, answer.json["code"]) == (403, "not_allowed")


def test_rights_come_before_the_version(firm, manager, sent):
    pilot = sent()
    path = f"/pilots/{pilot['ref']}/actions"
    assert firm.post(f"{path}/approve", {}).status_code == 403
    assert manager.post(f"{path}/approve", {"version": None}).status_code == 428


def test_each_gate_is_its_owners(make, place, manager, firm, as_person, wish):
    host = make.host("guardians")
    make.user("privacy@test.example", host, "data_protection")
    privacy = as_person("privacy@test.example")
    body = wish()
    body["test_article"]["people_in_view"] = True
    made = firm.post("/pilots", body).json
    assert [gate["id"] for gate in made["gates"]] == [
        "facility_manager@fac-03",
        "data_protection@fac-03",
    ]
    ref = firm.post(f"/pilots/{made['ref']}/actions/submit", {"version": 1}).json["ref"]
    path = f"/pilots/{ref}/actions/approve"
    foreign = {"gate": "data_protection@fac-03", "version": 2}
    assert manager.post(path, foreign).status_code == 403
    reviewed = manager.post(path, {"gate": "facility_manager@fac-03", "version": 2}).json
    assert (reviewed["state"], reviewed["bookings"][0]["state"]) == ("in_review", "tentative")
    assert privacy.post(path, {"version": 3}).json["state"] == "confirmed"


def test_calls_are_bounded_per_caller(settings, place):
    app = create_app(replace(settings, api_calls_per_minute=2))
    client = app.test_client()
    statuses = [client.get("/api/v1/slots").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]
    answer = client.get("/api/v1/slots")
    assert (answer.json["code"], answer.headers["Retry-After"]) == ("too_many_requests", "60")
    assert client.get("/livez").status_code == 200
