"""What outsiders are sent by any page, list, file, feed, search or mail has nothing of firm A's.

The matrix looks through every address; here are the questions whose answers name other people's
things: searches, filters and ids in the query or body, feeds, and what waits in the outbox.
"""

from xml.etree import ElementTree as ET

import pytest

from tests.access.calls import normalised
from tests.access.world import FAR, HIDDEN, MARK, NEAR, NOTE, OUTSIDERS
from tests.calendar_program import Program, xml

ASKED = (
    "/search?q=canary",
    "/search?q=aquila",
    "/facilities?q=canary",
    f"/facilities/{NEAR}?from=2027-01-11&days=5",
    "/pilots?q=canary",
    "/pilots?before=99",
    f"/board?from=2027-01-11&facility={NEAR}",
    "/board?from=2027-01-11&scale=week&state=firm",
    "/board.csv?from=2027-01-11",
    "/inbox?show=all",
    "/inbox?show=decided",
    "/inbox.csv?show=all",
    "/today?day=2027-01-13",
    "/api/v1/pilots?limit=100",
    f"/api/v1/pilots?facility={NEAR}",
    "/api/v1/bookings?from=2027-01-01&to=2027-03-01",
    f"/api/v1/bookings?facility={NEAR}",
    f"/api/v1/facilities/{NEAR}/availability?from=2027-01-11&to=2027-01-16",
    f"/api/v1/slots?facility={NEAR}&days=1&from=2027-01-11&to=2027-01-16",
    f"/api/v1/blocks?facility={NEAR}",
)
QUERIES = (
    ("manager far", "/board/move?booking={}", "booking_a"),
    ("manager far", "/blocks/new?resource={}", "spot_a"),
    ("B member", "/board?facility={}", "slug_hidden"),
    ("B member", "/pilots/new?key=k&facility={}", "slug_hidden"),
    ("B token", "/api/v1/pilots?facility={}", "slug_hidden"),
    ("B token", "/api/v1/bookings?facility={}", "slug_hidden"),
    ("anonymous", "/api/v1/slots?days=1&facility={}", "slug_hidden"),
)
"""A foreign id in the query: who asks, where, and the id's name in `World.things`."""
STAY = {"days": 1, "windows": [{"start": "2027-02-01", "end": "2027-02-05"}]}
BODIES = (
    (
        "B token",
        "/api/v1/pilots",
        lambda key: {"title": "T", "periods": [STAY | {"facility": key}]},
    ),
    ("B token", "/api/v1/feeds", lambda key: {"facility": key}),
    ("B token", "/api/v1/fit", lambda key: {"facility": key, "test_article": {"kind": "other"}}),
)
"""An unpublished facility in the body: who, where, what."""
MISSING = {"booking_a": 999_999, "slug_hidden": "no-such-hall", "spot_a": "no-such-spot"}


@pytest.mark.parametrize("principal", sorted(OUTSIDERS))
def test_no_answer_to_an_outsider_has_a_word_of_the_other_firm(lab, principal):
    lab.leaks.pop(principal, None)
    for path in ASKED:
        assert lab.call(principal, "GET", path).status_code < 500
    assert lab.leaks.get(principal, []) == []


def test_the_mark_is_where_the_firm_itself_looks(lab):
    """The search for leaks would find one: the firm's own pages, lists, feed and mails have it."""
    ref, token = lab.world.things["ref_a"], lab.world.things["feed_token_a"]
    for path in ("/pilots", f"/pilots/{ref}", "/search?q=canary", f"/feeds/{token}.ics"):
        assert MARK in lab.call("A member", "GET", path).text, path
    assert MARK in lab.call("token read", "GET", f"/api/v1/pilots/{ref}").text
    assert MARK in lab.call("manager near", "GET", f"/inbox/{ref}").text
    assert any(MARK in mail for mail in lab.world.mails_to("manager.near"))


def test_no_calendar_program_of_an_outsider_has_a_word_of_the_other_firm(lab):
    client = lab.app.test_client(use_cookies=False)
    told = {}
    for name in ("bob", "manager.far", f"amy.{MARK}"):
        program = Program(client, *lab.world.app_password(name))
        asked = [program.propfind(program.home(), "D:displayname", "D:sync-token", depth="1")]
        asked += [xml(program.sync(path, "")) for path in program.calendars()]
        told[name] = b"".join(map(ET.tostring, asked))
    assert [name for name, text in told.items() if MARK.encode() in text] == [f"amy.{MARK}"]


def test_neither_feed_nor_mail_of_an_outsider_has_a_word_of_the_other_firm(lab):
    token = lab.world.things["feed_token_b"]
    for kind in ("ics", "ifb"):
        answer = lab.call("B member", "GET", f"/feeds/{token}.{kind}")
        assert (answer.status_code, MARK in answer.text) == (200, False)
    mails = lab.world.mails_to("bob", "bea", "manager.far")
    assert mails
    assert [mail for mail in mails if MARK in mail] == []


