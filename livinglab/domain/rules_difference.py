"""What differs between two versions of the rules, rule by rule."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Literal

from livinglab.domain.clocks_json import write_clocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livinglab.domain.rules import Rule, RuleBook


@dataclass(frozen=True, slots=True)
class Difference:
    """A rule, or another part of the book, that is not as it was; ``parts`` name what changed.

    ``days`` are the working days of those parts before and after, where they are lengths.
    """

    key: str
    kind: Literal["added", "removed", "changed"]
    parts: tuple[str, ...] = ()
    rule: Rule | None = None
    days: tuple[tuple[int, int], ...] = ()


def differences(before: RuleBook, after: RuleBook) -> list[Difference]:
    """Every difference, in the order of the later version; what was removed comes last."""
    return [*_rules(before, after), *_rest(before, after)]


def _rules(before: RuleBook, after: RuleBook) -> Iterator[Difference]:
    for rule in after.rules:
        known = before.rule(rule.id)
        if known is None:
            yield Difference(rule.id, "added", (), rule)
        elif known != rule:
            parts = tuple(
                field.name
                for field in fields(rule)
                if getattr(known, field.name) != getattr(rule, field.name)
            )
            yield Difference(rule.id, "changed", parts, rule)
    for rule in before.rules:
        if after.rule(rule.id) is None:
            yield Difference(rule.id, "removed", (), rule)


def _rest(before: RuleBook, after: RuleBook) -> Iterator[Difference]:
    lengths = (
        ("lanes", before.lanes, after.lanes),
        ("clocks", write_clocks(before.clocks), write_clocks(after.clocks)),
    )
    for name, was, now in lengths:
        parts = tuple(part for part in now if was[part] != now[part])
        if parts:
            days = tuple((was[part], now[part]) for part in parts)
            yield Difference(name, "changed", parts, days=days)
    codes = {**before.evidence, **after.evidence}
    changed = tuple(c for c in codes if before.evidence.get(c) != after.evidence.get(c))
    if changed:
        yield Difference("evidence", "changed", changed)
