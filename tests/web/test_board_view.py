"""What of the calendar an address shows: the zoom, filters, the reader's own, and pages."""

import re

import pytest

from livinglab.domain.pilot import Action
from tests.web.pages.scene import SECOND, SOUTH, Scene
from tests.web.pages.test_board import MONTH, at, bars, block, chart, rows


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


def test_a_day_has_its_hours_and_its_place_in_the_address(scene, see):
    scene.act("manager", scene.request(), Action.APPROVE)
    html = see("manager", "/board?scale=day&from=2027-02-03&facility=fac-02")
    assert "Wed 3 Feb 2027" in html
    ticks = re.findall(r'<text class="q"[^>]*>([^<]+)</text>', chart(html))
    assert ticks == [f"{hour:02}:00" for hour in range(0, 24, 2)]
    marks = re.search(r'data-days="1" data-marks="([^"]+)"', html)[1].split()
    assert (marks[0], marks[1], marks[-1], len(marks)) == ("00:00", "00:30", "23:30", 48)
    assert len(bars(html, "firm")) == len(rows(html)) == 1
    kept = "scale=day&amp;facility=fac-02&amp;from="
    assert re.findall(rf'href="/board\?{kept}([^"]+)"', html)[:2] == ["2027-02-02", "2027-02-04"]


def test_a_day_is_true_to_the_minute(scene, see):
    block(scene, SOUTH, at(3, 6), at(3, 18))
    html = see("manager", "/board?scale=day&from=2027-02-03")
    assert re.search(r'<svg class="t-closed" x="33.333%" y="\d+" width="50.0%"', html)


def test_the_day_that_is_looked_at_closely_is_today_where_that_is_shown(scene, see, clock):
    today = clock().date()
    assert f'href="/board?scale=day&amp;from={today}"' in see("manager", f"/board?from={today}")
    assert 'href="/board?scale=day&amp;from=2027-02-01"' in see("manager")


def test_closed_time_has_ends_to_drag_and_a_way_without(scene, see):
    block(scene, SOUTH, at(3), at(20))
    html = see("manager", "/board?scale=week&from=2027-02-01")
    (way,) = set(re.findall(r'data-resize="(/blocks/\d+/change)" data-ends="start"', html))
    assert f'<a href="{way}">Change…' in html
    assert f'<a href="{way}" aria-label="Yearly service' in html
    for other in ("ada", "staff", "other"):
        assert "/change" not in see(other)
