"""The bars of one row: where each stands, how high it is, and how much of its label shows."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from livinglab.web.drawing.drawn import Band, DrawnBar
from livinglab.web.drawing.text import shorten
from livinglab.web.drawing.timeline import FULL_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.web.drawing.axis import Axis
    from livinglab.web.drawing.timeline import Bar, Kind, Scale

ORDER: tuple[Kind, ...] = ("closed", "block", "buffer", "firm", "tentative", "wish", "clash")
"""Painting order inside a row, back to front; also the order of reading and of focus."""
STACKED: frozenset[Kind] = frozenset({"wish", "clash"})
"""Kinds that go a line down where they overlap one of their own."""

SMALLEST = 0.6
"""The narrowest bar, per cent of the range: thinner ones could be neither seen nor hit."""
WHOLE_LABEL = 130
"""From this bar width on, pixels, "Firm · title" is drawn."""
FIRST_PART = 46
"""From this bar width on, pixels, the firm alone is drawn."""
PADDING = 14
"""Pixels of a bar beside its label; a clash has its flag in ``FLAG`` more."""
FLAG = 15


@dataclass(frozen=True, slots=True)
class Frame:
    """What all rows of a drawing share: axis, scale, pixels the text should fit, row height."""

    axis: Axis
    scale: Scale
    width: int
    row_height: int


def place(bars: Sequence[Bar], frame: Frame, top: int) -> tuple[int, tuple[DrawnBar, ...]]:
    """The row's height and its bars in painting order; what lies outside the range is left out."""
    seen = [
        bar
        for bar in sorted(bars, key=lambda bar: (ORDER.index(bar.kind), bar.start, bar.end))
        if frame.axis.exact(bar.start) < frame.axis.days and frame.axis.exact(bar.end) > 0
    ]
    bands = [_band(*span, frame.axis) for span in _spans(seen, frame)]
    lines = _lines(seen, bands)
    height = frame.row_height * (max(lines, default=0) + 1)
    return height, tuple(
        _drawn(bar, band, top, line, height, frame)
        for bar, band, line in zip(seen, bands, lines, strict=True)
    )


def _spans(bars: Sequence[Bar], frame: Frame) -> list[tuple[float, float]]:
    """Day numbers of start and end: true to the minute in a week, else snapped to half-days.

    Two bars that only touch keep their minutes where snapping would lay one on the other.
    """
    axis = frame.axis
    exact = [(axis.exact(bar.start), axis.exact(bar.end)) for bar in bars]
    if frame.scale == "week":
        return exact
    spans = [_snapped(bar, axis) for bar in bars]
    by_kind = sorted(range(len(bars)), key=lambda n: (bars[n].kind in STACKED, bars[n].start))
    for a, b in pairwise(by_kind):
        apart = exact[a][1] <= exact[b][0]
        if apart and _may_collide(bars[a], bars[b]) and spans[a][1] > spans[b][0]:
            spans[a], spans[b] = exact[a], exact[b]
    return spans
