"""Rules in words: when they hold, what they cause, and what differs between two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from livinglab.domain.clocks_json import write_clocks
from livinglab.domain.facts import FACTS
from livinglab.domain.messages import Message
from livinglab.domain.rules_json import LABELS
from livinglab.domain.vocabulary import LANES
from livinglab.web.clock_words import days_text
from livinglab.web.filters import localised, number, sentence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from livinglab.domain.rules import EvidenceAsked, Rule, RuleBook, Test
    from livinglab.domain.rules_difference import Difference

PARTS = {"since": "from"}
"""Parts of a rule whose label has another name."""


def when(rule: Rule) -> list[str]:
    """Each of its tests in words."""
    return [test_words(test) for test in rule.when] or [gettext("always")]


def test_words(test: Test) -> str:
    """One test: “Battery, kWh: more than 2”."""
    fact = FACTS[test.fact]
    label = sentence(Message(fact.label))
    if fact.kind == "flag":
        value = gettext("yes") if test.value else gettext("no")
        return str(gettext("%(fact)s: %(value)s", fact=label, value=value))
    return str(gettext("%(fact)s: %(value)s", fact=label, value=_asked(test)))


def causes(rule: Rule, evidence: Mapping[str, EvidenceAsked]) -> list[str]:
    """Everything that follows where it holds."""
    return list(_causes(rule, evidence))


def part_words(part: str) -> str:
    """The name of a part of a rule."""
    label = LABELS.get(PARTS.get(part, part))
    return sentence(Message(label)) if label else part


def difference_words(difference: Difference) -> str:
    """What differs, in a few words."""
    kind = {
        "added": gettext("added"),
        "removed": gettext("removed"),
        "changed": gettext("changed"),
    }[difference.kind]
    parts = ", ".join(_parts(difference))
    return f"{kind}: {parts}" if parts else str(kind)


def lengths(book: RuleBook) -> list[tuple[str, str]]:
    """Every lane and clock, and its working days."""
    days = {**book.lanes, **write_clocks(book.clocks)}
    return [(part_words(name), days_text(count)) for name, count in days.items()]


def _parts(difference: Difference) -> Iterator[str]:
    """What changed, with the working days before and after where they are lengths."""
    for index, part in enumerate(difference.parts):
        days = difference.days[index : index + 1]
        yield part_words(part) + "".join(f" ({was} → {now})" for was, now in days)


def _asked(test: Test) -> str:
    match test.op:
        case "in" | "not_in" if isinstance(test.value, frozenset):
            codes = ", ".join(_code(test, code) for code in sorted(test.value))
            named = gettext("one of %(codes)s", codes=codes)
            return str(named if test.op == "in" else gettext("none of %(codes)s", codes=codes))
        case "has":
            return str(gettext("with %(code)s", code=test.value))
        case ">" | ">=" | "<" | "<=" if isinstance(test.value, int | float):
            value = number(test.value)
            words = {
                ">": gettext("more than %(value)s", value=value),
                ">=": gettext("%(value)s or more", value=value),
                "<": gettext("less than %(value)s", value=value),
                "<=": gettext("%(value)s or less", value=value),
            }
            return str(words[test.op])
    return _code(test, str(test.value))


def _code(test: Test, code: str) -> str:
    name = (FACTS[test.fact].choices or {}).get(code)
    return sentence(Message(name)) if name else code


def _causes(rule: Rule, evidence: Mapping[str, EvidenceAsked]) -> Iterator[str]:
    if rule.lane:
        yield sentence(Message(LANES[rule.lane]))
    if rule.gate:
        yield gettext(
            "%(title)s decides within %(days)s working days",
            title=localised(rule.gate.title),
            days=rule.gate.working_days,
        )
    codes = dict.fromkeys((*rule.evidence, *(rule.gate.evidence if rule.gate else ())))
    if codes:
        names = ", ".join(localised(evidence[code].name) for code in codes)
        yield gettext("Papers and cards: %(names)s", names=names)
    if rule.notice:
        yield gettext("Notice of %(days)s working days", days=rule.notice)
    if rule.condition:
        yield gettext("Condition: %(text)s", text=localised(rule.condition))
