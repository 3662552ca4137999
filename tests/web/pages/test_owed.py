"""What each party owes, papers that are not accepted, and evidence before who decides."""

import re

import pytest
from sqlalchemy import select

from livinglab.adapters.texts import sentence
from livinglab.db.locking import lock_pilot
from livinglab.db.tables import Membership, User
from livinglab.domain.pilot import Action
from livinglab.services import owing
from livinglab.services.papers import Upload, attach
from livinglab.web import context
from tests.web.pages.scene import Scene, form_of


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def manager(scene, login):
    return scene.client("manager", login)


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def owed(client, ref):
    return words(client.get(f"/pilots/{ref}/owed").text)


def give(scene, ref, code, content=b"%PDF-1.4 x"):
    with scene.work("ada") as work:
        upload = Upload(code, f"{code}.pdf", content)
        paper = attach(work, lock_pilot(work.session, ref), upload, 1_000)
        work.session.flush()
        return paper.id


def test_each_party_reads_what_it_owes_and_by_when(scene, manager, login):
    ref = scene.request()
    for client in (manager, scene.client("ada", login)):
        text = owed(client, ref)
        for told in (
            "Ada Robotics",
            "“Risk assessment” is missing.",
            "Facility manager",
            "Manager",
            "Decide.",
            "Thu 26 Nov 2026",
        ):
            assert told in text, told
    assert scene.client("other", login).get(f"/pilots/{ref}/owed").status_code == 404


def test_who_decides_and_has_left_hands_the_gate_to_the_stand_in_else_to_the_coordinator(
    scene, make
):
    ref = scene.request()
    session = make.session
    row = session.scalars(
        select(Membership)
        .join(User, User.id == Membership.user_id)
        .where(User.email == "manager@test.example")
    ).one()
    make.user("deputy@test.example", scene.host, ("facility_manager", scene.hall), name="Deputy")
    session.delete(row)
    session.commit()
    assert "Deputy" in owed_by(scene, ref)
    session.execute(Membership.__table__.delete().where(Membership.role == "facility_manager"))
    session.commit()
    assert "Find somebody who decides as “Facility manager”: nobody holds that role now." in (
        owed_by(scene, ref)
    )


def owed_by(scene, ref):
    """The page as the coordinator reads it, as sentences of the service."""
    session = scene.make.session
    world = scene.app.extensions[context.WORLD]
    pilot = scene.pilot(ref)
    found = owing.parties(session, world, scene.who("coordinator"), scene.clock(), pilot)
    told = " ".join(
        f"{', '.join(party.names)}: {sentence(item.what, 'en')}"
        for party in found
        for item in party.items
    )
    session.commit()
    return told


def test_a_paper_is_not_accepted_with_the_note_as_the_reason(scene, manager, make):
    ref = scene.request()
    paper = give(scene, ref, "risk_assessment")
    page = manager.get(f"/inbox/{ref}").text
    assert f'formaction="/pilots/{ref}/papers/{paper}/refuse"' in page
    bare = manager.post(f"/pilots/{ref}/papers/{paper}/refuse", data=form_of(page))
    assert (bare.status_code, "Give the reason" in bare.text) == (422, True)
    form = form_of(manager.get(f"/inbox/{ref}").text, note="It is unsigned.")
    answer = manager.post(f"/pilots/{ref}/papers/{paper}/refuse", data=form)
    assert (answer.status_code, answer.location) == (303, f"/inbox/{ref}")
    told = words(manager.get(f"/inbox/{ref}").text)
    assert "“Risk assessment” was not accepted: It is unsigned." in told
    stale = manager.post(f"/pilots/{ref}/papers/{paper}/refuse", data=form)
    assert (stale.status_code, "It is unsigned." in stale.text) == (409, True)


def test_a_condition_gets_its_day_from_the_form(scene, manager):
    ref = scene.request()
    page = manager.get(f"/inbox/{ref}").text
    form = form_of(page, do="approve", conditions="A cover.\nA sign.", conditions_due="2027-01-04")
    assert manager.post(f"/inbox/{ref}", data=form).status_code == 303
    typed = [c for c in scene.pilot(ref).conditions if c.first]
    assert [(c.text, f"{c.due_on}") for c in typed] == [
        ("A cover.", "2027-01-04"),
        ("A sign.", "2027-01-04"),
    ]
    assert "A cover., by Mon 4 Jan 2027" in words(manager.get(f"/inbox/{ref}").text)


def test_a_day_that_is_none_is_told_and_everything_typed_stays(scene, manager):
    ref = scene.request()
    page = manager.get(f"/inbox/{ref}").text
    form = form_of(page, do="approve", conditions="A cover.", conditions_due="soon")
    answer = manager.post(f"/inbox/{ref}", data=form)
    assert answer.status_code == 422
    assert "There is no such day. Write it as 2027-03-01." in answer.text
    assert ">A cover.</textarea>" in answer.text


def test_the_firm_reads_what_it_owes_over_all_its_pilots(scene, login):
    ref = scene.request()
    scene.act("manager", ref, Action.APPROVE, conditions=("A cover.",))
    text = words(scene.client("ada", login).get("/pilots").text)
    assert "What you owe" in text
    assert "A cover." in text
    assert "A cover." not in words(scene.client("bo", login).get("/pilots").text)
