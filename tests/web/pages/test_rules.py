"""The pages of the rules: in words, one rule in a form, versions, files, and trying them."""

import json
import re
from io import BytesIO

import pytest
from sqlalchemy.orm import Session

from livinglab.services import rule_drafts, rules

DESK = "desk@lab.example"
PAGES = (
    "/rules",
    "/rules/clocks",
    "/rules/new",
    "/rules/rule/not_ce",
    "/rules/versions",
    "/rules/try",
)
FIELD = r'value="(\d+)"[^>]* name="((?:lanes|clocks)\.\w+)"'
TYPED = {
    "id": "loud",
    "when.0.fact": "noise_dba",
    "when.0.op": ">",
    "when.0.value": "80,5",
    "why.en": "It is loud.",
    "lane": "standard",
    "gate.role": "environment",
    "gate.title.en": "Neighbours",
    "gate.working_days": "7",
    "gate.evidence": "risk_assessment",
    "version": "0",
}


@pytest.fixture
def desk(make, browser):
    make.user(DESK, make.host("lab"), "coordinator")
    return browser(DESK)


def read(make, service, *about):
    """What a service tells in a session of its own: an open one would lock the database."""
    with Session(make.session.get_bind()) as session:
        return service(session, *about)


def draft(make):
    return read(make, rule_drafts.draft)


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_for_the_coordinator_and_admins(client, browser, make, desk, address):
    assert desk.get(address).status_code == 200
    make.user("s@lab.example", make.host("other"), "safety_owner")
    assert browser("s@lab.example").get(address).status_code == 403
    assert client.get(address).status_code == 303


def test_rules_are_listed_in_words(desk):
    page = desk.get("/rules").text
    for words in (
        "The robot is not CE marked yet.",
        "Conformity: one of Partly completed machinery, Prototype",
        "Battery, kWh: more than 2",
        "Safety owner decides within 10 working days",
        "until Tue 19 Jan 2027",
        "Version 1 is in force. There is no draft.",
    ):
        assert words in page


def test_a_rule_is_added_changed_published_and_listed(desk, post, make):
    assert post(desk, "/rules/new", **TYPED).status_code == 303
    rule = draft(make).book.rule("loud")
    assert [(t.fact, t.op, t.value) for t in rule.when] == [("noise_dba", ">", 80.5)]
    assert (rule.lane, rule.gate.role, rule.gate.working_days) == ("standard", "environment", 7)
    assert rule.gate.evidence == ("risk_assessment",)
    again = {**TYPED, "notice": "3", "version": "1", "gate.article_dependent": "y"}
    assert post(desk, "/rules/rule/loud", **again).status_code == 303
    page = desk.get("/rules").text
    assert "It is loud.</b> added" in page
    assert post(desk, "/rules/publish", version="2", note="Loud robots.").status_code == 303
    assert read(make, rules.current).book.rule("loud").notice == 3
    page = desk.get("/rules/versions").text
    assert "Loud robots." in page
    assert "It is loud. added" in page


def test_what_is_wrong_stands_at_its_field_and_what_was_typed_is_kept(desk, post):
    wrong = {**TYPED, "id": "not_ce", "when.0.value": "much", "gate.working_days": "soon"}
    answer = post(desk, "/rules/new", **wrong)
    assert answer.status_code == 422
    assert 'value="much"' in answer.text
    assert 'id="when.0.value-error"' in answer.text
    assert 'id="gate.working_days-error"' in answer.text
    assert 'id="id-error"' in answer.text


def test_who_was_slower_keeps_what_was_typed(desk, post):
    post(desk, "/rules/new", **TYPED)
    answer = post(desk, "/rules/rule/not_ce", **TYPED)
    assert answer.status_code == 409
    assert "Someone was faster" in answer.text
    assert 'value="80,5"' in answer.text


def test_a_rule_is_removed_and_the_draft_thrown_away(desk, post, make):
    assert post(desk, "/rules/rule/not_ce", do="remove", version="0").status_code == 303
    assert draft(make).book.rule("not_ce") is None
    assert post(desk, "/rules/discard", version="1").status_code == 303
    assert draft(make).book.rule("not_ce") is not None
    assert desk.get("/rules/rule/nothing").status_code == 404


def test_a_file_is_tried_before_it_is_taken(desk, post, make):
    document = json.loads(desk.get("/rules/versions/1.json").text)
    assert document == read(make, rule_drafts.book, 1)
    document["rules"][0]["notice"] = 9
    upload = BytesIO(json.dumps(document).encode()), "rules.json"
    answer = post(desk, "/rules/import", file=upload, version="0")
    assert answer.status_code == 200
    assert "changed: Notice, working days" in answer.text
    assert draft(make).version == 0
    text = json.dumps(document)
    assert post(desk, "/rules/import", text=text, do="take", version="0").status_code == 303
    assert draft(make).book.rules[0].notice == 9


def test_clocks_are_changed_in_a_form_and_faults_stand_at_their_field(desk, post, make):
    page = desk.get("/rules/clocks").text
    typed = dict(reversed(pair) for pair in re.findall(FIELD, page))
    assert (typed["lanes.standard"], typed["clocks.hold"], len(typed)) == ("20", "10", 3 + 12)
    wrong = typed | {"version": "0", "clocks.offer": "31", "clocks.remind": ""}
    answer = post(desk, "/rules/clocks", **wrong)
    assert answer.status_code == 422
    assert "“The firm answers an offer” must lie between 1 and 30." in answer.text
    assert 'id="clocks.remind-error"' in answer.text
    assert 'value="31"' in answer.text
    assert post(desk, "/rules/clocks", **typed, version="9").status_code == 409
    assert (
        post(desk, "/rules/clocks", **typed | {"clocks.hold": "15"}, version="0").status_code == 303
    )
    assert draft(make).book.clocks.hold == 15
    page = desk.get("/rules").text
    assert "changed: Time is held without a decision (10 → 15)" in page
    assert "15 working days" in page


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "Choose a file of rules."),
        ('{"schema": 1,\n "rules": [}', "Line 2 cannot be read as JSON."),
        ("[" * 100_000, "cannot be read as JSON."),
        ('{"schema": 2}', "This is no rule book of schema 1."),
        ('{"schema": 1, "rules": [{"id": "x"}]}', "rules.0.why"),
    ],
)
def test_a_file_that_is_wrong_is_told_line_by_line(desk, post, text, told):
    answer = post(desk, "/rules/import", text=text, do="take", version="0")
    assert answer.status_code == 422
    assert told in answer.text


def test_a_draft_is_tried_on_a_pilot(desk, post, pilot_in):
    pilot = pilot_in("submitted")
    address = f"/rules/try?pilot={pilot.ref}"
    assert "The draft" not in desk.get(address).text
    tests = {"when.0.fact": "days", "when.0.op": ">=", "when.0.value": "1"}
    post(desk, "/rules/new", **{**TYPED, **tests})
    page = desk.get(address).text
    assert "The draft" in page
    assert "Neighbours decides within 7 working days" in page
    assert desk.get("/rules/try?pilot=PLL-1").status_code == 200
