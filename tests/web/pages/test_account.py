"""One's own settings: name, language, time zone, and when mails come."""

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, User
from livinglab.domain.access import HOST_ROLES

SETTINGS = {
    "name": "Aino",
    "language": "fi",
    "timezone": "Asia/Tokyo",
    "mails_requests": "digest",
    "mails_decisions": "now",
    "mails_searches": "off",
    "mails_messages": "now",
    "mails_calendar": "off",
}
MINE = "aino@firm.example"


@pytest.fixture
def aino(make, client, login):
    user = make.user(MINE, make.company(), name="A")
    login(client, MINE)
    return user


@pytest.fixture
def save(client, csrf):
    def send(**changes):
        return client.post("/account", data=SETTINGS | changes | {"csrf_token": csrf(client)})

    return send


def test_settings_are_kept_and_count_at_once(aino, save, make, client):
    assert save().status_code == 303
    user = make.reload(aino)
    assert (user.name, user.language, user.timezone) == ("Aino", "fi", "Asia/Tokyo")
    assert user.mails == {
        "requests": "digest",
        "decisions": "now",
        "searches": "off",
        "messages": "now",
        "calendar": "off",
    }
    assert 'lang="fi"' in client.get("/account").text
    [row] = make.all(select(Audit).where(Audit.action == "change settings"))
    assert row.facts == {"changed": ["name", "language", "timezone", "mails"]}
    assert row.said == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "A\nB"),
        ("name", "x" * 201),
        ("language", "de"),
        ("timezone", "Mars/Olympus"),
        ("mails_requests", "sometimes"),
        ("mails_calendar", "digest"),
    ],
)
def test_what_cannot_be_is_told_at_its_field_and_nothing_is_kept(aino, save, make, field, value):
    answer = save(**{field: value})
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert make.reload(aino).name == "A"


@pytest.mark.parametrize("field", ["email", "active", "roles", "user_id", "password", "is_example"])
def test_other_fields_change_nothing(aino, save, make, field):
    before = {c.name: getattr(aino, c.name) for c in User.__table__.columns}
    save(**{field: "1"})
    after = make.reload(aino)
    changed = {name for name, value in before.items() if getattr(after, name) != value}
    assert changed == {"name", "language", "timezone", "mails"}


def test_hosts_choose_about_decisions_and_firms_about_their_requests(
    aino, make, app, client, login
):
    text = client.get("/account").text
    assert ('<select class="form-select" id="mails_requests"' in text) is True
    assert ('<select class="form-select" id="mails_decisions"' in text) is False
    make.user("host@host.example", make.host(), *sorted(HOST_ROLES))
    other = app.test_client()
    login(other, "host@host.example")
    text = other.get("/account").text
    assert ('<select class="form-select" id="mails_decisions"' in text) is True
    assert ('<select class="form-select" id="mails_requests"' in text) is False


@pytest.mark.parametrize("given", ["", "x", "-1", "9" * 30, "²", "0"])
def test_nobody_acts_for_what_is_no_organisation_of_theirs(aino, client, csrf, given):
    data = {"organisation": given, "csrf_token": csrf(client)}
    assert client.post("/account/organisation", data=data).status_code == 404
