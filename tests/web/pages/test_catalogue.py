"""The catalogue: filters, cards and table, soonest free first, and ways out of nothing."""

import re
from datetime import UTC, date, datetime

import pytest

from tests.markup import Elements


@pytest.fixture
def places(make):
    """A lab in Pori, and welding bays in Rauma that need ten working days' notice."""
    host = make.host()
    return [make.facility(host, slug) for slug in ("fac-01", "fac-06", "fac-11")]


def titles(page):
    """The places shown, in order."""
    return re.findall(r'<h2><a href="[^"]*">([^<]+) \(example\)</a></h2>', page)


def count_line(page):
    return re.search(r'id="count" role="status">([^<]*)<', page)[1]


def test_places_stand_soonest_first(client, places):
    page = client.get("/facilities").text
    assert count_line(page) == "3 facilities, soonest free first."
    days = re.findall(r"First free[^<]*</span><b>\w+ (\d+ \w+ \d+)</b>", page)
    assert len(days) == 3
    parsed = [datetime.strptime(day, "%d %b %Y").replace(tzinfo=UTC).date() for day in days]
    assert parsed == sorted(parsed)
    assert parsed[0] == date(2026, 12, 1)  # five working days' notice after 24 November


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=cobot%20assembly", ["Collaborative robotics lab"]),
        ("q=assembly%20ballet", []),
        ("q=kitting", ["Collaborative robotics lab"]),
        ("q=KOKOONPANO", ["Collaborative robotics lab"]),
        ("capability=kitting", ["Collaborative robotics lab"]),
        ("kind=lab", ["Collaborative robotics lab"]),
        ("municipality=Rauma", ["Maritime simulator and remote operations room"]),
        ("focus_area=sote", []),
        ("kind=lab&municipality=Rauma", []),
    ],
)
def test_conditions_narrow_the_list(client, places, query, expected):
    assert titles(client.get(f"/facilities?{query}").text) == expected


def test_only_places_free_for_the_days_asked_count(client, make, places):
    firm = make.company()
    pilot = make.pilot(firm, make.user("a@firm.example", firm), places[0])
    for slug in ("fac-01-cell-a", "fac-01-cell-b"):
        make.booking(
            pilot,
            make.resource(slug),
            datetime(2027, 2, 1, 6, tzinfo=UTC),
            datetime(2027, 2, 4, 16, tzinfo=UTC),
        )
    query = "/facilities?kind=lab&days={}&free_from=2027-02-01&free_to=2027-02-05"
    assert titles(client.get(query.format("0.5")).text) == ["Collaborative robotics lab"]
    assert titles(client.get(query.format("2")).text) == []


def test_the_table_says_the_same_as_the_cards(client, places):
    page = client.get("/facilities?view=table&municipality=Rauma").text
    assert titles(page) == []
    assert re.findall(r'scope="row"><a href="([^"]*)"', page) == ["/facilities/fac-06"]
    assert 'name="view" value="table"' in page


def test_nothing_found_names_each_condition_to_blame_with_its_gain(client, places):
    page = client.get("/facilities?kind=lab&municipality=Rauma&view=table").text
    assert count_line(page) == "No facility fits all of it."
    assert "Nothing fits all of it yet" in page
    ways = re.findall(r'<a class="ll-pill" href="([^"]*)">([^<]*)</a>', page)
    assert ways == [
        ("/facilities?municipality=Rauma&amp;view=table", ways[0][1]),
        ("/facilities?kind=lab&amp;view=table", ways[1][1]),
    ]
    assert ways[0][1].startswith("Without Lab: 1 facility, first on ")
    assert ways[1][1] == "Without Rauma: 1 facility, first on Tue 1 Dec 2026"


def test_too_long_a_stay_offers_a_shorter_one(client, places):
    page = client.get("/facilities?kind=lab&days=100").text
    assert "1 day instead of 100 days: 1 facility, first on Tue 1 Dec 2026" in page


def test_a_month_from_the_front_page_becomes_days(client, places):
    fields = Elements(client.get("/facilities?month=2027-02&days=3").text)
    (first,), (last,) = (fields.all("input", name=name) for name in ("free_from", "free_to"))
    assert (first["value"], last["value"]) == ("2027-02-01", "2027-02-28")


def test_choices_say_how_many_places_each_leaves(client, places):
    page = client.get("/facilities?kind=lab").text
    assert '<option value="lab" selected>Lab (1)</option>' in page
    assert '<option value="simulator">Simulator (1)</option>' in page
    assert '<option value="Rauma">' not in page


def test_days_that_make_no_sense_are_told_and_kept(client, places):
    page = client.get("/facilities?free_from=2027-02-30&free_to=2027-02-05&days=1.3").text
    assert "There is no such day. Write it as 2027-03-01." in page
    assert "Write a number of days, in halves: 0.5, 1, 3." in page
    assert 'value="2027-02-30"' in page
    assert 'value="1.3"' in page


def test_days_in_the_wrong_order_are_told(client, places):
    page = client.get("/facilities?free_from=2027-02-05&free_to=2027-02-01").text
    assert "The last day is before the first day." in page


@pytest.mark.parametrize(
    "query",
    [
        "mass_kg=nan",
        "mass_kg=%F0%9F%A4%96",
        "mass_kg=" + "9" * 3000,
        "crane_t=²",
        "phases=%3Cscript%3E",
        "floor_kpa=' OR 1=1 --",
        "days=1e9",
        "days=-5",
        "days=nan",
        "page=99999999999999999999",
        "page=-1",
        "page=²",
        "free_from=0001-01-01",
        "free_from=9999-12-31&free_to=9999-12-31",
        "free_to=0001-01-01",
        "month=0000-01",
        "month=9999-12",
        "month=2027-13",
        "q=" + "ä" * 3000,
        "q=%F0%9F%A4%96%E2%80%AEx",
        "kind=%0d%0aSet-Cookie:%20x",
        "capability=' OR 1=1 --",
        "days=3&days=5",
        "q[]=a",
        "view=%3Cscript%3E",
    ],
)
def test_hostile_addresses_are_answered(client, places, query):
    response = client.get(f"/facilities?{query}")
    assert response.status_code == 200
    assert "<script>" not in response.text


def test_a_nul_is_refused(client, places):
    assert client.get("/facilities?q=%00").status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/facilities", "/facilities?view=table&days=2&q=zzz", "/facilities?mass_kg=300&current_a=16"],
)
def test_statements_do_not_grow_with_places(client, make, query_counter, path):
    host = make.host()
    make.facility(host, "fac-01")
    client.get(path)
    with query_counter() as one:
        client.get(path)
    for slug in ("fac-02", "fac-06", "fac-11"):
        make.facility(host, slug)
    client.get(path)
    with query_counter() as four:
        client.get(path)
    assert one.count == four.count
    assert four.count <= 5
