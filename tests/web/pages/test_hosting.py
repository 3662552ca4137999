"""A host's places: list, overview, sections, saving with what it touches, undo, catalogue."""

import re
from html import unescape

import pytest

from livinglab.web.hosting.sections import SECTIONS
from tests.markup import Elements
from tests.web.pages.scene import HALL, Scene


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def manager(scene, login):
    return scene.client("manager", login)


def test_listing_names_the_readers_places_only(scene, manager, login):
    assert "Mobile robot" in manager.get("/hosting").text
    assert "fac-03" not in manager.get("/hosting").text
    assert "fac-03" in scene.client("admin", login).get("/hosting").text


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens(manager, section):
    response = manager.get(f"/hosting/{HALL}/{section}")
    assert response.status_code == 200
