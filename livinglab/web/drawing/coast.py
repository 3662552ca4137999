"""The coast of Satakunta with a pin for each place: how many facilities stand where.

A schematic map: see :mod:`livinglab.web.drawing.region` for its outline and projection.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from livinglab.web.drawing.region import drawn, inside, project
from livinglab.web.drawing.text import PIXELS_PER_LETTER, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from livinglab.web.drawing.region import Land, Point

Side = Literal["start", "end", "middle"]

WIDTH, HEIGHT = 1280, 560
NEAR = 30
"""Pins of one place closer than this, pixels, become one."""
RADIUS, LABEL_HEIGHT = 14, 38
LONGEST_NAME, LONGEST_SHORT = 24, 14
"""Letters of a pin's name, and on a phone; a longer one is shortened."""
NAME_LETTER, NOTE_LETTER = 8.2, 6.4
"""Average advance of a letter in a pin's name and note, pixels."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A facility on the map, degrees WGS 84; ``place_href`` lists the facilities of its place."""

    latitude: float
    longitude: float
    name: str
    place: str
    href: str
    place_href: str


@dataclass(frozen=True, slots=True)
class Pin:
    """One or several facilities; of ``name``, ``seen`` fits beside them, ``short`` on a phone."""

    x: int
    y: int
    count: int
    name: str
    seen: str
    short: str
    note: str
    href: str
    label_x: int
    label_y: int
    side: Side


@dataclass(frozen=True, slots=True)
class Coast:
    """The region, and pins."""

    region: Land
    pins: tuple[Pin, ...]


def coast(spots: Iterable[Spot]) -> Coast:
    """The map with one pin for the facilities of a place that stand close together."""
    seen = (spot for spot in spots if inside(spot.latitude, spot.longitude))
    return Coast(drawn(), _pins(seen))


def _pins(spots: Iterable[Spot]) -> tuple[Pin, ...]:
    groups: list[list[tuple[Spot, Point]]] = []
    for spot in spots:
        at = project(spot.latitude, spot.longitude)
        near = (g for g in groups if g[0][0].place == spot.place and _close(g[0][1], at))
        group = next(near, None)
        if group is None:
            groups.append([(spot, at)])
        else:
            group.append((spot, at))
    taken = [_box(*_middle(group), "middle", 2 * RADIUS, RADIUS) for group in groups]
    return tuple(_pin(group, taken) for group in groups)


def _pin(group: Sequence[tuple[Spot, Point]], taken: list[tuple[float, ...]]) -> Pin:
    first = group[0][0]
    alone = len(group) == 1
    name, note = (first.name, first.place) if alone else (first.place, "")
    x, y = _middle(group)
    seen, short = (
        squeeze(name, letters * PIXELS_PER_LETTER + 1) for letters in (LONGEST_NAME, LONGEST_SHORT)
    )
    width = max(len(seen) * NAME_LETTER, len(note) * NOTE_LETTER)
    sides: tuple[tuple[int, int, Side], ...] = (
        (x + 22, y, "start"),
        (x - 22, y, "end"),
        (x, y + 36, "middle"),
        (x, y - 36, "middle"),
    )
    boxes = [_box(*side, width, LABEL_HEIGHT / 2) for side in sides]
    free = (
        n
        for n, box in enumerate(boxes)
        if box[2] <= WIDTH and not any(_overlap(box, other) for other in taken)
    )
    chosen = next(free, 0)
    taken.append(boxes[chosen])
    label_x, label_y, side = sides[chosen]
    href = first.href if alone else first.place_href
    return Pin(x, y, len(group), name, seen, short, note, href, label_x, label_y, side)


def _middle(group: Sequence[tuple[Spot, Point]]) -> tuple[int, int]:
    xs, ys = zip(*(at for _, at in group), strict=True)
    return round(sum(xs) / len(xs)), round(sum(ys) / len(ys))


def _close(a: Point, b: Point) -> bool:
    return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 < NEAR**2


def _box(x: float, y: float, side: Side, width: float, half: float) -> tuple[float, ...]:
    left = {"start": x, "end": x - width, "middle": x - width / 2}[side]
    return left, y - half, left + width, y + half


def _overlap(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
