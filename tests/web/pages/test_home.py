"""The front page: one question, figures counted from the facilities, and nothing invented."""

import re

import pytest

from tests.markup import Elements


@pytest.fixture
def places(make):
    host = make.host()
    return [make.facility(host, slug) for slug in ("fac-01", "fac-06", "fac-11")]


def test_the_front_page_asks_one_question_and_counts_what_there_is(client, places):
    page = client.get("/").text
    assert "Test your robot where it will work" in page
    (form,) = Elements(page).all("form", **{"aria-label": "Find a place"})
    assert (form["action"], form["role"]) == ("/facilities", "search")
    fields = [f for tag in ("input", "select") for f in Elements(page).all(tag) if "id" in f]
    assert {f["id"]: f["name"] for f in fields} == {
        "site-q": "q",
        "q": "q",
        "month": "month",
        "days": "days",
    }
    figures = {
        label.strip(): re.sub(r"<[^>]+>", "", value).strip()
        for label, value in re.findall(r"<dt>([^<]+)</dt><dd>(.*?)</dd>", page)
        if "working" in value or "facilit" in label or "half day" in label
    }
    assert figures["facilities, 6 bookable spaces"] == "3"
    assert figures["to a first answer, at most"] == "2 working days"


def test_examples_of_searches_find_something(client, places):
    examples = re.search(r'class="ll-hero-try">(.*?)</div>', client.get("/").text, re.DOTALL)[1]
    links = re.findall(r'href="([^"]*)"', examples)
    assert links[:2] == ["/fit", "/facilities?mass_kg=1800&amp;current_a=32&amp;days=3"]
    for link in links[1:]:
        assert "ll-card" in client.get(link.replace("&amp;", "&")).text


def test_the_front_page_answers_without_any_facility(client):
    response = client.get("/")
    assert response.status_code == 200
    assert "a robot of" not in response.text
    assert "Free soonest" not in response.text


def test_the_front_page_shows_where_the_places_are(client, places):
    page = client.get("/").text
    towns = re.findall(r'<span class="c">(\d+)</span><div><b>(\w+)</b>', page)
    assert towns == [("2", "Pori"), ("1", "Rauma")]
    for slug in ("fac-01", "fac-06", "fac-11"):
        assert Elements(page).all("a", href=f"/facilities/{slug}")


def test_the_next_six_months_can_be_asked_for(client, places):
    page = client.get("/").text
    months = re.findall(r'<option value="(\d{4}-\d{2})">([^<]*)</option>', page)
    assert months[0] == ("2026-11", "November 2026")
    assert months[-1] == ("2027-04", "April 2027")
    assert len(months) == 6


def test_statements_do_not_grow_with_places(client, make, query_counter):
    host = make.host()
    make.facility(host, "fac-01")
    client.get("/")
    with query_counter() as one:
        client.get("/")
    for slug in ("fac-02", "fac-06", "fac-11"):
        make.facility(host, slug)
    client.get("/")
    with query_counter() as four:
        client.get("/")
    assert one.count == four.count
    assert four.count <= 6
