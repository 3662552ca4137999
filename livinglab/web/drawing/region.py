"""Northern Satakunta drawn by hand: shore, islands, river, borders of municipalities.

Drawn, not surveyed: some hundred points, good for telling where places lie to each other. One
projection serves every map: longitude is shrunk about as the cosine of 61.4° N asks. Lengths are
pixels of a 1280 × 560 view box.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

Point = tuple[float, float]

DEGREE = 576
"""Pixels of one degree of latitude."""
SHRINK = 0.532
"""A degree of longitude over one of latitude, a tenth wider than life: room beside the pins."""
WEST, NORTH, LEFT, TOP = 21.0, 61.80, 735, 34
"""This longitude and latitude stand at this pixel."""

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
BORDERS: tuple[tuple[Point, ...], ...] = (
    # Merikarvia with Pori, then with Siikainen
    ((61.735, 21.55), (61.755, 21.70), (61.735, 21.84)),
    ((61.735, 21.84), (61.80, 21.74), (61.88, 21.70), (61.99, 21.74)),
    # Siikainen with Pomarkku
    ((61.735, 21.84), (61.77, 21.98), (61.80, 22.16)),
    # Pomarkku with Pori
    ((61.735, 21.84), (61.67, 21.88), (61.635, 21.96), (61.62, 22.10), (61.605, 22.22)),
    # Pomarkku with Kankaanpää, and that with Siikainen and Pori
    ((61.605, 22.22), (61.69, 22.25), (61.80, 22.16), (61.88, 22.26), (61.99, 22.28)),
    ((61.69, 22.25), (61.67, 22.48), (61.71, 22.75)),
    # Eurajoki with Pori, then Ulvila with Pori
    ((61.43, 21.57), (61.40, 21.70), (61.395, 21.80)),
    ((61.395, 21.80), (61.45, 21.85), (61.49, 21.90), (61.52, 21.99)),
    ((61.52, 21.99), (61.565, 22.07), (61.575, 22.20), (61.53, 22.38), (61.545, 22.52)),
    # Nakkila with Ulvila, Harjavalta with Ulvila, Kokemäki with Ulvila
    ((61.395, 21.80), (61.385, 21.92), (61.405, 22.06), (61.43, 22.17), (61.415, 22.27)),
    ((61.415, 22.27), (61.45, 22.42), (61.545, 22.52), (61.52, 22.75)),
    # Nakkila with Eurajoki, with Eura, with Harjavalta
    ((61.395, 21.80), (61.33, 21.87), (61.275, 21.97), (61.285, 22.07)),
    ((61.285, 22.07), (61.34, 22.07), (61.405, 22.06)),
    # Harjavalta with Eura, with Kokemäki
    ((61.285, 22.07), (61.255, 22.15), (61.30, 22.21), (61.36, 22.22), (61.415, 22.27)),
    # Kokemäki with Eura, then with Huittinen
    ((61.255, 22.15), (61.20, 22.25), (61.175, 22.42)),
    ((61.175, 22.42), (61.23, 22.55), (61.31, 22.60), (61.36, 22.75)),
    # Rauma with Eurajoki, with Eura, and southward
    ((61.165, 21.41), (61.185, 21.60), (61.135, 21.70), (61.14, 21.84)),
    ((61.275, 21.97), (61.21, 21.93), (61.14, 21.84)),
    ((61.14, 21.84), (61.07, 21.90), (60.99, 21.80), (60.90, 21.82)),
    ((60.99, 21.80), (60.985, 21.60), (60.97, 21.44)),
    # Eura with Säkylä and Huittinen
    ((61.175, 22.42), (61.10, 22.38), (61.06, 22.18), (60.97, 22.12), (60.90, 22.16)),
    ((61.10, 22.38), (61.08, 22.55), (61.11, 22.75)),
)
MUNICIPALITIES: tuple[tuple[str, float, float], ...] = (
    *(("Merikarvia", 61.845, 21.63), ("Siikainen", 61.875, 21.98), ("Pomarkku", 61.70, 22.07)),
    *(("Pori", 61.655, 21.76), ("Ulvila", 61.47, 22.14), ("Nakkila", 61.335, 21.93)),
    *(("Harjavalta", 61.39, 22.16), ("Kokemäki", 61.285, 22.42), ("Luvia", 61.34, 21.66)),
    *(("Eurajoki", 61.225, 21.72), ("Rauma", 61.06, 21.65), ("Eura", 61.11, 22.06)),
    *(("Kankaanpää", 61.77, 22.44), ("Huittinen", 61.16, 22.50), ("Säkylä", 61.03, 22.36)),
)
"""Names where they stand on the map; Luvia is a part of Eurajoki with a harbour of its own."""
DEPTHS = (26, 58, 104, 170)
"""How far off the shore the depth lines run, pixels."""
PARALLELS = (61.75, 61.5, 61.25, 61.0)
SOUTH_END, NORTH_END, WEST_END, EAST_END = 60.95, 61.93, 20.86, 22.68
"""What a map shows; places outside are told, not drawn."""


@dataclass(frozen=True, slots=True)
class Land:
    """Paths: the mainland and its islands, depth lines, the river; parallels as (y, degrees)."""

    land: tuple[str, ...]
    deep: tuple[str, ...]
    river: str
    parallels: tuple[tuple[int, float], ...]


def drawn() -> Land:
    """The region without borders."""
    shore = [project(*point) for point in SHORE]
    return Land(
        land=(
            f"{smooth(shore)}L1500 {shore[-1][1]:.0f}L1500 -80Z",
            *(smooth([project(*p) for p in island], closed=True) for island in ISLANDS),
        ),
        deep=tuple(smooth([(x - depth, y) for x, y in shore[::3]]) for depth in DEPTHS),
        river=smooth([project(*point) for point in RIVER]),
        parallels=tuple((round(project(degrees, WEST)[1]), degrees) for degrees in PARALLELS),
    )


def borders() -> tuple[str, ...]:
    """Paths of the borders between municipalities; they meet, so they are straight."""
    return tuple(
        "M" + "L".join("{:.0f} {:.0f}".format(*project(*point)) for point in line)
        for line in BORDERS
    )


def inside(latitude: float, longitude: float) -> bool:
    """Whether a point lies on the map."""
    return SOUTH_END <= latitude <= NORTH_END and WEST_END <= longitude <= EAST_END


def project(latitude: float, longitude: float) -> Point:
    """Where a point stands, in pixels."""
    return (
        LEFT + (longitude - WEST) * SHRINK * DEGREE,
        TOP + (NORTH - latitude) * DEGREE,
    )


def smooth(points: Sequence[Point], *, closed: bool = False) -> str:
    """A path through the middles of the segments, bent at the points themselves."""
    ring = [*points, points[0]] if closed else list(points)
    middles = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(ring)]
    start = middles[0] if closed else points[0]
    path = f"M{start[0]:.0f} {start[1]:.0f}"
    bends = zip(ring[1:], [*middles[1:], middles[0]] if closed else middles[1:], strict=False)
    for point, middle in bends:
        path += f"Q{point[0]:.0f} {point[1]:.0f} {middle[0]:.0f} {middle[1]:.0f}"
    return path + ("Z" if closed else f"L{points[-1][0]:.0f} {points[-1][1]:.0f}")
