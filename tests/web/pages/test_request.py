"""Asking for time: who may, drafts that keep every word, problems at their field with a fix."""

import re
from datetime import date

import pytest

from tests.markup import Elements
from tests.web.pages.filling import filled, form_of, hidden, problems, stored

# --- Who may -------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_host_is_told_kindly_that_companies_ask(client, make, hall, login, csrf, method):
    host = make.host("owner")
    make.user("host@owner.example", host, "coordinator")
    login(client, "host@owner.example")
    send = getattr(client, method)
    data = {} if method == "get" else {"data": {"csrf_token": csrf(client)}}
    response = send("/pilots/new", **data)
    assert response.status_code == 403
    assert "Companies ask for time" in response.text
    assert 'href="/inbox"' in response.text


def test_another_company_finds_nothing(client, make, hall, firm, login):
    pilot = make.pilot(firm, make.user("ann@sierra.example", firm), hall)
    make.user("spy@other.example", make.company("other"))
    login(client, "spy@other.example")
    missing = client.get("/pilots/PLL-2026-9999/edit")
    foreign = client.get(f"/pilots/{pilot.ref}/edit")
    assert (missing.status_code, foreign.status_code) == (404, 404)
    varying = re.compile(r'PLL-2026-\d+|name="csrf_token" value="[^"]*"')
    assert varying.sub("", missing.text) == varying.sub("", foreign.text)


# --- A draft -------------------------------------------------------------------------------------


def test_a_draft_keeps_everything_that_was_typed(firm_page, make, hall):
    start = firm_page.open("/pilots/new")
    typed = filled(
        test_article__mass_kg="690.5",
        test_article__power__phases="3",
        test_article__power__current_a="32",
        test_article__people_in_view="y",
        periods__0__facility="fac-02-hall-south",
        periods__0__windows__1__start="2027-03-01",
        periods__0__windows__1__end="2027-03-12",
    ) | {
        "test_article.dimensions_mm.0": "1200",
        "test_article.dimensions_mm.1": "850",
        "test_article.dimensions_mm.2": "1500",
        "focus_areas": "automation_robotics",
    }
    response = firm_page.press("/pilots/new", hidden(start) | typed, do="save")
    assert response.status_code == 303
    (pilot,) = stored(make)
    assert response.location == f"/pilots/{pilot.ref}/edit"
    assert pilot.state == "draft"
    shown = firm_page.open(response.location)
    assert {name: shown[name] for name in typed} == typed


def test_saving_twice_makes_one_draft(firm_page, make, hall):
    fields = hidden(firm_page.open("/pilots/new")) | filled()
    first = firm_page.press("/pilots/new", fields, do="save")
    second = firm_page.press("/pilots/new", fields, do="save")
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    (pilot,) = stored(make)
    assert pilot.version == 1


def test_going_back_to_the_empty_form_changes_the_draft_it_made(firm_page, make, hall):
    fields = hidden(firm_page.open("/pilots/new")) | filled()
    firm_page.press("/pilots/new", fields, do="save")
    firm_page.press("/pilots/new", fields | {"title": "Another title"}, do="save")
    assert [pilot.title for pilot in stored(make)] == ["Another title"]


def test_loading_the_empty_form_again_leads_to_what_was_made_of_it(firm_page, make, hall):
    """A browser may have to load the page anew when its reader goes back."""
    address = firm_page.client.get("/pilots/new?facility=fac-02").location
    fields = hidden(firm_page.open(address)) | filled()
    firm_page.press("/pilots/new", fields, do="save")
    (pilot,) = stored(make)
    assert firm_page.client.get(address).location == f"/pilots/{pilot.ref}/edit"


