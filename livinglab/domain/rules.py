"""Rules as data: which lane, gates, evidence, notice and conditions a stay's facts call for.

A :class:`RuleBook` is one immutable version; staff edit its JSON (``domain.rules_json``). Nothing
here is a verdict of law: a rule says who is asked and what is to be brought.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from livinglab.domain.clocks import CLOCKS, Clocks
from livinglab.domain.vocabulary import LANES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from livinglab.domain.facts import Facts, Value
    from livinglab.domain.messages import Localised

LANE_ORDER = tuple(LANES)
"""From the quickest to the slowest."""
CONDITION = "rule:"
"""What stands before a rule's id where a condition is the rule's, and waits for no paper."""


@dataclass(frozen=True, slots=True)
class Test:
    """One question to a fact: ``op`` is one of ``rules_json.OPERATORS``."""

    __test__ = False

    fact: str
    op: str
    value: bool | float | str | frozenset[str]

    def holds(self, facts: Facts) -> bool:
        """Whether it is so; what was not told never is."""
        told = facts.get(self.fact)
        return told is not None and _holds(told, self.op, self.value)


def _holds(told: Value, op: str, value: Value) -> bool:
    match op, told, value:
        case "is", _, _:
            return told == value
        case "in", _, frozenset():
            return told in value
        case "not_in", _, frozenset():
            return told not in value
        case "has", frozenset(), str():
            return value in told
        case _, int() | float(), int() | float():
            return _compare(told, op, value)
    return False


def _compare(told: float, op: str, value: float) -> bool:
    return {
        ">": told > value,
        ">=": told >= value,
        "<": told < value,
        "<=": told <= value,
    }.get(op, False)


@dataclass(frozen=True, slots=True)
class EvidenceAsked:
    """A paper or a card: how it is called, and the working days it usually takes to get.

    ``per_person``: each who comes brings one. ``expires``: it must outlast the stay.
    """

    code: str
    name: Localised
    per_person: bool = False
    expires: bool = False
    working_days: int = 0


@dataclass(frozen=True, slots=True)
class GateAsked:
    """An approval: who gives it in how many working days, on what evidence (codes).

    ``rules`` are the ids of those that ask for it. A new date opens it again where
    ``date_dependent``, a new article where ``article_dependent``.
    """

    role: str
    title: Localised
    working_days: int
    evidence: tuple[str, ...] = ()
    date_dependent: bool = False
    article_dependent: bool = True
    rules: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """What follows where all of ``when`` hold, for a stay with a day from ``since`` to ``until``.

    Both dates are included. ``why`` is the answer that caused it, as the firm reads it; ``source``
    the text it rests on. ``notice`` counts working days between asking and start; ``condition``
    must be met before arrival.
    """

    id: str
    why: Localised
    when: tuple[Test, ...] = ()
    since: date | None = None
    until: date | None = None
    lane: str | None = None
    gate: GateAsked | None = None
    evidence: tuple[str, ...] = ()
    notice: int = 0
    condition: Localised | None = None
    source: str = ""

    def in_force(self, first_day: date, last_day: date) -> bool:
        """Whether a day of the stay lies in its time."""
        return (self.since is None or self.since <= last_day) and (
            self.until is None or first_day <= self.until
        )

    def holds(self, facts: Facts) -> bool:
        """Whether everything it asks is so."""
        return all(test.holds(facts) for test in self.when)


@dataclass(frozen=True, slots=True)
class RuleBook:
    """One version of all rules.

    ``lanes`` are working days to the decision, as told to the firm; ``clocks`` those of everything
    that has no clock of its own.
    """

    lanes: Mapping[str, int]
    clocks: Clocks = CLOCKS
    evidence: Mapping[str, EvidenceAsked] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    def rule(self, key: str) -> Rule | None:
        """The rule of that id, or None."""
        return next((rule for rule in self.rules if rule.id == key), None)


@dataclass(frozen=True, slots=True)
class LaneReason:
    """A rule that asks for a lane, and the answer that caused it."""

    rule: str
    lane: str
    why: Localised


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a rule book says of a stay; rules in the order of the book.

    ``lane`` is the slowest asked for. ``evidence`` is due before arrival, that of gates included;
    ``conditions`` by the id of the rule.
    """

    lane: str = LANE_ORDER[0]
    lane_reasons: tuple[LaneReason, ...] = ()
    gates: tuple[GateAsked, ...] = ()
    evidence: tuple[EvidenceAsked, ...] = ()
    notice: int = 0
    conditions: Mapping[str, Localised] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()


def judge(book: RuleBook, facts: Facts, first_day: date, last_day: date) -> Judgement:
    """What a stay from ``first_day`` to ``last_day``, both included, calls for."""
    return judge_stays(book, [(facts, first_day, last_day)])


def judge_stays(book: RuleBook, stays: Sequence[tuple[Facts, date, date]]) -> Judgement:
    """What several stays together call for: every rule that holds of one of them."""
    found = tuple(
        rule
        for rule in book.rules
        if any(rule.in_force(first, last) and rule.holds(facts) for facts, first, last in stays)
    )
    reasons = tuple(LaneReason(r.id, r.lane, r.why) for r in found if r.lane is not None)
    gates = merged(replace(r.gate, rules=(r.id,)) for r in found if r.gate is not None)
    asked = [code for r in found for code in (*r.evidence, *(r.gate.evidence if r.gate else ()))]
    return Judgement(
        slowest(reason.lane for reason in reasons),
        reasons,
        gates,
        tuple(book.evidence[code] for code in dict.fromkeys(asked)),
        max((r.notice for r in found), default=0),
        {r.id: r.condition for r in found if r.condition is not None},
        found,
    )


def slowest(lanes: Iterable[str]) -> str:
    """The slowest of the lanes; the quickest there is when there are none."""
    return max(lanes, key=LANE_ORDER.index, default=LANE_ORDER[0])


def merged(gates: Iterable[GateAsked]) -> tuple[GateAsked, ...]:
    """One gate per role, in order of first asking: the first title, the longest clock."""
    found: dict[str, GateAsked] = {}
    for gate in gates:
        known = found.get(gate.role)
        found[gate.role] = gate if known is None else _both(known, gate)
    return tuple(found.values())


def _both(known: GateAsked, gate: GateAsked) -> GateAsked:
    return replace(
        known,
        working_days=max(known.working_days, gate.working_days),
        evidence=tuple(dict.fromkeys((*known.evidence, *gate.evidence))),
        date_dependent=known.date_dependent or gate.date_dependent,
        article_dependent=known.article_dependent or gate.article_dependent,
        rules=tuple(dict.fromkeys((*known.rules, *gate.rules))),
    )
