"""A firm's pilots: the list, whose move it is, and the firm's moves, each safe to press twice."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, Condition, Gate, Paper, Pilot
from tests.markup import Elements

VARYING = re.compile(r'PLL-2026-\d+|name="csrf_token" value="[^"]*"')
"""The reference asked for, and the form token, which carries the time."""


@pytest.fixture
def hall(make):
    return make.facility(make.host(), "fac-02")


@pytest.fixture
def firm(make):
    return make.company("sierra")


@pytest.fixture
def ann(make, firm):
    return make.user("ann@sierra.example", firm, timezone="America/Los_Angeles")


@pytest.fixture
def pilot_in(make, firm, ann, hall):
    """Makes a pilot in a state, with one gate and, where the state holds time, a booking."""

    def new(state, *, booked=None, gate="open", **values):
        pilot = make.pilot(
            firm,
            ann,
            hall,
            days=3,
            windows=[(date(2027, 2, 1), date(2027, 2, 5)), (date(2027, 3, 1), date(2027, 3, 5))],
            state=state,
            submitted_at=None if state == "draft" else datetime(2026, 11, 20, 8, tzinfo=UTC),
            **values,
        )
        if state != "draft":
            make.add(
                Gate(
                    pilot_id=pilot.id,
                    facility_id=hall.id,
                    position=0,
                    role="facility_manager",
                    title={"en": "Facility manager"},
                    state=gate,
                    due_on=date(2026, 11, 26),
                    opened_at=datetime(2026, 11, 20, 8, tzinfo=UTC),
                )
            )
        if booked:
            make.booking(
                pilot,
                make.resource("fac-02-hall-north"),
                datetime(2027, 2, 1, 5, tzinfo=UTC),
                datetime(2027, 2, 3, 19, tzinfo=UTC),
                state=booked,
                period_id=pilot.periods[0].id,
            )
        make.session.close()
        return pilot

    return new


@pytest.fixture
def signed_in(client, ann, login):
    login(client, ann.email)
    return client


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def move_of(page):
    """What the note on top says."""
    found = re.search(r'<h2 id="move">(.*?)</h2>', page) or re.search(
        r"<b>Next:</b>(.*?)</p>", page
    )
    return text(found[1]) if found else ""


def forms(page):
    """The moves offered, by their button."""
    found = re.findall(r'<form class="ll-panel.*?</form>', page, re.DOTALL)
    return {text(re.search(r"<button.*?</button>", form, re.DOTALL)[0]): form for form in found}


def press(client, form, **fields):
    """Send the form of a move."""
    action = Elements(form).all("form")[0]["action"]
    hidden = {i["name"]: i["value"] for i in Elements(form).all("input", type="hidden")}
    return client.post(action, data=hidden | fields)


def state_of(make, ref):
    state = make.session.scalar(select(Pilot.state).where(Pilot.ref == ref))
    make.session.close()
    return state


# --- The list -----------------------------------------------------------------------------------


def test_an_empty_list_shows_the_way_to_begin(signed_in):
    page = signed_in.get("/pilots").text
    assert "No pilots yet" in page
    assert Elements(page).all("a", class_="btn btn-primary", href="/facilities")


def test_the_list_has_states_dates_and_next_steps_and_ones_own_moves_on_top(signed_in, pilot_in):
    pilot_in("draft", title="Draft one")
    pilot_in("confirmed", booked="firm", gate="passed", title="Firm one")
    pilot_in("submitted", title="Sent one")
    page = signed_in.get("/pilots").text
    rows = [text(row) for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)[1:]]
    assert [row.split(" PLL")[0] for row in rows] == ["Firm one", "Draft one", "Sent one"]
    assert rows[0].endswith("Your move: Attach 3 papers")
    assert "Confirmed Mon 1 – Wed 3 Feb 2027, 07:00–21:00" in rows[0]
    assert rows[1].endswith("Your move: Finish it and send it")
    assert rows[2].endswith("Waits for: Facility manager, by Thu 26 Nov 2026")
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


# --- One pilot ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "booked", "gate", "expected"),
    [
        ("draft", None, "open", "Your move: Finish it and send it"),
        ("submitted", None, "open", "Waits for: Facility manager, by Thu 26 Nov 2026"),
        ("needs_info", None, "open", "Your move: Answer the question and send it again"),
        ("offered", "tentative", "open", "Your move: Accept or decline the time offered"),
        ("waitlisted", None, "open", "Waits for time to become free"),
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


# --- The firm's moves ---------------------------------------------------------------------------


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


# --- Papers after sending -----------------------------------------------------------------------


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


# --- Cost ---------------------------------------------------------------------------------------


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
