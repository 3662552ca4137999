"""A rule book narrowed to what is still open: for judging one article at hundreds of places."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from livinglab.domain.facts import Facts
    from livinglab.domain.rules import Rule, RuleBook


def narrowed(book: RuleBook, facts: Facts, later: Collection[str]) -> RuleBook:
    """The book without the rules that ``facts`` rule out, asking only for the facts in ``later``.

    It judges those facts as the whole book judges all of them together.
    """
    return replace(book, rules=tuple(_left(book, facts, later)))


def _left(book: RuleBook, facts: Facts, later: Collection[str]) -> Iterator[Rule]:
    for rule in book.rules:
        left = tuple(test for test in rule.when if test.fact in later)
        if all(test.holds(facts) for test in rule.when if test.fact not in later):
            yield replace(rule, when=left)