@pytest.mark.parametrize("principal", ["A member", "A admin", "token read", "token write"])
def test_no_answer_to_a_firm_has_a_word_of_the_notes_of_hosts(lab, principal):
    lab.leaks.pop(principal, None)
    ref = lab.world.things["ref_a"]
    pages = ("", "/messages", "/messages?before=999")
    ours = (f"/pilots/{ref}{page}" for page in pages)
    api = (f"/api/v1/pilots/{ref}", f"/api/v1/pilots/{ref}/comments?limit=200")
    for path in (*ASKED, *ours, *api, "/company/trail", "/account/data"):
        assert lab.call(principal, "GET", path).status_code < 500
    assert lab.leaks.get(principal, []) == []


@pytest.mark.parametrize("principal", ["A member", "A admin", "token read", "token write"])
def test_a_note_and_its_file_are_like_missing_ones_to_the_firm(lab, principal):
    things = lab.world.things
    ref = things["ref_a"]
    api, page = f"/api/v1/pilots/{ref}/comments", f"/pilots/{ref}/messages"
    for method, path, name in (
        ("GET", f"{page}/files/{{}}", "enclosed_note"),
        ("POST", f"{page}/{{}}/take-back", "comment_note"),
        ("GET", f"{api}/files/{{}}", "enclosed_note"),
        ("DELETE", f"{api}/{{}}", "comment_note"),
    ):
        before = lab.world.version()
        one, other = (
            normalised(lab.call(principal, method, path.format(key)), path.format(key))
            for key in (things[name], 999_999)
        )
        assert one == other
        assert lab.world.version() == before
    assert lab.leaks.get(principal, []) == []


def test_notes_are_where_hosts_look_and_in_no_mail_or_feed_of_the_firm(lab):
    ref, token = lab.world.things["ref_a"], lab.world.things["feed_token_a"]
    assert NOTE in lab.call("manager near", "GET", f"/pilots/{ref}/messages").text
    assert NOTE not in lab.call("A member", "GET", f"/feeds/{token}.ics").text
    firm = [name for name in lab.world.people if name.startswith(("amy", "ann"))]
    mails = lab.world.mails_to(*firm, "bob", "bea")
    assert mails
    assert [mail for mail in mails if NOTE in mail] == []


@pytest.mark.parametrize(("principal", "path", "name"), QUERIES)
def test_a_foreign_id_in_the_query_is_like_a_missing_one(lab, principal, path, name):
    known = lab.world.things | {"spot_a": lab.world.spots[NEAR]}
    foreign, missing = path.format(known[name]), path.format(MISSING[name])
    one, other = (
        normalised(lab.call(principal, "GET", asked), asked) for asked in (foreign, missing)
    )
    told, untold = (
        text[max(text.find("<main"), 0) : text.find("<footer")]
        .replace(f"“{key}”", "<id>")
        .replace(f'"{key}"', "<id>")
        for (*_, text), key in ((one, known[name]), (other, MISSING[name]))
    )
    assert (one[:2], told) == (other[:2], untold)


@pytest.mark.parametrize(("principal", "path", "body"), BODIES)
def test_a_foreign_id_in_the_body_is_like_a_missing_one(lab, principal, path, body):
    before = lab.world.version()
    told = []
    for key in (HIDDEN, "no-such-hall"):
        answer = lab.call(principal, "POST", path, json=body(key))
        told.append((answer.status_code, answer.text.replace(key, "<id>")))
    assert told[0] == told[1]
    assert told[0][0] in {404, 422}
    assert lab.world.version() == before


def test_an_id_of_another_tree_is_not_found_under_ones_own(lab):
    """Own request, foreign paper; own facility, foreign photo, block or stand-in."""
    things = lab.world.things
    newest = {"If-Match": '"1"'}
    for principal, method, path, name in (
        ("B member", "GET", f"/pilots/{things['ref_b']}/papers/{{}}", "paper_a"),
        ("B token", "GET", f"/api/v1/pilots/{things['ref_b']}/papers/{{}}", "paper_a"),
        ("B token", "DELETE", f"/api/v1/pilots/{things['draft_b']}/papers/{{}}", "paper_a"),
        ("manager far", "POST", f"/hosting/{FAR}/photos/{{}}/remove", "photo_a"),
        ("manager far", "POST", f"/hosting/{FAR}/photos/{{}}/move", "photo_a"),
        ("manager far", "POST", f"/hosting/{FAR}/stand-ins/{{}}/end", "stand_in_a"),
    ):
        before = lab.world.version()
        asked = [path.format(things[name]), path.format(999_999)]
        answers = [
            normalised(lab.call(principal, method, one, headers=newest), one) for one in asked
        ]
        assert answers[0] == answers[1], path
        assert answers[0][0] == 404, path
        assert lab.world.version() == before, path
