"""Closing time: who may, on which clock, over which bookings, and back again."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, Block
from livinglab.domain.pilot import Action
from tests.web.pages.scene import NORTH, SOUTH, Scene

FORM = {
    "resource": SOUTH,
    "start": "2027-02-03T08:00",
    "end": "2027-02-04T16:00",
    "kind": "maintenance",
    "reason": "Yearly service",
}


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def manager(scene, login):
    return scene.client("manager", login)


@pytest.fixture
def stored(scene):
    def read():
        rows = scene.make.session.scalars(select(Block).order_by(Block.id)).all()
        scene.make.session.commit()
        return rows

    return read


@pytest.fixture
def post(csrf):
    """Send a form with its token: `post(client, path, form)`."""

    def send(client, path, form=FORM):
        return client.post(path, data={"csrf_token": csrf(client), **form})

    return send


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def test_closing_stores_wall_clock_time_and_the_reason_in_every_language(manager, post, stored):
    assert post(manager, "/blocks/new").location == "/blocks"
    (row,) = stored()
    assert (row.starts_at, row.ends_at) == (
        datetime(2027, 2, 3, 6, tzinfo=UTC),
        datetime(2027, 2, 4, 14, tzinfo=UTC),
    )
    assert row.reason == dict.fromkeys(("en", "fi", "sv"), "Yearly service")
    text = words(manager.get("/blocks").text)
    assert "Closed: Hall south, Wed 3 – Thu 4 Feb 2027, 08:00–16:00." in text
    assert "Hall south Wed 3 – Thu 4 Feb 2027, 08:00–16:00 Maintenance Yearly service" in text


def test_several_resources_and_languages_in_one_go(manager, post, stored):
    form = FORM | {"resource": [NORTH, SOUTH], "reason_fi": "Vuosihuolto"}
    post(manager, "/blocks/new", form)
    reason = {"en": "Yearly service", "fi": "Vuosihuolto", "sv": "Yearly service"}
    assert [row.reason for row in stored()] == [reason, reason]


@pytest.mark.both_engines
def test_stays_in_that_time_are_shown_before_anything_is_saved(scene, manager, post, stored):
    ref = scene.request()
    scene.act("manager", ref, Action.APPROVE)
    response = post(manager, "/blocks/new")
    assert (response.status_code, stored()) == (200, [])
    text = words(response.text)
    assert "A booking lies in that time" in text
    assert "Nothing is saved yet" in text
    assert f"{ref} · Ada Robotics" in text
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', response.text)
    confirmed = manager.post("/blocks/new", data=dict(fields) | {"confirmed": "y"})
    assert confirmed.location == "/board?from=2027-02-03"
    assert len(stored()) == 1
    assert scene.stays(ref) == [(SOUTH, "firm", "2027-02-01", "2027-02-05")]
    assert "One clash to repair" in manager.get(confirmed.location).text


def test_going_back_keeps_what_was_typed(scene, manager, post, stored):
    scene.act("manager", scene.request(), Action.APPROVE)
    response = post(manager, "/blocks/new", FORM | {"change": "y"})
    assert (response.status_code, stored()) == (200, [])
    assert 'value="2027-02-03T08:00"' in response.text
    assert 'value="Yearly service"' in response.text


def test_a_buffer_beside_a_stay_may_be_closed_at_once(scene, manager, post):
    scene.act("manager", scene.request(), Action.APPROVE)
    form = FORM | {"start": "2027-02-08T07:00", "end": "2027-02-08T10:00"}
    assert post(manager, "/blocks/new", form).location == "/blocks"


def test_opening_again_can_be_taken_back_for_ten_minutes(manager, post, stored, clock):
    post(manager, "/blocks/new")
    (before,) = stored()
    post(manager, f"/blocks/{before.id}/open", {})
    assert stored() == []
    text = words(manager.get("/blocks").text)
    assert "Open again: Hall south, Wed 3 – Thu 4 Feb 2027, 08:00–16:00." in text
    assert "until Tue 24 Nov 2026, 10:10" in text
    clock.now += timedelta(minutes=9)
    assert post(manager, "/blocks/undo", {}).status_code == 303
    (after,) = stored()
    assert (after.starts_at, after.ends_at, after.reason) == (
        before.starts_at,
        before.ends_at,
        before.reason,
    )


def test_after_ten_minutes_it_is_open(manager, post, stored, clock):
    post(manager, "/blocks/new")
    post(manager, f"/blocks/{stored()[0].id}/open", {})
    clock.now += timedelta(minutes=10)
    assert "Take it back" not in manager.get("/blocks").text
    assert post(manager, "/blocks/undo", {}).location == "/blocks/new"
    assert stored() == []


def test_a_missing_hour_is_explained(manager, post, stored):
    form = FORM | {"start": "2027-03-28T03:30", "end": "2027-03-28T06:00"}
    response = post(manager, "/blocks/new", form)
    assert (response.status_code, stored()) == (422, [])
    assert "03:30 does not exist on Sun 28 Mar 2027" in words(response.text)


def test_a_repeated_hour_asks_which_one_is_meant(manager, post, stored):
    form = FORM | {"start": "2027-10-31T03:30", "end": "2027-10-31T06:00"}
    response = post(manager, "/blocks/new", form)
    assert response.status_code == 422
    assert "03:30 comes twice on Sun 31 Oct 2027" in words(response.text)
    assert 'name="start_pass" value="1"' in response.text
    post(manager, "/blocks/new", form | {"start_pass": "1"})
    assert stored()[0].starts_at == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"resource": []}, "Choose what to close."),
        ({"resource": "nowhere"}, "There is no resource “nowhere”."),
        ({"kind": "party"}, "“Kind” is not a known code."),
        ({"reason": " "}, "Say why it is closed."),
        ({"reason": "x" * 201}, "Keep the reason to one line of 200 signs."),
        ({"reason": "a\r\nb"}, "Keep the reason to one line of 200 signs."),
        ({"end": "2027-02-03T08:00"}, "The end is before the start."),
        ({"end": "2031-02-03T08:00"}, "Close at most two years at a time."),
        ({"start": ""}, "Give a date and a time"),
        ({"start": "2027-02-29T08:00"}, "Give a date and a time"),
        ({"start": "0001-01-01T00:00"}, "Give a date and a time"),
        ({"start": "9999-12-31T23:59"}, "Give a date and a time"),
        ({"start": "2027-02-03T08:00+02:00"}, "Give a date and a time"),
    ],
)
def test_what_cannot_be_closed_is_said_at_once(manager, post, stored, change, told):
    response = post(manager, "/blocks/new", FORM | change)
    assert (response.status_code, stored()) == (422, [])
    assert told in words(response.text)


def test_texts_of_any_script_are_kept(manager, post, stored):
    post(manager, "/blocks/new", FORM | {"reason": "שבת <b>👩‍🚀</b>"})
    assert stored()[0].reason["en"] == "שבת <b>👩‍🚀</b>"
    assert "&lt;b&gt;" in manager.get("/blocks").text


def test_managers_close_their_own_facilities_only(scene, login, post, stored):
    other = scene.client("other", login)
    assert "Hall south" not in other.get("/blocks/new").text
    assert post(other, "/blocks/new").status_code == 403
    post(scene.client("manager", login), "/blocks/new")
    (row,) = stored()
    assert post(other, f"/blocks/{row.id}/open", {}).status_code == 404
    assert "Yearly service" not in other.get("/blocks").text
    assert "Yearly service" in scene.client("coordinator", login).get("/blocks").text
    assert len(stored()) == 1


@pytest.mark.parametrize("name", ["ada", "staff", "safety"])
def test_others_may_close_nothing(scene, login, post, name):
    client = scene.client(name, login)
    assert client.get("/blocks").status_code == 403
    assert post(client, "/blocks/new").status_code == 403


@pytest.mark.parametrize("number", ["0", "99999", "99999999999999999999"])
def test_unknown_blocks_are_not_found(manager, post, number):
    assert post(manager, f"/blocks/{number}/open", {}).status_code == 404


def test_closing_and_opening_are_written_down(scene, manager, post, stored):
    post(manager, "/blocks/new")
    post(manager, f"/blocks/{stored()[0].id}/open", {})
    rows = select(Audit.action, Audit.object_ref).where(Audit.object_kind == "resource")
    assert scene.make.session.execute(rows).all() == [("block", SOUTH), ("unblock", SOUTH)]


def test_statements_do_not_grow_with_the_list(manager, post, query_counter):
    post(manager, "/blocks/new")
    manager.get("/blocks")
    with query_counter() as one:
        manager.get("/blocks")
    for day in ("10", "11"):
        form = FORM | {"start": f"2027-02-{day}T08:00", "end": f"2027-02-{day}T10:00"}
        post(manager, "/blocks/new", form)
    manager.get("/blocks")
    with query_counter() as three:
        manager.get("/blocks")
    assert three.count == one.count
