"""The link that opens an account: looked at by anybody, pressed once by whoever registered."""

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, Organisation
from livinglab.services import registration
from tests.factories import PASSWORD
from tests.web.pages.filling import problems, text
from tests.web.pages.registering import GIVEN, VARYING, link, people

# --- The link -----------------------------------------------------------------------------------


def test_a_scanner_that_opens_every_link_changes_nothing(app, register, make):
    register()
    address = link(make)
    scanner = app.test_client()
    for _ in range(3):
        assert scanner.get(address).status_code == 200
        assert scanner.head(address).status_code == 200
    assert [person.active for person in people(make)] == [False]


def test_the_button_opens_the_account_and_signs_in(client, register, press, make, clock):
    register()
    address = link(make)
    page = text(client.get(address).text)
    assert "Kumo Robotics K.K." in page
    assert "registered in another browser" not in page
    answer = press(address)
    assert (answer.status_code, answer.location) == (303, "/")
    (person,) = people(make)
    assert (person.active, person.confirmed_at) == (True, clock.now)
    home = client.get("/").text
    assert "Your mail address is confirmed and you are signed in." in home
    assert "Ann Ō" in home
    acts = make.all(select(Audit).where(Audit.action.in_(["register", "confirm"])))
    assert [(row.action, row.object_kind, row.actor_id) for row in acts] == [
        ("register", "organisation", None),
        ("confirm", "person", person.id),
    ]


def test_another_browser_needs_the_password_too(app, register, press, make):
    register()
    address = link(make)
    phone = app.test_client()
    assert "registered in another browser" in phone.get(address).text
    for wrong in ("", "not the password"):
        answer = press(address, phone, password=wrong)
        assert answer.status_code == 422
        assert set(problems(answer.text)) == {"password"}
    assert [person.active for person in people(make)] == [False]
    assert press(address, phone, password=GIVEN["password"]).status_code == 303
    assert [person.active for person in people(make)] == [True]


def test_who_registers_a_stranger_gains_nothing_by_their_confirming(app, register, press, make):
    owner, thief = app.test_client(), app.test_client()
    register(owner)
    register(thief, password="the password of a thief")
    answer = press(link(make), owner, password=GIVEN["password"])
    assert answer.status_code == 422
    assert [person.active for person in people(make)] == [False]


@pytest.mark.parametrize("end", ["used", "newer", "again", "late", "cut", "foreign", "empty"])
def test_a_link_that_does_not_work_gets_one_friendly_page(
    app, client, csrf, register, press, make, clock, end
):
    register()
    address = link(make)
    if end == "used":
        press(address)
        press("/logout")
    elif end == "newer":
        register()
    elif end == "again":
        press("/register/again", email=GIVEN["email"])
    elif end == "late":
        clock.now += registration.KEPT
    elif end == "cut":
        address = address[:-1]
    elif end == "foreign":
        address = "/register/confirm/" + "x" * 43
    else:
        address = "/register/confirm/"
    stranger = app.test_client()
    page = stranger.get(address)
    assert page.status_code == 410
    assert "This link does not work any more" in page.text
    assert VARYING.sub("", page.text) == VARYING.sub(
        "", app.test_client().get("/register/confirm/nothing").text
    )
    if address != "/register/confirm/":
        assert press(address, stranger, password=GIVEN["password"]).status_code == 410


def test_registering_again_replaces_what_waits(register, make):
    register()
    register(name="Ann Other", company="Kumo Europe", country="DE")
    (person,) = people(make)
    (company,) = make.all(select(Organisation))
    assert (person.name, company.name, company.country) == ("Ann Other", "Kumo Europe", "DE")
    assert (company.eea, company.timezone) == (True, "Europe/Berlin")


# --- Signing in ---------------------------------------------------------------------------------


def test_who_has_not_confirmed_is_a_stranger_at_the_sign_in_form(app, csrf, register):
    register()
    answers = []
    for email in (GIVEN["email"], "nobody@firm.example"):
        browser = app.test_client()
        data = {"email": email, "password": GIVEN["password"], "csrf_token": csrf(browser)}
        answer = browser.post("/login", data=data)
        page = VARYING.sub("", answer.text).replace(email, "").replace(email.lower(), "")
        answers.append((answer.status_code, page.replace("Ann@kumo.example", "")))
    assert answers[0] == answers[1]
    assert "/register/sent" in answers[0][1]


def test_who_has_confirmed_signs_in(client, register, press, make, login):
    register()
    press(link(make))
    press("/logout")
    login(client, GIVEN["email"], GIVEN["password"])
    assert "Ann Ō" in client.get("/").text


def test_who_is_signed_in_need_not_register(client, known, login):
    login(client, known.email, PASSWORD)
    assert client.get("/register").location == "/"
