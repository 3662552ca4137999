"""Deciding: what the page shows, what its buttons do, and what happens when one is too late."""

import re

import pytest

from livinglab.domain.pilot import Action
from tests.web.pages.scene import (
    FIRST,
    NORTH,
    SECOND,
    SOUTH,
    THIRD,
    Scene,
    buttons,
    choices,
    form_of,
)


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def manager(scene, login):
    return scene.client("manager", login)


def shown(client, ref, query=""):
    response = client.get(f"/inbox/{ref}{query}")
    assert response.status_code == 200, response.text
    return response.text


def press(client, ref, do, **further):
    """Press a button of the page as it stands."""
    return client.post(f"/inbox/{ref}", data=form_of(shown(client, ref), do=do, **further))


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


# --- What it shows ------------------------------------------------------------------------------


def test_the_page_has_what_a_decision_is_made_on(scene, manager):
    ref = scene.request(windows=(FIRST, SECOND), article={"mixed_traffic": True})
    text = words(shown(manager, ref))
    for told in (
        "Ada Robotics , Germany · 5 days, Mobile robot and intralogistics hall",
        "Answer by Thu 26 Nov 2026",
        "Carry boxes upstairs.",
        "Choice 1: 1–5 Feb Hall south, Mon 1 – Fri 5 Feb 2027, 07:00–21:00",
        "Choice 2: 15–19 Feb Hall south, Mon 15 – Fri 19 Feb 2027, 07:00–21:00",
        "Mass 60 kg: up to 2,500 kg is fine.",
        "Facility manager (you) (now) Manager, by Thu 26 Nov 2026",
        "Safety officer (now) Safety, by Tue 1 Dec 2026",
        "Risk assessment, not given yet",
        "The firm’s first request that concerns you.",
        "Ada , Tue 24 Nov 2026, 10:00 sent the request",
    ):
        assert told in text, told


def test_competing_requests_are_named_with_a_link(scene, manager):
    ref = scene.request()
    rival = scene.request("bo", title="Tugger", windows=(("2027-02-02", "2027-02-04"),), days=3)
    scene.request("bo", title="Elsewhere", windows=(SECOND,))
    html = shown(manager, ref)
    assert "Another firm wishes for the same days" in html
    assert f'href="/inbox/{rival}?show=mine">Tugger</a>' in html
    assert "Elsewhere" not in html.partition("Around the wish")[2].partition("What comes")[0]


def test_problems_of_the_wish_now_are_told(scene, manager):
    ref = scene.request()
    other = scene.request("bo", title="First")
    scene.act("manager", other, Action.APPROVE)
    text = words(shown(manager, ref))
    assert "These days are already taken." in text
    assert "One thing stands in the way now" in text


def test_other_times_are_the_nearest_free_ones(scene, manager):
    ref = scene.request()
    listed = [value.split("|")[1] for value in choices(shown(manager, ref), "other-0")]
    assert listed == [NORTH, NORTH, SOUTH]
    assert "Hall north, Mon 1 – Fri 5 Feb 2027, 07:00–21:00" in shown(manager, ref)


def test_further_times_are_listed_from_a_day_on_at_a_resource(scene, manager):
    ref = scene.request()
    html = shown(manager, ref, f"?stay=0&from=2027-03-01&resource={NORTH}")
    listed = choices(html, "other-0")
    assert len(listed) == 12
    assert {value.split("|")[1] for value in listed} == {NORTH}
    assert "Hall north, Mon 1 – Fri 5 Mar 2027" in html


# --- What it does -------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_approving_takes_the_chosen_window_and_says_what_follows(scene, manager):
    ref = scene.request(windows=(FIRST, SECOND))
    scene.request("bo", title="Rival")
    second = choices(shown(manager, ref), "slot-0")[1]
    response = press(manager, ref, "approve", **{"slot-0": second, "note": "Welcome."})
    assert (response.status_code, response.location) == (303, f"/inbox/{ref}")
    html = shown(manager, ref)
    told = "Confirmed, and every calendar shows it. The firm is told in a minute, unless you take"
    assert f"{told} it back." in html
    assert scene.pilot(ref).state == "confirmed"


def test_a_gate_that_is_not_the_last_says_who_decides_next(scene, manager):
    ref = scene.request(article={"mixed_traffic": True})
    press(manager, ref, "approve")
    told = "Approved; the time is held. Next decides: Safety officer, by Tue 1 Dec 2026."
    assert told in words(shown(manager, ref))
    assert scene.stays(ref) == [(SOUTH, "tentative", "2027-02-01", "2027-02-05")]


