"""The first page is light and stands still, on a slow line and with nothing kept."""

import pytest

from tests.journeys.weighing import look

MOST = 60_000
"""Octets on the wire with fonts and headers: the goal for the first page."""


@pytest.mark.parametrize("width", [1280, 390])
def test_the_first_page_is_light_and_nothing_jumps(browser, base_url, width):
    load = look(browser, base_url, width)
    assert load.octets["Document"] > 0
    assert load.octets["Stylesheet"] > 0
    assert load.octets["Font"] > 0
    assert load.total < MOST
    assert load.shifted == 0


@pytest.mark.parametrize("path", ["/facilities", "/facilities/fac-02", "/login"])
def test_other_open_pages_stand_still(browser, base_url, path):
    assert look(browser, base_url + path, 390).shifted == 0
