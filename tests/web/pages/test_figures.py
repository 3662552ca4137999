"""Figures: who reads which, what the pictures and tables say, and the files."""

import csv
import io
import re
from datetime import timedelta

import pytest

from livinglab.domain.pilot import Action
from tests.casework import MONDAY, at
from tests.web.pages.scene import HALL, NORTH, Scene

COORDINATOR, MANAGER = "coordinator", "manager"
OWN, FOREIGN = f"/hosting/{HALL}/figures", "/hosting/fac-03/figures"


@pytest.fixture
def scene(make, app, clock):
    return Scene(make, app, clock)


@pytest.fixture
def see(scene, login):
    """The page as that person sees it."""

    def read(name, path="/figures", status=200):
        response = scene.client(name, login).get(path)
        assert response.status_code == status, response.text
        return response.text

    return read


@pytest.fixture
def stays(make, scene):
    """Books the north half for some Mondays in a row: `stays(2)`, all in January."""

    def book(count, **values):
        user = make.user("visitor@test.example", scene.firms["ada"])
        for week in range(count):
            day = MONDAY + timedelta(weeks=week)
            pilot = make.pilot(scene.firms["ada"], user, scene.hall)
            pilot.ref = f"PLL-2025-{week:04d}"  # those of 2026 are given to requests
            make.booking(pilot, make.resource(NORTH), at(day, 7), at(day, 21), **values)
        make.session.close()

    return book


def names(html):
    """What the columns say."""
    return re.findall(r"<g><title>(.*?)</title>", html)


def table(html, caption):
    """The rows of the table of that caption, cell by cell."""
    part = html.partition(f'<caption class="visually-hidden">{caption}</caption>')[2]
    body = part.partition("<tbody>")[2].partition("</tbody>")[0]
    cells = (
        re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("</tr>")
    )
    return [[re.sub(r"<[^>]+>", "", cell).strip() for cell in row] for row in cells if row]


def read_csv(client, path):
    response = client.get(path)
    assert response.status_code == 200, response.text
    assert response.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"))))


@pytest.mark.parametrize(
    ("name", "path", "status"),
    [
        (COORDINATOR, "/figures", 200),
        ("admin", "/figures", 200),
        ("staff", "/figures", 403),
        (MANAGER, "/figures", 403),
        ("ada", "/figures", 403),
        (MANAGER, "/figures/months.csv", 403),
        (MANAGER, OWN, 200),
        (MANAGER, FOREIGN, 404),
        (MANAGER, f"{FOREIGN}/months.csv", 404),
        (MANAGER, "/hosting/fac-99/figures", 404),
        ("safety", OWN, 403),
        ("ada", OWN, 403),
        (COORDINATOR, FOREIGN, 200),
    ],
)
def test_figures_are_for_those_who_answer_for_them(see, name, path, status):
    see(name, path, status)


def test_visitors_are_asked_to_sign_in(scene, client):
    assert client.get("/figures").status_code == 303
    assert client.get(OWN).status_code == 303


def test_a_foreign_facility_is_as_one_that_does_not_exist(scene, login):
    client = scene.client(MANAGER, login)
    pages = [client.get(path).text for path in (FOREIGN, "/hosting/fac-77/figures")]
    numbers = [re.sub(r"[0-9a-f]{16}|fac-\d\d", "", page) for page in pages]
    assert numbers[0] == numbers[1]


def test_without_anything_the_page_says_what_will_stand_there(see):
    html = see(COORDINATOR)
    assert "No stay lies in these months" in html
    assert "No request was sent in this time" in html
    assert names(html) == []
    assert see(MANAGER, OWN).count("No stay lies in these months") == 1


def test_columns_and_their_table_say_the_same(see, stays):
    stays(2)
    html = see(MANAGER, OWN)
    (month, opened, firm, tentative, share) = table(html, "Open and booked hours by month")[7]
    assert (month, firm, tentative) == ("January 2027", "28", "0")
    assert names(html)[7] == f"January 2027: {share} of {opened} open hours booked"
    assert len(names(html)) == 12


def test_tentative_time_is_told_apart(see, stays):
    stays(1, state="tentative")
    (row,) = (
        r
        for r in table(see(MANAGER, OWN), "Open and booked hours by month")
        if r[2:4] != ["0", "0"]
    )
    assert row[2:4] == ["0", "14"]


