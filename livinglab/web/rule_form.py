"""The form of one rule: what is typed as the JSON of a rule, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livinglab.domain.facts import FACTS
from livinglab.domain.vocabulary import LANGUAGES
from livinglab.web.request_form import number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from werkzeug.datastructures import MultiDict

    from livinglab.domain.errors import Problem

SPARE = 2
"""Empty tests below those that are there."""
MOST_TESTS = 12
TEXTS = ("why", "condition", "gate.title")
PARTS = ("fact", "op", "value")
YES = frozenset({"yes", "true", "kyllä", "ja"})
NO = frozenset({"no", "false", "ei", "nej"})


def typed_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of the form for a rule's JSON; empty for ``{}``."""
    gate = rule.get("gate") or {}
    found: dict[str, Any] = {
        name: rule.get(name) or "" for name in ("id", "from", "until", "lane", "notice", "source")
    }
    found["evidence"] = list(rule.get("evidence") or ())
    found["gate.evidence"] = list(gate.get("evidence") or ())
    found |= {f"gate.{name}": gate.get(name) or "" for name in ("role", "working_days")}
    found["gate.date_dependent"] = gate.get("date_dependent", False)
    found["gate.article_dependent"] = gate.get("article_dependent", True)
    for name, texts in (
        ("why", rule.get("why")),
        ("condition", rule.get("condition")),
        ("gate.title", gate.get("title")),
    ):
        found |= {f"{name}.{tag}": (texts or {}).get(tag, "") for tag in LANGUAGES}
    for index, test in enumerate(rule.get("when") or ()):
        value = test[2]
        text = ", ".join(value) if isinstance(value, list) else _written(value)
        found |= {
            f"when.{index}.{part}": t for part, t in zip(PARTS, (*test[:2], text), strict=True)
        }
    return found


def posted(given: MultiDict[str, str]) -> dict[str, Any]:
    """What was typed, as it was typed."""
    found: dict[str, Any] = {name: given[name] for name in given}
    found |= {name: given.getlist(name) for name in ("evidence", "gate.evidence")}
    flags = ("gate.date_dependent", "gate.article_dependent")
    return found | {name: bool(given.get(name)) for name in flags}


def count(typed: Mapping[str, Any]) -> int:
    """How many tests the form shows."""
    used = [n for n in range(MOST_TESTS) if typed.get(f"when.{n}.fact")]
    return min(max(used, default=-1) + 1 + SPARE, MOST_TESTS)


def to_json(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The rule that the form describes; what is left empty is left out."""
    gate = None
    if typed.get("gate.role"):
        gate = {
            "role": typed["gate.role"],
            "title": _texts(typed, "gate.title"),
            "working_days": number(typed.get("gate.working_days", "").strip() or "5"),
            "evidence": typed.get("gate.evidence", []),
            "date_dependent": typed.get("gate.date_dependent", False),
            "article_dependent": typed.get("gate.article_dependent", False),
        }
    return {
        "id": typed.get("id", "").strip(),
        "when": [
            _test(typed, index) for index in range(MOST_TESTS) if typed.get(f"when.{index}.fact")
        ],
        "from": typed.get("from", "").strip() or None,
        "until": typed.get("until", "").strip() or None,
        "why": _texts(typed, "why") or {"en": ""},
        "lane": typed.get("lane") or None,
        "gate": gate,
        "evidence": typed.get("evidence", []),
        "notice": number(typed.get("notice", "").strip() or "0"),
        "condition": _texts(typed, "condition") or None,
        "source": typed.get("source", "").strip() or None,
    }


def by_field(problems: Iterable[Problem], typed: Mapping[str, Any]) -> dict[str, list[Problem]]:
    """Problems by the field of the form at which they are told."""
    shown = [n for n in range(MOST_TESTS) if typed.get(f"when.{n}.fact")]
    found: dict[str, list[Problem]] = {}
    for problem in problems:
        parts = problem.field.split(".")
        name = ".".join(parts[2:]) if parts[0] == "rules" and len(parts) > 1 else problem.field
        found.setdefault(_field(name, shown), []).append(problem)
    return found


def _field(name: str, shown: list[int]) -> str:
    head, _, rest = name.partition(".")
    if head == "when":
        index, _, part = rest.partition(".")
        row = shown[int(index)] if index.isdecimal() and int(index) < len(shown) else 0
        place = int(part[0]) if part[:1].isdecimal() else 0
        return f"when.{row}.{PARTS[min(place, 2)]}"
    if name in {"why", "condition", "gate.title"}:
        return f"{name}.en"
    if head == "evidence" or name.startswith("gate.evidence"):
        return "gate.evidence" if head == "gate" else "evidence"
    return name or "id"


def _test(typed: Mapping[str, Any], index: int) -> list[object]:
    fact, op, text = (str(typed.get(f"when.{index}.{part}", "")).strip() for part in PARTS)
    known = FACTS.get(fact)
    value: object = text
    if known is not None and known.kind == "flag":
        value = text.lower() in YES if text.lower() in YES | NO else text
    elif known is not None and known.kind == "number":
        value = number(text) if text else None
    elif op in {"in", "not_in"}:
        value = [code for code in (part.strip() for part in text.split(",")) if code]
    return [fact, op, value]


def _texts(typed: Mapping[str, Any], name: str) -> dict[str, str]:
    return {tag: text for tag in LANGUAGES if (text := typed.get(f"{name}.{tag}", "").strip())}


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else str(value)
