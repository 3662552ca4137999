"""A time line laid out: x and width in per cent of the range, y and height in pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from livinglab.web.drawing.timeline import Kind, Scale


@dataclass(frozen=True, slots=True)
class Tick:
    """A date in the head: at the left edge of a week or month, at the middle of a day."""

    x: float
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the axis."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Today:
    """The line of now, and its day's cell with its text (empty where days are too narrow)."""

    x: float
    cell: Band
    text: str


@dataclass(frozen=True, slots=True)
class DrawnBar:
    """A bar in its place; ``y`` counts from the top of the drawing, ``day`` is its first.

    ``ends`` are those of its ends that lie within the range and may be dragged: start, end.
    """

    kind: Kind
    x: float
    width: float
    y: int
    height: int
    text: str
    name: str
    href: str | None
    move: str | None = None
    day: date | None = None
    resize: str | None = None
    ends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Name:
    """A name beside the chart: in full, in the lines that fit beside it, as it fits on a phone."""

    full: str
    wide: tuple[str, ...]
    narrow: str


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A row in its place; ``group`` is None except on the first row of its group."""

    key: str
    y: int
    height: int
    group: Name | None
    label: Name
    href: str | None
    bars: tuple[DrawnBar, ...]
    closable: bool = False


@dataclass(frozen=True, slots=True)
class Drawing:
    """The whole: head with dates, rest days, lines before Mondays or at hours, today, rows.

    It shows the days from ``start`` up to, not including, ``end``.
    ``numbered``: every day has its number, in its middle; else Mondays have it, at their left edge.
    A single day has its hours there, and ``marks``: the wall-clock time of each of its half-hours.
    """

    scale: Scale
    start: date
    end: date
    head: int
    height: int
    numbered: bool
    heads: tuple[Tick, ...]
    days: tuple[Tick, ...]
    rest: tuple[Band, ...]
    weeks: tuple[float, ...]
    today: Today | None
    rows: tuple[DrawnRow, ...]
    marks: tuple[str, ...] = ()
