"""Registering: one form, one mail, one button; and no page that tells who is known."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, Membership, Organisation, Outbox, User
from livinglab.services import registration
from tests.factories import PASSWORD
from tests.web.pages.filling import problems, text

GIVEN = {
    "email": "Ann@Kumo.example",
    "name": "Ann Ō",
    "company": "Kumo Robotics K.K.",
    "country": "JP",
    "language": "en",
    "password": "a password of my own",
}
VARYING = re.compile(r'name="csrf_token" value="[^"]*"|\?next=[^"]*"')


@pytest.fixture
def known(make):
    """Somebody who has an account."""
    return make.user("known@firm.example", make.company())


@pytest.fixture
def register(client, csrf):
    """Sends the form: `register(country="FI")`."""

    def send(browser=client, **changes):
        data = GIVEN | changes | {"csrf_token": csrf(browser)}
        return browser.post("/register", data=data)

    return send


@pytest.fixture
def press(client, csrf):
    """Presses the button of a link's page."""

    def send(address, browser=client, **fields):
        return browser.post(address, data=fields | {"csrf_token": csrf(browser)})

    return send


def people(make):
    return make.all(select(User).order_by(User.id))


def mails(make):
    return make.all(select(Outbox).order_by(Outbox.id))


def link(make):
    """The link of the last mail, without its host."""
    return re.search(r"http://[^/\s]+(/register/confirm/\S+)", mails(make)[-1].body)[1]


# --- The form -----------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_a_company_its_admin_and_a_mail_come_of_one_form(client, register, make):
    answer = register()
    assert (answer.status_code, answer.location) == (303, "/register/sent")
    (person,) = people(make)
    assert (person.email, person.name, person.language) == ("Ann@kumo.example", "Ann Ō", "en")
    assert (person.active, person.confirmed_at) == (False, None)
    (company,) = make.all(select(Organisation))
    assert (company.slug, company.kind, company.name) == (
        *("kumo-robotics-k-k", "company", "Kumo Robotics K.K."),
    )
    assert (company.country, company.eea, company.timezone) == ("JP", False, "Asia/Tokyo")
    (role,) = make.all(select(Membership.role))
    assert role == "company_admin"
    (mail,) = mails(make)
    assert (mail.recipient, mail.subject) == ("Ann@kumo.example", "Confirm your mail address")
    assert link(make).startswith("/register/confirm/")
    assert "Tue 1 Dec 2026" in mail.body
    assert "Look into your mail" in client.get("/register/sent").text


def test_nothing_typed_in_stands_in_the_mail(register, make):
    register(name="Win a prize", company="Visit evil.example Oy")
    (mail,) = mails(make)
    assert "prize" not in mail.body + mail.subject
    assert "evil" not in mail.body + mail.subject


def test_the_mail_speaks_the_language_chosen(register, make):
    register(language="fi")
    assert mails(make)[0].subject == "Vahvista sähköpostiosoitteesi"


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("email", "ann at kumo", "is not an e-mail address"),
        ("email", " ", "Give an e-mail address: name@firm.example."),
        ("name", "", "“Your name” is empty. Fill it in."),
        ("name", "A" * 300, "“Your name” is longer than 200 characters. Shorten it."),
        ("name", "Ann\x07", "has a line break or another control character"),
        ("company", "Kumo \u202eyO", "has a character that cannot be seen or turns the text"),
        ("company", "A\u200bB", "has a character that cannot be seen or turns the text"),
        ("country", "EU", "Choose the country of the company."),
        ("country", "", "Choose the country of the company."),
        ("language", "de", "is not a known code"),
        ("password", "too short", "The password needs at least 12 characters."),
        ("password", "ann@kumo.example", "This password is easily guessed."),
    ],
)
def test_what_is_wrong_is_told_at_its_field(register, make, field, typed, sentence):
    answer = register(**{field: typed})
    assert answer.status_code == 422
    (told,) = problems(answer.text).items()
    assert told[0] == field
    assert sentence in told[1]
    kept = GIVEN["name"] if field != "name" else typed
    assert GIVEN["password"] not in answer.text
    assert people(make) == []
    if field != "name":
        assert f'value="{kept}"' in answer.text


def test_every_fault_is_told_at_once(register):
    answer = register(email="x", name="", company="", country="", password="")
    assert set(problems(answer.text)) == {"email", "name", "company", "country", "password"}


def test_two_firms_of_one_name_are_two(register, make):
    register()
    register(email="bob@other.example")
    assert make.all(select(Organisation.slug).order_by(Organisation.id)) == [
        *("kumo-robotics-k-k", "kumo-robotics-k-k-2"),
    ]


def test_a_name_without_latin_letters_gets_an_id_all_the_same(register, make):
    register(company="株式会社雲")
    assert make.all(select(Organisation.slug)) == ["company"]


# --- Who is known is told to nobody but them ----------------------------------------------------


def test_known_and_unknown_addresses_get_the_same_answer(app, known, register, make):
    answers = []
    for email in ("new@firm.example", known.email):
        browser = app.test_client()
        answer = register(browser, email=email)
        page = browser.get(answer.location)
        with browser.session_transaction() as cookie:
            kept = {key: len(str(value)) for key, value in cookie.items()}
        answers.append(
            (answer.status_code, answer.location, answer.data, VARYING.sub("", page.text), kept)
        )
    assert answers[0] == answers[1]
    assert [person.email for person in people(make)] == [known.email, "new@firm.example"]


def test_the_owner_of_a_known_address_is_told_by_mail_once_an_hour(known, register, make, clock):
    for minutes in (0, 10, 60):
        clock.now += timedelta(minutes=minutes)
        register(email="KNOWN@firm.example")
    told = mails(make)
    assert [(mail.recipient, mail.subject) for mail in told] == [
        (known.email, "You already have an account"),
    ] * 2
    assert make.reload(known).active
    assert make.all(select(Organisation.slug)) == ["firm"]


def test_a_link_is_asked_for_again_without_telling_who_is_known(app, csrf, known, register, make):
    register()
    answers = []
    for email in (GIVEN["email"], known.email, "nobody@firm.example"):
        browser = app.test_client()
        data = {"email": email, "csrf_token": csrf(browser)}
        answer = browser.post("/register/again", data=data)
        page = browser.get(answer.location).text
        answers.append((answer.status_code, answer.location, answer.data, VARYING.sub("", page)))
    assert answers[0] == answers[1] == answers[2]
    assert [mail.subject for mail in mails(make)] == [
        *("Confirm your mail address", "Confirm your mail address", "You already have an account"),
    ]


def test_nobody_has_more_than_a_few_mails_sent_to_an_address(app, known, register, press):
    for email in (known.email, "new@firm.example"):
        answers = [register(app.test_client(), email=email).status_code for _ in range(4)]
        again = press("/register/again", app.test_client(), email=email).status_code
        assert ([*answers, again]) == [303, 303, 303, 303, 429]


def test_a_password_cannot_be_guessed_at_a_link(app, register, press, make):
    register()
    address, guesser = link(make), app.test_client()
    tried = [press(address, guesser, password=f"guess {n}").status_code for n in range(11)]
    assert tried == [422] * 10 + [429]


def test_what_is_no_address_is_told_where_the_link_is_asked_for(client, csrf):
    answer = client.post("/register/again", data={"email": "x", "csrf_token": csrf(client)})
    assert answer.status_code == 422
    assert set(problems(answer.text)) == {"email"}


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
