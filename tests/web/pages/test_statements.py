"""The two statements are true: days come from the settings, cookies are those there are."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from livinglab.db.tables import Audit, AuditValue, Outbox
from tests.markup import Elements


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


class TestPrivacy:
    @pytest.fixture
    def settings(self, settings):
        return replace(
            settings,
            keep_sessions_days=17,
            keep_completed_days=1095,
            controller="City of Pori",
            privacy_contact="privacy@pori.example",
        )

    def test_days_and_names_are_those_of_the_settings(self, client):
        page = words(client.get("/privacy").text)
        assert "17 days after their end" in page
        assert "3 years after a completed pilot, 1 year after" in page
        assert "Controller: City of Pori." in page
        assert "privacy@pori.example" in page

    def test_it_reads_in_three_languages_and_finns_find_it(self, client):
        assert client.get("/tietosuoja").location == "/privacy"
        heads = [
            client.get("/privacy", headers={"Accept-Language": tag}).text
            for tag in ("en", "fi", "sv")
        ]
        assert [
            "<h1>" + title in head
            for title, head in zip(("Privacy", "Tietosuoja", "Dataskydd"), heads, strict=True)
        ] == [True] * 3

    def test_without_a_contact_it_is_the_desk(self, app, client, settings):
        app.extensions["livinglab.settings"] = replace(settings, privacy_contact="")
        assert "desk@livinglab.example" in client.get("/privacy").text


class TestAccessibility:
    @pytest.fixture
    def send(self, client, csrf):
        def press(**form):
            return client.post("/accessibility", data={"csrf_token": csrf(client), **form})

        return press

    @pytest.fixture
    def coordinator(self, make):
        return make.user("co@lab.example", make.host("lab"), "coordinator", language="fi")

    def test_feedback_goes_to_the_coordinator_with_its_day(self, send, client, make, coordinator):
        answer = send(text="The map\r\nsays nothing.", page="/map", email="eve@x.example")
        assert (answer.status_code, answer.location) == (303, "/accessibility#feedback")
        assert "You get an answer by Tue" in client.get("/accessibility").text
        [mail] = make.all(select(Outbox))
        assert (mail.recipient, mail.language) == (coordinator.email, "fi")
        assert "The map\nsays nothing." in mail.body
        assert "eve@x.example" in mail.body
        [row] = make.all(select(Audit).where(Audit.action == "feedback"))
        assert (row.object_ref, row.facts) == ("accessibility", {"until": "2026-12-08"})
        assert make.all(select(AuditValue.content)) == [
            {"text": "The map\nsays nothing.", "page": "/map", "email": "eve@x.example"}
        ]

    def test_without_a_coordinator_admins_get_it_and_else_the_desk(self, send, make):
        send(text="x")
        make.user("root@lab.example", make.host("lab"), "admin")
        send(text="x")
        assert [mail.recipient for mail in make.all(select(Outbox).order_by(Outbox.id))] == [
            "desk@livinglab.example",
            "root@lab.example",
        ]

    @pytest.mark.parametrize(
        ("form", "field"),
        [
            ({"text": "  "}, "text"),
            ({"text": "x" * 4001}, "text"),
            ({"text": "x\x07"}, "text"),
            ({"text": "x", "email": "nobody"}, "email"),
            ({"text": "x", "page": "a\nBcc: b@x.example"}, "page"),
        ],
    )
    def test_what_cannot_be_sent_is_said_at_its_field_and_kept(self, send, make, form, field):
        answer = send(**form)
        assert answer.status_code == 422
        found = Elements(answer.text)
        named = found.all("textarea", id=field) + found.all("input", id=field)
        assert [element["aria-invalid"] for element in named] == ["true"]
        assert make.all(select(Outbox)) == []

    def test_nobody_floods_the_coordinator(self, send, make, coordinator):
        assert [send(text="x").status_code for _ in range(6)] == [303] * 5 + [429]
        assert len(make.all(select(Outbox))) == 5

    def test_authorities_find_it_under_its_finnish_name(self, client):
        assert client.get("/saavutettavuusseloste").location == "/accessibility"


def test_every_page_leads_to_both(client, make):
    for address in ("/", "/facilities", "/login", "/no-such-page"):
        links = {link["href"] for link in Elements(client.get(address).text).all("a")}
        assert {"/privacy", "/accessibility"} <= links


# --- Cookies, and what pages load --------------------------------------------------------------

COOKIES = {"session", "language", "theme", "keys"}


def plain_addresses(app):
    """Every address that takes no argument and is read."""
    return sorted(
        rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and not rule.arguments
    )


@pytest.fixture
def readers(app, make, login):
    """A visitor, somebody of a firm and an admin, each with a browser."""
    firm, lab = make.company("sierra"), make.host("lab")
    make.facility(lab)
    make.user("ann@sierra.example", firm, "company_admin")
    make.user("root@lab.example", lab, "admin", "coordinator")
    clients = [app.test_client() for _ in range(3)]
    for client, email in zip(clients[1:], ("ann@sierra.example", "root@lab.example"), strict=True):
        login(client, email)
    return clients


def test_no_address_sets_a_cookie_the_statement_does_not_name(app, readers):
    asked = [*plain_addresses(app), "/en", "/theme/dark", "/keys/off", "/facilities/fac-03"]
    found = {
        line.partition("=")[0]
        for client in readers
        for address in asked
        for line in client.get(address).headers.getlist("Set-Cookie")
    }
    assert found == COOKIES
    page = Elements(app.test_client().get("/privacy").text)
    assert page.all("code") == [{}] * len(COOKIES)


def test_no_page_loads_anything_from_elsewhere(app, readers):
    loading = (
        ("link", "href"),
        ("script", "src"),
        ("img", "src"),
        ("source", "srcset"),
        ("iframe", "src"),
    )
    foreign = set()
    for client in readers:
        for address in [*plain_addresses(app), "/facilities/fac-03"]:
            answer = client.get(address)
            if answer.mimetype != "text/html":
                continue
            page = Elements(answer.text)
            for tag, attribute in loading:
                for element in page.all(tag):
                    source = element.get(attribute, "")
                    if element.get("rel") not in ("canonical", "alternate") and not local(source):
                        foreign.add((address, source))
    assert foreign == set()


def local(source):
    return not source or (source.startswith("/") and not source.startswith("//"))


def test_a_source_of_another_host_would_be_noticed():
    assert [local(x) for x in ("/a.js", "//x.example/a.js", "https://x.example/a.js")] == [
        True,
        False,
        False,
    ]
