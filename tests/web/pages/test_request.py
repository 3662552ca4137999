"""Asking for time: typed words stay, problems stand at their field with a fix, sending is safe."""

import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from livinglab.db.tables import Paper, Period, Pilot
from tests.markup import Elements

PDF = b"%PDF-1.4 nothing in it"


@pytest.fixture
def hall(make):
    return make.facility(make.host(), "fac-02")


@pytest.fixture
def firm(make):
    return make.company("sierra", timezone="America/Los_Angeles")


@pytest.fixture
def firm_page(client, make, firm, login):
    """A client of the firm; posting adds the form token and what the form had hidden."""
    make.user("ann@sierra.example", firm)
    login(client, "ann@sierra.example")
    return Browser(client)


class Browser:
    """Fills in forms as a browser without scripts does."""

    def __init__(self, client):
        self.client = client

    def open(self, path):
        """The fields of the form at this address, as they stand there."""
        response = self.client.get(path)
        assert response.status_code == 200, response.status
        return form_of(response.text)

    def press(self, path, fields, **button):
        return self.client.post(path, data={**fields, **button})


def form_of(html):
    """Names and values of the first form that posts to a request."""
    form = re.search(r'<form class="ll-stack" method="post".*?</form>', html, re.DOTALL)[0]
    elements, fields = Elements(form), {}
    for field in elements.all("input"):
        if field["type"] in {"checkbox", "radio"} and "checked" not in field:
            continue
        if field["type"] != "file":
            fields.setdefault(field["name"], []).append(field.get("value", ""))
    for name, inner in re.findall(
        r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL
    ):
        fields[name] = [inner]
    for name, inner in re.findall(
        r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        fields[name] = [chosen[1] if chosen else ""]
    return {name: values if len(values) > 1 else values[0] for name, values in fields.items()}


def filled(**changes):
    """A request that may be sent: three days in the hall, one window."""
    fields = {
        "title": "Tugger with trailers",
        "purpose": "To see it turn.",
        "test_article.name": "Tugger",
        "test_article.kind": "mobile_robot",
        "test_article.count": "1",
        "test_article.mass_kg": "690",
        "test_article.open_category": "y",
        "periods.0.facility": "fac-02",
        "periods.0.length": "3",
        "periods.0.unit": "days",
        "periods.0.windows.0.start": "2027-02-01",
        "periods.0.windows.0.end": "2027-02-05",
    }
    names = {name.replace("__", "."): value for name, value in changes.items()}
    return {name: value for name, value in {**fields, **names}.items() if value is not None}


def hidden(fields):
    return {name: fields[name] for name in ("csrf_token", "version", "key") if name in fields}


def problems(html):
    """What the summary says, by the field it links to."""
    box = re.search(r'id="problems">.*?</div>\s*</div>', html, re.DOTALL)
    return dict(re.findall(r'<a href="#([^"]*)">([^<]*)</a>', box[0])) if box else {}


def stored(make):
    """The requests in the database; the read ends, so that the next write need not wait."""
    whole = (selectinload(Pilot.periods).selectinload(Period.windows), selectinload(Pilot.gates))
    found = list(make.session.scalars(select(Pilot).options(*whole).order_by(Pilot.id)))
    make.session.close()
    return found


def papers(make):
    found = list(make.session.scalars(select(Paper)))
    make.session.close()
    return found


# --- Who may ------------------------------------------------------------------------------------


def test_somebody_without_a_sign_in_comes_back_with_what_was_chosen(client, make, hall, firm):
    make.user("ann@sierra.example", firm)
    response = client.get("/pilots/new?facility=fac-02&from=2027-02-01&days=3")
    assert response.status_code == 303
    form = client.get(response.location).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)[1]
    wanted = re.search(r'name="next" value="([^"]*)"', form)[1].replace("&amp;", "&")
    data = {
        "email": "ann@sierra.example",
        "password": "correct horse battery staple",
        "csrf_token": token,
        "next": wanted,
    }
    answer = client.post("/login", data=data)
    fields = form_of(client.get(answer.location).text)
    assert fields["periods.0.facility"] == "fac-02"
    assert fields["periods.0.windows.0.start"] == "2027-02-01"
    assert fields["periods.0.windows.0.end"] == "2027-02-03"
    assert fields["periods.0.length"] == "3"


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


# --- A draft ------------------------------------------------------------------------------------


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


# --- Problems and fixes -------------------------------------------------------------------------


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
    html = firm_page.client.get("/pilots/new").text
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


# --- Sending ------------------------------------------------------------------------------------


def test_a_request_is_sent_once_however_often_the_button_is_pressed(firm_page, make, hall):
    fields = hidden(firm_page.open("/pilots/new")) | filled()
    first = firm_page.press("/pilots/new", fields, do="send")
    second = firm_page.press("/pilots/new", fields, do="send")
    (pilot,) = stored(make)
    assert pilot.state == "submitted"
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location == f"/pilots/{pilot.ref}"
    html = firm_page.client.get(first.location).text
    assert "Sent. You will hear by Thu 26 Nov 2026." in html
    assert [gate.role for gate in pilot.gates] == ["facility_manager"]


