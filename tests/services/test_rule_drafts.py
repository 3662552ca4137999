"""Editing the rules: one draft, published as a version that pilots keep."""

import pytest

from livinglab.db.locking import lock_pilot
from livinglab.domain.clocks_json import write_clocks
from livinglab.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from livinglab.domain.rules_difference import Difference, differences
from livinglab.services import gates, rule_drafts, rules

HOURS = {
    "id": "loud",
    "when": [["noise_dba", ">", 80]],
    "why": {"en": "It is loud."},
    "gate": {
        "role": "environment",
        "title": {"en": "Neighbours"},
        "working_days": 7,
        "evidence": ["risk_assessment"],
    },
}


def put(house, rule=HOURS, key=None, version=0, who="coordinator"):
    with house.work(who) as work:
        rule_drafts.put_rule(work, rule, key, version)


def publish(house, note="Loud robots.", version=1):
    with house.work("coordinator") as work:
        return rule_drafts.publish(work, note, version)


@pytest.mark.both_engines
def test_a_draft_changes_nothing_until_it_is_published(house):
    put(house)
    with house.work() as work:
        before, found = rules.current(work.session), rule_drafts.draft(work.session)
        assert (before.number, before.book.rule("loud")) == (1, None)
        assert (found.version, found.book.rules[-1].id) == (1, "loud")
        assert differences(before.book, found.book) == [
            Difference("loud", "added", (), found.book.rule("loud"))
        ]
    assert publish(house) == 2
    with house.work() as work:
        after = rules.current(work.session)
        assert (after.number, after.book.rules[-1].id) == (2, "loud")
        assert rules.version(work.session, 1) == before
        assert rule_drafts.draft(work.session).version == 0
        assert [(v.number, v.note) for v in rule_drafts.versions(work.session)] == [
            (2, "Loud robots."),
            (1, ""),
        ]


def test_a_rule_is_changed_in_its_place_and_removed(house):
    put(house)
    put(house, {**HOURS, "notice": 3}, "loud", 1)
    with house.work("admin") as work:
        rule_drafts.remove_rule(work, "machinery_directive", 2)
    with house.work() as work:
        current, found = rules.current(work.session).book, rule_drafts.draft(work.session)
        assert [(d.key, d.kind) for d in differences(current, found.book)] == [
            ("loud", "added"),
            ("machinery_directive", "removed"),
        ]
        assert (found.version, found.book.rule("loud").notice) == (3, 3)


def test_clocks_are_changed_in_the_draft_and_told_with_their_days(house):
    with house.work("coordinator") as work:
        book = rules.current(work.session).book
        longer = write_clocks(book.clocks) | {"hold": 15}
        rule_drafts.put_clocks(work, {**book.lanes, "fast": 4}, longer, 0)
        found = rule_drafts.draft(work.session).book
        assert differences(book, found) == [
            Difference("lanes", "changed", ("fast",), days=((5, 4),)),
            Difference("clocks", "changed", ("hold",), days=((10, 15),)),
        ]
    with pytest.raises(InvalidInput), house.work("coordinator") as work:
        rule_drafts.put_clocks(work, book.lanes, longer | {"hold": 0}, 1)
    with pytest.raises(NotAllowed), house.work("staff") as work:
        rule_drafts.put_clocks(work, book.lanes, longer, 1)


def test_who_read_an_older_draft_overwrites_nothing(house):
    put(house)
    for act in (
        lambda work: rule_drafts.put_rule(work, HOURS, None, 0),
        lambda work: rule_drafts.remove_rule(work, "loud", 0),
        lambda work: rule_drafts.discard(work, 0),
        lambda work: rule_drafts.publish(work, "New", 0),
        lambda work: rule_drafts.replace(work, {}, 0),
        lambda work: rule_drafts.put_clocks(work, {}, {}, 0),
    ):
        with pytest.raises(StaleVersion), house.work("coordinator") as work:
            act(work)


@pytest.mark.parametrize("who", ["staff", "firm", "safety_owner", "coordinator:read", None])
def test_only_coordinator_and_admin_change_the_rules(house, who):
    with pytest.raises(NotAllowed):
        put(house, who=who)


def test_what_is_wrong_is_refused_and_the_draft_kept(house):
    put(house)
    with pytest.raises(InvalidInput) as refusal:
        put(house, {**HOURS, "lane": "express"}, None, 1)
    count = 30 + 1
    assert [(p.code, p.field) for p in refusal.value.problems] == [
        ("unknown_code", f"rules.{count}.lane"),
        ("repeated", f"rules.{count}"),
    ]
    with pytest.raises(NotFound):
        put(house, HOURS, "nothing", 1)
    with pytest.raises(InvalidInput):
        publish(house, " ")
    with house.work("coordinator") as work:
        assert rule_drafts.draft(work.session).version == 1
        rule_drafts.discard(work, 1)
    with pytest.raises(NotFound):
        publish(house, version=0)


def test_a_gate_that_nobody_could_decide_is_told_before_publishing(house):
    house.place("fac-03")
    with house.work() as work:
        places, today = work.world.places(work.session), house.clock().date()
        book = rules.current(work.session).book
        found = rule_drafts.unowned(work.session, places, book, today)
    assert {gap.role for gap in found} == {"air", "state_aid"}


def test_a_pilot_keeps_the_version_it_was_judged_by(house):
    """A rule changed while a request waits; the next request is judged by the new one."""
    house.place("fac-03")
    loud = {"noise_dba": 82}
    ref = house.sent(article=loud)
    put(house)
    publish(house)
    with house.work() as work:
        pilot = lock_pilot(work.session, ref)
        gates.open_gates(work, pilot)
        assert (pilot.rules_number, [g.role for g in pilot.gates]) == (1, ["facility_manager"])
    second = house.read(house.sent(article=loud))
    assert (second.rules_number, second.lane_reasons) == (2, ["loud"])
    assert [(g.role, g.working_days, g.evidence, g.rules) for g in second.gates] == [
        ("facility_manager", 2, [], []),
        ("environment", 7, ["risk_assessment"], ["loud"]),
    ]
