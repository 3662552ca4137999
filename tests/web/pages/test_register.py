"""Registering: one form and one mail, and no page that tells who is known."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import Membership, Organisation
from tests.web.pages.filling import problems
from tests.web.pages.registering import GIVEN, VARYING, link, mails, people

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
