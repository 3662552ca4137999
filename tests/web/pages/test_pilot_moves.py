"""The firm's moves, each safe to press twice; papers after sending; a cost that does not grow."""

from datetime import UTC, datetime
from io import BytesIO

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, Condition, Paper, Pilot
from tests.web.pages.filling import forms, press, state_of, text

# --- The firm's moves ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "booked", "button", "fields", "expected"),
    [
        ("submitted", None, "Withdraw the request", {}, "withdrawn"),
        ("draft", None, "Withdraw the request", {}, "withdrawn"),
        ("offered", "tentative", "Accept this time", {}, "in_review"),
        ("offered", "tentative", "Decline this time", {}, "in_review"),
        ("confirmed", "firm", "Cancel the stay", {"note": "Robot broke"}, "cancelled"),
        ("in_progress", "firm", "Suspend the test", {"note": "Rain"}, "suspended"),
    ],
)
def test_moves_work_once_however_often_they_are_pressed(
    signed_in, make, pilot_in, state, booked, button, fields, expected
):
    pilot = pilot_in(state, booked=booked)
    form = forms(signed_in.get(f"/pilots/{pilot.ref}").text)[button]
    first, second = (press(signed_in, form, **fields) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location == f"/pilots/{pilot.ref}"
    assert state_of(make, pilot.ref) == expected
    versions = make.session.scalars(select(Pilot.version)).all()
    assert versions == [2]


def test_each_move_says_what_follows(signed_in, pilot_in):
    pilot = pilot_in("confirmed", booked="firm", gate="passed")
    form = forms(signed_in.get(f"/pilots/{pilot.ref}").text)["Cancel the stay"]
    assert "The stay ends and its time is free for others. The host reads your reason." in text(
        form
    )


def test_cancelling_without_a_reason_is_told(signed_in, make, pilot_in):
    pilot = pilot_in("confirmed", booked="firm", gate="passed")
    form = forms(signed_in.get(f"/pilots/{pilot.ref}").text)["Cancel the stay"]
    answer = press(signed_in, form, note="  ")
    assert answer.status_code == 422
    assert "Give the reason: the other side reads it." in answer.text
    assert state_of(make, pilot.ref) == "confirmed"


def test_a_stale_move_keeps_the_note_and_says_who_changed_what(signed_in, make, ann, pilot_in):
    pilot = pilot_in("confirmed", booked="firm", gate="passed")
    form = forms(signed_in.get(f"/pilots/{pilot.ref}").text)["Cancel the stay"]
    row = make.session.get(Pilot, pilot.id)
    row.version = 2
    make.add(
        Audit(
            at=datetime(2026, 11, 24, 7, 30, tzinfo=UTC),
            actor_id=ann.id,
            action="change",
            object_kind="pilot",
            object_ref=pilot.ref,
            pilot_id=pilot.id,
            facts={},
        )
    )
    make.session.close()
    answer = press(signed_in, form, note="Robot broke")
    assert answer.status_code == 409
    assert "Someone was faster" in answer.text
    assert "ann changed the pilot at Tue 24 Nov 2026, 09:30" in text(answer.text)
    assert ">Robot broke</textarea>" in answer.text
    assert state_of(make, pilot.ref) == "confirmed"


@pytest.mark.parametrize(
    ("action", "status"),
    [("approve", 404), ("accept", 409), ("withdraw%0d%0a", 404), ("submit", 404)],
)
def test_moves_that_do_not_exist_are_refused(signed_in, csrf, make, pilot_in, action, status):
    pilot = pilot_in("confirmed", booked="firm", gate="passed")
    data = {"csrf_token": csrf(signed_in), "version": "1"}
    answer = signed_in.post(f"/pilots/{pilot.ref}/actions/{action}", data=data)
    assert answer.status_code == status
    assert state_of(make, pilot.ref) == "confirmed"


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 40])
def test_a_move_without_its_version_is_refused(signed_in, csrf, make, pilot_in, version):
    pilot = pilot_in("submitted")
    data = {"csrf_token": csrf(signed_in), "version": version}
    answer = signed_in.post(f"/pilots/{pilot.ref}/actions/withdraw", data=data)
    assert answer.status_code == 409
    assert state_of(make, pilot.ref) == "submitted"


# --- Papers after sending ------------------------------------------------------------------------


def test_papers_are_added_after_sending(signed_in, csrf, make, pilot_in):
    pilot = pilot_in("in_review", gate="passed")
    data = {
        "csrf_token": csrf(signed_in),
        "version": "1",
        "paper.insurance": (BytesIO(b"%PDF-1.4"), "policy.pdf"),
        "expires.insurance": "2027-02-02",
    }
    answer = signed_in.post(f"/pilots/{pilot.ref}/papers", data=data)
    assert answer.location == f"/pilots/{pilot.ref}#papers"
    names = make.session.scalars(select(Paper.file_name)).all()
    make.session.close()
    assert names == ["policy.pdf"]
    assert "policy.pdf" in signed_in.get(f"/pilots/{pilot.ref}").text


def test_a_paper_that_ends_before_the_stay_is_told(signed_in, csrf, make, pilot_in):
    pilot = pilot_in("confirmed", booked="firm", gate="passed")
    data = {
        "csrf_token": csrf(signed_in),
        "version": "1",
        "paper.insurance": (BytesIO(b"%PDF-1.4"), "policy.pdf"),
        "expires.insurance": "2027-02-02",
    }
    signed_in.post(f"/pilots/{pilot.ref}/papers", data=data)
    assert "Ends before the stay does" in signed_in.get(f"/pilots/{pilot.ref}").text


def test_an_ended_pilot_takes_no_papers(signed_in, csrf, pilot_in):
    pilot = pilot_in("withdrawn")
    data = {
        "csrf_token": csrf(signed_in),
        "version": "1",
        "paper.insurance": (BytesIO(b"%PDF-1.4"), "policy.pdf"),
    }
    answer = signed_in.post(f"/pilots/{pilot.ref}/papers", data=data)
    assert answer.status_code == 409


def test_a_number_larger_than_any_paper_is_not_there(signed_in, pilot_in):
    pilot = pilot_in("submitted")
    assert signed_in.get(f"/pilots/{pilot.ref}/papers/{10**30}").status_code == 404


# --- Cost ----------------------------------------------------------------------------------------


def test_statements_of_the_list_do_not_grow(signed_in, pilot_in, query_counter):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            pilot_in("submitted")
        signed_in.get("/pilots")
        with query_counter() as sent:
            assert signed_in.get("/pilots").status_code == 200
        counts.append(sent.count)
    assert counts[0] == counts[1]


def test_statements_of_a_pilot_do_not_grow_with_its_parts(
    signed_in, make, ann, pilot_in, query_counter
):
    counts = []
    for extra in (1, 3):
        pilot = pilot_in("conditional", booked=None, gate="passed")
        for number in range(extra):
            make.add(Condition(pilot_id=pilot.id, text=f"Condition {number}"))
            make.add(
                Audit(
                    at=datetime(2026, 11, 23, 9, tzinfo=UTC),
                    actor_id=ann.id,
                    action="change",
                    object_kind="pilot",
                    object_ref=pilot.ref,
                    pilot_id=pilot.id,
                    facts={},
                )
            )
        make.session.close()
        signed_in.get(f"/pilots/{pilot.ref}")
        with query_counter() as sent:
            assert signed_in.get(f"/pilots/{pilot.ref}").status_code == 200
        counts.append(sent.count)
    assert counts[0] == counts[1]
