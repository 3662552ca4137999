"""How often somebody may try: per address, per account, and without telling who has one."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from livinglab.app import create_app
from livinglab.db.flask_db import db
from livinglab.db.tables import Attempt
from livinglab.web import access, context, limits
from tests.factories import PASSWORD

ADA = "ada@test.example"


@pytest.fixture
def tight(app, monkeypatch):
    """Allow three tries per address and two per account."""
    settings = app.extensions["livinglab.settings"]

    def allow(**further):
        numbers = {"sign_in_tries_per_minute": 3, "account_tries_per_minute": 2} | further
        monkeypatch.setitem(app.extensions, "livinglab.settings", replace(settings, **numbers))

    allow()
    return allow


@pytest.fixture
def sign_in(client, csrf):
    """Try to sign in: `sign_in(email, typed)`; the answer."""

    def send(email=ADA, typed="wrong", **options):
        form = {"csrf_token": csrf(client), "email": email, "password": typed}
        return client.post("/login", data=form, **options)

    return send


def forms_for_all(app):
    """Endpoint and address of everything for browsers that anybody may send a form to."""
    apart = ("/api/", "/dav/")
    for rule in app.url_map.iter_rules():
        open_to_all = (access.policy(app, rule.endpoint) or frozenset()) >= access.PUBLIC
        if open_to_all and rule.methods - access.SAFE_METHODS and not rule.rule.startswith(apart):
            yield rule.endpoint, re.sub(r"<[^>]+>", "abc", rule.rule)


def test_every_form_that_anybody_may_send_has_a_limit(app):
    assert {endpoint for endpoint, _ in forms_for_all(app)} - set(limits.LIMITS) == {
        "security.logout"
    }
    assert set(limits.LIMITS) <= set(app.view_functions)


def test_each_of_them_stops_somebody_who_sends_it_again_and_again(
    app, tight, csrf, make, monkeypatch
):
    monkeypatch.setattr(limits, "FORMS", "3 per minute")
    for endpoint, path in forms_for_all(app):
        if endpoint in {"security.logout", "request.create"}:
            continue
        make.session.execute(delete(Attempt))
        make.session.commit()
        fresh = create_app(app.extensions["livinglab.settings"]).test_client()
        form = {"csrf_token": csrf(fresh), "email": "x@test.example"}
        answers = [fresh.post(path, data=form).status_code for _ in range(4)]
        assert answers[-1] == 429, (endpoint, answers)
        assert 429 not in answers[:2], (endpoint, answers)


def test_wrong_passwords_stop_on_one_account_from_wherever_they_come(make, sign_in, tight):
    make.user(ADA, make.company())
    tight(sign_in_tries_per_minute=100)
    for number in range(2):
        assert sign_in(environ_base={"REMOTE_ADDR": f"10.0.0.{number}"}).status_code == 200
    refused = sign_in(" ADA@test.example", environ_base={"REMOTE_ADDR": "10.0.0.9"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "60")
    assert "Too many tries in a short time" in refused.text
    assert sign_in("bo@test.example").status_code == 200


def test_an_account_that_is_not_there_is_limited_alike(make, sign_in, tight):
    make.user(ADA, make.company())
    tight(sign_in_tries_per_minute=100)
    seen = [
        [sign_in(email).status_code for _ in range(4)] for email in (ADA, "nobody@test.example")
    ]
    assert seen[0] == seen[1] == [200, 200, 429, 429]


@pytest.mark.both_engines
def test_two_server_processes_count_together(app, make, csrf, tight, clock):
    make.user(ADA, make.company())
    tight(sign_in_tries_per_minute=100)
    other = create_app(app.extensions["livinglab.settings"])
    other.extensions[context.CLOCK] = clock
    tried = []
    for one in (app, other, app, other):
        client = one.test_client()
        form = {"csrf_token": csrf(client), "email": ADA, "password": "wrong"}
        tried.append(client.post("/login", data=form).status_code)
    with other.app_context():
        db.engine.dispose()
    assert tried == [200, 200, 429, 429]


def test_tries_are_counted_anew_when_their_time_is_over(make, sign_in, tight, clock):
    make.user(ADA, make.company())
    tight(sign_in_tries_per_minute=100)
    assert [sign_in().status_code for _ in range(3)] == [200, 200, 429]
    clock.now += timedelta(minutes=1)
    assert [sign_in().status_code for _ in range(3)] == [200, 200, 429]


def test_many_accounts_from_one_address_are_limited(sign_in, tight):
    tried = [sign_in(f"{number}@test.example").status_code for number in range(4)]
    assert tried == [200, 200, 200, 429]


def test_who_gets_in_has_all_tries_again(make, client, csrf, sign_in, tight):
    make.user(ADA, make.company())
    tight(sign_in_tries_per_minute=100)
    for _ in range(3):
        assert sign_in().status_code == 200
        assert sign_in(ADA, PASSWORD).status_code == 302
        client.post("/logout", data={"csrf_token": csrf(client)})


def test_a_program_is_told_by_a_problem_and_when_to_come_back(client, settings):
    fresh = create_app(replace(settings, api_calls_per_minute=2)).test_client()
    answers = [fresh.get("/api/v1/openapi.json") for _ in range(3)]
    assert [a.status_code for a in answers] == [200, 200, 429]
    assert (answers[2].json["code"], answers[2].headers["Retry-After"]) == (
        "too_many_requests",
        "60",
    )
