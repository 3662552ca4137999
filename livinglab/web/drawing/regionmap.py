"""The map of the region with a numbered mark for each facility of a list.

A square of the drawing of :mod:`livinglab.web.drawing.region`. Where things stand is told in
percent of its side, so that marks and letters keep their size in pixels however wide it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from math import atan2, cos, hypot, pi, sin
from typing import TYPE_CHECKING

from livinglab.web.drawing.region import (
    MUNICIPALITIES,
    PARALLELS,
    Land,
    borders,
    drawn,
    inside,
    project,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from livinglab.web.drawing.region import Point

SIDE, LEFT, TOP = 560, 690, -40
"""The square that is shown, pixels of the drawing; the shore runs a third from its left."""
GAP = 44
"""Between the middles of two marks, pixels of the drawing: 28 on a phone of 390, for a thumb."""
MARGIN = 24


@dataclass(frozen=True, slots=True)
class Place:
    """A facility to mark, degrees WGS 84."""

    slug: str
    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a facility lies (``x``, ``y``), and where its number stands, in percent."""

    slug: str
    x: float
    y: float
    at_x: float
    at_y: float


@dataclass(frozen=True, slots=True)
class RegionMap:
    """The picture: land and borders as paths in ``view_box``; names, marks and dots in percent.

    ``dots`` are the places that other pages of the list name.
    """

    view_box: str
    region: Land
    borders: tuple[str, ...]
    parallels: tuple[tuple[float, float], ...]
    names: tuple[tuple[str, float, float], ...]
    marks: dict[str, Mark]
    dots: tuple[Point, ...]


def region_map(places: Iterable[Place], others: Iterable[Place] = ()) -> RegionMap:
    """The map with a mark for each of ``places`` and a dot for each of the others.

    What lies outside the map is in neither.
    """
    marked = [place for place in places if inside(place.latitude, place.longitude)]
    points = [_in_square(place.latitude, place.longitude) for place in marked]
    marks = {
        place.slug: Mark(place.slug, *_percent(point), *_percent(spot))
        for place, point, spot in zip(marked, points, apart(points, GAP), strict=True)
    }
    return RegionMap(
        view_box=f"{LEFT} {TOP} {SIDE} {SIDE}",
        region=drawn(),
        borders=borders(),
        parallels=tuple((_percent(_in_square(y, 0.0))[1], y) for y in PARALLELS),
        names=tuple((name, *_percent(_in_square(*at))) for name, *at in MUNICIPALITIES),
        marks=marks,
        dots=tuple(
            _percent(_in_square(other.latitude, other.longitude))
            for other in others
            if inside(other.latitude, other.longitude)
        ),
    )


def apart(points: Sequence[Point], gap: float) -> list[Point]:
    """Where the marks of points stand so that no two are closer than ``gap``.

    A lone point's mark stands on it. Points that crowd share a ring around their middle, in the
    order in which they lie around it, so that the lines back to them do not cross.
    """
    groups = [[number] for number in range(len(points))]
    while True:
        rings = [_ring([points[number] for number in group], gap) for group in groups]
        joined = _touching(rings, gap)
        if joined is None:
            spots = zip(groups, rings, strict=True)
            placed = {n: spot for group, ring in spots for n, spot in zip(group, ring, strict=True)}
            return [placed[number] for number in range(len(points))]
        first, second = joined
        groups[first] += groups.pop(second)


def _touching(rings: Sequence[Sequence[Point]], gap: float) -> tuple[int, int] | None:
    """The first two rings of which two spots are too close."""
    for (a, ring), (b, other) in combinations(enumerate(rings), 2):
        if any(hypot(x - u, y - v) < gap for x, y in ring for u, v in other):
            return a, b
    return None


def _ring(points: Sequence[Point], gap: float) -> list[Point]:
    """A spot for each point: on a ring around their middle, or the only point itself."""
    count = len(points)
    if count == 1:
        return list(points)
    x, y = (sum(parts) / count for parts in zip(*points, strict=True))
    angles = [atan2(v - y, u - x) for u, v in points]
    order = sorted(range(count), key=lambda number: (angles[number], number))
    step = 2 * pi / count
    offsets = [angles[number] - place * step for place, number in enumerate(order)]
    turn = atan2(sum(map(sin, offsets)), sum(map(cos, offsets)))
    radius = gap * 1.02 / (2 * sin(pi / count))
    x, y = (min(max(middle, radius + MARGIN), SIDE - radius - MARGIN) for middle in (x, y))
    spots = dict.fromkeys(range(count), (x, y))
    for place, number in enumerate(order):
        angle = turn + place * step
        spots[number] = (x + radius * cos(angle), y + radius * sin(angle))
    return [spots[number] for number in range(count)]


def _in_square(latitude: float, longitude: float) -> Point:
    x, y = project(latitude, longitude)
    return x - LEFT, y - TOP


def _percent(point: Point) -> Point:
    x, y = point
    return round(x / SIDE * 100, 2), round(y / SIDE * 100, 2)
