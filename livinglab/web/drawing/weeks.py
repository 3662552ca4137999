"""The heat of weeks: one row for each place, one cell for each week, darker where it is fuller.

Tints differ in lightness, so they stay apart in grey; weeks in which nothing is open are hatched,
as closed time is everywhere. Along the weeks lengths are percentages, heights are pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from livinglab.web.drawing.text import squeeze, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HEAD, ROW = 24, 34
"""Pixels of the months on top and of a row."""
LEVELS = (0.1, 0.25, 0.5, 0.75, 1.0)
"""Up to which share of the open time each tint goes; the first begins above nothing."""
WIDE, SLIM = 200, 100
"""Pixels for the name of a row, and on a phone."""
MONTH_ROOM = 3
"""A month that begins later than so many weeks before the end has no room for its name."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One place: share of its open time booked in each week, None where nothing is open.

    ``names`` say the same in words, week by week.
    """

    label: str
    href: str
    shares: tuple[float | None, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A week that is not empty: where it stands, its tint from 1, or 0 where closed."""

    x: float
    y: int
    level: int
    name: str


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """The name of a row, in the lines that fit and in one for a phone, and where the row begins."""

    y: int
    label: str
    lines: tuple[str, ...]
    slim: str
    href: str


@dataclass(frozen=True, slots=True)
class Heat:
    """The drawing. ``width`` of a cell and all ``x`` are per cent; ``today`` is None outside."""

    height: int
    head: int
    row: int
    width: float
    months: tuple[tuple[float, str], ...]
    rows: tuple[DrawnRow, ...]
    cells: tuple[Cell, ...]
    today: float | None


def heat(
    weeks: Sequence[date], rows: Sequence[HeatRow], today: date, month: Callable[[date], str]
) -> Heat:
    """Place rows and cells.

    Args:
        weeks: The Monday of each week, without a gap.
        rows: As many shares and names each as there are weeks.
        today: A copper line stands at it where the weeks reach so far.
        month: How a month is written above its first Monday.
    """
    width = 100 / len(weeks)
    days = (today - weeks[0]).days + 0.5
    inside = 0 <= days < 7 * len(weeks)
    return Heat(
        height=HEAD + ROW * len(rows),
        head=HEAD,
        row=ROW,
        width=round(width, 3),
        months=tuple(_months(weeks, width, month)),
        rows=tuple(
            DrawnRow(
                HEAD + ROW * n,
                row.label,
                wrap(row.label, WIDE),
                squeeze(row.label, SLIM),
                row.href,
            )
            for n, row in enumerate(rows)
        ),
        cells=tuple(_cells(rows, width)),
        today=round(days / 7 * width, 3) if inside else None,
    )


def level(share: float | None) -> int | None:
    """The tint of a share: 1 to 5, 0 where nothing is open, None where nothing is booked."""
    if share is None:
        return 0
    if not share:
        return None
    return next(n for n, limit in enumerate(LEVELS, 1) if share <= limit)


def _cells(rows: Sequence[HeatRow], width: float) -> Iterator[Cell]:
    for n, row in enumerate(rows):
        for week, (share, name) in enumerate(zip(row.shares, row.names, strict=True)):
            tint = level(share)
            if tint is not None:
                yield Cell(round(week * width, 3), HEAD + ROW * n, tint, name)


def _months(
    weeks: Sequence[date], width: float, month: Callable[[date], str]
) -> Iterator[tuple[float, str]]:
    """A month's name above the first week that begins in it."""
    for n, week in enumerate(weeks):
        begins = (week - timedelta(days=7)).month != week.month
        if begins and n + MONTH_ROOM <= len(weeks):
            yield round(n * width, 3), month(week)
