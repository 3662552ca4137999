"""What a rule book says of a stay: lane, gates, evidence, notice and conditions."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.domain.facts import FACTS
from livinglab.domain.rules import LANE_ORDER, Judgement, LaneReason, Test, judge, slowest
from tests.rulebooks import DAY, book, books, facts, gate, questions, rule, said, stays

HOT = ("hot_work", "is", True)
BIG = ("battery_kwh", ">", 2)
ONE_DAY = (DAY, DAY)


@pytest.mark.parametrize(
    ("test", "told", "holds"),
    [
        (HOT, True, True),
        (HOT, False, False),
        (("conformity", "is", "ce"), "ce", True),
        (("conformity", "in", frozenset({"ce", "prototype"})), "prototype", True),
        (("conformity", "in", frozenset({"ce"})), "prototype", False),
        (("conformity", "not_in", frozenset({"ce"})), "prototype", True),
        (("conformity", "not_in", frozenset({"ce"})), "ce", False),
        (("facility_papers", "has", "plan"), frozenset({"plan"}), True),
        (("facility_papers", "has", "plan"), frozenset({"card"}), False),
        ((*BIG[:2], 2), 2, False),
        ((*BIG[:2], 2), 2.1, True),
        (("battery_kwh", ">=", 2), 2, True),
        (("battery_kwh", "<", 2), 2, False),
        (("battery_kwh", "<=", 2), 2, True),
    ],
)
def test_a_test_asks_one_thing(test, told, holds):
    assert Test(*test).holds({test[0]: told}) is holds


@given(questions())
def test_what_was_not_told_never_holds(question):
    assert question.holds({}) is False
    assert question.holds(dict.fromkeys(FACTS)) is False


def test_a_rule_that_holds_causes_all_it_says():
    asked = gate("safety_owner", 10, ["plan"], date_dependent=True)
    one = rule(
        *("hot", HOT, BIG),
        lane="standard",
        gate=asked,
        evidence=("card",),
        notice=3,
        condition=said("Tell us."),
    )
    rules = book(one, rule("other", ("hot_work", "is", False), lane="enhanced"))
    assert judge(rules, {"hot_work": True, "battery_kwh": 3}, *ONE_DAY) == Judgement(
        lane="standard",
        lane_reasons=(LaneReason("hot", "standard", said("Because of hot.")),),
        gates=(replace(asked, rules=("hot",)),),
        evidence=(rules.evidence["card"], rules.evidence["plan"]),
        notice=3,
        conditions={"hot": said("Tell us.")},
        rules=(one,),
    )
    assert judge(rules, {"hot_work": True, "battery_kwh": 2}, *ONE_DAY) == Judgement()


def test_two_rules_for_one_role_make_one_gate_with_the_longest_clock():
    first = rule("a", gate=gate("safety_owner", 5, ["plan"], article_dependent=False))
    second = rule("b", gate=gate("safety_owner", 10, ["plan", "card"], date_dependent=True))
    third = rule("c", gate=gate("ethics", 30))
    assert judge(book(first, third, second), {}, *ONE_DAY).gates == (
        gate(
            "safety_owner",
            10,
            ["plan", "card"],
            date_dependent=True,
            article_dependent=True,
            rules=("a", "b"),
        ),
        gate("ethics", 30, rules=("c",)),
    )


@pytest.mark.parametrize(
    ("first", "last", "asked"),
    [
        (date(2027, 1, 18), date(2027, 1, 19), ["old"]),
        (date(2027, 1, 18), date(2027, 1, 20), ["old", "new"]),
        (date(2027, 1, 20), date(2027, 1, 22), ["new"]),
    ],
)
def test_a_stay_across_a_change_of_law_is_asked_by_both(first, last, asked):
    rules = book(
        rule("old", until=date(2027, 1, 19), lane="standard"),
        rule("new", since=date(2027, 1, 20), lane="standard"),
    )
    assert [r.id for r in judge(rules, {}, first, last).rules] == asked


@given(books(), facts(), stays())
def test_the_lane_is_the_slowest_that_a_rule_asks_for(rules, told, stay):
    found = judge(rules, told, *stay)
    assert found.lane == slowest(r.lane for r in found.rules if r.lane)
    assert [(r.rule, r.lane) for r in found.lane_reasons] == [
        (r.id, r.lane) for r in found.rules if r.lane
    ]
    assert found.notice == max((r.notice for r in found.rules), default=0)


@given(books(), facts(), stays())
def test_a_rule_counts_where_it_holds_on_a_day_of_the_stay(rules, told, stay):
    days = [stay[0] + timedelta(days=n) for n in range((stay[1] - stay[0]).days + 1)]
    expected = [
        r
        for r in rules.rules
        if all(t.holds(told) for t in r.when)
        and any((r.since or d) <= d <= (r.until or d) for d in days)
    ]
    assert list(judge(rules, told, *stay).rules) == expected


@given(books(), facts(), stays())
def test_a_role_has_one_gate_that_asks_all_its_rules_ask(rules, told, stay):
    found = judge(rules, told, *stay)
    asking = [r for r in found.rules if r.gate]
    assert [g.role for g in found.gates] == list(dict.fromkeys(r.gate.role for r in asking))
    for one in found.gates:
        own = [r for r in asking if r.gate.role == one.role]
        assert one.rules == tuple(r.id for r in own)
        assert one.working_days == max(r.gate.working_days for r in own)
        assert set(one.evidence) == {code for r in own for code in r.gate.evidence}
        assert one.date_dependent is any(r.gate.date_dependent for r in own)
        assert one.article_dependent is any(r.gate.article_dependent for r in own)


@given(books(), facts(), stays(), st.data())
def test_telling_more_never_makes_the_lane_quicker(rules, told, stay, data):
    """Nothing holds of what was not told, so an answer can only add."""
    silent = data.draw(st.sampled_from(tuple(FACTS)))
    before = judge(rules, told | {silent: None}, *stay)
    after = judge(rules, told, *stay)
    assert LANE_ORDER.index(before.lane) <= LANE_ORDER.index(after.lane)
    assert {g.role for g in before.gates} <= {g.role for g in after.gates}
    assert {r.id for r in before.rules} <= {r.id for r in after.rules}


@given(books(), facts(), stays(), st.randoms(use_true_random=False))
def test_the_order_of_the_rules_changes_no_more_than_the_order(rules, told, stay, random):
    mixed = list(rules.rules)
    random.shuffle(mixed)
    one, other = judge(rules, told, *stay), judge(book(*mixed), told, *stay)
    assert (one.lane, one.notice) == (other.lane, other.notice)
    assert {r.id for r in one.rules} == {r.id for r in other.rules}
    assert {item.code for item in one.evidence} == {item.code for item in other.evidence}
    assert {(g.role, g.working_days) for g in one.gates} == {
        (g.role, g.working_days) for g in other.gates
    }
