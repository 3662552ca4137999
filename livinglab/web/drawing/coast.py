"""The coast of Satakunta with a pin for each place: how many facilities stand where.

A schematic map: the outline is drawn by hand from some forty points, longitude is shrunk about as
the cosine of 61.4° N asks. Lengths are pixels of a 1280 × 560 view box.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from livinglab.web.drawing.text import PIXELS_PER_LETTER, squeeze

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Point = tuple[float, float]
Side = Literal["start", "end", "middle"]

WIDTH, HEIGHT = 1280, 560
DEGREE = 576
"""Pixels of one degree of latitude."""
SHRINK = 0.532
"""A degree of longitude over one of latitude, a tenth wider than life: room beside the pins."""
WEST, NORTH, LEFT, TOP = 21.0, 61.80, 735, 34
"""This longitude and latitude stand at this pixel."""
NEAR = 30
"""Pins of one place closer than this, pixels, become one."""
RADIUS, LABEL_HEIGHT = 14, 38
LONGEST_NAME, LONGEST_SHORT = 24, 14
"""Letters of a pin's name, and on a phone; a longer one is shortened."""
NAME_LETTER, NOTE_LETTER = 8.2, 6.4
"""Average advance of a letter in a pin's name and note, pixels."""

# Latitude and longitude, from north to south.
SHORE: tuple[Point, ...] = (
    *((61.95, 21.46), (61.86, 21.46), (61.82, 21.52), (61.78, 21.47), (61.735, 21.55)),
    *((61.70, 21.50), (61.668, 21.60), (61.64, 21.54), (61.618, 21.60), (61.585, 21.60)),
    *((61.557, 21.70), (61.548, 21.62), (61.572, 21.57), (61.598, 21.49), (61.587, 21.44)),
    *((61.56, 21.50), (61.53, 21.53), (61.505, 21.60), (61.49, 21.52), (61.455, 21.50)),
    *((61.43, 21.57), (61.40, 21.50), (61.365, 21.58), (61.33, 21.50), (61.30, 21.55)),
    *((61.262, 21.42), (61.228, 21.40), (61.225, 21.55), (61.20, 21.47), (61.165, 21.41)),
    *((61.135, 21.50), (61.105, 21.39), (61.06, 21.44), (61.02, 21.36), (60.97, 21.44)),
    (60.80, 21.38),
)
ISLANDS: tuple[tuple[Point, ...], ...] = (
    ((61.64, 21.40), (61.645, 21.44), (61.628, 21.46), (61.612, 21.445), (61.618, 21.41)),
    ((61.69, 21.40), (61.70, 21.43), (61.685, 21.445), (61.68, 21.41)),
    ((61.275, 21.33), (61.282, 21.37), (61.262, 21.375)),
    ((61.14, 21.30), (61.152, 21.33), (61.135, 21.345), (61.125, 21.32)),
    ((61.07, 21.29), (61.08, 21.32), (61.06, 21.33)),
    ((61.35, 21.41), (61.358, 21.44), (61.343, 21.445)),
)
RIVER: tuple[Point, ...] = (
    *((61.25, 22.90), (61.255, 22.40), (61.285, 22.26), (61.314, 22.142), (61.345, 22.05)),
    *((61.385, 21.95), (61.43, 21.88), (61.485, 21.797), (61.52, 21.74), (61.555, 21.69)),
)
DEPTHS = (26, 58, 104, 170)
"""How far off the shore the depth lines run, pixels."""
PARALLELS = (61.75, 61.5, 61.25, 61.0)


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
    """The map: paths of land (shore and islands), depth lines and river; parallels; pins."""

    land: tuple[str, ...]
    deep: tuple[str, ...]
    river: str
    parallels: tuple[tuple[int, float], ...]
    pins: tuple[Pin, ...]


def coast(spots: Iterable[Spot]) -> Coast:
    """The map with one pin for the facilities of a place that stand close together."""
    shore = [_project(*point) for point in SHORE]
    return Coast(
        land=(
            f"{_smooth(shore)}L1500 {shore[-1][1]:.0f}L1500 -80Z",
            *(_smooth([_project(*p) for p in island], closed=True) for island in ISLANDS),
        ),
        deep=tuple(_smooth([(x - depth, y) for x, y in shore[::3]]) for depth in DEPTHS),
        river=_smooth([_project(*point) for point in RIVER]),
        parallels=tuple((round(_project(degrees, WEST)[1]), degrees) for degrees in PARALLELS),
        pins=_pins(spots),
    )


def _project(latitude: float, longitude: float) -> Point:
    return (
        LEFT + (longitude - WEST) * SHRINK * DEGREE,
        TOP + (NORTH - latitude) * DEGREE,
    )


def _smooth(points: Sequence[Point], *, closed: bool = False) -> str:
    """A path through the middles of the segments, bent at the points themselves."""
    ring = [*points, points[0]] if closed else list(points)
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(ring)]
    start = middles[0] if closed else points[0]
    path = f"M{start[0]:.0f} {start[1]:.0f}"
    bends = zip(ring[1:], [*middles[1:], middles[0]] if closed else middles[1:], strict=False)
    for point, middle in bends:
        path += f"Q{point[0]:.0f} {point[1]:.0f} {middle[0]:.0f} {middle[1]:.0f}"
    return path + ("Z" if closed else f"L{points[-1][0]:.0f} {points[-1][1]:.0f}")


def _pins(spots: Iterable[Spot]) -> tuple[Pin, ...]:
    groups: list[list[tuple[Spot, Point]]] = []
    for spot in spots:
        at = _project(spot.latitude, spot.longitude)
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
