"""The rule book as JSON, and everything that is wrong with one."""

import contextlib
import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.adapters.texts import sentence
from livinglab.domain.clocks import CLOCKS
from livinglab.domain.contradiction import contradicting
from livinglab.domain.errors import InvalidInput
from livinglab.domain.facts import FACTS
from livinglab.domain.rules import RuleBook, Test
from livinglab.domain.rules_json import read_book, write_book
from tests.domain.test_article_json import anything
from tests.rulebooks import SHIPPED, books, clocks, facts, questions

SMALL = {
    "schema": 1,
    "lanes": {"fast": 5, "standard": 20, "enhanced": 60},
    "clocks": {"facility_manager": 2, "other": 5},
    "evidence": [{"code": "plan", "name": {"en": "Plan"}}],
    "rules": [
        {
            "id": "hot",
            "when": [["hot_work", "is", True]],
            "why": {"en": "There is hot work."},
            "gate": {
                "role": "safety_owner",
                "title": {"en": "Safety"},
                "working_days": 10,
                "evidence": ["plan"],
            },
        }
    ],
}


def changed(**change):
    """The small book, its rule changed."""
    document = copy.deepcopy(SMALL)
    document["rules"][0] |= change
    return document


def faults(document):
    with pytest.raises(InvalidInput) as refusal:
        read_book(document)
    return [(problem.code, problem.field) for problem in refusal.value.problems]


def test_a_book_is_read():
    (rule,) = read_book(SMALL).rules
    assert rule.when == (Test("hot_work", "is", value=True),)
    assert (rule.gate.role, rule.gate.evidence) == ("safety_owner", ("plan",))
    assert (rule.gate.date_dependent, rule.gate.article_dependent) == (False, True)


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (changed(when=[["weight", ">", 1]]), ("unknown_fact", "rules.0.when.0.0")),
        (changed(when=[["hot_work", ">", 1]]), ("unknown_code", "rules.0.when.0.1")),
        (changed(when=[["conformity", "is", "gold"]]), ("unknown_code", "rules.0.when.0.2")),
        (changed(when=[["conformity", "in", []]]), ("missing", "rules.0.when.0.2")),
        (changed(when=[["mass_kg", ">", "much"]]), ("not_a_number", "rules.0.when.0.2")),
        (changed(when=[["hot_work", "is", None]]), ("missing", "rules.0.when.0.2")),
        (changed(when=[["hot_work", "is"]]), ("not_a_test", "rules.0.when.0")),
        (changed(when=["hot_work"]), ("not_a_test", "rules.0.when.0")),
        (
            changed(when=[["mass_kg", ">", 9], ["mass_kg", "<", 9]]),
            ("never_holds", "rules.0.when"),
        ),
        (changed(**{"from": "2027-02-01", "until": "2027-01-31"}), ("ends_first", "rules.0.until")),
        (changed(why={"en": " "}), ("missing", "rules.0.why.en")),
        (changed(gate=None), ("causes_nothing", "rules.0")),
        (changed(lane="express"), ("unknown_code", "rules.0.lane")),
        (changed(evidence=["nothing"]), ("unknown_evidence", "rules.0.evidence.0")),
        (changed(evidence=["plan", "plan"]), ("repeated", "rules.0.evidence.1")),
        (changed(id="Not a code"), ("not_a_code", "rules.0.id")),
        (changed(colour="red"), ("unknown_field", "rules.0.colour")),
        (SMALL | {"schema": 2}, ("unknown_schema", "schema")),
        (SMALL | {"rules": SMALL["rules"] * 2}, ("repeated", "rules.1")),
        (SMALL | {"lanes": {"fast": 5, "standard": 20}}, ("missing", "lanes.enhanced")),
        (SMALL | {"clocks": {"other": 0}}, ("out_of_range", "clocks.other")),
        (SMALL | {"clocks": {"offer": 31}}, ("out_of_range", "clocks.offer")),
        (SMALL | {"clocks": {"hold": 2.5}}, ("not_whole", "clocks.hold")),
        (
            SMALL | {"clocks": {"hold": 2}},
            ("reminds_late", "clocks.hold_reminder"),
        ),
        (SMALL | {"clocks": {"question_expires": 5}}, ("reminds_late", "clocks.question_reminder")),
        (SMALL | {"clocks": {"tea": 1}}, ("unknown_field", "clocks.tea")),
    ],
)
def test_a_fault_is_named_with_its_place(document, found):
    assert faults(document) == [found]