def test_a_draft_is_sent_from_its_own_form(firm_page, make, hall):
    firm_page.press("/pilots/new", hidden(firm_page.open("/pilots/new")) | filled(), do="save")
    (pilot,) = stored(make)
    path = f"/pilots/{pilot.ref}/edit"
    fields = firm_page.open(path) | {"title": "Better title"}
    assert firm_page.press(path, fields, do="send").location == f"/pilots/{pilot.ref}"
    (pilot,) = stored(make)
    assert (pilot.state, pilot.title) == ("submitted", "Better title")
    assert firm_page.client.get(path).location == f"/pilots/{pilot.ref}"


def test_going_back_after_sending_and_changing_keeps_what_was_typed(firm_page, make, hall):
    firm_page.press("/pilots/new", hidden(firm_page.open("/pilots/new")) | filled(), do="save")
    (pilot,) = stored(make)
    path = f"/pilots/{pilot.ref}/edit"
    fields = firm_page.open(path)
    firm_page.press(path, fields, do="send")
    again = firm_page.press(path, fields | {"title": "Too late"}, do="send")
    assert again.status_code == 409
    assert form_of(again.text)["title"] == "Too late"
    assert "It can no longer be changed here." in again.text
    assert [p.title for p in stored(make)] == ["Tugger with trailers"]


def test_a_stale_form_keeps_its_words_and_says_what_changed(firm_page, make, hall):
    firm_page.press("/pilots/new", hidden(firm_page.open("/pilots/new")) | filled(), do="save")
    (pilot,) = stored(make)
    path = f"/pilots/{pilot.ref}/edit"
    mine, theirs = firm_page.open(path), firm_page.open(path)
    firm_page.press(
        path, theirs | {"title": "Their title", "test_article.mass_kg": "700"}, do="save"
    )
    answer = firm_page.press(path, mine | {"purpose": "My purpose"}, do="save")
    assert answer.status_code == 409
    assert "Someone was faster" in answer.text
    words = " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())
    assert "Title: Their title" in words
    assert "Mass of one, kg: 700" in words
    kept = form_of(answer.text)
    assert (kept["purpose"], kept["title"]) == ("My purpose", "Tugger with trailers")
    assert firm_page.press(path, kept, do="save").status_code == 303
    (pilot,) = stored(make)
    assert (pilot.purpose, pilot.title) == ("My purpose", "Tugger with trailers")


def test_an_acceptable_place_takes_the_stay_when_the_first_is_taken(firm_page, make, hall):
    make.facility(make.host("second"), "fac-11")
    fields = hidden(firm_page.open("/pilots/new")) | filled(periods__0__facilities="fac-11")
    firm_page.press("/pilots/new", fields, do="send")
    (pilot,) = stored(make)
    assert pilot.state == "submitted"
    assert len(pilot.periods[0].acceptable) == 1


# --- Papers -------------------------------------------------------------------------------------


def test_papers_are_attached_with_their_last_day_and_removed(firm_page, make, hall):
    fields = (
        hidden(firm_page.open("/pilots/new"))
        | filled()
        | {
            "paper.insurance": (BytesIO(PDF), "policy.pdf"),
            "expires.insurance": "2027-02-10",
        }
    )
    response = firm_page.press("/pilots/new", fields, do="attach")
    assert response.status_code == 303
    assert response.location.endswith("#papers")
    (paper,) = papers(make)
    assert (paper.code, paper.file_name, paper.expires_on) == (
        "insurance",
        "policy.pdf",
        date(2027, 2, 10),
    )
    (pilot,) = stored(make)
    path = f"/pilots/{pilot.ref}/edit"
    html = firm_page.client.get(path).text
    assert "policy.pdf" in html
    assert "valid until Wed 10 Feb 2027" in html
    assert firm_page.client.get(f"/pilots/{pilot.ref}/papers/{paper.id}").data == PDF
    firm_page.press(path, form_of(html), do=f"detach:{paper.id}")
    assert papers(make) == []


def test_a_file_of_another_kind_is_refused_at_its_field_and_the_draft_is_kept(
    firm_page, make, hall
):
    fields = (
        hidden(firm_page.open("/pilots/new"))
        | filled()
        | {
            "paper.insurance": (BytesIO(b"MZ program"), "policy.exe"),
        }
    )
    response = firm_page.press("/pilots/new", fields, do="save")
    assert response.status_code == 422
    assert problems(response.text) == {
        "paper.insurance": "Only PDF, PNG, JPEG, ZIP and office files are taken."
    }
    (pilot,) = stored(make)
    assert f'action="/pilots/{pilot.ref}/edit"' in response.text
    assert form_of(response.text)["title"] == "Tugger with trailers"


