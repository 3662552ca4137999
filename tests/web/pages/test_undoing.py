"""The way back from a decision: shown for its minute, to who decided, with and without a script."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from livinglab.db.tables import Outbox
from livinglab.domain.pilot import Action
from tests.web.pages.scene import Scene, form_of


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def manager(scene, login):
    return scene.client("manager", login)


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def undo_form(html):
    form = re.search(r'<form [^>]*action="(/inbox/[^"]+/undo)".*?</form>', html, re.DOTALL)
    fields = re.findall(r'name="([^"]+)" value="([^"]*)"', form[0])
    return form[1], {name: unescape(value) for name, value in fields}


def decided(scene, client, do="request-info", **further):
    """A request on which the manager pressed that button; its reference and the page after it."""
    ref = scene.request()
    html = client.get(f"/inbox/{ref}").text
    answer = client.post(f"/inbox/{ref}", data=form_of(html, do=do, **further))
    assert answer.status_code == 303, answer.text
    return ref, client.get(answer.location).text


def test_the_page_after_a_decision_says_until_when_it_can_be_taken_back(scene, manager):
    ref, html = decided(scene, manager, note="How heavy?")
    assert "Asked for more : Stairs Take it back" in words(html)
    assert "until 10:01:00; the firm hears of it after that" in words(html)
    address, form = undo_form(html)
    answer = manager.post(address, data=form)
    assert (answer.status_code, answer.location) == (303, f"/inbox/{ref}")
    html = manager.get(answer.location).text
    assert "Taken back: Stairs. Nobody was told of the decision." in words(html)
    assert "took the decision back" in words(html)
    assert "/undo" not in html
    assert scene.pilot(ref).state == "submitted"
    subjects = [mail.subject for mail in scene.make.all(select(Outbox))]
    assert [text for text in subjects if "question" in text] == []


def test_the_inbox_offers_it_too_and_leads_back_there(scene, manager):
    ref, _ = decided(scene, manager, "waitlist")
    address, form = undo_form(manager.get("/inbox?show=mine").text)
    answer = manager.post(address, data=form)
    assert answer.location == "/inbox?show=mine"
    assert scene.pilot(ref).state == "submitted"


def test_nobody_else_is_offered_it(scene, manager, login):
    ref, _ = decided(scene, manager, note="How heavy?")
    coordinator = scene.client("coordinator", login)
    assert "/undo" not in coordinator.get(f"/inbox/{ref}").text
    assert "/undo" not in coordinator.get("/inbox?show=all").text


def test_after_the_minute_it_is_told_that_it_is_over(scene, manager, clock):
    ref, html = decided(scene, manager, note="How heavy?")
    clock.now += timedelta(minutes=1)
    assert "/undo" not in manager.get(f"/inbox/{ref}").text
    address, form = undo_form(html)
    answer = manager.post(address, data=form)
    told = words(manager.get(answer.location).text)
    assert "Not taken back. A decision can be taken back for a minute, and that is over." in told
    assert scene.pilot(ref).state == "needs_info"


def test_what_the_firm_did_meanwhile_is_told(scene, manager):
    ref, html = decided(scene, manager, note="How heavy?")
    scene.act("ada", ref, Action.SUBMIT)
    address, form = undo_form(html)
    answer = manager.post(address, data=form)
    told = words(manager.get(answer.location).text)
    assert "Not taken back. Ada changed the pilot at" in told
    assert scene.pilot(ref).state == "submitted"