def test_the_next_owner_approves_the_time_that_is_held(scene, login, manager):
    ref = scene.request(windows=(FIRST, SECOND), article={"mixed_traffic": True})
    press(manager, ref, "approve", **{"slot-0": choices(shown(manager, ref), "slot-0")[1]})
    safety = scene.client("safety", login)
    html = shown(safety, ref)
    assert choices(html, "slot-0") == []
    assert "Approve 15–19 Feb" in words(html)
    press(safety, ref, "approve")
    assert scene.stays(ref) == [(SOUTH, "firm", "2027-02-15", "2027-02-19")]


def test_conditions_hold_the_time_until_they_are_met(scene, manager):
    ref = scene.request()
    press(manager, ref, "approve", conditions="Send the insurance\r\n\r\nName a fire watch")
    pilot = scene.pilot(ref)
    assert (pilot.state, [c.text for c in pilot.conditions]) == (
        "conditional",
        ["Send the insurance", "Name a fire watch"],
    )
    fulfil = [do for do in buttons(shown(manager, ref)) if do.startswith("fulfil:")]
    assert fulfil == [f"fulfil:{condition.id}" for condition in pilot.conditions]
    press(manager, ref, fulfil[1])
    assert "Condition met. One is left." in shown(manager, ref)
    press(manager, ref, fulfil[0])
    assert scene.pilot(ref).state == "confirmed"


@pytest.mark.parametrize(
    ("do", "state"),
    [("request-info", "needs_info"), ("waitlist", "waitlisted"), ("reject", "rejected")],
)
def test_the_other_answers_go_to_the_firm_with_the_note(scene, manager, do, state):
    ref = scene.request()
    press(manager, ref, do, note="Which load?")
    pilot = scene.pilot(ref)
    assert (pilot.state, scene.stays(ref)) == (state, [])
    assert "Which load?" in shown(manager, ref)


def test_once_declined_nobody_is_asked_any_more(scene, manager):
    ref = scene.request(article={"mixed_traffic": True})
    press(manager, ref, "reject", note="Too heavy.")
    gates = words(shown(manager, ref)).partition(" Gates ")[2]
    assert "Safety officer (waits)" in gates
    assert "(you)" not in gates
    assert "1 Dec 2026" not in gates


def test_declining_needs_a_reason_and_says_so_at_the_note(scene, manager):
    ref = scene.request()
    response = press(manager, ref, "reject", note="  ")
    assert response.status_code == 422
    assert re.search(r'id="note-error".*?Give the reason', response.text, re.DOTALL)
    assert scene.pilot(ref).state == "submitted"


def test_another_time_is_offered_and_held(scene, manager):
    ref = scene.request()
    press(manager, ref, "offer")
    assert scene.pilot(ref).state == "offered"
    assert scene.stays(ref) == [(NORTH, "tentative", "2027-02-01", "2027-02-05")]


def test_a_confirmed_stay_moves_to_another_hall(scene, manager):
    ref = scene.request()
    press(manager, ref, "approve")
    html = shown(manager, ref, f"?stay=0&from=2027-03-01&resource={NORTH}")
    response = manager.post(f"/inbox/{ref}", data=form_of(html, do="reschedule"))
    assert response.status_code == 303
    assert scene.stays(ref) == [(NORTH, "firm", "2027-03-01", "2027-03-05")]


def test_what_is_missing_before_arrival_is_named(scene, manager):
    ref = scene.request()
    press(manager, ref, "approve")
    response = press(manager, ref, "mark-ready")
    assert response.status_code == 422
    assert "“Risk assessment” is missing." in words(response.text)
    assert scene.pilot(ref).state == "confirmed"


def test_cancelling_frees_the_time_and_reinstating_opens_the_gates(scene, manager):
    ref = scene.request()
    press(manager, ref, "approve")
    assert press(manager, ref, "cancel").status_code == 422
    press(manager, ref, "cancel", note="The roof leaks.")
    assert (scene.pilot(ref).state, scene.stays(ref)) == ("cancelled", [])
    press(manager, ref, "reinstate")
    assert scene.pilot(ref).state == "submitted"


