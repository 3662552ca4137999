"""A request begun before signing in: judged as ever, kept in one browser, taken over once."""

import io
import re

import pytest
from sqlalchemy import select

from livinglab.db.tables import Outbox, VisitorDraft
from livinglab.web import visitors
from tests.web.pages.filling import Browser, filled, hidden, papers, problems, stored
from tests.web.pages.registering import GIVEN


@pytest.fixture
def visitor(client, hall):
    """The browser of somebody who is not signed in."""
    return Browser(client)


@pytest.fixture
def draft(visitor):
    """A draft that the visitor kept; its address."""
    return visitor.press("/pilots/new", begun(visitor), do="save").location


def begun(browser, **changes):
    """The fields of a visitor's new form, filled in."""
    return hidden(browser.open("/pilots/new")) | filled(**changes)


def kept(make):
    return make.all(select(VisitorDraft).order_by(VisitorDraft.id))


def test_the_form_opens_with_what_was_chosen(visitor):
    fields = visitor.open("/pilots/new?facility=fac-02&from=2027-02-01&days=3")
    assert fields["periods.0.facility"] == "fac-02"
    assert fields["periods.0.windows.0.start"] == "2027-02-01"
    assert fields["periods.0.windows.0.end"] == "2027-02-03"
    assert fields["periods.0.length"] == "3"


def test_a_visitor_is_told_what_a_firm_is_told(visitor, firm, make, login, app):
    html = visitor.press("/pilots/new", begun(visitor, test_article__mass_kg="99000"), do="refresh")
    make.user("ann@sierra.example", firm)
    signed_in = Browser(app.test_client())
    login(signed_in.client, "ann@sierra.example")
    same = signed_in.press(
        "/pilots/new", begun(signed_in, test_article__mass_kg="99000"), do="refresh"
    )
    assert problems(html.text) == problems(same.text) != {}
    aside = re.compile(r'<div class="ll-panel">\s*<h2>Your request so far.*?</table>', re.DOTALL)
    assert aside.search(html.text)[0] == aside.search(same.text)[0]


def test_a_kept_draft_is_there_again_with_every_word(visitor, draft, make, clock):
    assert re.fullmatch(r"/pilots/new\?key=[\w-]{22}", draft)
    shown = visitor.open(draft)
    assert {name: shown[name] for name in filled()} == filled()
    (row,) = kept(make)
    assert (row.created_at, row.changed_at) == (clock.now, clock.now)
    assert stored(make) == []


def test_keeping_it_twice_makes_one(visitor, make):
    fields = begun(visitor)
    answers = [visitor.press("/pilots/new", fields, do="save") for _ in range(2)]
    assert answers[0].location == answers[1].location
    visitor.press("/pilots/new", fields | {"title": "Another title"}, do="save")
    assert [row.content["title"] for row in kept(make)] == ["Another title"]


def test_an_empty_form_names_what_was_begun_before(visitor, draft):
    page = visitor.client.get("/pilots/new", follow_redirects=True).text
    assert "You have begun before" in page
    assert f'<a href="{draft}">Tugger with trailers</a>' in page


def test_nothing_unreadable_is_kept(visitor, make):
    answer = visitor.press("/pilots/new", begun(visitor, test_article__mass_kg="heavy"), do="save")
    assert answer.status_code == 422
    assert set(problems(answer.text)) == {"test_article.mass_kg"}
    assert kept(make) == []


def test_a_visitor_can_attach_no_papers(visitor, make):
    page = visitor.client.get("/pilots/new", follow_redirects=True).text
    assert 'type="file"' not in page
    fields = begun(visitor) | {"paper.other": (io.BytesIO(b"%PDF-1.4"), "plan.pdf")}
    assert visitor.press("/pilots/new", fields, do="attach").status_code == 303
    assert papers(make) == []


def test_another_browser_never_sees_it(app, draft, make, firm, login):
    make.user("spy@sierra.example", firm)
    for email in (None, "spy@sierra.example"):
        other = app.test_client()
        if email:
            login(other, email)
        page = other.get(draft, follow_redirects=True).text
        assert "Tugger" not in page


def test_another_browser_cannot_write_over_it(app, csrf, draft, make):
    other = Browser(app.test_client())
    fields = begun(other, title="Mine now") | {"key": draft.partition("=")[2]}
    other.press("/pilots/new", fields, do="save")
    assert [row.content["title"] for row in kept(make)] == ["Tugger with trailers", "Mine now"]


def test_a_browser_keeps_a_few(visitor, make):
    for number in range(visitors.MOST + 1):
        visitor.press("/pilots/new", begun(visitor, title=f"Draft {number}"), do="save")
    page = visitor.client.get("/pilots/new", follow_redirects=True).text
    assert sorted(set(re.findall(r"Draft \d", page))) == [f"Draft {n}" for n in range(1, 6)]


@pytest.mark.both_engines
def test_signing_in_makes_it_the_firms_draft_once(visitor, draft, make, firm, login, csrf):
    person = make.user("ann@sierra.example", firm)
    answer = visitor.press("/pilots/new", visitor.open(draft), do="sign-in")
    assert answer.location == f"/login?next={draft.replace('=', '%3D')}"
    login(visitor.client, "ann@sierra.example")
    (pilot,) = stored(make)
    assert (pilot.title, pilot.state, pilot.created_by_id) == (
        *("Tugger with trailers", "draft", person.id),
    )
    assert visitor.client.get(draft).location == f"/pilots/{pilot.ref}/edit"
    assert "What you wrote before signing in is kept" in visitor.client.get("/pilots").text
    assert kept(make) == []
    visitor.client.post("/logout", data={"csrf_token": csrf(visitor.client)})
    login(visitor.client, "ann@sierra.example")
    assert len(stored(make)) == 1


def test_a_host_takes_no_draft_over(visitor, draft, make, login):
    make.user("boss@lab.example", make.host("lab"), "coordinator")
    login(visitor.client, "boss@lab.example")
    assert stored(make) == []
    assert len(kept(make)) == 1


def test_a_draft_of_a_place_that_is_gone_can_still_be_opened(visitor, draft, make, firm, login):
    row = kept(make)[0]
    row.content = {**row.content, "periods": [{**row.content["periods"][0], "facility": "gone"}]}
    make.session.commit()
    make.user("ann@sierra.example", firm)
    login(visitor.client, "ann@sierra.example")
    assert stored(make) == []
    assert visitor.open(draft)["title"] == "Tugger with trailers"


def test_registering_and_confirming_leads_to_the_draft(visitor, draft, make, csrf):
    answer = visitor.press("/pilots/new", visitor.open(draft), do="send")
    assert answer.location == "/register"
    assert "Tugger with trailers" in visitor.client.get("/register").text
    token = {"csrf_token": csrf(visitor.client)}
    visitor.client.post("/register", data=GIVEN | token)
    mail = make.all(select(Outbox))[0].body
    link = re.search(r"/register/confirm/\S+", mail)[0]
    answer = visitor.client.post(link, data={"csrf_token": csrf(visitor.client)})
    (pilot,) = stored(make)
    assert answer.location == f"/pilots/{pilot.ref}/edit"
    assert visitor.open(answer.location)["title"] == "Tugger with trailers"


def test_more_drafts_cost_no_more_statements(visitor, draft, query_counter):
    counts = []
    for _ in range(2):
        with query_counter() as sent:
            visitor.client.get("/pilots/new?key=fresh")
        counts.append(sent.count)
        for number in range(2):
            visitor.press("/pilots/new", begun(visitor, title=f"Draft {number}"), do="save")
    assert counts[0] == counts[1]
