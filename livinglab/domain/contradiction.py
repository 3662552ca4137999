"""Tests of one rule that can never hold together: such a rule would never say anything."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from livinglab.domain.facts import FACTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from livinglab.domain.facts import Value
    from livinglab.domain.rules import Test


def contradicting(tests: Sequence[Test]) -> str | None:
    """The first fact of which the tests ask what cannot be, or None."""
    for fact in dict.fromkeys(test.fact for test in tests):
        about = [test for test in tests if test.fact == fact]
        if FACTS[fact].kind != "codes" and not any(
            all(test.holds({fact: value}) for test in about) for value in _candidates(fact, about)
        ):
            return fact
    return None


def _candidates(fact: str, tests: Sequence[Test]) -> Iterator[Value]:
    """Values among which one passes all the tests if any value does."""
    known = FACTS[fact]
    if known.kind == "flag":
        yield from (True, False)
    elif known.kind == "number":
        bounds = sorted(float(t.value) for t in tests if isinstance(t.value, int | float))
        yield from (*bounds, bounds[0] - 1, bounds[-1] + 1)
        yield from ((low + high) / 2 for low, high in pairwise(bounds))
    else:
        named = {code for t in tests if isinstance(t.value, frozenset) for code in t.value}
        named |= {t.value for t in tests if isinstance(t.value, str)}
        # A code that no test names stands for all others, where the codes are not a closed list.
        yield from known.choices or (*sorted(named), "".join(sorted(named)) + "x")
