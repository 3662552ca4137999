"""Signing in and out: what a cookie or a token is worth, and when it stops."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.app import create_app
from livinglab.db.queries.accounts import signed_in
from livinglab.db.tables import ApiToken, SignIn
from livinglab.services import tokens
from livinglab.services.work import begin_work
from livinglab.web import context
from livinglab.web.access import requires
from tests.factories import PASSWORD

EMAIL = "ada@test.example"


@pytest.fixture
def ada(make):
    return make.user(EMAIL, make.company(), language="fi")


@pytest.fixture(autouse=True)
def whoami(app):
    for path in ("/whoami", "/api/whoami"):
        app.add_url_rule(
            path,
            path,
            requires("signed_in")(lambda: {"email": context.principal().email}),
            methods=["GET", "POST"],
        )


@pytest.fixture
def token(make, app, clock, ada):
    """Makes a bearer token: `token("read")`."""

    def new(scope="write"):
        with begin_work(make.session, app.extensions[context.WORLD], now=clock()) as work:
            return tokens.make_token(work, EMAIL, scope)

    return new


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def session_cookie(client):
    return client.get_cookie("session").value


@pytest.mark.both_engines
def test_signing_in_starts_a_session_row(client, ada, login, make, clock):
    login(client, EMAIL)
    assert client.get("/whoami").json == {"email": EMAIL}
    (row,) = make.all(select(SignIn))
    assert (row.user_id, row.started_at, row.ended_at) == (ada.id, clock(), None)


def test_the_form_of_the_page_signs_in(client, ada):
    page = client.get("/login?next=/whoami").text
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', page))
    answer = client.post("/login", data={**fields, "email": EMAIL, "password": PASSWORD})
    assert answer.location == "/whoami"


@pytest.mark.both_engines
def test_signing_out_kills_every_copy_of_the_cookie(app, client, ada, login, csrf):
    login(client, EMAIL)
    copied = session_cookie(client)
    assert client.post("/logout", data={"csrf_token": csrf(client)}).status_code == 302
    thief = app.test_client()
    thief.set_cookie("session", copied)
    assert thief.get("/whoami").status_code == 303
    assert client.get("/whoami").status_code == 303


def test_signing_in_again_ends_the_session_before(app, client, ada, login, csrf):
    login(client, EMAIL)
    first = session_cookie(client)
    with client.session_transaction() as cookie:
        key_before = cookie["key"]
        del cookie["_user_id"]  # as when the browser kept only half of it
    login(client, EMAIL)
    with client.session_transaction() as cookie:
        assert cookie["key"] != key_before
    thief = app.test_client()
    thief.set_cookie("session", first)
    assert thief.get("/whoami").status_code == 303


def test_signing_in_changes_the_form_token(client, ada, login):
    client.get("/login")
    with client.session_transaction() as cookie:
        token = cookie["csrf_token"]
    login(client, EMAIL)
    with client.session_transaction() as cookie:
        assert cookie.get("csrf_token") != token


def test_signing_out_takes_post_only_and_needs_the_form_token(client, ada, login):
    login(client, EMAIL)
    assert client.get("/logout").status_code == 405
    assert client.post("/logout").status_code == 400
    assert client.get("/whoami").status_code == 200


@pytest.mark.parametrize("change", ["inactive", "left", "expired"])
def test_a_session_dies_with_the_account_the_membership_and_the_time(
    client, ada, login, make, clock, change
):
    login(client, EMAIL)
    if change == "inactive":
        ada.active = False
    elif change == "left":
        make.session.refresh(ada)
        ada.memberships.clear()
    else:
        clock.now += timedelta(days=14)
    make.session.commit()
    assert client.get("/whoami").location == "/login?next=/whoami"
    assert client.get("/login").status_code == 200


def test_no_session_of_an_account_that_is_closed_is_found(client, ada, login, make, clock):
    login(client, EMAIL)
    [key] = make.all(select(SignIn.key_hash))
    assert signed_in(make.session, key, clock().date()).user.email == EMAIL
    ada.active = False
    make.session.commit()
    assert signed_in(make.session, key, clock().date()) is None


def test_a_changed_fs_uniquifier_ends_sessions(client, ada, login, make):
    login(client, EMAIL)
    ada.fs_uniquifier = "another"
    make.session.commit()
    assert client.get("/whoami").status_code == 303


@pytest.mark.both_engines
def test_use_is_written_down_at_most_once_a_minute(client, ada, login, make, clock):
    login(client, EMAIL)
    started = clock()
    seen = []
    for seconds in (30, 30, 30, 30):
        clock.now += timedelta(seconds=seconds)
        client.get("/whoami")
        seen += make.all(select(SignIn.seen_at))
    minute = timedelta(minutes=1)
    assert seen == [started, started + minute, started + minute, started + 2 * minute]


def test_who_acts_costs_one_statement_signed_in_and_two_by_token(
    app, client, ada, login, token, query_counter
):
    login(client, EMAIL)
    with query_counter() as sent:
        client.get("/whoami")
    assert sent.count == 1, sent.texts
    key = token()
    app.test_client().get("/api/whoami", headers=bearer(key))  # its first use is written down
    with query_counter() as sent:
        app.test_client().get("/api/whoami", headers=bearer(key))
    assert sent.count == 2


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "wrong"),
        ("nobody@test.example", PASSWORD),
        ("off@test.example", PASSWORD),
        ("lonely@test.example", PASSWORD),
        (EMAIL, ""),
    ],
    ids=["wrong password", "unknown", "inactive", "no organisation", "no password"],
)
def test_failures_to_sign_in_answer_alike(client, ada, make, csrf, email, password):
    make.user("off@test.example", make.host(), active=False)
    make.user("lonely@test.example")
    token = csrf(client)
    form = {"email": email, "password": password, "csrf_token": token}
    answer = client.post("/login", data=form)
    assert answer.status_code == 200
    assert "The e-mail address or the password is not right." in answer.text
    for said in ("does not exist", "disabled", "Invalid"):
        assert said not in answer.text


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/whoami?a=1", "/whoami?a=1"),
        ("https://evil.example/", None),
        ("//evil.example", None),
        ("https:evil.example", None),
    ],
)
def test_signing_in_leads_only_to_our_own_pages(client, ada, csrf, wanted, led_to):
    form = {"email": EMAIL, "password": PASSWORD, "csrf_token": csrf(client), "next": wanted}
    answer = client.post("/login", data=form)
    assert answer.location == led_to
    assert "evil" not in (answer.location or "")


def test_a_bearer_token_acts_without_form_token(app, client, token):
    assert client.post("/api/whoami", headers=bearer(token())).json == {"email": EMAIL}


def test_a_read_token_may_not_change_anything(client, token):
    key = token("read")
    assert client.get("/api/whoami", headers=bearer(key)).status_code == 200
    refused = client.post("/api/whoami", headers=bearer(key))
    assert (refused.status_code, refused.json["code"]) == (403, "not_allowed")


def test_tokens_count_for_the_api_only(client, token):
    assert client.get("/whoami", headers=bearer(token())).status_code == 303


def test_a_stored_hash_is_no_token(client, token, make):
    token()
    (row,) = make.all(select(ApiToken))
    assert client.get("/api/whoami", headers=bearer(row.token_hash)).status_code == 401


def test_a_stored_hash_is_no_key_of_a_session(client, ada, login, make):
    login(client, EMAIL)
    (row,) = make.all(select(SignIn))
    with client.session_transaction() as cookie:
        cookie["key"] = row.key_hash
    assert client.get("/whoami").status_code == 303


def test_a_wrong_or_revoked_token_is_refused_though_a_session_is_there(
    client, ada, login, token, make, clock
):
    login(client, EMAIL)
    assert client.get("/api/whoami", headers=bearer("wrong")).status_code == 401
    key = token()
    (row,) = make.all(select(ApiToken))
    row.revoked_at = clock()
    make.session.commit()
    assert client.get("/api/whoami", headers=bearer(key)).status_code == 401


def test_the_api_takes_sessions_with_form_token_only(client, ada, login, csrf):
    login(client, EMAIL)
    assert client.get("/api/whoami").json == {"email": EMAIL}
    refused = client.post("/api/whoami")
    assert (refused.status_code, refused.json["code"]) == (400, "bad_request")
    accepted = client.post("/api/whoami", headers={"X-CSRFToken": csrf(client)})
    assert accepted.json == {"email": EMAIL}


def test_too_many_tries_to_sign_in_have_to_wait(settings, csrf):
    app = create_app(replace(settings, sign_in_tries_per_minute=3))
    app.testing = True
    client = app.test_client()
    form = {"email": "x@test.example", "password": "x", "csrf_token": csrf(client)}
    answers = [client.post("/login", data=form) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert answers[-1].headers["Retry-After"] == "60"
    assert client.get("/login").status_code == 200


def test_too_many_api_calls_have_to_wait_but_pages_go_on(settings, token):
    app = create_app(replace(settings, api_calls_per_minute=2))
    app.testing = True
    client = app.test_client()
    answers = [client.get("/api/v1/openapi.json").status_code for _ in range(3)]
    assert answers == [200, 200, 429]
    assert client.get("/livez").status_code == 200
    other_caller = client.get("/api/v1/openapi.json", headers=bearer(token()))
    assert other_caller.status_code == 200


@pytest.mark.parametrize(
    ("base_url", "name", "secure"),
    [("http://127.0.0.1:8000", "session", False), ("https://lab.example", "__Host-session", True)],
)
def test_cookies_are_secure_when_the_address_is(settings, base_url, name, secure):
    app = create_app(replace(settings, base_url=base_url))
    client = app.test_client()
    answer = client.get("/login", base_url=base_url)
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith(f"{name}=")
    assert ("; Secure" in cookie) is secure
    assert "; HttpOnly" in cookie
    assert "; SameSite=Lax" in cookie
    assert "; Path=/" in cookie
    assert "Domain" not in cookie
