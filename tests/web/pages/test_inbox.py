"""The inbox: who sees which decisions, in which order."""

import re
from datetime import UTC, datetime

import pytest

from livinglab.domain.pilot import Action
from tests.web.pages.scene import FIRST, SECOND, THIRD, Scene


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def see(app, login):
    """The text of a page as that person reads it."""

    def read(name, path):
        client = app.test_client()
        login(client, f"{name}@test.example")
        response = client.get(path)
        assert response.status_code == 200, response.text
        return response.text

    return read


def titles(html):
    """The rows of the queue under their headings."""
    found = {}
    queue = html.partition('<nav class="ll-queue')[2].partition("</nav>")[0]
    for part in re.split(r'<h2 class="ll-queue-h', queue)[1:]:
        heading = re.search(r"<span>(.*?)</span>", part)[1]
        found[heading] = re.findall(r"<b>(.*?)</b>", part)
    return found


@pytest.mark.both_engines
def test_rows_stand_under_the_state_of_their_clock_oldest_first(scene, see, clock):
    scene.request(title="First of all")
    clock.now = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)
    scene.request(title="On Friday", windows=(SECOND,))
    clock.now = datetime(2026, 11, 30, 8, 0, tzinfo=UTC)
    scene.request("bo", title="On Monday")
    # Two working days each: Thu 26 Nov, Tue 1 Dec, Wed 2 Dec; today is Mon 30 Nov.
    assert titles(see("manager", "/inbox")) == {
        "Late": ["First of all"],
        "Today and tomorrow": ["On Friday"],
        "Later": ["On Monday"],
    }


def test_a_row_says_due_date_firm_place_wish_and_gate(scene, see):
    scene.request()
    queue = see("manager", "/inbox").partition('<nav class="ll-queue')[2]
    row = re.search(r"<li[^>]*>.*?(<a .*?)</li>", queue, re.DOTALL)[1]
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).replace("\u00a0", " ").strip()
    assert text == "Stairs Ada Robotics, DE · Hall south, 1–5 Feb Facility manager Thu 26 Nov"


def test_what_waits_for_the_firm_is_no_ones_late_decision(scene, see, clock):
    ref = scene.request()
    scene.act("manager", ref, Action.REQUEST_INFO, note="Which load?")
    clock.now = datetime(2026, 12, 15, 8, 0, tzinfo=UTC)
    html = see("manager", "/inbox")
    assert titles(html) == {"The firm’s move": ["Stairs"]}
    assert 'class="ll-count"' not in html


def test_mine_are_own_gates_and_all_is_what_one_may_see(scene, see):
    scene.request(article={"mixed_traffic": True})
    scene.request("bo", title="Lenses", period={"facility": "fac-03", "resource": None})
    assert titles(see("manager", "/inbox")) == {"Later": ["Stairs"]}
    assert titles(see("manager", "/inbox?show=all")) == {"Later": ["Stairs"]}
    assert titles(see("safety", "/inbox")) == {"Later": ["Stairs"]}
    assert titles(see("other", "/inbox")) == {"Later": ["Lenses"]}
    assert titles(see("coordinator", "/inbox?show=all")) == {"Later": ["Stairs", "Lenses"]}
    assert titles(see("staff", "/inbox")) == {"Later": ["Stairs", "Lenses"]}


def test_an_empty_inbox_says_so_and_leads_on(scene, see):
    html = see("manager", "/inbox")
    assert "No decisions wait for you" in html
    assert 'href="/board"' in html


@pytest.mark.both_engines
def test_decided_gates_are_listed_latest_first(scene, see, clock):
    for hour, title in ((8, "Early"), (9, "Late")):
        ref = scene.request(title=title, windows=(FIRST if hour == 8 else SECOND,))
        clock.now = datetime(2026, 11, 25, hour, 0, tzinfo=UTC)
        scene.act("manager", ref, Action.APPROVE)
    html = see("manager", "/inbox?show=decided")
    assert re.findall(r'<th scope="row"><a[^>]*>(.*?)</a>', html) == ["Late", "Early"]
    assert "Wed 25 Nov 2026, 11:00" in html
    assert "Nothing decided yet" in see("other", "/inbox?show=decided")


