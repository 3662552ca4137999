"""Another start or end for closed time: what it does, saving it, and who may."""

import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, Block
from livinglab.domain.pilot import Action
from tests.web.pages.scene import SOUTH, Scene
from tests.web.pages.test_blocks import words


def at(day, hour):
    return datetime(2027, 2, day, hour, tzinfo=UTC)


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def manager(scene, login):
    return scene.client("manager", login)


@pytest.fixture
def block(scene):
    row = Block(
        resource_id=scene.make.resource(SOUTH).id,
        kind="maintenance",
        reason={"en": "Yearly service"},
        starts_at=at(10, 6),
        ends_at=at(11, 14),
    )
    scene.make.add(row)
    return row.id


@pytest.fixture
def stored(scene):
    def read():
        scene.make.session.expire_all()
        row = scene.make.session.scalars(select(Block)).one()
        return row.starts_at, row.ends_at

    return read


def fields(html):
    """What the button at the end of the page sends."""
    form = html.partition('aria-labelledby="effect-h"')[2]
    return dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form))


def test_what_it_does_is_shown_before_it_is_done(scene, manager, block, stored):
    scene.act("manager", scene.request(), Action.APPROVE)
    html = manager.get(f"/blocks/{block}/change?start=2027-02-03T08:00").text
    assert "Stairs</a>, Ada Robotics" in html
    assert "Stays that become clashes" in html
    assert "Close it Wed 3 – Thu 11 Feb 2027, 08:00–16:00" in words(html)
    assert stored() == (at(10, 6), at(11, 14))


@pytest.mark.both_engines
def test_the_new_end_is_saved_and_written_down(scene, manager, block, stored):
    page = manager.get(f"/blocks/{block}/change?end=2027-02-12T00:00&back=/board?scale=week")
    answer = manager.post(f"/blocks/{block}/change", data=fields(page.text))
    assert (answer.status_code, answer.location) == (303, "/board?scale=week")
    assert stored() == (at(10, 6), at(11, 22))
    assert scene.make.session.scalars(select(Audit.action)).all().count("reshape-block") == 1


def test_nothing_asked_shows_the_form_alone(manager, block):
    html = manager.get(f"/blocks/{block}/change").text
    assert 'value="2027-02-10T08:00"' in html
    assert "What it does" not in html
    same = manager.get(f"/blocks/{block}/change?end=2027-02-11T16:00").text
    assert "It is closed at that time already" in same


def test_an_end_before_the_start_is_told_at_the_field(manager, block, stored):
    page = manager.get(f"/blocks/{block}/change?end=2027-02-12T00:00")
    wrong = {**fields(page.text), "end": "2027-02-01T08:00"}
    answer = manager.post(f"/blocks/{block}/change", data=wrong)
    assert answer.status_code == 422
    assert "The end is before the start." in answer.text
    assert stored() == (at(10, 6), at(11, 14))


@pytest.mark.parametrize("value", ["soon", "2027-03-28T03:30", "9999-01-01T00:00", ""])
def test_times_that_are_none_are_told(manager, block, value):
    html = manager.get(f"/blocks/{block}/change", query_string={"end": value}).text
    assert "What it does" not in html
    assert 'aria-invalid="true"' in html


def test_what_somebody_else_changed_is_not_overwritten(scene, manager, block, stored):
    page = manager.get(f"/blocks/{block}/change?end=2027-02-12T00:00")
    scene.make.session.get(Block, block).ends_at = at(13, 14)
    scene.make.session.commit()
    answer = manager.post(f"/blocks/{block}/change", data=fields(page.text))
    assert answer.status_code == 409
    assert "Somebody changed this closed time meanwhile." in answer.text
    assert stored() == (at(10, 6), at(13, 14))


def test_a_form_that_does_not_say_what_it_showed_is_refused(manager, block, csrf):
    sent = {"csrf_token": csrf(manager), "end": "2027-02-12T00:00"}
    assert manager.post(f"/blocks/{block}/change", data=sent).status_code == 422


def test_hosts_of_other_places_find_no_such_block(scene, login, block):
    client = scene.client("other", login)
    assert client.get(f"/blocks/{block}/change").status_code == 404
    assert client.get("/blocks/999999/change").status_code == 404


def test_statements_do_not_grow_with_the_stays_in_the_way(scene, manager, block, query_counter):
    way = f"/blocks/{block}/change?start=2027-02-01T00:00&end=2027-02-28T00:00"
    scene.act("manager", scene.request(), Action.APPROVE)
    manager.get(way)
    with query_counter() as one:
        manager.get(way)
    later = (("2027-02-15", "2027-02-19", 5), ("2027-02-23", "2027-02-25", 3))
    for first, last, days in later:
        ref = scene.request("bo", title=first, windows=((first, last),), days=days)
        scene.act("manager", ref, Action.APPROVE)
    manager.get(way)
    with query_counter() as three:
        manager.get(way)
    assert three.count == one.count
