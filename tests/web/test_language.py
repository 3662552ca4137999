"""The reader's language: account, cookie, browser."""

import re

import pytest
from sqlalchemy import select

from livinglab.db.tables import User


def spoken(client, **headers):
    page = client.get("/login", headers=headers, follow_redirects=True).text
    return page.split('<html lang="')[1][:2]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("fi", "fi"), ("sv-FI,fi;q=0.5", "sv"), ("de", "en"), ("de, fi;q=0.1", "fi"), ("", "en")],
)
def test_a_stranger_is_answered_as_the_browser_asks(client, accepted, language):
    assert spoken(client, **{"Accept-Language": accepted}) == language


def test_a_choice_is_remembered_and_leads_back(client):
    answer = client.get("/sv?next=/login")
    assert (answer.status_code, answer.location) == (303, "/login")
    assert spoken(client, **{"Accept-Language": "fi"}) == "sv"


def test_a_choice_by_address_counts_in_this_browser_and_leaves_the_account_alone(
    app, make, client, login
):
    user = make.user("ada@test.example", make.company(), language="fi")
    login(client, "ada@test.example")
    assert spoken(client) == "fi"
    client.get("/sv")
    assert spoken(client) == "sv"
    assert make.reload(user).language == "fi"
    elsewhere = app.test_client()
    login(elsewhere, "ada@test.example")
    assert spoken(elsewhere, **{"Accept-Language": "sv"}) == "fi"


def test_it_is_the_choice_of_one_person(make, client, login, csrf):
    firm = make.company()
    for name in ("ada", "bo"):
        make.user(f"{name}@test.example", firm, language="fi")
    for name, language in (("ada", "sv"), ("bo", "fi"), ("ada", "sv")):
        login(client, f"{name}@test.example")
        if language == "sv":
            client.get("/sv")
        assert spoken(client) == language
        client.post("/logout", data={"csrf_token": csrf(client)})
    assert spoken(client) == "sv"  # the last choice of the browser


def test_the_account_keeps_what_its_form_says(app, make, client, login, csrf):
    user = make.user("ada@test.example", make.company(), language="en")
    login(client, "ada@test.example")
    client.get("/sv")
    form = {"name": "Ada", "language": "fi", "timezone": "Europe/Helsinki"}
    form |= dict.fromkeys(re.findall(r'name="(mails_\w+)"', client.get("/account").text), "now")
    answer = client.post("/account", data=form | {"csrf_token": csrf(client)})
    assert (answer.status_code, make.reload(user).language) == (303, "fi")
    assert spoken(client) == "fi"
    elsewhere = app.test_client()
    login(elsewhere, "ada@test.example")
    assert spoken(elsewhere, **{"Accept-Language": "sv"}) == "fi"


def test_a_strangers_choice_changes_nobodys_account(make, client):
    make.user("ada@test.example", make.company(), language="fi")
    client.get("/sv")
    assert make.all(select(User.language)) == ["fi"]


@pytest.mark.parametrize(
    "wanted",
    ["//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil", "evil", "/a\nb", ""],
)
def test_only_our_own_addresses_are_led_back_to(client, wanted):
    assert client.get("/fi", query_string={"next": wanted}).location == "/"


def test_light_and_dark_are_remembered(client):
    assert client.get("/theme/dark?next=/login").location == "/login"
    assert '<html lang="en" data-bs-theme="dark">' in client.get("/login").text
    client.get("/theme/auto")
    assert '<html lang="en">' in client.get("/login").text
    assert client.get("/theme/neon").status_code == 404


def test_keys_can_be_switched_off_and_on_again(client, make, login):
    make.user("ann@firm.example", make.company())
    login(client, "ann@firm.example")
    assert "js/shortcuts.js" in client.get("/board").text
    off = client.get("/keys/off?next=/board")
    assert (off.status_code, off.location) == (303, "/board")
    html = client.get("/board").text
    assert "js/shortcuts.js" not in html
    assert "The keys are switched off." in html
    client.get("/keys/on?next=/board")
    assert "js/shortcuts.js" in client.get("/board").text


def test_visitors_have_no_keys(client):
    html = client.get("/facilities").text
    assert 'id="keys"' not in html
    assert "js/shortcuts.js" not in html