def test_the_menu_counts_what_waits_for_the_reader(scene, see):
    scene.request()
    scene.request("bo", title="Second", windows=(SECOND,))
    count = r'Decisions\s*<span class="ll-count">(\d+)'
    assert re.search(count, see("manager", "/inbox"))[1] == "2"
    assert re.search(count, see("other", "/inbox")) is None


def test_firms_have_their_own_menu_and_no_inbox(scene, client, login):
    login(client, "ada@test.example")
    assert client.get("/inbox").status_code == 403
    html = client.get("/board").text
    menu = re.search(r'<nav class="ll-nav".*?</ul>', html, re.DOTALL)[0]
    assert re.findall(r">\s*([A-Z][a-z]+(?: pilots)?)\s*</a>", menu) == [
        "Facilities",
        "Map",
        "My pilots",
        "Calendar",
    ]


def test_a_visitor_is_sent_to_the_sign_in_form(scene, client):
    response = client.get("/inbox")
    assert (response.status_code, response.location) == (303, "/login?next=/inbox")


@pytest.mark.parametrize("query", ["show=%F0%9F%92%A5", "before=-1", "before=99999999999999999999"])
def test_odd_addresses_are_taken_as_plain_ones(scene, see, query):
    see("manager", f"/inbox?{query}")
    see("manager", f"/inbox?show=decided&{query}")


def test_statements_do_not_grow_with_the_queue(scene, client, login, query_counter):
    scene.request()
    login(client, "manager@test.example")
    client.get("/inbox")
    with query_counter() as one:
        client.get("/inbox")
    scene.request("bo", windows=(SECOND,))
    scene.request("bo", windows=(THIRD,))
    client.get("/inbox")
    with query_counter() as three:
        client.get("/inbox")
    assert three.count == one.count


def two_waiting(scene):
    """A legged robot at the hall, with a second gate, and lenses at the lab, of another firm."""
    scene.request(article={"mixed_traffic": True})
    scene.request("bo", title="Lenses", period={"facility": "fac-03", "resource": None})


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("facility=fac-03", ["Lenses"]),
        ("role=safety_owner", ["Stairs"]),
        ("q=LENSES+bo", ["Lenses"]),
        ("q=stairs", ["Stairs"]),
        ("due=later", ["Stairs", "Lenses"]),
        ("sort=place", ["Stairs", "Lenses"]),
        ("sort=company", ["Stairs", "Lenses"]),
        ("facility=nowhere&role=king&due=never&sort=%F0%9F%92%A5", ["Stairs", "Lenses"]),
    ],
)
def test_filters_leave_what_answers_to_all_of_them(scene, see, query, left):
    two_waiting(scene)
    assert titles(see("coordinator", f"/inbox?show=all&{query}")) == {"Later": left}


def test_filters_say_how_many_there_are_and_lead_on(scene, see):
    two_waiting(scene)
    html = see("coordinator", "/inbox?show=all&facility=fac-03")
    assert re.search(r'<option value="fac-02">[^<]*hall[^<]* \(1\)</option>', html)
    ref = re.search(r'href="/inbox/([^?]+)\?show=all&amp;facility=fac-03"', html)[1]
    decision = see("coordinator", f"/inbox/{ref}?show=all&facility=fac-03")
    assert titles(decision) == {"Later": ["Lenses"]}
    assert 'href="/inbox?show=all&amp;facility=fac-03"' in decision


def test_filters_that_leave_nothing_say_so(scene, see):
    two_waiting(scene)
    html = see("coordinator", "/inbox?show=all&due=late")
    assert "Nothing of the 2 answers to all of that" in html


def test_the_queue_is_a_file_too(scene, client, login):
    two_waiting(scene)
    login(client, "coordinator@test.example")
    answer = client.get("/inbox.csv?show=all&facility=fac-03")
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="decisions-2026-11-24.csv"'
    )
    header, row = answer.data.decode("utf-8-sig").splitlines()
    assert header.startswith("Reference,Title,Company,Country,State,Place,From,To,Gates")
    assert row.split(",")[1:5] == ["Lenses", "Bo Robotics", "DE", "submitted"]
