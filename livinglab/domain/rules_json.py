"""The rule book as JSON: one reading for the shipped file, imports, forms and stored versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.domain.clocks_json import LABELS as CLOCK_LABELS
from livinglab.domain.clocks_json import read_clocks, write_clocks
from livinglab.domain.contradiction import contradicting
from livinglab.domain.facts import FACTS
from livinglab.domain.messages import N_, Message
from livinglab.domain.profile.words import read_code, read_localised, write_localised
from livinglab.domain.reading import Node
from livinglab.domain.rules import EvidenceAsked, GateAsked, Rule, RuleBook, Test
from livinglab.domain.vocabulary import LANES, OWNER_ROLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

SCHEMA = 1
MAX_WORKING_DAYS = 250
CODE_LIMIT = 64
SOURCE_LIMIT = 500
OPERATORS = {
    "flag": ("is",),
    "number": (">", ">=", "<", "<="),
    "choice": ("is", "in", "not_in"),
    "codes": ("has",),
}
"""What may be asked of a fact, by its kind."""
LABELS = {
    "rules": N_("Rules"),
    "id": N_("Id of the rule"),
    "when": N_("When"),
    "from": N_("In force from"),
    "until": N_("In force until"),
    "why": N_("Reason shown to the firm"),
    "lane": N_("Lane"),
    "gate": N_("Gate"),
    "role": N_("Who decides"),
    "title": N_("Title of the gate"),
    "working_days": N_("Working days"),
    "evidence": N_("Papers and cards"),
    "notice": N_("Notice, working days"),
    "condition": N_("Condition before arrival"),
    "source": N_("Source"),
    "code": N_("Code"),
    "name": N_("Name"),
    "lanes": N_("Lanes"),
    "clocks": N_("Clocks"),
    "date_dependent": N_("Decided again when the date changes"),
    "article_dependent": N_("Decided again when the robot changes"),
    "per_person": N_("One for each person"),
    "expires": N_("Has an end date"),
    "en": N_("English"),
    "fi": N_("Finnish"),
    "sv": N_("Swedish"),
    **LANES,
    **CLOCK_LABELS,
}
"""What people read beside each field, in forms and in refusals."""


def read_book(value: object) -> RuleBook:
    """The rule book that a JSON object describes.

    Raises:
        InvalidInput: with one problem per fault: unknown facts, tests, roles or codes, an id that
            stands twice, a rule that ends before it begins, that causes nothing, or whose tests
            can never hold together.
    """
    root = Node(value, "", LABELS)
    node = root.record(("schema", "lanes", "clocks", "evidence", "rules"))
    if node["schema"].value != SCHEMA:
        node["schema"].refuse("unknown_schema", N_("This is no rule book of schema 1."))
    evidence = node["evidence"].each(_evidence)
    node["evidence"].refuse_repeats([item.code for item in evidence])
    known = {item.code: item for item in evidence}
    rules = node["rules"].each(lambda entry: _rule(entry, known))
    node["rules"].refuse_repeats([rule.id for rule in rules])
    book = RuleBook(_lanes(node["lanes"]), read_clocks(node["clocks"]), known, rules)
    root.finish()
    return book


def _lanes(node: Node) -> dict[str, int]:
    entry = node.record(tuple(LANES))
    return {name: entry[name].whole(1, MAX_WORKING_DAYS) for name in LANES}


def _evidence(raw: Node) -> EvidenceAsked:
    node = raw.record(("code", "name", "per_person", "expires", "working_days"))
    return EvidenceAsked(
        read_code(node["code"]),
        read_localised(node["name"]),
        node["per_person"].flag(),
        node["expires"].flag(),
        node["working_days"].maybe(lambda n: n.whole(0, MAX_WORKING_DAYS)) or 0,
    )


def _rule(raw: Node, known: Collection[str]) -> Rule:
    node = raw.record(
        (
            *("id", "when", "from", "until", "why", "lane", "gate", "evidence"),
            *("notice", "condition", "source"),
        )
    )
    rule = Rule(
        id=read_code(node["id"]),
        when=_tests(node["when"]),
        since=node["from"].maybe(Node.day),
        until=node["until"].maybe(Node.day),
        why=read_localised(node["why"]),
        lane=node["lane"].maybe(lambda n: n.choice(LANES)),
        gate=node["gate"].maybe(lambda n: _gate(n, known)),
        evidence=_codes(node["evidence"], known),
        notice=node["notice"].maybe(lambda n: n.whole(0, MAX_WORKING_DAYS)) or 0,
        condition=node["condition"].maybe(read_localised),
        source=node["source"].maybe(lambda n: n.text(SOURCE_LIMIT)) or "",
    )
    if rule.since and rule.until and rule.until < rule.since:
        node["until"].refuse("ends_first", N_("The rule ends before it begins."))
    if not (rule.lane or rule.gate or rule.evidence or rule.notice or rule.condition):
        raw.refuse(
            "causes_nothing",
            N_("The rule causes nothing: give it a lane, a gate, papers, notice or a condition."),
        )
    return rule


def _tests(node: Node) -> tuple[Test, ...]:
    before = len(node.faults)
    tests = tuple(test for test in node.each(_test) if test is not None)
    if len(node.faults) == before and (fact := contradicting(tests)) is not None:
        node.refuse(
            "never_holds",
            N_("These can never hold together: see what is asked of “%(fact)s”."),
            fact=Message(FACTS[fact].label),
        )
    return tests


def _test(node: Node) -> Test | None:
    if not isinstance(node.value, list | tuple) or len(node.value) != 3:  # noqa: PLR2004  # fact, op, value
        node.refuse("not_a_test", N_("“%(field)s” must be three things: a fact, a sign, a value."))
        return None
    name = node[0].value
    fact = FACTS.get(name) if isinstance(name, str) else None
    if fact is None:
        node[0].refuse(
            "unknown_fact",
            N_("Rules know no such fact. Known are: %(names)s."),
            names=", ".join(FACTS),
        )
        return None
    before = len(node.faults)
    op = node[1].choice(OPERATORS[fact.kind])
    if len(node.faults) > before:
        return None
    value = _value(node[2], str(name), op)
    return Test(str(name), op, value) if len(node.faults) == before else None


def _value(node: Node, name: str, op: str) -> bool | float | str | frozenset[str]:
    fact = FACTS[name]
    if node.value is None:
        node.refuse("missing", N_("“%(field)s” is empty. Fill it in."))
    if fact.kind == "flag":
        return node.flag()
    if fact.kind == "number":
        return node.number(-1_000_000, 1_000_000)

    def one(entry: Node) -> str:
        return entry.text(CODE_LIMIT) if fact.choices is None else entry.choice(fact.choices)

    if op not in {"in", "not_in"}:
        return one(node)
    codes = frozenset(node.each(one))
    if not codes:
        node.refuse("missing", N_("“%(field)s” is empty. Fill it in."))
    return codes


def _gate(raw: Node, known: Collection[str]) -> GateAsked:
    node = raw.record(
        ("role", "title", "working_days", "evidence", "date_dependent", "article_dependent")
    )
    return GateAsked(
        node["role"].choice(OWNER_ROLES),
        read_localised(node["title"]),
        node["working_days"].whole(1, MAX_WORKING_DAYS),
        _codes(node["evidence"], known),
        node["date_dependent"].flag(),
        node["article_dependent"].flag(otherwise=True),
    )


def _codes(node: Node, known: Collection[str]) -> tuple[str, ...]:
    codes = node.each(read_code)
    node.refuse_repeats(codes)
    for index, code in enumerate(codes):
        if code and code not in known:
            node[index].refuse(
                "unknown_evidence", N_("No paper or card has the code “%(name)s”."), name=code
            )
    return codes


def write_book(book: RuleBook) -> dict[str, object]:
    """The JSON object that :func:`read_book` reads back to an equal book."""
    return {
        "schema": SCHEMA,
        "lanes": dict(book.lanes),
        "clocks": write_clocks(book.clocks),
        "evidence": [write_evidence(item) for item in book.evidence.values()],
        "rules": [write_rule(rule) for rule in book.rules],
    }


def write_evidence(item: EvidenceAsked) -> dict[str, object]:
    """One paper or card as JSON."""
    return {
        "code": item.code,
        "name": write_localised(item.name),
        "per_person": item.per_person,
        "expires": item.expires,
        "working_days": item.working_days,
    }


def write_rule(rule: Rule) -> dict[str, object]:
    """One rule as JSON."""
    return {
        "id": rule.id,
        "when": _written(rule.when),
        "from": _iso(rule.since),
        "until": _iso(rule.until),
        "why": write_localised(rule.why),
        "lane": rule.lane,
        "gate": rule.gate and _written_gate(rule.gate),
        "evidence": list(rule.evidence),
        "notice": rule.notice,
        "condition": rule.condition and write_localised(rule.condition),
        "source": rule.source or None,
    }


def _written(tests: Iterable[Test]) -> list[list[object]]:
    return [
        [t.fact, t.op, sorted(t.value) if isinstance(t.value, frozenset) else t.value]
        for t in tests
    ]


def _written_gate(gate: GateAsked) -> dict[str, object]:
    return {
        "role": gate.role,
        "title": write_localised(gate.title),
        "working_days": gate.working_days,
        "evidence": list(gate.evidence),
        "date_dependent": gate.date_dependent,
        "article_dependent": gate.article_dependent,
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
