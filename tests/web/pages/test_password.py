"""New passwords: by link or by the old one; what ends with the old, and what nobody is told."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.adapters.secrets import is_password
from livinglab.app import create_app
from livinglab.db.tables import SignIn, User
from tests.factories import PASSWORD
from tests.signing import add_app, link_in, mails

EMAIL = "ada@test.example"
NEW = "nine brown foxes at dawn"


@pytest.fixture
def ada(make):
    return make.user(EMAIL, make.company(), name="Ada Lovelace")


@pytest.fixture
def post(csrf):
    """Sends a form with its token: `post(client, path, field=value)`."""

    def send(client, path, **fields):
        return client.post(path, data={"csrf_token": csrf(client), **fields})

    return send


@pytest.fixture
def link(client, ada, post, make):
    """The path of a link to a new password."""
    post(client, "/reset", email=EMAIL)
    return link_in(mails(make)[-1])


def thief_of(app, client):
    """A browser with a copy of the client's cookie."""
    thief = app.test_client()
    thief.set_cookie("session", client.get_cookie("session").value)
    return thief


def works(client):
    return client.get("/account/security").status_code == 200


def main_of(answer):
    """What the page says; around it stand links that name the address."""
    return re.search(r"<h1>.*?</main>", answer.text, re.DOTALL).group(0)


@pytest.mark.both_engines
def test_a_reset_changes_the_password_ends_all_sessions_and_tells_the_owner(
    app, client, ada, login, link, post, make
):
    elsewhere = app.test_client()
    login(elsewhere, EMAIL)
    copied = thief_of(app, elsewhere)
    answer = post(client, link, password=NEW)
    assert (answer.status_code, answer.location) == (303, "/login")
    assert is_password(NEW, make.reload(ada).password)
    assert not works(elsewhere)
    assert not works(copied)
    assert "was changed" in mails(make)[-1].body
    assert login(app.test_client(), EMAIL, NEW).status_code == 302


def test_opening_the_link_changes_nothing(client, ada, link, make):
    before = make.reload(ada).password
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert make.reload(ada).password == before


def test_links_that_do_not_work_any_more_answer_alike(client, link, post, clock):
    post(client, link, password=NEW)
    client.get("/reset")  # shows that it went well
    used = client.get(link)
    cut, foreign = client.get(link[:-9]), client.get("/reset/made-up")
    assert [page.status_code for page in (used, cut, foreign)] == [410, 410, 410]
    assert main_of(used) == main_of(cut) == main_of(foreign)
    assert post(client, link, password=NEW).status_code == 410
    assert client.get("/reset/").status_code == 410


def test_a_link_lasts_an_hour(client, link, clock):
    clock.now += timedelta(minutes=59)
    assert client.get(link).status_code == 200
    clock.now += timedelta(minutes=1)
    assert client.get(link).status_code == 410


def test_a_new_password_ends_every_other_link(client, ada, link, post, make):
    post(client, "/reset", email=EMAIL)
    other = link_in(mails(make)[-1])
    post(client, link, password=NEW)
    assert client.get(other).status_code == 410


def test_nobody_is_told_which_addresses_are_known(app, ada, post, make):
    make.user("off@test.example", make.host(), active=False)
    asked = [app.test_client() for _ in range(3)]
    known, unknown, off = (
        post(client, "/reset", email=email)
        for client, email in zip(asked, (EMAIL, "x@test.example", "off@test.example"), strict=True)
    )
    assert known.location == unknown.location == off.location == "/reset/sent"
    assert known.data == unknown.data == off.data
    assert [mail.recipient for mail in mails(make)] == [EMAIL]


def test_a_typo_in_the_address_is_shown_and_kept(client, ada, post):
    answer = post(client, "/reset", email="ada@")
    assert answer.status_code == 422
    assert 'value="ada@"' in answer.text


def test_only_so_many_mails_go_to_one_address(client, ada, post, make):
    answers = [post(client, "/reset", email=EMAIL).status_code for _ in range(6)]
    assert answers == [303, 303, 303, 303, 429, 429]
    assert len(mails(make)) == 4


def test_the_mail_is_in_the_language_of_its_reader_and_its_link_from_our_settings(
    client, ada, post, make
):
    ada.language = "fi"
    make.session.commit()
    client.post("/reset", data={"email": EMAIL}, headers={"Host": "evil.example"})
    assert mails(make) == []
    post(client, "/reset", email=EMAIL)
    (mail,) = mails(make)
    assert mail.language == "fi"
    assert "http://127.0.0.1:8000/reset/" in mail.body


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "at least 12 characters"),
        ("aaaaaaaaaaaaaaaa", "easily guessed"),
        ("xx ada lovelace 99", "Leave your name"),
        ("Living-Lab Pori 2026", "Leave your name"),
        ("my LOVELACE robots", "Leave your name"),
    ],
)
def test_guessable_passwords_are_refused_at_the_field(client, link, post, password, said):
    answer = post(client, link, password=password)
    assert answer.status_code == 422
    assert said in answer.text
    assert client.get(link).status_code == 200


def test_pages_of_a_secret_send_no_referer_and_are_not_kept(client, link):
    for path in ("/reset", "/reset/sent", link, "/reset/x"):
        headers = client.get(path).headers
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


def test_a_reset_does_not_get_around_the_second_factor(
    app, client, ada, login, csrf, clock, post, make
):
    login(client, EMAIL)
    add_app(client, csrf, clock)
    post(client, "/reset", email=EMAIL)
    fresh = app.test_client()
    post(fresh, link_in(mails(make)[-1]), password=NEW)
    answer = fresh.post("/login", data={"csrf_token": csrf(fresh), "email": EMAIL, "password": NEW})
    assert answer.location == "/login/code"
    assert not works(fresh)


@pytest.mark.both_engines
def test_a_change_ends_the_other_sessions_and_gives_this_one_a_new_key(
    app, client, ada, login, post, make
):
    login(client, EMAIL)
    elsewhere = app.test_client()
    login(elsewhere, EMAIL)
    copied = thief_of(app, client)
    answer = post(client, "/account/password", current=PASSWORD, password=NEW)
    assert answer.location == "/account/security"
    assert works(client)
    assert not works(elsewhere)
    assert not works(copied)
    assert is_password(NEW, make.reload(ada).password)
    assert len(make.all(select(SignIn).where(SignIn.ended_at.is_(None)))) == 1
    assert [mail.recipient for mail in mails(make)] == [EMAIL]


def test_a_change_needs_the_present_password_and_says_all_faults_at_once(
    client, ada, login, post, make
):
    login(client, EMAIL)
    answer = post(client, "/account/password", current="wrong", password="short")
    assert answer.status_code == 422
    assert "This is not your password." in answer.text
    assert "at least 12 characters" in answer.text
    assert is_password(PASSWORD, make.all(select(User))[0].password)


def test_forms_without_referer_are_taken_over_https(settings, csrf):
    app = create_app(replace(settings, base_url="https://lab.example"))
    app.testing = True
    client = app.test_client()
    at = {"base_url": "https://lab.example"}
    page = client.get("/reset", **at).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
    form = {"csrf_token": token, "email": "x@test.example"}
    assert client.post("/reset", data=form, **at).location == "/reset/sent"
