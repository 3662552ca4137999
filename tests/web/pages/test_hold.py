"""Keeping time that is held without a decision once more, from the decision page."""

import re

import pytest

from livinglab.domain.pilot import Action
from tests.web.pages.scene import Scene

KEEP = "Keep it 10 more working days"


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def manager(scene, login):
    return scene.client("manager", login)


@pytest.fixture
def ref(scene):
    """Approved by the manager, not yet by the safety owner: the time is held meanwhile."""
    ref = scene.request(article={"mixed_traffic": True})
    scene.act("manager", ref, Action.APPROVE)
    return ref


def form(client, ref):
    page = client.get(f"/inbox/{ref}").text
    names = ("csrf_token", "version")
    return page, {name: re.search(rf'name="{name}" value="([^"]*)"', page)[1] for name in names}


def test_time_is_kept_once_more_by_a_button_and_only_once(manager, ref):
    page, values = form(manager, ref)
    assert "The time is held until Wed 9 Dec 2026, 00:00." in page
    assert KEEP in page
    kept = manager.post(f"/inbox/{ref}/hold", data=values, follow_redirects=True)
    assert "The time is held until Wed 9 Dec 2026, 00:00." in kept.text
    assert (KEEP in kept.text, "It was kept once more already." in kept.text) == (False, True)
    again = manager.post(f"/inbox/{ref}/hold", data=form(manager, ref)[1], follow_redirects=True)
    assert "Not kept. The time was kept once more already." in again.text


def test_a_stale_page_keeps_nothing_and_says_who_was_faster(manager, scene, ref):
    values = form(manager, ref)[1]
    scene.act("coordinator", ref, Action.REQUEST_INFO, note="Which map?")
    late = manager.post(f"/inbox/{ref}/hold", data=values, follow_redirects=True)
    assert "Not kept. Coordinator changed the pilot" in late.text
    assert scene.pilot(ref).hold_renewed is False


def test_others_cannot_keep_it(scene, login, ref):
    other = scene.client("other", login)
    values = form(other, scene.request("bo", period={"facility": "fac-03", "resource": None}))[1]
    assert other.post(f"/inbox/{ref}/hold", data=values).status_code == 404
    staff = scene.client("staff", login)
    values["csrf_token"] = re.search(
        r'name="csrf_token" value="([^"]*)"', staff.get("/account").text
    )[1]
    assert staff.post(f"/inbox/{ref}/hold", data=values).status_code == 403
    assert scene.pilot(ref).hold_renewed is False