def test_weeks_are_drawn_and_listed_by_facility(see, stays):
    stays(1)
    html = see(COORDINATOR)
    rows = table(html, "Booked part of the open time by week")
    booked = [row for row in rows if any(cell not in {"0%", "–"} for cell in row[1:])]
    assert [row[0] for row in booked] == ["week 2, 11–17&nbsp;Jan".replace("&nbsp;", "\u00a0")]
    share = next(cell for cell in booked[0][1:] if cell != "0%")
    drawn = re.findall(r'<rect class="h-[1-5]"[^>]*><title>(.*?)</title>', html)
    assert drawn == [f"{booked[0][0]}: {share}"]


def test_requests_are_told_with_their_number(see, scene):
    for firm in ("ada", "ada", "bo"):
        scene.request(firm)
    ref = scene.request("bo")
    scene.clock.now += timedelta(days=2)
    scene.act(MANAGER, ref, Action.REJECT, note="Too heavy.")
    html = see(COORDINATOR)
    assert table(html, "Firms and requests by country") == [["Germany", "2", "4", ""]]
    assert table(html, "Requests by state") == [["Sent", "3", ""], ["Rejected", "1", ""]]
    facts = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd><dd class=\"base\">(.*?)</dd>", html)
    assert facts[1:] == [
        ("requests sent", "4", "by 2 firms"),
        ("of decided requests approved", "0%", "0 of 1"),
        ("working days to half of the first answers", "–", "1 answer, too few: 5 are needed"),
    ]
    assert names(html)[2] == "2 working days: 1"
    hall = next(
        row for row in table(html, "Requests and answer times by facility") if row[2] != "0"
    )
    assert hall[1:] == ["4", "1", "–", "–", "1"]


def test_another_year_and_facility_are_kept_in_the_address(see, stays):
    stays(1)
    html = see(COORDINATOR, f"/figures?period=2027&facility={HALL}")
    assert re.findall(r'<option value="([^"]*)" selected', html) == ["2027", HALL]
    assert f"/figures/months.csv?facility={HALL}&amp;period=2027" in html
    assert names(html)[0].startswith("January 2027")


@pytest.mark.parametrize("query", ["period=1066", "period=x%00", "facility=none", "period=²"])
def test_what_the_address_says_wrong_is_left_out(see, query):
    if "%00" in query:
        see(COORDINATOR, f"/figures?{query}", 400)
    else:
        assert "Half a year back and ahead" in see(COORDINATOR, f"/figures?{query}")


def test_files_hold_the_same_as_the_page(scene, login, stays):
    stays(2)
    scene.request("ada")
    client = scene.client(COORDINATOR, login)
    months = read_csv(client, "/figures/months.csv")
    assert months[0] == [
        "Id",
        "Facility",
        "Month",
        "Open, h",
        "Firm, h",
        "Tentative, h",
        "Booked (%)",
    ]
    assert [row[:3:2] + row[4:6] for row in months if row[4] not in {"0.0", "Firm, h"}] == [
        [HALL, "2027-01", "28.0", "0.0"]
    ]
    weeks = read_csv(client, f"{OWN}/weeks.csv?period=2027")
    assert [row[2] for row in weeks if row[4] == "14.0"] == ["2027-W02", "2027-W03"]
    assert read_csv(client, "/figures/countries.csv") == [
        ["Country", "Firms", "Requests"],
        ["Germany", "1", "1"],
    ]
    assert read_csv(client, "/figures/states.csv")[1] == ["Sent", "1"]
    assert len(read_csv(client, "/figures/answers.csv")) == 3
    assert client.get("/figures/none.csv").status_code == 404


def test_statements_do_not_grow(scene, login, stays, make, query_counter):
    client = scene.client(COORDINATOR, login)
    stays(3)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            scene.request("ada")
        client.get("/figures")
        with query_counter() as sent:
            assert client.get("/figures").status_code == 200
        counts.append(sent.count)
    make.facility(scene.host, "fac-01")
    make.session.close()
    client.get("/figures")
    with query_counter() as sent:
        client.get("/figures")
    assert counts == [sent.count] * 2


def test_everybody_sees_how_busy_a_place_is_but_not_with_whom(scene, client, stays):
    empty = client.get(f"/facilities/{HALL}").text
    assert "How busy it is" not in empty
    stays(2)
    html = client.get(f"/facilities/{HALL}").text
    assert "How busy it is" in html
    (january,) = (
        r for r in table(html, "Open and booked hours by month") if r[0] == "January 2027"
    )
    assert january[2] == "28"
    assert "Ada Robotics" not in html


def test_the_menu_leads_there(see):
    assert '<a href="/figures"' in see(COORDINATOR, "/inbox")
    assert '<a href="/figures"' not in see(MANAGER, "/inbox")
