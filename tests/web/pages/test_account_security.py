"""The page about signing in, the app, and who has to have a second factor."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.app import create_app
from livinglab.db.flask_db import db
from livinglab.db.tables import ApiToken, Audit, Passkey, User
from livinglab.domain.errors import NotFound
from livinglab.services import second_factor
from livinglab.services.work import begin_work
from livinglab.web import context
from tests.authenticator import Authenticator
from tests.factories import PASSWORD
from tests.signing import add_app, code_of, mails
from tests.web.pages.test_passkeys import add as add_passkey

EMAIL = "ada@test.example"
HOST = "mia@host.example"


@pytest.fixture
def ada(make):
    return make.user(EMAIL, make.company())


@pytest.fixture
def mia(make):
    return make.user(HOST, make.host(), "safety_owner")


@pytest.fixture
def strict(settings, clock):
    """The application that demands a second factor of host roles."""
    made = create_app(replace(settings, require_mfa=True))
    made.testing = True
    made.extensions[context.CLOCK] = clock
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def asked(strict, mia, login):
    """A browser in which Mia, of a host, gave her password only."""
    client = strict.test_client()
    login(client, HOST)
    return client


def test_a_host_without_second_factor_reaches_the_set_up_only(asked):
    for path in ("/inbox", "/today", "/board", "/tokens", "/account/sessions", "/account/email"):
        answer = asked.get(path)
        assert (answer.status_code, answer.location) == (303, "/account/security"), path
    for path in ("/account/security", "/account/authenticator", "/account/passkeys"):
        assert asked.get(path).status_code == 200, path
    assert "Set up a second factor" in asked.get("/account/security").text
    assert asked.get("/api/v1/pilots").status_code == 401
    assert asked.get("/fi?next=/account/security").status_code == 303
    assert 'lang="fi"' in asked.get("/account/security").text


def test_it_makes_no_token_and_is_nobody_on_public_pages(asked, csrf, make):
    answer = asked.post("/tokens", data={"csrf_token": csrf(asked), "scope": "write"})
    assert answer.location == "/account/security"
    assert make.all(select(ApiToken)) == []
    assert "mia" not in asked.get("/facilities").text


def test_it_may_sign_out(asked, csrf):
    assert asked.post("/logout", data={"csrf_token": csrf(asked)}).status_code == 302
    assert asked.get("/account/security").location == "/login?next=/account/security"


def test_with_an_app_the_house_is_open(asked, csrf, clock):
    add_app(asked, csrf, clock)
    assert asked.get("/inbox").status_code == 200
    assert "Set up a second factor" not in asked.get("/account/security").text


def test_with_a_passkey_the_house_is_open(asked, csrf):
    assert add_passkey(asked, csrf, Authenticator()).status_code == 303
    assert asked.get("/inbox").status_code == 200


def test_with_an_app_the_next_session_is_asked_for_a_code(strict, asked, csrf, clock):
    key, _ = add_app(asked, csrf, clock)
    fresh = strict.test_client()
    form = {"csrf_token": csrf(fresh), "email": HOST, "password": PASSWORD}
    assert fresh.post("/login", data=form).location == "/login/code"
    assert fresh.get("/inbox").location == "/login?next=/inbox"
    form = {"csrf_token": csrf(fresh), "code": code_of(key, clock.now)}
    assert fresh.post("/login/code", data=form).status_code == 303
    assert fresh.get("/inbox").status_code == 200


def test_companies_are_not_asked(strict, ada, login):
    client = strict.test_client()
    login(client, EMAIL)
    assert client.get("/tokens").status_code == 200


def test_nobody_is_asked_unless_the_settings_say_so(client, mia, login):
    login(client, HOST)
    assert client.get("/inbox").status_code == 200


def test_taking_the_app_away_needs_a_code_and_ends_the_recovery_codes(
    client, ada, login, csrf, clock, make
):
    login(client, EMAIL)
    key, _ = add_app(client, csrf, clock)
    path = "/account/authenticator/off"
    refused = client.post(path, data={"csrf_token": csrf(client), "code": "000000"})
    assert refused.status_code == 422
    form = {"csrf_token": csrf(client), "code": code_of(key, clock.now)}
    assert client.post(path, data=form).location == "/account/security"
    (user,) = make.all(select(User))
    assert (user.tf_totp_secret, user.mf_recovery_codes) == (None, None)
    assert "taken away" in mails(make)[-1].body
    assert make.all(select(Audit.action)) == ["turn-on", "turn-off"]


def test_new_recovery_codes_end_the_earlier_ones(client, ada, login, csrf, clock, make):
    login(client, EMAIL)
    _, codes = add_app(client, csrf, clock)
    answer = client.post("/account/recovery-codes", data={"csrf_token": csrf(client)})
    assert answer.status_code == 200
    assert codes[0] not in answer.text
    form = {"csrf_token": csrf(client), "code": codes[0]}
    assert client.post("/account/authenticator/off", data=form).status_code == 422


def test_a_wrong_first_code_adds_nothing_and_keeps_the_key(client, ada, login, csrf, make):
    login(client, EMAIL)
    page = client.get("/account/authenticator").text
    refused = client.post(
        "/account/authenticator", data={"csrf_token": csrf(client), "code": "123"}
    )
    assert refused.status_code == 422
    key = page.partition('class="ll-copy" tabindex="0">')[2].partition("<")[0]
    assert key in refused.text
    assert make.all(select(User.tf_totp_secret)) == [None]


def test_adding_an_app_gives_the_session_a_new_key(app, client, ada, login, csrf, clock):
    login(client, EMAIL)
    thief = app.test_client()
    thief.set_cookie("session", client.get_cookie("session").value)
    add_app(client, csrf, clock)
    assert thief.get("/account/security").status_code == 303
    assert client.get("/account/security").status_code == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/account/authenticator"),
        ("GET", "/account/passkeys"),
        ("GET", "/account/email"),
        ("POST", "/account/email"),
        ("POST", "/account/authenticator"),
        ("POST", "/tokens"),
    ],
)
def test_what_the_account_hangs_on_asks_again_after_a_quarter_of_an_hour(
    client, ada, login, csrf, clock, make, method, path
):
    login(client, EMAIL)
    clock.now += timedelta(minutes=15, seconds=1)
    answer = client.open(path, method=method, data={"csrf_token": csrf(client)})
    assert (answer.status_code, answer.location) == (303, f"/account/confirm?next={path}")
    assert make.all(select(ApiToken)) == []


def test_showing_again_who_one_is_begins_the_session_anew(app, client, ada, login, csrf, clock):
    login(client, EMAIL)
    thief = app.test_client()
    thief.set_cookie("session", client.get_cookie("session").value)
    clock.now += timedelta(minutes=16)
    form = {"csrf_token": csrf(client), "next": "/account/email"}
    wrong = client.post("/account/confirm", data={**form, "password": "wrong"})
    assert wrong.status_code == 422
    assert client.get("/account/email").status_code == 303
    form["csrf_token"] = csrf(client)
    right = client.post("/account/confirm", data={**form, "password": PASSWORD})
    assert right.location == "/account/email"
    assert client.get("/account/email").status_code == 200
    assert thief.get("/account/security").status_code == 303


@pytest.mark.both_engines
def test_who_lost_everything_is_let_in_by_password_once_the_operator_says_so(
    app, client, ada, login, csrf, clock, make
):
    login(client, EMAIL)
    add_app(client, csrf, clock)
    assert add_passkey(client, csrf, Authenticator()).status_code == 303
    with begin_work(make.session, app.extensions[context.WORLD], now=clock()) as work:
        second_factor.forget(work, EMAIL.upper())
    assert client.get("/account/security").status_code == 303
    login(app.test_client(), EMAIL)
    assert make.all(select(Passkey)) == []
    assert "were taken away" in mails(make)[-1].body


def test_nothing_is_forgotten_of_somebody_unknown(app, clock, make):
    world = app.extensions[context.WORLD]
    with (
        pytest.raises(NotFound),
        begin_work(make.session, world, now=clock()) as work,
    ):
        second_factor.forget(work, "nobody@test.example")
