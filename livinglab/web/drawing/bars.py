"""The bars of one row: where each stands, how high it is, and how much of its label shows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from livinglab.web.drawing.drawn import Band, DrawnBar
from livinglab.web.drawing.text import shorten, wide
from livinglab.web.drawing.timeline import FULL_HEIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.web.drawing.axis import Axis
    from livinglab.web.drawing.timeline import Bar, Kind, Scale

ORDER: tuple[Kind, ...] = ("closed", "block", "buffer", "firm", "tentative", "wish", "clash")
"""Painting order inside a row, back to front; also the order of reading and of focus."""
HOLDING: frozenset[Kind] = frozenset({"firm", "tentative"})
"""Kinds that hold time: of one resource they never overlap."""
STACKED: frozenset[Kind] = frozenset({"wish", "clash"})
"""Kinds that go a line down where they overlap one of their own."""

SMALLEST = 0.6
"""The narrowest bar, per cent of the range: thinner ones could be neither seen nor hit."""
WHOLE_LABEL = 130
"""From this bar width on, pixels, "Firm · title" is drawn."""
FIRST_PART = 46
"""From this bar width on, pixels, the firm alone is drawn."""
TOUCHING = 1e-6
"""Per cent within which two bars touch rather than overlap: rounding of floats."""
PADDING = 14
"""Pixels of a bar beside its label; a clash has its flag in ``FLAG`` more."""
FLAG = 15


@dataclass(frozen=True, slots=True)
class Frame:
    """What all rows of a drawing share; ``width`` is the pixels that texts fit, 0: no texts."""

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
    drawn = [
        _drawn(bar, band, top, line, height, frame)
        for bar, band, line in zip(seen, bands, lines, strict=True)
    ]
    return height, tuple(_unless_covered(bar, drawn[n + 1 :], frame) for n, bar in enumerate(drawn))


def _unless_covered(bar: DrawnBar, before: Sequence[DrawnBar], frame: Frame) -> DrawnBar:
    """The bar, without its label where one in front of it would hide a part of that."""
    if not bar.text or bar.kind not in FULL_HEIGHT:
        return bar
    end = bar.x + min(bar.width, (wide(bar.text) + PADDING) / frame.width * 100)
    hidden = any(other.x < end and other.x + other.width > bar.x for other in before)
    return replace(bar, text="") if hidden else bar


def _spans(bars: Sequence[Bar], frame: Frame) -> list[tuple[float, float]]:
    """Day numbers of start and end: true to the minute up to a week, else snapped to half-days.

    Two bars that only touch keep their minutes where snapping would lay one on the other.
    """
    axis = frame.axis
    exact = [(axis.exact(bar.start), axis.exact(bar.end)) for bar in bars]
    if frame.scale in {"day", "week"}:
        return exact
    spans = [(axis.half_day_start(bar.start), axis.half_day_end(bar.end)) for bar in bars]
    holding = [n for n, bar in enumerate(bars) if bar.kind in HOLDING]
    holding.sort(key=lambda n: bars[n].start)
    for a, b in pairwise(holding):
        if exact[a][1] <= exact[b][0] and spans[a][1] > spans[b][0]:
            spans[a], spans[b] = exact[a], exact[b]
    begins = {bars[n].start: spans[n][0] for n in holding}
    ends = {bars[n].end: spans[n][1] for n in holding}
    for n, bar in enumerate(bars):
        if bar.kind == "buffer":  # touches the booking it belongs to, before or after
            spans[n] = ends.get(bar.start, spans[n][0]), begins.get(bar.end, spans[n][1])
    return spans


def _band(start: float, end: float, axis: Axis) -> Band:
    """Per cent of the range, clipped to it and at least the smallest width."""
    first, last = max(axis.percent(start), 0.0), min(axis.percent(end), 100.0)
    width = max(last - first, SMALLEST)
    return Band(min(first, 100 - width), width)


def _lines(bars: Sequence[Bar], bands: Sequence[Band]) -> list[int]:
    """The line of each bar: 0, or the first on which it overlaps none of those stacked before."""
    lines = [0] * len(bars)
    reached: list[float] = []
    stacked = (n for n, bar in enumerate(bars) if bar.kind in STACKED)
    for n in sorted(stacked, key=lambda n: bands[n].x):
        free = (line for line, end in enumerate(reached) if end <= bands[n].x + TOUCHING)
        lines[n] = next(free, len(reached))
        reached[lines[n] : lines[n] + 1] = [bands[n].x + bands[n].width]
    return lines


def _drawn(bar: Bar, band: Band, top: int, line: int, height: int, frame: Frame) -> DrawnBar:
    row = frame.row_height
    y, tall = {
        "closed": (0, height),
        "block": (0, height),
        "buffer": (round(row * 0.3), round(row * 0.4)),
        "wish": (line * row + 4, row - 8),
    }.get(bar.kind, (line * row + 2, row - 4))
    return DrawnBar(
        kind=bar.kind,
        x=round(band.x, 3),
        width=round(band.width, 3),
        y=top + y,
        height=tall,
        text=_text(bar, band.width / 100 * frame.width),
        name=bar.name,
        href=bar.href,
        move=bar.move,
        day=bar.start.astimezone(frame.axis.zone).date() if bar.move else None,
        resize=bar.resize,
        ends=_ends(bar, frame.axis) if bar.resize else (),
    )


def _ends(bar: Bar, axis: Axis) -> tuple[str, ...]:
    inside = {"start": axis.exact(bar.start) >= 0, "end": axis.exact(bar.end) <= axis.days}
    return tuple(name for name, seen in inside.items() if seen)


def _text(bar: Bar, pixels: float) -> str:
    room = pixels - PADDING - (FLAG if bar.kind == "clash" else 0)
    if bar.kind == "buffer" or pixels < FIRST_PART:
        return ""
    if pixels >= WHOLE_LABEL or bar.kind in FULL_HEIGHT:
        return shorten(bar.label, room)
    return shorten(bar.label.partition(" · ")[0], room)