def test_all_faults_are_told_at_once():
    wrong = changed(lane="express", why={"fi": "Tulityö."}, when=[["weight", ">", 1]])
    assert faults(wrong) == [
        ("unknown_fact", "rules.0.when.0.0"),
        ("missing", "rules.0.why.en"),
        ("unknown_code", "rules.0.lane"),
    ]


def test_a_book_from_before_reads_with_the_usual_clocks_and_a_fault_names_field_and_bounds():
    bare = {name: part for name, part in SMALL.items() if name != "clocks"}
    assert read_book(bare).clocks == read_book(SMALL).clocks == SHIPPED.clocks == CLOCKS
    with pytest.raises(InvalidInput) as refusal:
        read_book(SMALL | {"clocks": {"hold": 61}})
    (problem,) = refusal.value.problems
    assert sentence(problem.message, "en") == (
        "“Time is held without a decision” must lie between 1 and 60."
    )
    with pytest.raises(InvalidInput) as refusal:
        read_book(SMALL | {"clocks": {"hold": 2}})
    (problem,) = refusal.value.problems
    assert sentence(problem.message, "en") == (
        "“Owners are reminded before held time is free again” must be less than the 2 working days"
        " of “Time is held without a decision”."
    )


@given(clocks())
def test_clocks_written_are_read_back(found):
    book = RuleBook(SHIPPED.lanes, found)
    assert read_book(write_book(book)) == book


def test_a_role_that_does_not_exist_decides_nothing():
    gate = SMALL["rules"][0]["gate"]
    assert faults(changed(gate=gate | {"role": "king"})) == [("unknown_code", "rules.0.gate.role")]


def _without_contradictions(book):
    return all(contradicting(rule.when) is None for rule in book.rules)


@given(books().filter(_without_contradictions))
def test_what_is_written_is_read_back(book):
    causing = tuple(
        rule
        for rule in book.rules
        if rule.lane or rule.gate or rule.evidence or rule.notice or rule.condition
    )
    kept = type(book)(book.lanes, book.clocks, book.evidence, causing)
    assert read_book(write_book(kept)) == kept


@given(anything())
def test_no_json_breaks_the_reading(value):
    for document in (value, SMALL | {"rules": value}, changed(when=value), changed(gate=value)):
        with contextlib.suppress(InvalidInput):
            read_book(document)


@given(st.lists(questions(), min_size=1, max_size=3), facts())
def test_tests_that_contradict_each_other_hold_of_nothing(tests, told):
    """Where facts pass them all, they are never said to contradict each other."""
    if all(test.holds(told) for test in tests):
        assert contradicting(tests) is None


@given(questions(), questions())
def test_tests_that_do_not_contradict_hold_of_something(one, other):
    if one.fact == other.fact and contradicting([one, other]) is not None:
        known = FACTS[one.fact]
        assert known.kind != "codes"
        numbers = (0, 0.5, 1, 1.5, 2, 2.5, 3, 4)
        told = {"flag": (True, False), "number": numbers}.get(known.kind)
        for value in told or known.choices or ("a", "b", "c", "d"):
            assert not (one.holds({one.fact: value}) and other.holds({other.fact: value}))


def test_the_shipped_book_says_all_in_three_languages_and_names_its_sources():
    for rule in SHIPPED.rules:
        texts = [rule.why, *filter(None, (rule.condition, rule.gate and rule.gate.title))]
        assert [set(text.texts) for text in texts] == [{"en", "fi", "sv"}] * len(texts), rule.id
        assert rule.source, rule.id
    assert {frozenset(item.name.texts) for item in SHIPPED.evidence.values()} == {
        frozenset({"en", "fi", "sv"})
    }
    used = {c for r in SHIPPED.rules for c in (*r.evidence, *(r.gate.evidence if r.gate else ()))}
    assert used == set(SHIPPED.evidence)
