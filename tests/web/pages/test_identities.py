"""Signing in with the account of a host organisation."""

import json
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from sqlalchemy import select

from livinglab.db.tables import Audit, Identity, SignIn
from tests.web.identity_provider import CLIENT, SECRET, running

EMAIL = "ada@test.example"


@pytest.fixture
def provider():
    with running() as one:
        yield one


@pytest.fixture
def settings(settings, provider):
    """The hall's provider, whose people belong to the host ``hall``."""
    known = {
        "id": "hall",
        "name": "Hall accounts",
        "issuer": provider.issuer,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "organisation": "hall",
    }
    return replace(settings, oidc_providers=json.dumps([known]))


@pytest.fixture
def hall(make):
    return make.host("hall")


@pytest.fixture
def ada(make, hall):
    return make.user(EMAIL, hall, "staff")


@pytest.fixture
def by_provider():
    """Goes to the provider and comes back: `by_provider(client)` is the last answer."""

    def walk(client, start="/sign-in/hall"):
        away = client.get(start)
        assert away.status_code == 302, away.text
        back = requests.get(away.location, allow_redirects=False, timeout=10)
        address = urlsplit(back.headers["Location"])
        return client.get(f"{address.path}?{address.query}")

    return walk


@pytest.fixture
def linked(make, ada, provider, clock):
    row = Identity(
        user_id=ada.id, issuer=provider.issuer, subject=provider.subject, linked_at=clock()
    )
    make.session.add(row)
    make.session.commit()
    return row


def signed_in(client):
    return client.get("/account/identities").status_code == 200


def test_a_linked_account_signs_its_owner_in_and_acts_for_the_host(
    client, make, hall, by_provider, linked, clock
):
    answer = by_provider(client, "/sign-in/hall?next=/tokens")
    assert (answer.status_code, answer.location) == (303, "/tokens")
    assert signed_in(client)
    (row,) = make.all(select(SignIn))
    assert (row.how, row.second_factor_at, row.organisation_id) == (
        "oidc",
        None,
        hall.id,
    )
    make.session.refresh(linked)
    assert linked.used_at == clock()


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_a_provider_leads_only_to_our_own_pages(client, by_provider, linked, wanted):
    answer = by_provider(client, f"/sign-in/hall?next={wanted}")
    assert (answer.status_code, answer.location) == (303, "/")


def test_a_provider_that_asked_for_more_than_one_proof_says_so(
    client, make, by_provider, linked, provider, clock
):
    provider.claims = {"amr": ["pwd", "mfa"]}
    by_provider(client)
    assert make.all(select(SignIn.second_factor_at)) == [clock()]


def test_an_account_nobody_has_linked_lets_nobody_in_however_it_is_addressed(
    client, make, ada, by_provider
):
    answer = by_provider(client)
    assert answer.status_code == 403
    assert "This account is not linked yet" in answer.text
    assert not signed_in(client)
    assert make.all(select(Identity)) == []


def test_an_account_is_linked_by_its_owner_s_word_only(
    client, make, ada, login, csrf, by_provider, provider
):
    login(client, EMAIL)
    answer = by_provider(client)
    assert (answer.status_code, answer.location) == (303, "/account/identities")
    assert make.all(select(Identity)) == []
    assert "Ada at the hall" in client.get("/account/identities").text
    done = client.post("/account/identities", data={"csrf_token": csrf(client)})
    assert done.status_code == 303
    rows = make.all(select(Identity))
    assert [(r.user_id, r.issuer, r.subject) for r in rows] == [
        (ada.id, provider.issuer, provider.subject)
    ]
    assert make.all(select(Audit.action).where(Audit.object_kind == "identity")) == ["link"]
    again = client.post("/account/identities", data={"csrf_token": csrf(client)})
    assert again.status_code == 404


def test_a_session_that_is_not_fresh_is_asked_who_it_is_before_an_account_is_linked(
    client, make, ada, login, csrf, by_provider, clock
):
    login(client, EMAIL)
    by_provider(client)
    clock.now += timedelta(minutes=16)
    asked = client.post("/account/identities", data={"csrf_token": csrf(client)})
    assert asked.location.startswith("/account/confirm")
    assert make.all(select(Identity)) == []


def test_not_mine_forgets_the_account(client, make, ada, login, csrf, by_provider):
    login(client, EMAIL)
    by_provider(client)
    client.post("/account/identities", data={"csrf_token": csrf(client), "forget": "1"})
    assert make.all(select(Identity)) == []
    assert "Ada at the hall" not in client.get("/account/identities").text


