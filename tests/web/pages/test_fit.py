"""Where a robot fits: numbers, the next place, the earliest start and why, without an account."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.markup import Elements

ARM = (
    "kind=collaborative_robot&mass_kg=600&dimensions_mm.0=1000&dimensions_mm.1=1000"
    "&dimensions_mm.2=2500&power.phases=3&power.current_a=16"
)
CART = "mass_kg=600"


@pytest.fixture
def places(make):
    host = make.host()
    return [make.facility(host, slug) for slug in ("fac-01", "fac-02", "fac-03", "fac-14")]


def cards(page):
    """The places shown, in order: name → what stands on its card."""
    found = re.split(r'<li class="ll-panel ll-fit">', page)[1:]
    return {re.search(r"<h\d[^>]*><a[^>]*>([^<]*?)(?: \(\w+\))?</a>", one)[1]: one for one in found}


def lines(card):
    return re.findall(r'll-why-(\w+)">.*?<span>([^<]*)</span>', card, re.DOTALL)


def chain(card):
    """Links of the chain, the one that decides marked with a star."""
    listed = re.search(r'll-chain mt-1">(.*?)</ul>', card, re.DOTALL)[1]
    return [
        f"*{strong}" if strong else plain
        for strong, plain in re.findall(r"<li>(?:<strong>([^<]*)</strong>|([^<]*))</li>", listed)
    ]


def errors(page):
    return dict(re.findall(r'id="([^"]*)-error">.*?<p>([^<]*)</p>', page, re.DOTALL))


def value(page, name):
    fields = Elements(page)
    return [a.get("value") for a in fields.all("input", name=name)]


def test_anybody_is_told_how_each_place_stands_with_numbers(client, places):
    page = client.get(f"/fit?{ARM}").text
    assert "Fits: 1. Ask first: 0. Does not fit: 3." in page
    found = cards(page)
    assert list(found) == [
        "Mobile robot and intralogistics hall",
        "Collaborative robotics lab",
        "Machine vision and edge-AI lab",
        "Drone net and flight field",
    ]
    assert lines(found["Collaborative robotics lab"]) == [
        ("no", "Mass 600\u00a0kg: the limit is 500\u00a0kg. One other place takes it."),
        ("yes", "Needs 16\u00a0A three-phase: there is 32\u00a0A."),
        (
            "ask",
            (
                "1\u00a0m wide and 2.5\u00a0m high: the door is 1.8\u00a0m × 2.3\u00a0m."
                " One other place takes it."
            ),
        ),
        (
            "ask",
            "Presses the floor with 5.9\u00a0kPa: it carries 5\u00a0kPa. One other place takes it.",
        ),
    ]
    assert lines(found["Drone net and flight field"]) == [
        (
            "no",
            "Needs 16\u00a0A three-phase: there is no such outlet. 2 other places have 16\u00a0A.",
        )
    ]
    assert "Earliest start" not in found["Collaborative robotics lab"]


def test_the_earliest_start_has_its_chain_and_leads_to_a_request_with_these_facts(client, places):
    card = cards(client.get(f"/fit?{ARM}").text)["Mobile robot and intralogistics hall"]
    assert "<b>Tue 8 Dec 2026</b>" in card
    assert chain(card) == [
        "*Notice of 10 working days → Tue 8 Dec 2026",
        "Facility manager decides within 2 working days → Thu 26 Nov 2026",
        "Risk assessment usually takes 5 working days → Tue 1 Dec 2026",
        "Battery data sheet usually takes 1 working day → Wed 25 Nov 2026",
        "Free then → Tue 8 Dec 2026",
    ]
    [button] = Elements(card).all("a", class_="btn btn-outline-primary")
    given = parse_qs(urlsplit(button["href"]).query)
    assert given.pop("facility") + given.pop("from") == ["fac-02", "2026-12-08"]
    assert given == {"days": ["1"]} | parse_qs(ARM)


def test_a_place_one_came_from_is_first_with_where_else_and_the_next_step_up(client, places):
    page = client.get(f"/fit?{ARM}&facility=fac-01").text
    first, *others = cards(page)
    assert (first, "Collaborative robotics lab" in others) == ("Collaborative robotics lab", False)
    hall = f"/facilities/fac-02?{ARM}".replace("&", "&amp;")
    own = cards(page)[first]
    assert f'It would fit here: <a href="{hall}">' in own
    assert re.search(rf'The next step up from here: <a href="{re.escape(hall)}">.*?Fits</', own)
    assert value(page, "facility") == ["fac-01"]


def test_what_could_not_be_compared_names_the_field_to_tell(client, places):
    page = client.get(f"/fit?{CART}").text
    note = page[page.index("What we did not compare") :]
    found = re.findall(r'<li><a href="#([^"]*)">([^<]*)</a> \((\d) places?\)</li>', note)
    assert found[0] == ("power.current_a", "Power not compared: tell the current.", "4")
    assert ("dimensions_mm.0", "Door not compared: tell length, width and height.", "3") in found
    fields = Elements(page)
    assert all(
        fields.all("input", id=name) or fields.all("select", id=name) for name, _, _ in found
    )


def test_bad_numbers_are_named_each_and_nothing_typed_is_lost(client, places):
    typed = {
        "mass_kg": "1e400",
        "speed_m_s": "fast",
        "dimensions_mm.0": "-1",
        "power.current_a": "99999999999999999999",
        "people": "1.5",
        "battery_kwh": "2",
    }
    answer = client.get("/fit", query_string=typed | {"kind": "spaceship", "laser_class": "9"})
    page = answer.text
    assert answer.status_code == 200
    told = errors(page)
    assert {name: text for name, text in told.items() if name not in {"kind", "laser_class"}} == {
        "mass_kg": "“Mass of one, kg” must lie between 0 and 1,000,000.",
        "speed_m_s": "“Top speed, m/s” must be a number, such as 12.5.",
        "dimensions_mm.0": "“Length, width and height, mm” must lie between 1 and 1,000,000.",
        "dimensions_mm.1": "“Length, width and height, mm” is missing. Add it.",
        "dimensions_mm.2": "“Length, width and height, mm” is missing. Add it.",
        "power.current_a": "“Current, A” must lie between 0 and 1,000.",
        "people": "“People who come along” must be a whole number.",
    }
    assert {"kind", "laser_class"} < set(told)
    assert {name: value(page, name) for name in typed} == {
        name: [text] for name, text in typed.items()
    }
    assert len(cards(page)) == 4


def test_nonsense_in_an_address_is_a_page_still(client, places):
    for query in (
        "mass_kg=%0A1&speed_m_s=NaN&battery_kwh=Infinity&people=-0",
        "mass_kg=1&mass_kg=2&dimensions_mm=1,2,3&power=9&page=-5",
        "name=" + "x" * 3000 + "&mass_kg=" + "9" * 3000,
        "mass_kg=600&facility=nowhere&page=99999999999999999999",
        "outside_open_category=%F0%9F%92%A5&kind=%E2%80%AE",
    ):
        assert client.get(f"/fit?{query}").status_code == 200, query


def test_a_place_that_is_not_there_is_not_found_with_facts_either(client, places):
    assert client.get(f"/facilities/nowhere?{ARM}").status_code == 404
    page = client.get(f"/fit?{ARM}&facility=nowhere").text
    assert (len(cards(page)), value(page, "facility")) == (4, [])
    assert "The place you came from" not in page


def test_nothing_told_begins_with_examples_that_each_find_a_place(client, places, make):
    page = client.get("/fit").text
    examples = re.findall(r'href="(/fit\?[^"]*)"', page[page.index('id="results"') :])
    assert (len(examples), cards(page)) == (3, {})
    for href in examples:
        assert len(cards(client.get(href.replace("&amp;", "&")).text)) == 4


def test_an_empty_catalogue_says_so(client):
    assert "No place is in the catalogue yet" in client.get(f"/fit?{ARM}").text


@pytest.mark.parametrize(
    ("language", "mass", "cause"),
    [
        ("fi", "Massa 600\u00a0kg", "10 työpäivää"),
        ("sv", "Massa 600\u00a0kg", "10 arbetsdagar"),
    ],
)
def test_reasons_and_chain_speak_the_readers_language(client, places, language, mass, cause):
    page = client.get(f"/fit?{ARM}", headers={"Accept-Language": language}).text
    assert f'<html lang="{language}"' in page
    found = list(cards(page).values())
    assert lines(found[1])[0][1].startswith(mass)
    assert cause in chain(found[0])[0]
    assert not re.search(r"working day|is fine|other place", page)
