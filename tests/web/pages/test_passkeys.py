"""Passkeys: added by whom they belong to, enough alone, worthless when taken away."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import select

from livinglab.db.tables import Passkey, SignIn
from tests.authenticator import Authenticator
from tests.factories import PASSWORD
from tests.signing import mails

EMAIL = "ada@test.example"


@pytest.fixture
def ada(make):
    return make.user(EMAIL, make.company())


def options_of(client, path):
    """What the page asks the browser's authenticator for."""
    return json.loads(
        unescape(re.search(r'data-options="([^"]*)"', client.get(path).text).group(1))
    )


def add(client, csrf, key, name="Ada’s laptop"):
    options = options_of(client, "/account/passkeys")
    form = {"csrf_token": csrf(client), "name": name, "credential": key.create(options)}
    return client.post("/account/passkeys", data=form)


def show(client, csrf, key, path="/login/passkey", to="/login/passkey", **fields):
    answer = key.get(options_of(client, path))
    return client.post(to, data={"csrf_token": csrf(client), "credential": answer, **fields})


def works(client):
    return client.get("/account/security").status_code == 200


@pytest.fixture
def key(app, ada, login, csrf):
    """A passkey of Ada's."""
    client, made = app.test_client(), Authenticator()
    login(client, EMAIL)
    assert add(client, csrf, made).location == "/account/passkeys"
    return made


@pytest.mark.both_engines
def test_a_passkey_alone_signs_in_and_is_two_factors(client, ada, key, csrf, make, clock):
    answer = show(client, csrf, key, next="/tokens")
    assert (answer.status_code, answer.location) == (303, "/tokens")
    assert works(client)
    row = make.all(select(SignIn).order_by(SignIn.id))[-1]
    assert (row.user_id, row.how, row.second_factor_at) == (ada.id, "passkey", clock.now)
    (kept,) = make.all(select(Passkey))
    assert (kept.name, kept.sign_count, kept.lastuse_datetime) == ("Ada’s laptop", 1, clock.now)


def test_its_owner_is_told_by_mail(key, make):
    (mail,) = mails(make)
    assert mail.recipient == EMAIL
    assert "“Ada’s laptop” was added" in mail.body


def test_an_answer_counts_once(app, client, key, csrf):
    answer = key.get(options_of(client, "/login/passkey"))
    form = {"csrf_token": csrf(client), "credential": answer}
    assert client.post("/login/passkey", data=form).status_code == 303
    other = app.test_client()
    options_of(other, "/login/passkey")
    again = other.post("/login/passkey", data={**form, "csrf_token": csrf(other)})
    assert again.status_code == 422


def test_an_answer_after_ten_minutes_does_not_count(client, key, csrf, clock):
    answer = key.get(options_of(client, "/login/passkey"))
    clock.now += timedelta(minutes=10, seconds=1)
    form = {"csrf_token": csrf(client), "credential": answer}
    assert client.post("/login/passkey", data=form).status_code == 422


@pytest.mark.parametrize("origin", ["https://evil.example", "http://localhost:9999"])
def test_a_page_of_somebody_else_cannot_use_it(client, key, csrf, origin):
    key.origin = origin
    assert show(client, csrf, key).status_code == 422
    assert not works(client)


def test_a_passkey_that_does_not_look_who_it_is_is_not_taken(client, ada, login, csrf, make):
    login(client, EMAIL)
    answer = add(client, csrf, Authenticator(verified=False))
    assert answer.status_code == 422
    assert make.all(select(Passkey)) == []


def test_a_copied_passkey_that_counts_backwards_is_refused(app, client, key, csrf):
    key.count = 5
    assert show(client, csrf, key).status_code == 303
    key.count = 2
    assert show(app.test_client(), csrf, key).status_code == 422


@pytest.mark.parametrize("change", ["inactive", "left"])
def test_who_is_shut_out_does_not_get_in(client, ada, key, csrf, make, change):
    make.session.refresh(ada)
    if change == "inactive":
        ada.active = False
    else:
        ada.memberships.clear()
    make.session.commit()
    assert show(client, csrf, key).status_code == 422
    assert not works(client)


def test_taken_away_it_opens_nothing(app, client, ada, key, login, csrf, make):
    show(client, csrf, key)
    (row,) = make.all(select(Passkey))
    path = f"/account/passkeys/{row.id}/remove"
    assert client.post(path, data={"csrf_token": csrf(client)}).status_code == 303
    assert make.all(select(Passkey)) == []
    assert show(app.test_client(), csrf, key).status_code == 422


def test_passkeys_of_others_are_not_there(app, key, make, login, csrf):
    make.user("eve@test.example", make.company("other"))
    eve = app.test_client()
    login(eve, "eve@test.example")
    (row,) = make.all(select(Passkey))
    foreign, missing = (
        eve.post(f"/account/passkeys/{number}/remove", data={"csrf_token": csrf(eve)})
        for number in (row.id, row.id + 1)
    )
    assert foreign.status_code == missing.status_code == 404
    assert len(make.all(select(Passkey))) == 1
    assert "Ada’s laptop" not in eve.get("/account/passkeys").text


@pytest.mark.parametrize("name", ["", "  ", "x" * 65, "a\u202eb", "Ada’s laptop"])
def test_names_are_there_short_visible_and_their_own(client, key, login, csrf, make, name):
    login_form = {"csrf_token": csrf(client), "email": EMAIL, "password": PASSWORD}
    client.post("/login", data=login_form)
    show(client, csrf, key, "/login/code")
    assert add(client, csrf, Authenticator(), name).status_code == 422
    assert len(make.all(select(Passkey))) == 1


def test_with_a_passkey_the_password_alone_is_not_enough(client, key, csrf):
    form = {"csrf_token": csrf(client), "email": EMAIL, "password": PASSWORD}
    assert client.post("/login", data=form).location == "/login/code"
    assert not works(client)
    assert show(client, csrf, key, "/login/code").status_code == 303
    assert works(client)


def test_a_passkey_shows_again_who_one_is_but_only_ones_own(app, client, key, csrf, clock, make):
    show(client, csrf, key)
    clock.now += timedelta(minutes=16)
    assert client.get("/account/passkeys").location == "/account/confirm?next=/account/passkeys"
    make.user("eve@test.example", make.company("other"))
    stranger = Authenticator()
    eve = app.test_client()
    form = {"csrf_token": csrf(eve), "email": "eve@test.example", "password": PASSWORD}
    eve.post("/login", data=form)
    add(eve, csrf, stranger)
    way = ("/account/confirm", "/account/confirm")
    refused = show(client, csrf, stranger, *way)
    assert refused.status_code == 422
    assert "another account" in refused.text
    assert show(client, csrf, key, *way, next="/account/passkeys").location == "/account/passkeys"
    assert client.get("/account/passkeys").status_code == 200


def test_a_page_shows_one_and_three_passkeys_by_as_many_statements(
    client, key, csrf, query_counter
):
    show(client, csrf, key)
    client.get("/account/passkeys")
    with query_counter() as one:
        client.get("/account/passkeys")
    for name in ("Phone", "Key ring"):
        assert add(client, csrf, Authenticator(), name).status_code == 303
    client.get("/account/passkeys")
    with query_counter() as three:
        client.get("/account/passkeys")
    assert three.count == one.count