def test_stays_and_windows_are_added_and_removed_without_saving(firm_page, make, hall):
    start = firm_page.open("/pilots/new")
    typed = hidden(start) | filled()
    html = firm_page.press("/pilots/new", typed, do="add-window:0").text
    fields = form_of(html)
    assert fields["periods.0.windows.1.start"] == ""
    assert fields["title"] == "Tugger with trailers"
    fields |= {"periods.0.windows.1.start": "2027-03-01", "periods.0.windows.1.end": "2027-03-03"}
    fields = form_of(firm_page.press("/pilots/new", fields, do="up-window:0.1").text)
    assert fields["periods.0.windows.0.start"] == "2027-03-01"
    assert fields["periods.0.windows.1.start"] == "2027-02-01"
    fields = form_of(firm_page.press("/pilots/new", fields, do="remove-window:0.0").text)
    assert fields["periods.0.windows.0.start"] == "2027-02-01"
    fields = form_of(firm_page.press("/pilots/new", fields, do="add-stay").text)
    assert fields["periods.1.facility"] == "fac-02"
    fields = form_of(firm_page.press("/pilots/new", fields, do="remove-stay:0").text)
    assert "periods.1.facility" not in fields
    assert stored(make) == []


def test_a_window_left_empty_is_no_window(firm_page, make, hall):
    fields = hidden(firm_page.open("/pilots/new")) | filled(
        periods__0__windows__0__start="",
        periods__0__windows__0__end="",
        periods__0__windows__1__start="2027-03-01",
        periods__0__windows__1__end="",
    )
    firm_page.press("/pilots/new", fields, do="save")
    (pilot,) = stored(make)
    windows = [(w.first, w.last) for w in pilot.periods[0].windows]
    assert windows == [(date(2027, 3, 1), date(2027, 3, 1))]


# --- Problems and fixes --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("test_article.mass_kg", "-5", "“Mass of one, kg” must lie between 0 and 1,000,000."),
        ("test_article.mass_kg", "heavy", "“Mass of one, kg” must be a number, such as 12.5."),
        ("test_article.mass_kg", "1,500", "“Mass of one, kg” must be a number, such as 12.5."),
        ("test_article.mass_kg", "1e400", "“Mass of one, kg” must lie between 0 and 1,000,000."),
        ("test_article.count", "1.5", "“How many” must be a whole number."),
        ("periods.0.length", "0.3", "“Days” must be a multiple of 0.5, such as 2.5."),
        ("periods.0.length", "", "“Days” must be a multiple of 0.5, such as 2.5."),
        (
            "periods.0.windows.0.start",
            "2027-02-30",
            "“First day” must be a date, such as 2027-03-01.",
        ),
        ("periods.0.windows.0.end", "2027-01-01", "The last day is before the first day."),
        ("periods.0.facility", "nowhere", "There is no facility “nowhere”."),
        ("title", "x" * 201, "“Title” is longer than 200 characters. Shorten it."),
        ("title", "a\rb", "“Title” has a line break or another control character. Remove it."),
        ("test_article.kind", "toaster", None),
    ],
)
def test_malformed_input_is_told_at_its_field_and_kept(
    firm_page, make, hall, field, typed, sentence
):
    fields = hidden(firm_page.open("/pilots/new")) | filled() | {field: typed}
    response = firm_page.press("/pilots/new", fields, do="save")
    assert response.status_code == 422
    told = problems(response.text)
    assert list(told) == [field]
    if sentence:
        assert told[field].replace("\u00a0", " ") == sentence
    assert f'id="{field}"' in response.text
    if field not in {"test_article.kind", "periods.0.facility"}:
        assert form_of(response.text)[field].replace("&#13;", "\r") == typed
    assert stored(make) == []


