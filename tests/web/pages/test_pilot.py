"""A firm's pilots: the list, and one of them with whose move it is."""

import re
from datetime import UTC, date, datetime

import pytest

from livinglab.db.tables import Audit, Condition, Gate
from tests.markup import Elements
from tests.web.pages.filling import forms, move_of, state_of, text

VARYING = re.compile(r'PLL-2026-\d+|name="csrf_token" value="[^"]*"')
"""The reference asked for, and the form token, which carries the time."""


# --- The list ------------------------------------------------------------------------------------


def test_an_empty_list_shows_the_way_to_begin(signed_in):
    page = signed_in.get("/pilots").text
    assert "No pilots yet" in page
    assert Elements(page).all("a", class_="btn btn-primary", href="/facilities")


def test_the_list_has_states_dates_and_next_steps_and_ones_own_moves_on_top(signed_in, pilot_in):
    pilot_in("draft", title="Draft one")
    pilot_in("confirmed", booked="firm", gate="passed", title="Firm one")
    pilot_in("submitted", title="Sent one")
    page = signed_in.get("/pilots").text.partition("</main>")[0]
    rows = [text(row) for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)[1:]]
    assert [row.split(" PLL")[0] for row in rows] == ["Firm one", "Draft one", "Sent one"]
    assert "Your move: Attach 3 papers Ask again" in rows[0]
    assert "Confirmed Mon 1 – Wed 3 Feb 2027, 07:00–21:00" in rows[0]
    assert rows[1].endswith("Your move: Finish it and send it")
    assert "Waits for: Facility manager, by Thu 26 Nov 2026 Ask again" in rows[2]
    assert "Mon 1 – Fri 5 Feb 2027 or 1 more" in rows[2]


def test_the_list_is_searched_by_title_and_reference(signed_in, pilot_in):
    pilot_in("draft", title="Alpha")
    beta = pilot_in("draft", title="Beta")
    assert re.findall(r'href="/pilots/(PLL[^"]*)"', signed_in.get("/pilots?q=beta").text) == [
        beta.ref
    ]
    assert "No pilot is called that" in signed_in.get("/pilots?q=gamma%25").text


def test_the_list_holds_only_ones_own(client, make, pilot_in, login):
    pilot_in("submitted", title="Foreign")
    make.user("spy@other.example", make.company("other"))
    make.session.close()
    login(client, "spy@other.example")
    assert "Foreign" not in client.get("/pilots").text


@pytest.mark.parametrize("query", ["before=x", "before=99999999999999999999", "before=0", "q=%25"])
def test_hostile_lists_are_answered(signed_in, pilot_in, query):
    pilot_in("draft")
    assert signed_in.get(f"/pilots?{query}").status_code == 200


# --- One pilot -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "booked", "gate", "expected"),
    [
        ("draft", None, "open", "Your move: Finish it and send it"),
        ("submitted", None, "open", "Waits for: Facility manager, by Thu 26 Nov 2026"),
        ("needs_info", None, "open", "Your move: Answer the question and send it again"),
        ("offered", "tentative", "open", "Your move: Accept or decline the time offered"),
        ("waitlisted", None, "open", "Waits for time to become free. Your place in the queue: 1."),
        ("confirmed", "firm", "passed", "Your move: Attach 3 papers"),
        ("ready", "firm", "passed", "Come and test"),
        ("completed", "firm", "passed", "Waits for the host to close it"),
        ("closed", "firm", "passed", ""),
        ("withdrawn", "released", "open", ""),
    ],
)
def test_whose_move_it_is_stands_on_top(signed_in, pilot_in, state, booked, gate, expected):
    pilot = pilot_in(state, booked=booked, gate=gate)
    response = signed_in.get(f"/pilots/{pilot.ref}")
    assert response.status_code == 200
    assert move_of(response.text) == expected


def test_conditions_to_meet_are_named(signed_in, make, pilot_in):
    pilot = pilot_in("conditional", booked="tentative", gate="passed")
    make.add(Condition(pilot_id=pilot.id, text="Sign the agreement", due_on=date(2026, 12, 4)))
    make.session.close()
    page = signed_in.get(f"/pilots/{pilot.ref}").text
    assert move_of(page) == "Your move: Meet one condition"
    assert text(page).count("Sign the agreement") == 2
    assert "Fri 4 Dec 2026" in text(page)


def test_booked_time_is_told_on_both_clocks(signed_in, pilot_in):
    pilot = pilot_in("confirmed", booked="firm", gate="passed")
    page = text(signed_in.get(f"/pilots/{pilot.ref}").text)
    assert "Hall north · Mon 1 – Wed 3 Feb 2027, 07:00–21:00" in page
    assert "Sun 31 Jan – Wed 3 Feb 2027, 21:00–11:00 in Los Angeles" in page


