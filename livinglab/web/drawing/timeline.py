"""What a time line shows: bookings, wishes, buffers and closures of resources over local days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from livinglab.web.drawing.axis import Axis

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime, tzinfo

Kind = Literal["firm", "tentative", "wish", "buffer", "closed", "clash", "block"]
Scale = Literal["day", "week", "month", "quarter"]

FULL_HEIGHT: frozenset[Kind] = frozenset({"closed", "block"})
"""Kinds that close a whole row, stacked lines included."""


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that lasts, half-open.

    ``label`` is what is drawn, "Firm · title" or a closure's reason, as far as it fits; ``title``
    is the rest in words (period, state, reference). Label, comma, title is the accessible name.
    ``move`` is the address where moving it begins, for who may.
    ``resize`` is the address where its ends are set, for who may.
    ``closed`` is a rule's exception (holiday, season), ``block`` one that somebody entered.
    """

    kind: Kind
    start: datetime
    end: datetime
    label: str
    title: str = ""
    href: str | None = None
    move: str | None = None
    resize: str | None = None

    @property
    def name(self) -> str:
        """The accessible name; it begins with what is seen."""
        return ", ".join(part for part in (self.label, self.title) if part)


@dataclass(frozen=True, slots=True)
class Row:
    """One resource. Rows of one ``group`` (facility) stand together; the first of them names it.

    ``closable``: the reader may close its free time.
    """

    key: str
    group: str
    label: str
    href: str | None = None
    bars: tuple[Bar, ...] = ()
    closable: bool = False


@dataclass(frozen=True, slots=True)
class Timeline:
    """The local days from ``start`` up to, not including, ``end``.

    ``rest`` are days shaded besides Saturdays and Sundays. Nights and rest days are not bars.
    ``now`` draws the line of today where it lies in the range.
    """

    start: date
    end: date
    zone: tzinfo
    now: datetime | None
    scale: Scale
    rows: tuple[Row, ...]
    rest: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Labels:
    """How the reader's language writes days, weeks, months and times of day in the head."""

    day: Callable[[date], str]
    weekday: Callable[[date], str]
    week: Callable[[date], str]
    week_number: Callable[[date], str]
    month: Callable[[date], str]
    whole_day: Callable[[date], str]
    clock: Callable[[datetime], str]


@dataclass(frozen=True, slots=True)
class TwinRow:
    """A line of the table that says the same: one bar, or equal bars of several rows."""

    rows: tuple[Row, ...]
    bar: Bar


def twin(timeline: Timeline) -> tuple[TwinRow, ...]:
    """The table twin: every bar seen in the picture, in the picture's order.

    A closure shared by several rows is one line, where the first of them stands.
    """
    axis = Axis(timeline.start, timeline.end, timeline.zone)
    lines: dict[tuple[object, ...], TwinRow] = {}
    for row in timeline.rows:
        for bar in sorted(row.bars, key=lambda bar: (bar.start, bar.end)):
            if axis.exact(bar.end) <= 0 or axis.exact(bar.start) >= axis.days:
                continue
            key = (bar,) if bar.kind in FULL_HEIGHT else (bar, row.key)
            known = lines.get(key)
            lines[key] = TwinRow((*known.rows, row) if known else (row,), bar)
    return tuple(lines.values())
