"""What was tested at a facility so far, in counts that name no firm."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

Counts = tuple[tuple[str, int], ...]
"""Codes of ``domain.vocabulary`` with how often each occurs, the most frequent first."""


class Finished(NamedTuple):
    """A pilot finished at the facility: its robot, its focus areas, its last year there."""

    kind: str
    focus_areas: tuple[str, ...]
    year: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many pilots were finished, by kind of robot, by focus area and by year (latest first).

    A pilot with several focus areas counts in each of them.
    """

    number: int
    kinds: Counts
    focus_areas: Counts
    years: tuple[tuple[int, int], ...]


def tally(tests: Iterable[Finished]) -> Tally:
    """Count finished pilots."""
    listed = list(tests)
    years = Counter(test.year for test in listed)
    return Tally(
        len(listed),
        _most_first(Counter(test.kind for test in listed)),
        _most_first(Counter(area for test in listed for area in dict.fromkeys(test.focus_areas))),
        tuple(sorted(years.items(), reverse=True)),
    )


def _most_first(counted: Counter[str]) -> Counts:
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