BUTTONS = {
    "submitted": ["offer:packages", "approve", "offer", "request-info", "waitlist", "reject"],
    "needs_info": ["reject"],
    "in_review": ["offer:packages", "approve", "offer", "request-info", "waitlist", "reject"],
    "offered": [],
    "waitlisted": ["offer:packages", "offer", "reject"],
    "confirmed": ["mark-ready", "reschedule", "cancel"],
    "ready": ["check-in", "reschedule", "no-show", "cancel"],
    "in_progress": ["complete", "suspend"],
    "suspended": ["resume", "complete", "cancel"],
    "completed": ["close"],
    "closed": [],
    "rejected": ["reinstate"],
    "no_show": ["reinstate"],
}


@pytest.mark.parametrize(("state", "expected"), BUTTONS.items())
def test_the_buttons_are_the_moves_of_the_state(scene, manager, state, expected):
    ref = scene.request()
    pilot = scene.pilot(ref)
    pilot.state = state
    scene.make.session.commit()
    assert buttons(shown(manager, ref)) == expected


# --- Too late -----------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_a_stale_decision_is_refused_and_keeps_the_note(scene, manager, clock):
    ref = scene.request(article={"mixed_traffic": True})
    form = form_of(shown(manager, ref), do="approve", note="Bring mats.", conditions="Fire watch")
    scene.act("safety", ref, Action.REQUEST_INFO, note="Which batteries?")
    response = manager.post(f"/inbox/{ref}", data=form)
    assert response.status_code == 409
    text = words(response.text)
    assert "Someone was faster" in text
    assert "Safety changed the pilot at Tue 24 Nov 2026, 10:00 (asked for more)." in text
    assert "Bring mats.</textarea>" in response.text
    assert "Fire watch</textarea>" in response.text
    assert scene.pilot(ref).state == "needs_info"
    assert f'name="version" value="{scene.pilot(ref).version}"' in response.text


def test_pressing_twice_decides_once(scene, manager):
    ref = scene.request()
    form = form_of(shown(manager, ref), do="approve")
    assert [manager.post(f"/inbox/{ref}", data=form).status_code for _ in range(2)] == [303, 409]
    assert len(scene.stays(ref)) == 1


@pytest.mark.both_engines
def test_a_lost_slot_offers_the_nearest_free_one(scene, manager):
    ref = scene.request(windows=(FIRST, SECOND))
    rival = scene.request("bo", title="Faster")
    form = form_of(shown(manager, ref), do="approve", note="Welcome.")
    scene.act("manager", rival, Action.APPROVE)
    response = manager.post(f"/inbox/{ref}", data=form)
    assert response.status_code == 409
    text = words(response.text)
    assert "Taken a moment ago" in text
    assert "another booking holds Hall south" in text
    assert "The nearest that is free: Hall south, Mon 15 – Fri 19 Feb 2027" in text
    assert "Welcome.</textarea>" in response.text
    (way,) = [do for do in buttons(response.text) if do.startswith("approve:")]
    manager.post(f"/inbox/{ref}", data=form_of(response.text, do=way))
    assert scene.stays(ref) == [(SOUTH, "firm", "2027-02-15", "2027-02-19")]


def test_a_slot_lost_with_no_window_left_can_be_offered_elsewhere(scene, manager):
    ref = scene.request()
    rival = scene.request("bo", title="Faster")
    form = form_of(shown(manager, ref), do="approve")
    scene.act("manager", rival, Action.APPROVE)
    response = manager.post(f"/inbox/{ref}", data=form)
    assert response.status_code == 409
    (way,) = [do for do in buttons(response.text) if do.startswith("offer:0|")]
    manager.post(f"/inbox/{ref}", data=form_of(response.text, do=way))
    assert scene.stays(ref) == [(NORTH, "tentative", "2027-02-01", "2027-02-05")]


# --- Who may ------------------------------------------------------------------------------------


def test_a_firm_is_refused_and_a_visitor_sent_to_sign_in(scene, client, login):
    ref = scene.request()
    assert client.get(f"/inbox/{ref}").status_code == 303
    login(client, "ada@test.example")
    assert client.get(f"/inbox/{ref}").status_code == 403