def test_history_is_told_in_words(signed_in, make, ann, pilot_in):
    pilot = pilot_in("in_review", gate="passed")
    for action, facts, note in (
        ("submit", {}, ""),
        ("approve", {"gate": "facility_manager@fac-02"}, "Bring <b>chocks</b>."),
    ):
        make.add(
            Audit(
                at=datetime(2026, 11, 23, 9, tzinfo=UTC),
                actor_id=ann.id,
                action=action,
                object_kind="pilot",
                object_ref=pilot.ref,
                pilot_id=pilot.id,
                facts=facts,
                note=note,
            )
        )
    make.session.close()
    page = signed_in.get(f"/pilots/{pilot.ref}").text
    assert "ann passed a gate (Facility manager) · Mon 23 Nov 2026, 11:00" in text(page)
    assert "Bring &lt;b&gt;chocks&lt;/b&gt;." in page


def test_a_gate_opened_again_says_why_and_one_without_a_decider_what_comes_next(
    signed_in, browser, make, hall, hall_manager, pilot_in
):
    pilot = pilot_in("in_review", booked="tentative", gate="passed")
    gate = {"pilot_id": pilot.id, "facility_id": hall.id, "state": "open"}
    gate |= {"opened_at": datetime(2026, 11, 23, 9, tzinfo=UTC), "due_on": date(2026, 12, 8)}
    make.add(Gate(position=1, role="air", title={"en": "Air coordinator"}, **gate))
    make.add(
        Audit(
            at=datetime(2026, 11, 23, 9, tzinfo=UTC),
            actor_id=hall_manager.id,
            action="reschedule",
            object_kind="pilot",
            object_ref=pilot.ref,
            pilot_id=pilot.id,
            facts={"reopened": ["air@fac-02"], "because": ["dates"]},
        )
    )
    make.session.close()
    again = "“Air coordinator” decides again: the date has changed (Mon 23 Nov 2026, 11:00)."
    nobody = "Nobody decides as “Air coordinator” yet. The coordinator is told and names somebody."
    page = text(signed_in.get(f"/pilots/{pilot.ref}").text)
    assert f"{again} What the others decided stands." in page
    assert f"{nobody} You need not do anything for it." in page
    assert "Air coordinator (now) nobody decides this yet" in page
    assert "Next: The coordinator names somebody who decides as: Air coordinator" in page
    decided = text(browser(hall_manager.email).get(f"/inbox/{pilot.ref}").text)
    assert "Air coordinator (now) nobody decides this yet, by Tue 8 Dec 2026" in decided

    make.user("air@host.example", make.host("sky"), "air")
    make.session.close()
    page = text(signed_in.get(f"/pilots/{pilot.ref}").text)
    assert again in page
    assert nobody not in page
    assert "Air coordinator (now) by Tue 8 Dec 2026" in page


@pytest.mark.parametrize("path", ["", "/edit", "/papers/1"])
def test_another_company_finds_nothing(client, make, pilot_in, login, path):
    pilot = pilot_in("submitted")
    make.user("spy@other.example", make.company("other"))
    make.session.close()
    login(client, "spy@other.example")
    answers = [client.get(f"/pilots/{ref}{path}") for ref in (pilot.ref, "PLL-2026-9999")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert len({VARYING.sub("", answer.text) for answer in answers}) == 1


@pytest.mark.parametrize(
    "path",
    ["/pilots/PLL-2026-0001/actions/withdraw", "/pilots/PLL-2026-0001/papers"],
)
def test_another_company_moves_nothing(client, make, pilot_in, login, csrf, path):
    pilot = pilot_in("submitted")
    make.user("spy@other.example", make.company("other"))
    make.session.close()
    login(client, "spy@other.example")
    data = {"csrf_token": csrf(client), "version": "1", "note": "x"}
    assert client.post(path, data=data).status_code == 404
    assert state_of(make, pilot.ref) == "submitted"


def test_a_host_sees_the_same_address_and_the_way_to_decide(client, make, hall, pilot_in, login):
    pilot = pilot_in("submitted", title="For the host")
    draft = pilot_in("draft")
    make.user("boss@host.example", make.host("lab"), "coordinator")
    make.session.close()
    login(client, "boss@host.example")
    page = client.get(f"/pilots/{pilot.ref}").text
    assert "For the host" in page
    assert Elements(page).all("a", href=f"/inbox/{pilot.ref}")
    assert forms(page) == {}
    assert client.get(f"/pilots/{draft.ref}").status_code == 404
