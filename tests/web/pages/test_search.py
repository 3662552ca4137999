"""The search over everything: groups, marks, ways on, and nothing of others'."""

import re
from datetime import UTC, datetime

import pytest

from tests.markup import Elements

SENT = datetime(2026, 11, 20, 8, tzinfo=UTC)


@pytest.fixture
def places(make):
    host = make.host()
    return [make.facility(host, slug) for slug in ("fac-01", "fac-06", "fac-11")]


def groups(page):
    """(id, how many) of each group."""
    return re.findall(r'<h2 id="(\w+)">[^<]*<span[^>]*>(\d+)</span></h2>', page)


def test_every_page_has_the_field(client, places):
    for path in ("/", "/facilities", "/no-such-page"):
        (field,) = Elements(client.get(path).text).all("input", id="site-q")
        assert field["name"] == "q"


def test_visitors_find_facilities_and_what_they_test(client, places):
    page = client.get("/search?q=KITTING").text
    assert groups(page) == [("facilities", "1"), ("capabilities", "1")]
    assert Elements(page).all("a", href="/facilities/fac-01")
    assert Elements(page).all("a", href="/facilities?capability=kitting")
    assert "<mark>Kitting</mark>" in page
    assert "2 results for “KITTING”" in page


def test_firms_find_their_own_pilots_and_themselves(client, make, places, login):
    mine, other = make.company("sierra", name="Sierra Ärms"), make.company("rival")
    ann = make.user("ann@sierra.example", mine)
    make.pilot(mine, ann, places[0], title="Ärms in the lab")
    make.pilot(other, make.user("x@rival.example", other), places[0], title="Rival arms")
    login(client, "ann@sierra.example")
    page = client.get("/search?q=arms").text
    assert groups(page) == [("pilots", "1"), ("companies", "1")]
    assert "<mark>Ärms</mark> in the lab" in page
    assert "Rival" not in page
    assert Elements(page).all("a", href="/pilots?q=Sierra+%C3%84rms")


def test_hosts_find_what_was_sent(client, make, places, login):
    firm = make.company("sierra")
    ann = make.user("ann@sierra.example", firm)
    make.pilot(firm, ann, places[0], title="Draft of arms")
    make.pilot(firm, ann, places[0], title="Arms sent", submitted_at=SENT)
    make.user("co@host.example", make.host("lab"), "coordinator")
    login(client, "co@host.example")
    page = client.get("/search?q=arms").text
    assert groups(page) == [("pilots", "1")]
    assert "Draft of" not in page
    listed = client.get("/pilots?q=SIERRA").text
    assert "Arms sent" in listed
    assert "Draft of" not in listed


def test_nothing_found_names_ways_on(client, places):
    page = client.get("/search?q=kitting+ballet").text
    ways = re.findall(r'<a class="ll-pill" href="([^"]*)">([^<]*)</a>', page)
    assert ways == [
        ("/search?q=kitting", "Only “kitting”"),
        ("/search?q=ballet", "Only “ballet”"),
        ("/facilities", "All facilities"),
        ("/login?next=/search?q%3Dkitting%2Bballet", "Sign in to search your pilots"),
    ]


def test_no_words_ask_for_some(client, places):
    page = client.get("/search").text
    assert groups(page) == []
    assert "Facilities, what they test, and your pilots." in page
    assert "ll-empty" not in page


@pytest.mark.parametrize(
    "query",
    [
        "q=%3Cscript%3Ealert(1)%3C/script%3E",
        "q=%25",
        "q=_",
        "q=' OR 1=1 --",
        "q=" + "ä" * 3000,
        "q[]=a",
    ],
)
def test_hostile_words_are_answered(client, make, places, login, query):
    make.user("co@host.example", make.host("lab"), "coordinator")
    login(client, "co@host.example")
    response = client.get(f"/search?{query}")
    assert response.status_code == 200
    assert "<script>alert" not in response.text
    assert groups(response.text) == []


def test_statements_do_not_grow_with_what_is_found(client, make, login, query_counter, places):
    firm = make.company("sierra")
    ann = make.user("ann@sierra.example", firm)
    make.user("co@host.example", make.host("lab"), "coordinator")
    login(client, "co@host.example")
    make.pilot(firm, ann, places[0], title="Simulator 1", submitted_at=SENT)
    client.get("/search?q=simulator")
    with query_counter() as one:
        client.get("/search?q=simulator")
    for number in (2, 3):
        other = make.company(f"simulator-{number}")
        make.pilot(other, ann, places[0], title=f"Simulator {number}", submitted_at=SENT)
    with query_counter() as three:
        page = client.get("/search?q=simulator").text
    assert groups(page) == [("facilities", "1"), ("pilots", "3"), ("companies", "2")]
    assert one.count == three.count
