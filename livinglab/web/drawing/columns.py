"""Columns: one upright bar for each month, or for each number of days.

Columns stand equally far apart and are percentages wide, heights are pixels: one SVG fits every
width. The scale is beside it, so that its numbers stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

TOP, PLOT, FOOT, NOTE = 22, 160, 26, 16
"""Pixels above the highest column for its number, of the columns, and below for their names and
for the notes below these."""
TICKS = 4
SHARE = 0.64
"""How much of its place a column fills."""
LEAST = 1.5
"""The lowest column that is not nothing, pixels."""


@dataclass(frozen=True, slots=True)
class Column:
    """What one column says.

    ``value`` and ``further`` stand on each other (firm below tentative). ``text`` stands above,
    ``label`` below, ``slim`` instead of it on a phone, ``note`` (a year) under it; ``name`` says
    all of it. ``now`` marks the column of today.
    """

    value: float
    label: str
    slim: str
    text: str
    name: str
    further: float = 0
    note: str = ""
    now: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the scale at ``y`` pixels."""

    y: float
    value: int


@dataclass(frozen=True, slots=True)
class DrawnColumn:
    """A column placed: per cent along, pixels down; ``middle`` is where its texts stand."""

    x: float
    width: float
    middle: float
    y: float
    height: float
    further_y: float
    further_height: float
    column: Column


@dataclass(frozen=True, slots=True)
class Columns:
    """The drawing; ``base`` is the foot of the columns, all in pixels but along the columns."""

    height: int
    base: int
    ticks: tuple[Tick, ...]
    columns: tuple[DrawnColumn, ...]


def columns(given: Sequence[Column]) -> Columns:
    """Place the columns under a scale that is a little higher than the highest."""
    step = _step(max((column.value + column.further for column in given), default=0))
    highest, base = step * TICKS, TOP + PLOT
    place = 100 / max(len(given), 1)
    return Columns(
        height=base + FOOT + (NOTE if any(column.note for column in given) else 0),
        base=base,
        ticks=tuple(Tick(base - PLOT * n / TICKS, step * n) for n in range(TICKS + 1)),
        columns=tuple(_placed(given, place, highest)),
    )


def _placed(given: Iterable[Column], place: float, highest: int) -> Iterator[DrawnColumn]:
    base = TOP + PLOT
    for n, column in enumerate(given):
        lower = _high(column.value, highest)
        upper = _high(column.further, highest)
        yield DrawnColumn(
            x=round((n + (1 - SHARE) / 2) * place, 3),
            width=round(SHARE * place, 3),
            middle=round((n + 0.5) * place, 3),
            y=round(base - lower, 1),
            height=round(lower, 1),
            further_y=round(base - lower - upper, 1),
            further_height=round(upper, 1),
            column=column,
        )


def _high(value: float, highest: int) -> float:
    return max(value / highest * PLOT, LEAST) if value else 0.0


def _step(highest: float) -> int:
    """The least step of 1, 2, 5, 10, 25, 50, 100, 250 … with which the scale reaches so high."""
    steps = (m * 10**n for n in count() for m in ((1, 2, 5) if n == 0 else (1, 2.5, 5)))
    return next(int(step) for step in steps if step * TICKS >= highest)