def test_a_foreign_pilot_looks_like_none(scene, login, csrf):
    ref, draft = scene.request(), scene.draft("bo")
    other = scene.client("other", login)
    missing = other.get("/inbox/PLL-2026-9999")
    assert missing.status_code == 404
    for hidden in (ref, draft):
        found = other.get(f"/inbox/{hidden}")
        assert (found.status_code, found.data) == (404, missing.data)
    form = {"csrf_token": csrf(other), "do": "reject", "version": "2", "note": "No."}
    assert other.post(f"/inbox/{ref}", data=form).status_code == 404
    assert scene.pilot(ref).state == "submitted"


def test_staff_look_without_buttons_and_may_not_decide(scene, login):
    ref = scene.request()
    staff = scene.client("staff", login)
    html = shown(staff, ref)
    assert buttons(html) == []
    form = form_of(html, do="reject", note="No.")
    assert staff.post(f"/inbox/{ref}", data=form).status_code == 403


def test_a_coordinator_decides_no_gate_of_others(scene, login):
    ref = scene.request()
    html = shown(scene.client("coordinator", login), ref)
    assert buttons(html) == ["offer:packages", "offer", "request-info", "waitlist", "reject"]


# --- Whatever comes in --------------------------------------------------------------------------

HOSTILE = [
    {"do": ""},
    {"do": "expire"},
    {"do": "submit"},
    {"do": "💥"},
    {"do": "approve:0|x"},
    {"do": "approve:0|fac-02-hall-south|99999999999999999|99999999999999999"},
    {"do": "approve:7|fac-02-hall-south|1801458000|1801717200"},
    {"do": "approve:0|nowhere|1801458000|1801717200"},
    {"do": "approve:-1|fac-02-hall-south|-5|0"},
    {"do": "approve", "slot-0": "0|fac-02-hall-south|1801458000|1801458000"},
    {"do": "approve", "gate": "safety_owner@fac-99"},
    {"do": "approve", "gate": "x" * 5000},
    {"do": "fulfil:99999999999999999999"},
    {"do": "reject", "note": "a\x07b"},
    {"do": "reject", "note": "\u202e👩‍🚀" * 3000},
    {"do": "request-info", "note": ""},
    {"do": "approve", "version": ""},
    {"do": "approve", "version": "1e5"},
    {"do": "approve", "version": "9" * 40},
    {"do": "offer", "other-0": ""},
]


@pytest.mark.parametrize("form", HOSTILE, ids=range(len(HOSTILE)))
def test_odd_forms_are_refused_with_a_sentence(scene, manager, form):
    ref = scene.request()
    response = manager.post(f"/inbox/{ref}", data=form_of(shown(manager, ref)) | form)
    assert response.status_code in {403, 409, 422}
    assert scene.pilot(ref).state == "submitted"


@pytest.mark.parametrize(
    "query",
    [
        "stay=9999999999999999999999&from=2027-03-01",
        "stay=-1&from=0001-01-01",
        "stay=0&from=9999-12-31",
        "stay=0&from=0001-01-01&resource=nowhere",
        "stay=0&from=2027-02-29",
        "show=%E2%80%AE",
    ],
)
def test_odd_addresses_still_show_the_page(scene, manager, query):
    shown(manager, scene.request(), f"?{query}")


def test_a_note_of_any_script_is_kept_as_written(scene, manager):
    ref = scene.request()
    note = "<b>Tervetuloa</b> 👩‍🚀 שלום\nToinen rivi"
    press(manager, ref, "reject", note=note)
    assert scene.pilot(ref).gates[0].note == note
    assert "&lt;b&gt;Tervetuloa" in shown(manager, ref)


def test_an_unsent_token_is_refused(scene, manager):
    ref = scene.request()
    form = form_of(shown(manager, ref), do="approve") | {"csrf_token": "x"}
    assert manager.post(f"/inbox/{ref}", data=form).status_code == 400


def test_the_page_costs_15_statements_however_many_rivals(scene, manager, query_counter):
    """Who is signed in and the counts of the frame are among them, and the cards of people."""
    ref = scene.request(article={"mixed_traffic": True, "hot_work": True})
    made, counts = 0, []
    for rivals in (5, 30):
        for number in range(made, rivals):
            scene.request("bo", title=f"Rival {number}")
        scene.request(title=f"Earlier {rivals}", windows=(THIRD,))
        made = rivals
        html = shown(manager, ref)  # from now on the process knows the places and what is taken
        assert f"{rivals} other firms wish for the same days" in words(html)
        with query_counter() as sent:
            shown(manager, ref)
        counts.append(sent.count)
    assert counts == [15, 15], sent.texts
