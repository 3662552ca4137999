"""Numbers in the catalogue: what fits, what is asked, why not, and what would do."""

import re

import pytest

from tests.markup import Elements


@pytest.fixture
def places(make):
    """A lab of 500 kg, a simulator with a narrow door, and a park that tells neither."""
    host = make.host()
    return [make.facility(host, slug) for slug in ("fac-01", "fac-06", "fac-11")]


def titles(page):
    """The places shown, in order."""
    return re.findall(r'<h2><a href="[^"]*">([^<]+) \(example\)</a></h2>', page)


def count_line(page):
    return re.search(r'id="count" role="status">([^<]*)<', page)[1]


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


def test_those_that_miss_most_are_only_counted(client, make, places):
    for slug in ("fac-02", "fac-03", "fac-04", "fac-05", "fac-07"):
        make.facility(make.host(f"host-of-{slug}"), slug)
    near = client.get("/facilities?air_bar=99").text.partition('id="near"')[2]
    assert len(lines(near)) == 6
    assert "1 more place misses more of it." in near


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
