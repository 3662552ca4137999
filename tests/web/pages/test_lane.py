"""The lane with its reasons, as the firm and the host read it."""

import re

import pytest

from tests.web.pages.filling import filled, hidden
from tests.web.pages.test_rules import TYPED


def told(page):
    """The lane's reasons on a page, in order."""
    part = page.partition("Because of these answers:")[2].partition("</ul>")[0]
    return re.findall(r"<li>(.*?)</li>", part)


def test_the_form_tells_the_lane_with_the_answers_that_cause_it(firm_page, hall, make):
    make.facility(make.host("other"), "fac-01")
    there = hidden(firm_page.open("/pilots/new")) | filled(
        periods__0__facility="fac-01", test_article__kind="vision_system"
    )

    def page(**answers):
        return firm_page.press("/pilots/new", there | answers, do="refresh").text

    assert "Nothing in the answers asks for more" in page()
    answers = {"test_article.conformity": "prototype", "test_article.hot_work": "y"}
    assert told(page(**answers, asks_aid="y")) == [
        "The robot is not CE marked yet.",
        "There is hot work.",
        "A discount or free use is asked for: that is state aid.",
    ]
    assert "State aid officer" in page(asks_aid="y")
    assert told(page(**{"test_article.people_near": "visitors"})) == [
        "Visitors from the public are near the robot."
    ]


@pytest.fixture
def waiting(pilot_in):
    return pilot_in("submitted", lane="standard", lane_reasons=["long_stay"], rules_number=1)


def test_the_pilot_page_says_that_newer_rules_are_in_force(waiting, browser, post, make):
    address = f"/pilots/{waiting.ref}"
    firm = browser("ann@sierra.example")
    page = firm.get(address).text
    assert told(page) == ["The stay is longer than five days."]
    assert "Judged by the rules of version" not in page
    clock = "The first answer comes within 2 working days, each further decision within 5 working"
    assert f"{clock} days. Who is late is reminded; 1 working day later the coordinator" in page
    make.user("desk@lab.example", make.host("lab"), "coordinator")
    desk = browser("desk@lab.example")
    post(desk, "/rules/new", **TYPED)
    post(desk, "/rules/publish", version="1", note="Loud robots.")
    firm = browser("ann@sierra.example")
    page = firm.get(address).text
    assert told(page) == ["The stay is longer than five days."]
    assert "Judged by the rules of version 1. Newer ones are in force" in page
    assert told(desk.get(f"/inbox/{waiting.ref}").text) == ["The stay is longer than five days."]
