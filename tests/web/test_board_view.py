"""What of the calendar an address shows: filters, the reader's own, and pages of facilities."""

import re

import pytest

from livinglab.domain.pilot import Action
from tests.web.pages.scene import SECOND, Scene
from tests.web.pages.test_board import MONTH, bars, chart


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def see(scene, login):
    """The board as that person sees it."""

    def read(name, path=MONTH):
        response = scene.client(name, login).get(path)
        assert response.status_code == 200, response.text
        return response.text

    return read


@pytest.mark.parametrize(
    ("query", "resources"),
    [
        ("municipality=Pori", None),
        ("state=firm", {"Hall south"}),
        ("state=wish", set()),
        ("mine=1", {"Hall north", "Hall south"}),
        ("state=king&municipality=Atlantis&page=-1&mine=2", None),
    ],
)
def test_each_filter_leaves_its_rows(scene, see, query, resources):
    scene.act("manager", scene.request(), Action.APPROVE)
    html = see("manager", f"{MONTH}&{query}")
    names = set(re.findall(r'<text class="q slim"[^>]*>([^<]+)</text>', html))
    everything = {"Hall north", "Hall south", "Vision bench", "GPU workspace…"}
    assert names == (everything if resources is None else resources)


def test_only_mine_shows_a_firm_its_own_stays(scene, see):
    scene.act("manager", scene.request(), Action.APPROVE)
    scene.act("manager", scene.request("bo", title="B", windows=(SECOND,)), Action.APPROVE)
    html = see("ada", f"{MONTH}&mine=1")
    assert [name.partition(",")[0] for name in bars(html, "firm")] == ["Ada Robotics · Stairs"]


def test_many_facilities_come_in_pages(scene, see, monkeypatch):
    monkeypatch.setattr("livinglab.web.board_view.PAGE", 1)
    html = see("coordinator", f"{MONTH}&page=9")
    assert "Page 2 of 2" in html
    assert "Hall south" not in chart(html)
    assert "2 facilities" in html
