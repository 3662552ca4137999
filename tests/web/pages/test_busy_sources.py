"""Busy calendars on their page: a file in, a newer one, what was wrong with it, and away."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from livinglab.db.tables import Block
from tests.web.pages.scene import SOUTH, Scene

PAGE = "/hosting/fac-02/calendars"


def calendar(*starts):
    events = "".join(
        f"BEGIN:VEVENT\nUID:{at}\nDTSTART:{at}\nDURATION:PT2H\nSUMMARY:secret\nEND:VEVENT\n"
        for at in starts
    )
    return f"BEGIN:VCALENDAR\n{events}END:VCALENDAR\n".replace("\n", "\r\n").encode()


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def manager(scene, login):
    return scene.client("manager", login)


@pytest.fixture
def send(manager, csrf):
    def sent(path, data, **fields):
        form = {"csrf_token": csrf(manager), "file": (BytesIO(data), "calls.ics"), **fields}
        return manager.post(path, data=form)

    return sent


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def test_a_calendar_is_read_in_renewed_and_removed(scene, manager, send, csrf):
    fields = {"resource": SOUTH, "name": "Vessel calls", "kind": "vessel_call"}
    broken = send(PAGE, b"<!doctype html>", **fields)
    assert broken.status_code == 422
    assert "This is a web page, not a calendar." in words(broken.text)
    assert 'value="Vessel calls"' in broken.text
    nothing = manager.post(PAGE, data={"csrf_token": csrf(manager), **fields})
    assert (nothing.status_code, "Choose a file." in words(nothing.text)) == (422, True)
    first = send(PAGE, calendar("20270203T080000Z", "20270204T080000"), **fields)
    assert (first.status_code, first.location) == (303, PAGE)
    text = manager.get(PAGE).text
    assert "“Vessel calls” is read: it closes 2 times." in words(text)
    assert "One event had no known time zone: it is read as local time." in words(text)
    assert "secret" not in text + manager.get("/blocks").text
    assert "From a busy calendar" in manager.get("/blocks").text
    number = re.search(rf"{PAGE}/(\d+)/remove", text)[1]
    bad = send(f"{PAGE}/{number}/read", b"nothing")
    assert (bad.status_code, "This is no calendar file." in words(bad.text)) == (422, True)
    assert send(f"{PAGE}/{number}/read", calendar("20270203T080000Z")).status_code == 303
    rows = scene.make.all(select(Block))
    assert [(row.kind, row.reason["fi"]) for row in rows] == [("vessel_call", "Vessel calls")]
    change = manager.get(f"/blocks/{rows[0].id}/change")
    assert (change.status_code, "busy calendar" in change.text) == (409, True)
    asked = manager.get(f"{PAGE}/{number}/remove")
    assert "One closed time opens again." in words(asked.text)
    gone = manager.post(f"{PAGE}/{number}/remove", data={"csrf_token": csrf(manager)})
    assert (gone.status_code, scene.make.all(select(Block))) == (303, [])
    assert manager.get(f"{PAGE}/{number}/remove").status_code == 404
