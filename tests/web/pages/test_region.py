"""The map: the places of a search where they are, and a list that says the same."""

import re
from html import unescape

import pytest

from tests.markup import Elements


@pytest.fixture
def places(make):
    """A lab and a hall in Pori, a hall in Rauma."""
    host = make.host()
    return [make.facility(host, slug) for slug in ("fac-01", "fac-02", "fac-13")]


def entries(page):
    """The list: number, name and the words of each entry."""
    found = re.findall(r'<li id="place-([\w-]+)".*?>(.*?)</li>', page, re.DOTALL)
    return {slug: " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split()) for slug, text in found}


def marks(page):
    """The marks of the map: where each leads, and its accessible name."""
    return {a["id"]: (a["href"], a["aria-label"]) for a in Elements(page).all("a") if "id" in a}


def test_each_place_has_a_mark_and_an_entry_that_lead_to_each_other(client, places):
    page = client.get("/map").text
    assert entries(page) == {
        "fac-01": (
            "1 Collaborative robotics lab (example) Lab · Pori · 61.4912, 21.7995"
            " First free day: Tue 1 Dec 2026 a day from €480"
        ),
        "fac-13": (
            "2 Welding and heavy fabrication bays (example) Hall · Rauma · 61.1187, 21.4586"
            " First free day: Tue 8 Dec 2026 a day from €860"
        ),
        "fac-02": (
            "3 Mobile robot and intralogistics hall (example) Hall · Pori · 61.4718, 21.8312"
            " First free day: Tue 8 Dec 2026 a day from €620"
        ),
    }
    assert marks(page) == {
        "mark-fac-01": (
            "#place-fac-01",
            "1: Collaborative robotics lab (example), Pori, Tue 1 Dec 2026",
        ),
        "mark-fac-13": (
            "#place-fac-13",
            "2: Welding and heavy fabrication bays (example), Rauma, Tue 8 Dec 2026",
        ),
        "mark-fac-02": (
            "#place-fac-02",
            "3: Mobile robot and intralogistics hall (example), Pori, Tue 8 Dec 2026",
        ),
    }
    back = [a["href"] for a in Elements(page).all("a", class_="n")]
    assert back == ["#mark-fac-01", "#mark-fac-13", "#mark-fac-02"]


def test_a_search_goes_to_the_map_and_back(client, places):
    query = "kind=hall&municipality=Rauma&days=2"
    listed = Elements(client.get(f"/facilities?{query}").text)
    there = listed.all("a", href=f"/map?{query}")
    assert len(there) == 1
    page = client.get(f"/map?{query}").text
    assert list(entries(page)) == ["fac-13"]
    assert Elements(page).all("a", href=f"/facilities?{query}")
    assert Elements(page).all("a", href=f"/facilities?{query}&view=table")
    (form,) = Elements(page).all("form", id="filters")
    assert form["action"] == "/map"


def test_an_entry_carries_the_days_asked_for(client, places):
    page = Elements(client.get("/map?municipality=Rauma&days=2").text)
    assert page.all("a", href="/facilities/fac-13?from=2026-12-08&days=2")


def test_an_entry_tells_how_the_place_answers_needs(client, places):
    told = entries(client.get("/map?mass_kg=500&kind=hall").text)
    assert list(told) == ["fac-02", "fac-13"]
    assert "Fits: 2,500 kg" in told["fac-02"]


def test_a_condition_is_given_up_on_the_map(client, places):
    page = Elements(client.get("/map?municipality=Rauma&kind=hall").text)
    assert page.all("a", href="/map?kind=hall")
    assert page.all("a", href="/map?municipality=Rauma")


def test_nothing_found_offers_ways_out_on_the_map(client, places):
    page = client.get("/map?municipality=Rauma&kind=lab").text
    assert "Nothing fits all of it yet" in page
    assert entries(page) == {}
    assert Elements(page).all("a", href="/map?kind=lab")


def test_a_place_outside_the_map_is_told_in_the_list(client, make):
    host = make.host()
    make.facility(host, "fac-01", latitude=0.0, longitude=0.0)
    make.facility(host, "fac-02", latitude=60.17, longitude=24.94)
    page = client.get("/map").text
    assert "Pori · position not told · not on this map" in entries(page)["fac-01"]
    assert "Pori · 60.1700, 24.9400 · not on this map" in entries(page)["fac-02"]
    assert marks(page) == {}


def test_an_unpublished_place_is_on_no_map(client, make, places):
    places[0].published = False
    places[0].version += 1
    make.session.commit()
    assert list(entries(client.get("/map").text)) == ["fac-13", "fac-02"]


@pytest.mark.parametrize(
    "query", ["page=99", "page=0", "page=x", "free_from=2026-02-30", "view=map"]
)
def test_an_odd_address_is_answered(client, places, query):
    response = client.get(f"/map?{query}")
    assert response.status_code == 200
    assert len(marks(response.text)) == 3


def test_numbers_go_on_over_pages_and_the_rest_are_dots(client, make, monkeypatch):
    monkeypatch.setattr("livinglab.web.pages.region.PAGE", 2)
    monkeypatch.setattr("livinglab.web.pages.catalogue.PAGE", 2)
    host = make.host()
    for slug in ("fac-01", "fac-02", "fac-13"):
        make.facility(host, slug)
    first, second = client.get("/map").text, client.get("/map?page=2").text
    assert list(marks(first)) == ["mark-fac-01", "mark-fac-13"]
    assert list(marks(second)) == ["mark-fac-02"]
    assert entries(second)["fac-02"].startswith("3 ")
    assert "Dots are places on other pages" in first
    dots = Elements(second).all("circle", class_="dot")
    assert len(dots) == 3  # two of the first page, and that of the mark


@pytest.mark.parametrize(
    ("code", "words"),
    [("fi", ["Käsin piirretty", "Selkämeri"]), ("sv", ["Ritad för hand", "Bottenhavet"])],
)
def test_the_map_speaks_three_languages(client, places, code, words):
    page = client.get("/map", headers={"Accept-Language": code}).text
    assert [word for word in words if word not in page] == []


def test_statements_do_not_grow_with_places(client, make, query_counter):
    host = make.host()
    make.facility(host, "fac-01")
    client.get("/map")
    with query_counter() as one:
        client.get("/map")
    for slug in ("fac-02", "fac-13"):
        make.facility(host, slug)
    client.get("/map")
    with query_counter() as three:
        client.get("/map")
    assert one.count == three.count


def test_the_list_says_how_each_place_answers_numbers(client, places):
    page = client.get("/map?mass_kg=1800&crane_t=x").text
    told = entries(page)
    assert list(told) == ["fac-02", "fac-13"]
    assert "Fits: 2,500 kg" in told["fac-02"]
    assert "Mass 1,800 kg: the place tells no limit. Ask." in told["fac-13"]
    assert '<a href="#crane_t">Write a number of t, at most 10,000.</a>' in page