def test_an_account_of_somebody_else_cannot_be_linked(
    client, make, hall, linked, login, csrf, by_provider, provider
):
    make.user("ben@test.example", hall, "staff")
    provider.subject = "another"
    login(client, "ben@test.example")
    by_provider(client)
    provider.subject = linked.subject
    with client.session_transaction() as cookie:
        cookie["account_to_link"]["subject"] = linked.subject
        cookie.modified = True
    answer = client.post("/account/identities", data={"csrf_token": csrf(client)})
    assert answer.status_code == 422
    assert [row.user_id for row in make.all(select(Identity))] == [linked.user_id]


def test_people_of_other_organisations_cannot_link_the_host_s_accounts(
    client, make, hall, login, csrf, by_provider
):
    make.user("firm@test.example", make.company())
    login(client, "firm@test.example")
    by_provider(client)
    answer = client.post("/account/identities", data={"csrf_token": csrf(client)})
    assert answer.status_code == 403
    assert make.all(select(Identity)) == []


def test_whoever_left_the_host_is_not_let_in(client, make, ada, linked, by_provider):
    make.session.delete(ada.memberships[0])
    make.session.commit()
    assert by_provider(client).status_code == 403


def test_a_disabled_person_is_not_let_in(client, make, ada, linked, by_provider):
    ada.active = False
    make.session.commit()
    assert by_provider(client).status_code == 403


LIES = {
    "another issuer": {"iss": "http://127.0.0.1:1"},
    "another client": {"aud": "another"},
    "another client, for us": {"aud": ["another"], "azp": CLIENT},
    "another nonce": {"nonce": "guessed"},
    "no subject": {"sub": ""},
    "a subject that is a number": {"sub": 248289761001},
    "expired": {"exp": 1},
    "of tomorrow": {"iat": 4_000_000_000, "nbf": 4_000_000_000},
}


@pytest.mark.parametrize("claims", LIES.values(), ids=LIES)
def test_a_token_that_lies_lets_nobody_in(client, linked, by_provider, provider, claims):
    provider.claims = claims
    answer = by_provider(client)
    assert answer.status_code in {400, 403}
    assert not signed_in(client)


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_a_token_that_the_provider_s_key_did_not_sign_lets_nobody_in(
    client, linked, by_provider, provider, algorithm
):
    provider.algorithm = algorithm
    answer = by_provider(client)
    assert answer.status_code == 400
    assert not signed_in(client)


def test_a_code_counts_once_and_only_in_the_browser_that_asked(client, app, linked, provider):
    away = client.get("/sign-in/hall")
    back = requests.get(away.location, allow_redirects=False, timeout=10)
    address = urlsplit(back.headers["Location"])
    here = f"{address.path}?{address.query}"
    assert app.test_client().get(here).status_code == 400
    assert client.get(here).status_code == 303
    assert client.get(here).status_code == 400


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x&code=y", "?error=access_denied&state=x"]
)
def test_coming_back_with_nothing_of_worth_is_told_in_words(client, linked, query):
    answer = client.get(f"/sign-in/hall/back{query}")
    assert answer.status_code == 400
    assert "Hall accounts did not confirm who you are." in answer.text


def test_a_provider_that_calls_itself_otherwise_is_not_believed(client, linked, provider):
    provider.document = {"issuer": "http://127.0.0.1:1"}
    assert client.get("/sign-in/hall").status_code == 502


def test_a_provider_that_is_away_is_told_in_words(client, linked, provider):
    provider.document = {"authorization_endpoint": None}
    answer = client.get("/sign-in/hall")
    assert answer.status_code == 502
    assert "Hall accounts does not answer." in answer.text


def test_an_unknown_provider_is_not_found(client, make):
    assert client.get("/sign-in/other").status_code == 404
    assert client.get("/sign-in/other/back").status_code == 404


def test_an_account_can_be_taken_away_by_its_owner_only(client, make, hall, linked, login, csrf):
    make.user("ben@test.example", hall, "staff")
    address = f"/account/identities/{linked.id}/unlink"
    login(client, "ben@test.example")
    assert client.post(address, data={"csrf_token": csrf(client)}).status_code == 404
    client.post("/logout", data={"csrf_token": csrf(client)})
    login(client, EMAIL)
    assert client.post(address, data={"csrf_token": csrf(client)}).status_code == 303
    assert make.all(select(Identity)) == []


def test_the_only_way_in_cannot_be_taken_away(client, make, ada, linked, csrf, by_provider):
    ada.password = None
    make.session.commit()
    by_provider(client)
    answer = client.post(
        f"/account/identities/{linked.id}/unlink", data={"csrf_token": csrf(client)}
    )
    assert answer.status_code == 403
    assert [row.id for row in make.all(select(Identity))] == [linked.id]


def test_the_sign_in_page_offers_the_provider(client, make):
    assert 'href="/sign-in/hall"' in client.get("/login").text
