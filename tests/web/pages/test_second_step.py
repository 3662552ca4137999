"""The second step of signing in: codes count once, near their time, for who gave the password."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import SignIn, User
from tests.factories import PASSWORD
from tests.signing import add_app, code_of, mails

EMAIL = "ada@test.example"


@pytest.fixture
def ada(make):
    return make.user(EMAIL, make.company())


@pytest.fixture
def app_key(app, ada, login, csrf, clock):
    """The key of Ada's app, and her recovery codes."""
    client = app.test_client()
    login(client, EMAIL)
    return add_app(client, csrf, clock)


@pytest.fixture
def half(client, app_key, csrf):
    """A browser in which the password was given."""
    form = {"csrf_token": csrf(client), "email": EMAIL, "password": PASSWORD, "next": "/tokens"}
    answer = client.post("/login", data=form)
    assert answer.location == "/login/code?next=/tokens"
    return client


def send(client, csrf, code, **fields):
    return client.post("/login/code", data={"csrf_token": csrf(client), "code": code, **fields})


def signed_in(client):
    return client.get("/account/security").status_code == 200


@pytest.mark.both_engines
def test_password_and_code_sign_in_and_the_session_says_so(half, app_key, csrf, clock, make):
    assert not signed_in(half)
    answer = send(half, csrf, code_of(app_key[0], clock.now), next="/tokens")
    assert (answer.status_code, answer.location) == (303, "/tokens")
    assert signed_in(half)
    row = make.all(select(SignIn).order_by(SignIn.id))[-1]
    assert (row.how, row.second_factor_at) == ("password", clock.now)


def test_the_secret_is_sealed_and_recovery_codes_are_hashed(app_key, make):
    (user,) = make.all(select(User))
    key, codes = app_key
    assert key.replace(" ", "") not in user.tf_totp_secret
    assert len(codes) == len(user.mf_recovery_codes) == 10
    assert not {code.replace("-", "") for code in codes} & set(user.mf_recovery_codes)


@pytest.mark.both_engines
def test_a_code_counts_once(app, half, app_key, csrf, clock):
    code = code_of(app_key[0], clock.now)
    send(half, csrf, code)
    assert signed_in(half)
    other = app.test_client()
    other.post("/login", data={"csrf_token": csrf(other), "email": EMAIL, "password": PASSWORD})
    replayed = send(other, csrf, code)
    assert replayed.status_code == 422
    assert "This code does not count." in replayed.text
    assert not signed_in(other)


def test_the_code_that_added_the_app_does_not_sign_in(half, app_key, csrf, clock):
    code = code_of(app_key[0], clock.now - timedelta(seconds=30))
    assert send(half, csrf, code).status_code == 422


@pytest.mark.parametrize(("steps", "status"), [(-2, 422), (-1, 303), (0, 303), (1, 303), (2, 422)])
def test_clocks_may_be_off_by_one_step(half, app_key, csrf, clock, steps, status):
    clock.now += timedelta(minutes=5)
    code = code_of(app_key[0], clock.now + steps * timedelta(seconds=30))
    assert send(half, csrf, code).status_code == status


@pytest.mark.both_engines
def test_a_recovery_code_signs_in_once_and_its_owner_is_told(app, half, app_key, csrf, make):
    code = app_key[1][3]
    assert send(half, csrf, code.upper().replace("-", " ")).status_code == 303
    assert signed_in(half)
    assert len(make.all(select(User))[0].mf_recovery_codes) == 9
    assert "Left: 9." in mails(make)[-1].body
    other = app.test_client()
    other.post("/login", data={"csrf_token": csrf(other), "email": EMAIL, "password": PASSWORD})
    assert send(other, csrf, code).status_code == 422


@pytest.mark.parametrize("code", ["", "000000", "abc", "٠١٢٣٤٥", "1" * 5000, "\x01"])
def test_wrong_codes_are_refused_at_the_field(half, csrf, code):
    assert send(half, csrf, code).status_code == 422
    assert not signed_in(half)


def test_without_the_password_there_is_no_second_step(client, app_key, csrf, clock):
    assert client.get("/login/code").location == "/login"
    assert send(client, csrf, code_of(app_key[0], clock.now)).location == "/login"
    assert not signed_in(client)


def test_who_waits_too_long_begins_again(half, app_key, csrf, clock):
    clock.now += timedelta(minutes=10, seconds=1)
    assert send(half, csrf, code_of(app_key[0], clock.now)).location == "/login"


def test_who_is_shut_out_meanwhile_does_not_get_in(half, app_key, csrf, clock, make):
    (user,) = make.all(select(User))
    user.active = False
    make.session.commit()
    assert send(half, csrf, code_of(app_key[0], clock.now)).location == "/login"


def test_guessing_codes_has_to_stop(half, csrf):
    answers = [send(half, csrf, "000000").status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_it_leads_only_to_our_own_pages(half, app_key, csrf, clock, wanted):
    answer = send(half, csrf, code_of(app_key[0], clock.now), next=wanted)
    assert answer.location == "/"


@pytest.mark.parametrize(
    "credential", ["", "{}", "[]", "nonsense", '{"rawId": "AAAA"}', "[" * 9000]
)
def test_a_passkey_that_proves_nothing_signs_nobody_in(client, ada, csrf, credential):
    client.get("/login/passkey")
    form = {"csrf_token": csrf(client), "credential": credential}
    answer = client.post("/login/passkey", data=form)
    assert answer.status_code == 422
    assert not signed_in(client)
