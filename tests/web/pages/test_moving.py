"""Moving a stay from the board: what is told before, what happens, and the way back."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, Booking, Outbox
from livinglab.domain.pilot import Action
from tests.web.pages.scene import FIRST, NORTH, SECOND, SOUTH, Scene


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def ref(scene):
    """A confirmed stay at Hall south, 1–5 February."""
    found = scene.request()
    scene.act("manager", found, Action.APPROVE)
    return found


@pytest.fixture
def manager(scene, login):
    return scene.client("manager", login)


def booking_of(scene, ref):
    return next(b.id for b in scene.pilot(ref).bookings if b.state != "released")


def address(scene, ref, start=None, **further):
    asked = {"booking": booking_of(scene, ref), "start": start, **further}
    return "/board/move?" + "&".join(f"{name}={value}" for name, value in asked.items() if value)


def words(html):
    main = html.partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("\u00a0", " ")


def form_of(html, **further):
    form = html.partition('<form method="post" action="/board/move"')[2].partition("</form>")[0]
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form))
    return {name: unescape(value) for name, value in fields.items()} | further


def rows_of(scene, *tables):
    return [len(scene.make.all(select(table))) for table in tables]


def test_the_form_stands_at_where_the_stay_is(scene, ref, manager):
    html = manager.get(address(scene, ref)).text
    assert "Now: Hall south, Mon 1 – Fri 5 Feb 2027, 07:00–21:00." in words(html)
    assert '<option value="fac-02-hall-south" selected>' in html
    assert 'type="date" value="2027-02-01"' in html
    assert "What it does" not in html


@pytest.mark.both_engines
def test_consequences_are_told_and_nothing_is_changed(scene, ref, manager):
    before = rows_of(scene, Audit, Outbox, Booking)
    told = words(manager.get(address(scene, ref, "2027-02-08", resource=NORTH)).text)
    assert "Then Hall north, Mon 8 – Fri 12 Feb 2027, 07:00–21:00" in told
    assert "State Confirmed as before" in told
    assert "Gates that open none" in told
    assert "Mail to ada@test.example" in told
    assert "VAT 0 %" in told
    assert rows_of(scene, Audit, Outbox, Booking) == before
    assert scene.stays(ref) == [(SOUTH, "firm", "2027-02-01", "2027-02-05")]


@pytest.mark.both_engines
def test_moving_moves_and_may_be_taken_back_for_a_minute(scene, ref, manager, clock):
    html = manager.get(address(scene, ref, "2027-02-08", back="/board?scale=week")).text
    moved = manager.post("/board/move", data=form_of(html, note="The floor is painted."))
    assert (moved.status_code, moved.location) == (303, "/board?scale=week")
    assert scene.stays(ref) == [(SOUTH, "firm", "2027-02-08", "2027-02-12")]
    (mail,) = [m for m in scene.make.all(select(Outbox)) if "New time" in m.subject]
    assert "The floor is painted." in mail.body
    board = manager.get(moved.location).text
    assert "Moved: Stairs, Hall south, Mon 8 – Fri 12 Feb 2027" in words(board)
    clock.now += timedelta(seconds=59)
    back = manager.post("/board/move/undo", data=undo_form(board))
    assert back.location == "/board?scale=week&from=2026-11-23"
    assert scene.stays(ref) == [(SOUTH, "firm", "2027-02-01", "2027-02-05")]
    after = manager.get(back.location).text
    assert "Moved back: Stairs. No mail went out." in words(after)
    assert [m for m in scene.make.all(select(Outbox)) if "New time" in m.subject] == []
    assert 'action="/board/move/undo"' not in after


def undo_form(html):
    form = html.partition('action="/board/move/undo"')[2].partition("</form>")[0]
    return {n: unescape(v) for n, v in re.findall(r'name="([^"]+)" value="([^"]*)"', form)}


def moved_board(scene, ref, manager):
    html = manager.get(address(scene, ref, "2027-02-08")).text
    moved = manager.post("/board/move", data=form_of(html))
    return manager.get(moved.location).text


def test_after_a_minute_the_way_back_is_gone(scene, ref, manager, clock):
    form = undo_form(moved_board(scene, ref, manager))
    clock.now += timedelta(seconds=60)
    assert 'action="/board/move/undo"' not in manager.get("/board").text
    back = manager.post("/board/move/undo", data=form)
    assert "That was more than a minute ago." in words(manager.get(back.location).text)
    assert scene.stays(ref) == [(SOUTH, "firm", "2027-02-08", "2027-02-12")]


def test_the_way_back_is_refused_once_the_old_time_is_taken(scene, ref, manager):
    form = undo_form(moved_board(scene, ref, manager))
    other = scene.request("bo", title="Tugger", windows=(FIRST,), days=3)
    scene.act("manager", other, Action.APPROVE)
    back = manager.post("/board/move/undo", data=form)
    told = words(manager.get(back.location).text)
    assert "Not moved back: Stairs. Taken: another booking holds Hall south" in told
    assert scene.stays(ref) == [(SOUTH, "firm", "2027-02-08", "2027-02-12")]


def test_taken_time_is_refused_with_who_is_there_and_the_next_time_that_fits(scene, ref, manager):
    other = scene.request("bo", title="Tugger", windows=(SECOND,))
    scene.act("manager", other, Action.APPROVE)
    html = manager.get(address(scene, ref, "2027-02-15")).text
    assert "Not moved Taken: another booking holds Hall south from Mon 15 Feb" in words(html)
    assert 'action="/board/move"><input type="hidden" name="csrf' not in html
    nearest = re.findall(r'href="([^"]+)">([^<]*)</a>', html.partition("Free from then on")[2])[0]
    assert nearest[1].replace("\u00a0", " ") == "23 Feb – 1 Mar"
    assert "start=2027-02-23" in nearest[0]


def test_closed_days_say_why(scene, ref, manager):
    assert "Not moved" in words(manager.get(address(scene, ref, "2027-02-07")).text)
    told = words(manager.get(address(scene, ref, "2027-12-24")).text)
    assert "holiday" in told.lower()


def test_a_stay_somebody_changed_meanwhile_is_not_moved(scene, ref, manager):
    form = form_of(manager.get(address(scene, ref, "2027-02-08")).text)
    moved_board(scene, ref, manager)
    response = manager.post("/board/move", data=form)
    assert response.status_code == 409
    assert "moved the stay" in words(response.text)
    assert scene.stays(ref) == [(SOUTH, "firm", "2027-02-08", "2027-02-12")]


@pytest.mark.parametrize("slot", ["", "0|x", "0|fac-02-hall-south|1|2", "9|a|1|2", "0|nowhere|5|9"])
def test_a_forged_time_is_refused_with_the_page(scene, ref, manager, slot):
    form = form_of(manager.get(address(scene, ref, "2027-02-08")).text, slot=slot)
    response = manager.post("/board/move", data=form)
    assert response.status_code in {404, 422}
    assert scene.stays(ref) == [(SOUTH, "firm", "2027-02-01", "2027-02-05")]


@pytest.mark.parametrize(
    ("who", "status"),
    [("other", 404), ("safety", 403), ("staff", 403), ("ada", 403), ("coordinator", 200)],
)
def test_who_may_move(scene, ref, login, who, status):
    assert scene.client(who, login).get(address(scene, ref)).status_code == status


@pytest.mark.parametrize(
    "query", ["", "booking=x", "booking=0", "booking=99999999999999999999", "booking=4&start=x"]
)
def test_odd_addresses_are_not_found(scene, ref, manager, query):
    assert manager.get(f"/board/move?{query}").status_code == 404


@pytest.mark.parametrize(
    "query", ["&start=x", "&start=9999-12-31", "&start=0001-01-01", "&start=2027-02-08&at=7"]
)
def test_odd_days_show_the_page(scene, ref, manager, query):
    assert manager.get(address(scene, ref) + query).status_code == 200


def test_an_unknown_resource_is_not_found(scene, ref, manager):
    path = address(scene, ref, "2027-02-08", resource="nowhere")
    assert manager.get(path).status_code == 404


def test_what_has_begun_cannot_be_moved(scene, manager):
    held = scene.request(article={"mixed_traffic": True})
    scene.act("manager", held, Action.APPROVE)
    assert manager.get(address(scene, held, "2027-02-08")).status_code == 409


def test_statements_do_not_grow_with_wishes_for_the_new_days(scene, ref, manager, query_counter):
    path = address(scene, ref, "2027-02-15")
    window = (SECOND,)
    scene.request("bo", title="One", windows=window)
    manager.get(path)
    with query_counter() as one:
        manager.get(path)
    scene.request("bo", title="Two", windows=window)
    scene.request("bo", title="Three", windows=window)
    manager.get(path)
    with query_counter() as three:
        html = manager.get(path).text
    assert "3 other wishes are for these days" in html
    assert three.count == one.count
