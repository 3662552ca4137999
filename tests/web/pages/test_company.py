"""A company's profile: its admins write it, hosts read it, the living lab checks its numbers."""

import re
from datetime import date

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, CalendarText, Organisation
from tests.markup import Elements
from tests.web.pages.filling import problems, text

LEI = "5493001KJTIIGC8Y1R12"


@pytest.fixture
def owner(app, make, firm, login):
    """The browser of the firm's admin."""
    make.user("boss@sierra.example", firm, "company_admin")
    browser = app.test_client()
    login(browser, "boss@sierra.example")
    return browser


@pytest.fixture
def coordinator(app, make, login):
    make.user("coordinator@lab.example", make.host("lab"), "coordinator")
    browser = app.test_client()
    login(browser, "coordinator@lab.example")
    return browser


def fields(browser):
    """The form as it stands there."""
    form = re.search(
        r'<form method="post" class="ll-stack".*?</form>',
        browser.get("/company/edit").text,
        re.DOTALL,
    )[0]
    found = {
        i["name"]: i.get("value", "")
        for i in Elements(form).all("input")
        if i["type"] != "checkbox" or "checked" in i
    }
    for name, inner in re.findall(
        r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', inner)
        found[name] = chosen[1] if chosen else ""
    return found


def save(browser, **changes):
    given = fields(browser) | {name.replace("__", "."): value for name, value in changes.items()}
    return browser.post("/company/edit", data=given)


def company(make):
    return make.all(select(Organisation).where(Organisation.slug == "sierra"))[0]


def check(browser, csrf, name, value, holds="y"):
    data = {"identifier": name, "value": value, "holds": holds, "csrf_token": csrf(browser)}
    return browser.post("/companies/sierra/checks", data=data)


# --- Writing --------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_the_profile_is_kept_as_typed(owner, make):
    answer = save(
        owner,
        name="Sierra Robotics Oy",
        country="NO",
        timezone="Europe/Oslo",
        size="small",
        sector="robots",
        startup="y",
        vat_id="fi 1234 5678",
        lei=LEI,
        eori="FI1234567-8",
        linked__1__name="Sierra Holding",
        linked__1__country="SE",
    )
    assert (answer.status_code, answer.location) == (303, "/company")
    row = company(make)
    assert (row.name, row.country, row.timezone, row.eea) == (
        *("Sierra Robotics Oy", "NO", "Europe/Oslo", True),
    )
    assert (row.size, row.sector, row.startup) == ("small", "robots", True)
    assert (row.vat_id, row.lei, row.eori) == ("FI12345678", LEI, "FI12345678")
    assert row.linked == [{"name": "Sierra Holding", "country": "SE"}]
    (act,) = make.all(select(Audit).where(Audit.object_kind == "organisation"))
    assert (act.action, act.object_ref) == ("edit", "sierra")
    assert act.facts["changed"] == [
        *("name", "country", "timezone", "size", "sector"),
        *("startup", "vat_id", "lei", "eori", "linked"),
    ]
    page = text(owner.get("/company").text)
    assert "Sierra Holding, Sweden" in page
    assert fields(owner)["linked.0.name"] == "Sierra Holding"


def test_saving_what_stands_there_changes_nothing(owner, make):
    save(owner)
    assert "Nothing was changed." in owner.get("/company").text
    assert make.all(select(Audit).where(Audit.object_kind == "organisation")) == []


def test_an_emptied_row_is_taken_out(owner, make):
    save(owner, linked__0__name="One", linked__0__country="FI")
    save(owner, linked__1__name="Two", linked__1__country="FI")
    save(owner, linked__0__name="", linked__0__country="")
    assert company(make).linked == [{"name": "Two", "country": "FI"}]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("name", "", "“Legal name” is missing. Add it."),
        ("name", "A" * 300, "“Legal name” is longer than 200 characters. Shorten it."),
        ("name", "Kumo\u202eyO", "has a character that cannot be seen or turns the text"),
        ("country", "ZZ", "Choose a country."),
        ("timezone", "Europe/Pori", "“Time zone” is no time zone."),
        ("size", "huge", "is not a known code"),
        ("sector", "magic", "is not a known code"),
        ("vat_id", "FI1234567", "This is not a VAT number of an EU member state"),
        ("lei", "5493001KJTIIGC8Y1R13", "This is not an LEI"),
        ("eori", "1234", "This is not an EORI number"),
        ("linked__0__name", "Only a name", "Choose a country."),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_kept(owner, make, field, typed, sentence):
    answer = save(owner, **{field: typed})
    assert answer.status_code == 422
    ((at, told),) = problems(answer.text).items()
    assert at == ("linked.0.country" if field.startswith("linked") else field)
    assert sentence in told
    assert company(make).name == "Sierra"


def test_two_people_do_not_write_over_each_other(owner, make):
    first, second = fields(owner), fields(owner)
    assert owner.post("/company/edit", data=first | {"sector": "robots"}).status_code == 303
    answer = owner.post("/company/edit", data=second | {"name": "Sierra Two"})
    assert answer.status_code == 409
    assert "It differs from what is saved now in: Legal name, Sector." in text(answer.text)
    assert 'value="Sierra Two"' in answer.text
    assert (company(make).name, company(make).sector) == ("Sierra", "robots")
    version = re.search(r'name="version" value="([^"]*)"', answer.text)[1]
    again = second | {"name": "Sierra Two", "version": version}
    assert owner.post("/company/edit", data=again).status_code == 303
    assert company(make).name == "Sierra Two"


def test_a_form_without_its_version_is_not_taken(owner, make):
    assert save(owner, name="Sierra Two", version="").status_code == 409
    assert company(make).name == "Sierra"


def test_roles_and_checks_cannot_be_typed_in(owner, make):
    save(owner, vat_id="FI12345678", vat_checked_on="2026-11-24", kind="host", slug="lab")
    row = company(make)
    assert (row.kind, row.slug, row.vat_checked_on) == ("company", "sierra", None)


def test_a_new_name_stands_in_the_calendar(owner, make, firm, pilot_in):
    pilot_in("confirmed", booked="firm")
    save(owner, name="Sierra Two")
    (full,) = make.all(
        select(CalendarText.text).where(
            CalendarText.detail == "full", CalendarText.language == "en"
        )
    )
    assert "Sierra Two: " in full


# --- Reading --------------------------------------------------------------------------------------


def test_members_read_and_admins_write(firm_page, owner, csrf):
    member = firm_page.client
    assert "Change the profile" in owner.get("/company").text
    assert "Change the profile" not in member.get("/company").text
    assert member.get("/company/edit").status_code == 403
    answer = member.post("/company/edit", data={"name": "Mine", "csrf_token": csrf(member)})
    assert answer.status_code == 403


def test_hosts_have_no_company_profile(coordinator):
    assert [coordinator.get(path).status_code for path in ("/company", "/company/edit")] == [
        403
    ] * 2


def test_companies_do_not_look_at_each_other(owner, make):
    make.company("rival")
    assert {owner.get(f"/companies/{slug}").status_code for slug in ("rival", "none")} == {403}


def test_who_runs_a_place_sees_the_companies_that_ask_for_it(
    app, make, login, hall, firm, pilot_in
):
    host = make.host("other-host")
    make.user("manager@hall.example", host, ("facility_manager", hall))
    elsewhere = make.facility(host, "fac-03")
    make.user("manager@lab.example", host, ("facility_manager", elsewhere))
    pilot_in("submitted")
    seen = {}
    for email in ("manager@hall.example", "manager@lab.example"):
        browser = app.test_client()
        login(browser, email)
        seen[email] = browser.get("/companies/sierra").status_code
        assert browser.get("/companies/nobody").status_code == 404
    assert seen == {"manager@hall.example": 200, "manager@lab.example": 404}


def test_a_host_is_no_company(coordinator, make):
    assert coordinator.get("/companies/lab").status_code == 404


# --- Checking -------------------------------------------------------------------------------------


def test_the_coordinator_notes_that_a_number_is_in_its_register(owner, coordinator, csrf, make):
    save(owner, vat_id="FI12345678", lei=LEI)
    assert check(coordinator, csrf, "vat_id", "FI12345678").status_code == 303
    row = company(make)
    assert (row.vat_checked_on, row.lei_checked_on) == (date(2026, 11, 24), None)
    assert "Tue 24 Nov 2026" in owner.get("/company").text
    assert "Found in the register" not in owner.get("/company").text
    check(coordinator, csrf, "vat_id", "FI12345678", holds="n")
    assert company(make).vat_checked_on is None


def test_a_number_that_changes_is_checked_anew(owner, coordinator, csrf, make):
    save(owner, vat_id="FI12345678", lei=LEI)
    check(coordinator, csrf, "vat_id", "FI12345678")
    check(coordinator, csrf, "lei", LEI)
    save(owner, vat_id="FI87654321")
    row = company(make)
    assert (row.vat_checked_on, row.lei_checked_on) == (None, date(2026, 11, 24))


def test_a_number_that_changed_meanwhile_is_not_checked(owner, coordinator, csrf, make):
    save(owner, vat_id="FI87654321")
    check(coordinator, csrf, "vat_id", "FI12345678")
    assert company(make).vat_checked_on is None
    page = coordinator.get("/companies/sierra").text
    assert "Somebody changed the profile after you opened it." in page


@pytest.mark.parametrize("name", ["name", "vat_checked_on", "calendar_rev", ""])
def test_only_identifiers_are_checked(coordinator, csrf, firm, name):
    assert check(coordinator, csrf, name, "Sierra").status_code == 404


def test_companies_do_not_check_themselves(owner, csrf, make):
    save(owner, vat_id="FI12345678")
    assert check(owner, csrf, "vat_id", "FI12345678").status_code == 403
    assert company(make).vat_checked_on is None


def test_more_linked_undertakings_cost_no_more_statements(owner, make, query_counter):
    counts = []
    for number in range(1, 4):
        linked = [{"name": f"No {n}", "country": "FI"} for n in range(number)]
        company(make).linked = linked
        make.session.commit()
        with query_counter() as sent:
            owner.get("/company")
        counts.append(sent.count)
    assert len(set(counts)) == 1
