"""What the log says about requests, and what it never says."""

import logging
from dataclasses import replace

import pytest

from livinglab.app import create_app
from livinglab.cli.serve import Server
from livinglab.services import accounts, app_passwords, tokens
from livinglab.services.work import begin_work
from livinglab.web import context
from tests.factories import PASSWORD
from tests.signing import link_in, mails

ADA = "ada@test.example"
CANARY = "canary-7f3c9e-do-not-tell"


@pytest.fixture
def ada(make):
    return make.user(ADA, make.company())


def links(app):
    """An address with the canary for each rule that ends in a secret."""
    rules = [rule.rule for rule in app.url_map.iter_rules() if "token" in rule.arguments]
    return [rule.partition("<")[0] + CANARY for rule in rules]


def test_no_secret_of_a_session_is_in_any_log(
    app, client, ada, make, login, csrf, caplog, monkeypatch
):
    caplog.set_level(logging.DEBUG)
    world = app.extensions[context.WORLD]
    with begin_work(make.session, world, now=make.clock()) as work:
        secrets = [
            tokens.make_token(work, ADA),
            accounts.make_feed(work, ADA),
            app_passwords.make_app_password(work, ADA),
        ]
    token, feed, _ = secrets
    login(client, ADA)
    client.post("/login", data={"csrf_token": csrf(client), "email": ADA, "password": CANARY})
    client.post("/reset", data={"csrf_token": csrf(client), "email": ADA})
    reset = link_in(mails(make)[-1])
    cookie = client.get_cookie("session").value
    calls = [
        ("get", f"/feeds/{feed}.ics", {}),
        ("get", reset, {}),
        ("get", f"/pilots?secret={CANARY}", {}),
        ("get", "/api/v1/pilots", {"headers": {"Authorization": f"Bearer {token}"}}),
        ("get", "/api/v1/pilots", {"headers": {"Authorization": f"Bearer {CANARY}"}}),
        ("post", "/account/password", {"data": {"csrf_token": CANARY, "password": CANARY}}),
        ("get", "/", {"headers": {"User-Agent": CANARY, "Referer": f"http://x/{CANARY}"}}),
        *(("get", path, {}) for path in links(app)),
        *(("post", path, {"data": {"csrf_token": csrf(client)}}) for path in links(app)),
    ]
    for method, path, options in calls:
        getattr(client, method)(path, **options)
    app.testing = False
    before = [*app.before_request_funcs[None], lambda: 1 / 0]
    monkeypatch.setitem(app.before_request_funcs, None, before)
    broken = [getattr(client, method)(path, **options) for method, path, options in calls]
    assert 500 in {answer.status_code for answer in broken}
    assert "Exception on /reset/… [GET]" in caplog.text
    said = caplog.text + repr([vars(record) for record in caplog.records])
    for secret in (*secrets, CANARY, PASSWORD, cookie, reset.rpartition("/")[2]):
        assert secret not in said


def test_the_server_writes_no_log_of_addresses(settings):
    server = Server(settings, "127.0.0.1")
    assert (server.cfg.accesslog, server.cfg.loglevel) == (None, "warning")


def test_errors_of_the_database_tell_no_values(make):
    assert make.session.get_bind().hide_parameters


def refusals(caplog):
    """The lines about attempts that failed, without the name of the request."""
    texts = [record.getMessage() for record in caplog.records]
    return [text.rpartition(", request")[0] for text in texts if text.startswith("Refused")]


def test_failed_attempts_are_written_down(app, client, ada, login, csrf, caplog, settings):
    caplog.set_level(logging.INFO)
    form = {"csrf_token": csrf(client), "email": ADA, "password": "wrong"}
    client.post("/login", data=form)
    login(client, ADA)
    client.get("/hosting")
    client.get("/api/v1/pilots", headers={"Authorization": "Bearer wrong"})
    assert refusals(caplog) == [
        "Refused (wrong sign-in): POST security.login from 127.0.0.1, person unknown",
        f"Refused (not allowed): GET hosting.listing from 127.0.0.1, person {ada.id}",
        "Refused (not signed in): GET api_pilots.list_pilots from 127.0.0.1, person unknown",
    ]
    caplog.clear()
    slow = create_app(replace(settings, api_calls_per_minute=1)).test_client()
    for _ in range(2):
        slow.get("/api/v1/openapi.json")
    (line,) = refusals(caplog)
    assert line.startswith("Refused (too many tries): GET ")