# --- Hostile ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "🤖 \u202eneercs"},
        {"purpose": "x" * 5001},
        {"title": "x" * 900_000},
        {"test_article.count": "9" * 5000},
        {"test_article.laser_class": "7"},
        {"test_article.power.phases": "2", "test_article.power.current_a": "1"},
        {"test_article.power.current_a": "-1"},
        {"test_article.dimensions_mm.0": "5"},
        {"periods.0.length": "1000000"},
        {"periods.0.unit": "centuries"},
        {"periods.0.unit": "hours", "periods.0.length": "4"},
        {"periods.0.windows.0.start": "0001-01-01", "periods.0.windows.0.end": "9999-12-31"},
        {"periods.0.windows.0.start": "2027-03-28", "periods.0.windows.0.end": "2027-03-28"},
        {"periods.0.windows.0.start": "2020-01-01", "periods.0.windows.0.end": "2020-01-02"},
        {"periods.0.windows.0.start": "2027-02-01", "periods.0.windows.0.end": "2037-02-01"},
        {"periods.99.facility": "fac-02"},
        {"periods.9.facility": "fac-02"},
        {"periods.0.windows.99.start": "2027-02-01"},
        {"periods.0.facilities": ["fac-02", "nowhere", "fac-02"]},
        {"periods.0.also": ["fac-02-hall-south", "fac-99"]},
        {"periods.0.capability": "nothing", "periods.0.facility": ""},
        {"focus_areas": ["sote", "wizardry"]},
        {"expires.insurance": "never", "paper.insurance": "a.pdf"},
        {"fix": "periods.0.windows.0.start=%00&x=y"},
        {"fix": "periods.77.windows.0.start=2027-01-01&periods.0.days=&title=&__class__=1"},
        {"fix": "test_article.people_in_view=y&" * 2000},
        {"do": "remove-window:0.99"},
        {"do": "remove-stay:-1"},
        {"do": "up-window:²"},
        {"do": "detach:99999999999999999999"},
        {"do": "detach:1"},
        {"do": "explode"},
        {"version": "x"},
        {"key": "k" * 5000},
        {"test_article": "x", "periods": "y", "periods.0": "z", "periods.0.windows": "w"},
        {"test_article.__class__": "x", "periods.0.__init__": "x"},
    ],
)
@pytest.mark.parametrize("do", ["refresh", "send"])
def test_hostile_input_never_breaks_anything(firm_page, make, hall, changes, do):
    fields = hidden(firm_page.open("/pilots/new")) | filled() | {"do": do} | changes
    if fields.get("paper.insurance"):
        fields["paper.insurance"] = (BytesIO(PDF), fields["paper.insurance"])
    response = firm_page.client.post("/pilots/new", data=fields)
    assert response.status_code in {200, 303, 400, 404, 409, 413, 422}, response.status
    if response.status_code == 303:
        assert firm_page.client.get(response.location).status_code in {200, 303}


@pytest.mark.parametrize(
    "query",
    [
        "facility=nowhere&from=x&days=y",
        "facility=fac-02&from=9999-12-31&days=400",
        "facility=fac-02&from=0001-01-01&days=3",
        "resource=fac-02&facility=fac-02-hall-north",
        "capability=%F0%9F%A4%96",
    ],
)
def test_hostile_addresses_open_the_form(firm_page, hall, query):
    assert firm_page.client.get(f"/pilots/new?{query}").status_code == 200


def test_statements_do_not_grow_with_stays(firm_page, make, hall, query_counter):
    def cost(count):
        fields = hidden(firm_page.open("/pilots/new")) | filled()
        for stay in range(1, count):
            for name, value in filled().items():
                if name.startswith("periods.0."):
                    fields[name.replace("periods.0.", f"periods.{stay}.")] = value
        with query_counter() as sent:
            firm_page.press("/pilots/new", fields, do="refresh")
        return sent.count

    assert cost(1) == cost(3)


def test_statements_of_a_saved_request_do_not_grow(firm_page, make, hall, firm, query_counter):
    user = make.user("bob@sierra.example", firm)
    costs = []
    for count in (1, 3):
        pilot = make.pilot(firm, user, hall, windows=[(date(2027, 2, 1), date(2027, 2, 5))] * count)
        for number in range(count):
            make.add(
                Paper(
                    pilot_id=pilot.id,
                    code="insurance",
                    file_name=f"{number}.pdf",
                    media_type="application/pdf",
                    size=1,
                    sha256=str(number),
                    content=b"x",
                    uploaded_at=datetime(2026, 11, 1, tzinfo=UTC),
                    uploaded_by_id=user.id,
                )
            )
        firm_page.client.get(f"/pilots/{pilot.ref}/edit")
        with query_counter() as sent:
            assert firm_page.client.get(f"/pilots/{pilot.ref}/edit").status_code == 200
        costs.append(sent.count)
    assert costs[0] == costs[1]
