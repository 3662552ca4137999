"""Writes that come twice: one effect, the same answer, per person and address."""

import pytest

from livinglab.db.tables import Pilot

KEY = {"Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"}


def count(make):
    return make.session.query(Pilot).count()


def test_a_repeated_write_has_one_effect_and_the_first_answer(firm, wish, make):
    first = firm.post("/pilots", wish(), headers=KEY)
    second = firm.post("/pilots", wish(), headers=KEY)
    assert (second.status_code, second.data) == (201, first.data)
    for name in ("ETag", "Location", "Content-Type"):
        assert second.headers[name] == first.headers[name]
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert count(make) == 1


def test_the_first_answer_is_given_after_the_thing_has_changed(firm, wish):
    first = firm.post("/pilots", wish(), headers=KEY)
    path = f"/pilots/{first.json['ref']}"
    firm.patch(path, {"title": "Changed", "version": 1})
    assert firm.post("/pilots", wish(), headers=KEY).data == first.data


def test_a_key_with_another_body_is_refused(firm, wish, make):
    firm.post("/pilots", wish(), headers=KEY)
    answer = firm.post("/pilots", wish(title="Other"), headers=KEY)
    assert (answer.status_code, answer.json["code"]) == (422, "idempotency_key_reused")
    assert count(make) == 1


def test_a_key_counts_for_one_person_and_one_address(firm, rival, wish, make):
    first = firm.post("/pilots", wish(), headers=KEY)
    other = rival.post("/pilots", wish(), headers=KEY)
    assert other.json["ref"] != first.json["ref"]
    path = f"/pilots/{first.json['ref']}/actions/withdraw"
    assert firm.post(path, {"version": 1}, headers=KEY).json["state"] == "withdrawn"


def test_refusals_are_not_kept(firm, wish, make):
    body = wish()
    body["periods"][0]["facility"] = "fac-77"
    assert firm.post("/pilots", body, headers=KEY).status_code == 422
    assert firm.post("/pilots", wish(), headers=KEY).status_code == 201
    assert count(make) == 1


def test_a_repeated_move_is_answered_as_the_first_time(firm, wish):
    made = firm.post("/pilots", wish()).json
    path = f"/pilots/{made['ref']}/actions/submit"
    first = firm.post(path, {"version": 1}, headers=KEY)
    again = firm.post(path, {"version": 1}, headers=KEY)
    assert (again.status_code, again.data) == (200, first.data)
    assert firm.post(path, {"version": 1}).status_code == 412
    assert firm.get(f"/pilots/{made['ref']}").json["version"] == 2


@pytest.mark.parametrize("key", ["", "x" * 201, "näin", "tab\tbed"])
def test_a_key_is_short_and_of_ascii(firm, wish, key):
    answer = firm.post("/pilots", wish(), headers={"Idempotency-Key": key})
    assert answer.status_code == 422
    assert answer.json["problems"][0]["field"] == "Idempotency-Key"
