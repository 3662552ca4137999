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


def lines(page):
    """(verdict, text) of each line of an answer, in order."""
    return re.findall(r'll-why-(\w+)">.*?<span>([^<]*)</span>', page)


def field_error(page, name):
    found = re.search(rf'id="{name}-error">.*?<p>([^<]*)</p>', page, re.DOTALL)
    return found and found[1].strip()


def test_numbers_narrow_the_list_and_what_is_not_told_is_asked(client, places):
    page = client.get("/facilities?mass_kg=300&current_a=16&phases=3").text
    assert titles(page) == [
        "Collaborative robotics lab",
        "Recycling park: sorting pad and rough field",
    ]
    assert count_line(page) == ("2 of 3 facilities fit. 1 of them does not tell all you need: ask.")
    assert lines(page)[:3] == [
        ("yes", "Fits: 500\u00a0kg, 32\u00a0A"),
        ("yes", "Fits: 125\u00a0A"),
        ("ask", "Mass 300\u00a0kg: the place tells no limit. Ask."),
    ]
    pills = re.findall(r'<span class="ll-pill">(.*?) <a href="([^"]*)"', page)
    assert pills == [
        ("Robot of 300\u00a0kg", "/facilities?current_a=16&amp;phases=3"),
        ("Outlet of 16\u00a0A, three-phase", "/facilities?mass_kg=300"),
    ]


def test_what_does_not_fit_says_why_and_what_would_do(client, places):
    page = client.get("/facilities?mass_kg=600&door_width_m=1").text
    near = page[page.index('id="near"') :]
    assert re.findall(r'<div><a href="([^"]*)">', near) == [
        "/facilities/fac-01",
        "/facilities/fac-06",
    ]
    assert lines(near) == [
        ("no", "Mass 600\u00a0kg: the limit is 500\u00a0kg."),
        ("no", "Door 1\u00a0m wide: it is 0.9\u00a0m."),
    ]
    assert re.findall(r'<a class="ll-pill" href="([^"]*)">([^<]*)</a>', near) == [
        ("/facilities?mass_kg=500&amp;door_width_m=1", "500\u00a0kg instead of 600\u00a0kg"),
        ("/facilities?mass_kg=600&amp;door_width_m=0.9", "0.9\u00a0m instead of 1\u00a0m"),
    ]


def test_a_place_that_is_not_free_then_links_the_days_on_which_it_is(client, places):
    page = client.get("/facilities?kind=lab&days=2&free_to=2026-11-27").text
    near = page[page.index('id="near"') :]
    assert lines(near) == [("no", "Not free for 2 days then.")]
    assert re.findall(r'<a class="ll-pill" href="([^"]*)">([^<]*)</a>', near) == [
        ("/facilities/fac-01?from=2026-12-01&amp;days=2", "2 days from Tue 1 Dec 2026")
    ]


def test_a_place_with_other_lengths_tells_them(client, places):
    near = client.get("/facilities?kind=lab&days=100").text.partition('id="near"')[2]
    assert lines(near) == [("no", "Stays here last half a day to 15 days.")]


def test_the_table_has_a_column_for_what_was_asked_and_only_then(client, places):
    assert "What you need" not in client.get("/facilities?view=table").text
    page = client.get("/facilities?view=table&air_bar=6").text
    assert '<th scope="col">What you need</th>' in page
    assert lines(page)[:2] == [
        ("yes", "Fits: 7\u00a0bar"),
        ("ask", "Compressed air at 6\u00a0bar: the place does not tell its pressure. Ask."),
    ]


def test_usual_numbers_say_how_many_places_each_leaves(client, places):
    page = client.get("/facilities?view=table&municipality=Pori").text
    steps = re.search(r'id="current_a-hint">(.*?)</div>', page, re.DOTALL)[1]
    assert re.findall(r'<a href="([^"]*)">([^<]*)</a> \((\d+)\)', steps) == [
        (f"/facilities?municipality=Pori&amp;current_a={n}&amp;view=table", f"{n}\u00a0A", count)
        for n, count in (("16", "2"), ("32", "2"), ("63", "1"), ("125", "1"))
    ]


def test_numbers_are_eased_where_nothing_fits(client, places):
    page = client.get("/facilities?current_a=250&phases=3&kind=lab").text
    assert "32\u00a0A instead of 250\u00a0A: 1 facility, first on Tue 1 Dec 2026" in page


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("1 800", "1800"), ("1800 kg", "1800"), ("0,5", "0.5"), ("1\u00a0800", "1800")],
)
def test_numbers_are_read_as_people_write_them(client, places, typed, kept):
    (field,) = Elements(client.get("/facilities", query_string={"mass_kg": typed}).text).all(
        "input", name="mass_kg"
    )
    assert field["value"] == kept


@pytest.mark.parametrize(
    ("name", "typed", "told"),
    [
        ("mass_kg", "heavy", "Write a number of kg, at most 1,000,000."),
        ("mass_kg", "-5", "Write a number of kg, at most 1,000,000."),
        ("mass_kg", "1,800", "The comma may mean two things. Write 1800 or 1.8."),
        ("current_a", "1e3", "Write a number of A, at most 10,000."),
        ("door_width_m", "999", "Write a number of m, at most 100."),
        ("phases", "2", "Power comes in one phase or three. Write 1 or 3."),
    ],
)
def test_numbers_that_make_no_sense_are_told_at_the_field_and_kept(
    client, places, name, typed, told
):
    page = client.get("/facilities", query_string={name: typed}).text
    assert field_error(page, name) == told
    assert f'<a href="#{name}">{told}</a>' in page
    assert count_line(page) == "3 facilities, soonest free first."
    if name != "phases":
        (field,) = Elements(page).all("input", name=name)
        assert field["value"] == typed


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