def test_every_problem_stands_on_top_and_at_its_field(firm_page, make, hall):
    fields = hidden(firm_page.open("/pilots/new")) | filled(
        title="",
        purpose="",
        test_article__mass_kg="9000",
        periods__0__windows__0__start="2026-12-22",
    )
    fields["periods.0.windows.0.end"] = "2026-12-24"
    response = firm_page.press("/pilots/new", fields, do="send")
    assert response.status_code == 303
    (pilot,) = stored(make)
    assert response.location == f"/pilots/{pilot.ref}/edit?check=1"
    html = firm_page.client.get(response.location).text
    told = {field: text.replace("\u00a0", " ") for field, text in problems(html).items()}
    assert told == {
        "title": "Give the pilot a title in a few words.",
        "purpose": "Say what you want to find out.",
        "periods.0.windows.0.start": "Closed: Host’s holidays",
        "test_article.mass_kg": told["test_article.mass_kg"],
    }
    assert told["test_article.mass_kg"].startswith("Mass 9,000 kg: the limit is 2,500 kg.")
    for field in told:
        assert f'id="{field}-error"' in html


def test_a_fresh_draft_is_not_scolded_for_what_is_missing(firm_page, hall):
    html = firm_page.client.get("/pilots/new", follow_redirects=True).text
    assert problems(html) == {}


def test_the_fix_button_moves_the_window_to_days_that_work(firm_page, make, hall):
    fields = hidden(firm_page.open("/pilots/new")) | filled(
        periods__0__windows__0__start="2026-12-22", periods__0__windows__0__end="2026-12-24"
    )
    html = firm_page.press("/pilots/new", fields, do="refresh").text
    (button,) = Elements(html).all("button", name="fix")
    label = re.search(r'name="fix".*?</svg>([^<]*)</button>', html, re.DOTALL)[1]
    assert label == "Move to Thu 7 Jan 2027, the first day that fits"
    fixed = firm_page.press("/pilots/new", form_of(html), fix=button["value"]).text
    fields = form_of(fixed)
    assert fields["periods.0.windows.0.start"] == "2027-01-07"
    assert fields["periods.0.windows.0.end"] == "2027-01-11"
    assert fields["title"] == "Tugger with trailers"
    assert problems(fixed) == {}
    assert "Free: Hall north, Thu 7 – Mon 11 Jan 2027" in fixed


def test_too_long_a_stay_is_fixed_by_one_button(firm_page, hall):
    fields = hidden(firm_page.open("/pilots/new")) | filled(periods__0__length="30")
    html = firm_page.press("/pilots/new", fields, do="refresh").text
    assert list(problems(html)) == ["periods.0.length", "periods.0.windows.0.end"]
    button = Elements(html).all("button", name="fix")[0]
    fixed = form_of(firm_page.press("/pilots/new", form_of(html), fix=button["value"]).text)
    assert fixed["periods.0.length"] == "20"


def test_prices_deciders_and_papers_follow_what_is_typed(firm_page, hall):
    fields = hidden(firm_page.open("/pilots/new")) | filled(
        periods__0__length="5", test_article__mixed_traffic="y"
    )
    html = firm_page.press("/pilots/new", fields, do="refresh").text
    words = " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert "Together, VAT 0 % €2,990" in words
    assert "Decides Facility manager within 2 working days" in words
    assert "Decides Safety officer within 5 working days" in words
    assert "Papers 0 of 3 attached" in words
    fields |= filled(test_article__conformity="prototype")  # the rules ask for more of one
    html = firm_page.press("/pilots/new", fields, do="refresh").text
    assert "Papers 0 of 5 attached" in " ".join(re.sub(r"<[^>]+>", " ", html).split())
    assert Elements(html).all("input", name="paper.prototype_statement")


def test_one_unreadable_number_hides_nothing_else(firm_page, hall):
    fields = hidden(firm_page.open("/pilots/new")) | filled(test_article__mass_kg="heavy")
    html = firm_page.press("/pilots/new", fields, do="refresh").text
    assert list(problems(html)) == ["test_article.mass_kg"]
    assert "Free: Hall north, Mon 1 – Wed 3 Feb 2027" in html
    assert Elements(html).all("input", name="paper.insurance")
    assert "€2,060" in html
