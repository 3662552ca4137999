"""What stands in example places, for their drawings; size, door and crane are the place's own."""

from __future__ import annotations

from itertools import product
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

from livinglab.adapters.sketch import (
    BLUE,
    COPPER,
    DARK,
    STEEL,
    WATER,
    WOOD,
    Box,
    Drum,
    Ground,
    Point,
    Stroke,
    person,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from livinglab.adapters.sketch import Shape
    from livinglab.domain.facility import Facility

LONG = 1.6
"""How much longer than deep a place is drawn."""
MOST_M2, LEAST_M2 = 200, 60
"""Of a larger place a part is drawn, so that a person can be seen in it."""
LIFT = 2.5
"""Room for a crane above the door, metres."""
HOOK = "#a4460f"


class Scene(NamedTuple):
    """Ground and things, and the point that the closer picture shows."""

    ground: Ground
    things: list[Shape]
    near: Point


def scene(facility: Facility) -> Scene | None:
    """What stands at a place by the first thing that it can test; None where we know none."""
    build = BUILDERS.get(facility.capabilities[0].code) if facility.capabilities else None
    return build(facility) if build else None


def _room(facility: Facility) -> tuple[Ground, list[Shape]]:
    """Floor and walls of the place's size, its door, its crane, and a person."""
    area = min(max(facility.area_m2 or LEAST_M2, LEAST_M2), MOST_M2)
    depth = round(sqrt(area / LONG), 1)
    width = round(area / depth, 1)
    wide, high = facility.door_m or (0.9, 2.1)
    wall = high + 0.7 + (LIFT if facility.crane_t else 0)
    left = width - wide - 0.8
    things: list[Shape] = [Box(Point(left, 0), wide, 0.06, high, BLUE), *person(left - 0.6, 1.2)]
    if facility.crane_t:
        things += _crane(width * 0.55, depth, wall - 0.5)
    return Ground(width, depth, wall=wall), things


def _crane(x: float, depth: float, z: float) -> list[Shape]:
    """A bridge across the room with its hook."""
    return [
        Stroke((Point(x, 0, z), Point(x, depth, z)), 0.3, "#44585f"),
        Stroke((Point(x, depth / 2, z), Point(x, depth / 2, z - 1.6)), 0.06, HOOK),
        Box(Point(x - 0.15, depth / 2 - 0.15, z - 1.9), 0.3, 0.3, 0.3, COPPER),
    ]


def _arm(x: float, y: float, z: float = 0, size: float = 1) -> list[Shape]:
    """An industrial arm on its foot; ``size`` 1 reaches 1.3 m."""
    elbow = Point(x - 0.2 * size, y, z + 1.0 * size)
    wrist = Point(x + 0.5 * size, y + 0.2 * size, z + 1.2 * size)
    tip = Point(x + 0.7 * size, y + 0.3 * size, z + 0.8 * size)
    return [
        Drum(Point(x, y, z), 0.22 * size, 0.25 * size, DARK),
        Stroke(
            (Point(x, y, z + 0.3 * size), elbow, wrist, tip), 0.14 * size, "#0f566c", joints=True
        ),
    ]


def _car(x: float, y: float) -> list[Shape]:
    """A mobile robot that carries a load."""
    return [
        Box(Point(x, y), 1.2, 0.8, 0.35, DARK),
        Box(Point(x + 0.2, y + 0.1, 0.35), 0.8, 0.6, 0.6),
    ]


def _cells(facility: Facility) -> Scene:
    """Benches with an arm on each."""
    ground, things = _room(facility)
    spots = list(product((1.2, ground.w / 2), (ground.d * 0.3, ground.d * 0.68)))
    for x, y in spots:
        things += [Box(Point(x, y), 2, 0.9, 0.85, WOOD), *_arm(x + 0.6, y + 0.45, 0.85, 0.8)]
        things.append(Box(Point(x + 1.5, y + 0.3, 0.85), 0.3, 0.3, 0.2, COPPER))
    return Scene(ground, things, Point(spots[1][0] + 1, spots[1][1] + 0.5, 1))


def _vision(facility: Facility) -> Scene:
    """A moving strip under cameras, and a rack of computers."""
    ground, things = _room(facility)
    y = ground.d * 0.5
    things += [Box(Point(1, y), ground.w * 0.6, 0.9, 0.8, STEEL)]
    for x in (2.2, 4.0):
        things += [
            Stroke(
                (Point(x, y + 0.9, 0.8), Point(x, y + 0.9, 2), Point(x, y + 0.3, 2)),
                0.08,
                "#44585f",
            ),
            Box(Point(x - 0.15, y + 0.25, 1.7), 0.3, 0.3, 0.3, DARK),
        ]
    things += [Box(Point(0.4 + n * 0.8, 0.3), 0.7, 0.9, 2, DARK) for n in range(3)]
    return Scene(ground, things, Point(3.2, y + 0.5, 1.2))


def _fleet(facility: Facility) -> Scene:
    """Racks with pallets, and mobile robots between them."""
    ground, things = _room(facility)
    for y, level in product((1.0, ground.d * 0.45), (0.1, 1.6)):
        for n in range(4):
            things.append(Box(Point(1 + n * 1.5, y, level), 1.2, 0.9, 1.0, WOOD))
    for x, y in ((3.0, 0.72), (8.0, 0.5), (11.5, 0.75)):
        things += _car(x, ground.d * y)
    return Scene(ground, things, Point(8, ground.d * 0.5, 0.8))


def _sections(facility: Facility) -> Scene:
    """Steel sections with welding arms."""
    ground, things = _room(facility)
    y = ground.d * 0.35
    things += [Box(Point(2, y), 5, 3, 1.4, STEEL), Box(Point(3, y + 0.6, 1.4), 3, 1.8, 1.2, STEEL)]
    things += [*_arm(8.4, y + 2.5, size=2), *_arm(2.5, y + 5, size=2)]
    things.append(Box(Point(11.5, y + 2), 1.2, 1.2, 1.2, BLUE))
    return Scene(ground, things, Point(7.5, y + 2, 1.5))


def _casting(facility: Facility) -> Scene:
    """A ladle under the crane, and the pit with moulds."""
    ground, things = _room(facility)
    x, y = ground.w * 0.55, ground.d / 2
    things += [Drum(Point(x, y, 1.6), 0.9, 1.5, DARK), Drum(Point(x, y, 3.05), 0.7, 0.05, COPPER)]
    things += [Drum(Point(2 + n * 1.8, ground.d * 0.7), 0.6, 0.7) for n in range(4)]
    things += [Box(Point(0.6, 0.6), 3.5, 2.6, 3.2, BLUE), *_car(x + 2, ground.d * 0.72)]
    return Scene(ground, things, Point(x, y + 1, 1.8))


def _plant(facility: Facility) -> Scene:
    """Tanks with their pipes."""
    ground, things = _room(facility)
    spots = [Point(2 + n * 2.4, ground.d * 0.35) for n in range(4)]
    for spot in spots:
        things.append(Drum(spot, 0.8, 2.4, BLUE if spot is spots[1] else STEEL))
    rail = tuple(spot._replace(y=spot.y + 1, z=2.8) for spot in spots)
    things.append(Stroke(rail, 0.12, "#a4460f"))
    things += [Box(Point(2, ground.d * 0.66), 4, 1.6, 0.9), *_car(8, ground.d * 0.7)]
    return Scene(ground, things, Point(5, ground.d * 0.45, 1.2))


def _flat(facility: Facility) -> Scene:
    """A bed, a table, a kitchen, and an assistive robot."""
    ground, things = _room(facility)
    deep = ground.d
    things += [Box(Point(0.3, 0.4), 2.1, 1.2, 0.5, WOOD), Box(Point(0.3, 0.4, 0.5), 0.5, 1.2, 0.15)]
    things += [
        Box(Point(0, deep * 0.42), ground.w * 0.35, 0.12, 2.2),
        Drum(Point(6.2, deep * 0.62), 0.7, 0.75, WOOD),
    ]
    things += [
        Box(Point(0.3, deep * 0.7), 0.7, 2.2, 0.9, STEEL),
        Box(Point(7.4, deep * 0.45), 0.8, 1.8, 0.45, BLUE),
    ]
    things += [
        Drum(Point(4.4, deep * 0.4), 0.28, 1.1, DARK),
        Drum(Point(4.4, deep * 0.4, 1.15), 0.18, 0.25),
    ]
    things.append(Box(Point(3.2, 0.3), 2.6, 0.9, 0.85, WOOD))
    return Scene(ground, things, Point(4.8, deep * 0.45, 0.8))


def _corridor(facility: Facility) -> Scene:
    """A long corridor with doors, beds and a cart."""
    wide, high = facility.door_m or (1.2, 2.1)
    ground = Ground(16, 3.2, wall=high + 0.8)
    things: list[Shape] = [Box(Point(x, 0), wide, 0.06, high, BLUE) for x in (1.5, 6, 10.5, 14)]
    things += [Box(Point(3.4, 0.3), 2.1, 1.0, 0.6, WOOD), Box(Point(12.0, 0.3), 1.6, 0.8, 0.9)]
    things += [*_car(8, 1.7), *person(10.5, 1.4)]
    return Scene(ground, things, Point(8.5, 1.6, 0.8))


def _simulator(facility: Facility) -> Scene:
    """Screens around a bridge with its consoles."""
    ground, things = _room(facility)
    things += [Box(Point(0.5, 0.25), 7, 0.15, 2.2, DARK), Box(Point(0.25, 0.6), 0.15, 5, 2.2, DARK)]
    things += [Box(Point(2.2, 2.2), 3, 0.8, 1.0, STEEL), Box(Point(2.2, 3), 0.8, 2, 1.0, STEEL)]
    things += [
        Drum(Point(4, 4.2), 0.35, 0.5, BLUE),
        Box(Point(9, ground.d * 0.5), 2.4, 0.9, 0.8, WOOD),
    ]
    return Scene(ground, things, Point(3.5, 3, 1))


def _sea(_facility: Facility) -> Scene:
    """A vessel without a crew between buoys."""
    ground = Ground(26, 16, WATER, grid=2)
    things: list[Shape] = [
        Box(Point(10, 6.4), 7, 2.4, 1.0, DARK),
        Box(Point(12.6, 6.8, 1.0), 2.4, 1.6, 1.3, STEEL),
        Stroke((Point(13.8, 7.6, 2.3), Point(13.8, 7.6, 4.2)), 0.14),
    ]
    for x, y in ((4, 3), (22, 3), (4, 13), (22, 13)):
        things += [
            Drum(Point(x, y), 0.5, 0.7, COPPER),
            Stroke((Point(x, y, 0.7), Point(x, y, 1.8)), 0.1),
        ]
    return Scene(ground, things, Point(13.5, 7.6, 1))


def _yard(_facility: Facility) -> Scene:
    """Containers, a conveyor and a vehicle without a driver."""
    ground = Ground(30, 18, grid=3)
    things: list[Shape] = [
        Box(
            Point(2 + n * 6.6, 2, level),
            6.1,
            2.4,
            2.6,
            (BLUE, STEEL, COPPER, DARK)[(n + int(level)) % 4],
        )
        for n, level in product(range(3), (0, 2.6))
        if (n, level) != (2, 2.6)
    ]
    things += [
        Stroke((Point(3, 15, 0.5), Point(14, 15, 4)), 0.7, "#44585f"),
        Stroke((Point(14, 15, 0), Point(14, 15, 4)), 0.3, "#44585f"),
    ]
    things += [Box(Point(16, 9, 0.4), 4.5, 2.2, 1.1, DARK), *person(23, 12)]
    return Scene(ground, things, Point(17.5, 9, 1.2))


def _heaps(_facility: Facility) -> Scene:
    """Bays with sorted scrap, a belt with an arm, and a rover."""
    ground = Ground(26, 16, grid=2)
    things: list[Shape] = []
    for n, tone in enumerate((STEEL, COPPER, BLUE)):
        x = 1.5 + n * 7
        things += [Box(Point(x, 1), 6, 0.4, 2.2), Box(Point(x, 1.4), 0.4, 4, 2.2)]
        for a, b in product(range(4), range(3)):
            high = 0.6 + (a * 3 + b * 5) % 4 * 0.35
            things.append(Box(Point(x + 0.7 + a * 1.2, 1.7 + b * 1.1), 1, 0.9, high, tone))
    things += [Box(Point(4, 9.5), 9, 1.4, 0.9), *person(15.5, 12)]
    things += [*_arm(9, 12.4, size=2), *_car(18, 10)]
    return Scene(ground, things, Point(9, 11, 1))


def _field(_facility: Facility) -> Scene:
    """A cage of nets, two drones and a ground robot."""
    ground = Ground(26, 16, grid=2)
    x, y, w, d, h = 3, 3, 12, 8, 6
    posts = [Point(x + a * w, y + b * d) for a, b in ((0, 0), (1, 0), (1, 1), (0, 1))]
    things: list[Shape] = [Stroke((p, p._replace(z=h)), 0.16, "#2f7489") for p in posts]
    top = [p._replace(z=h) for p in posts]
    things.append(Stroke((*top, top[0]), 0.12, "#2f7489"))
    for at in (Point(8, 6, 3), Point(20, 8, 4.4)):
        things += [Box(at, 0.8, 0.8, 0.25, DARK)]
        things += [
            Drum(Point(at.x + a, at.y + b, at.z + 0.3), 0.45, 0.04)
            for a, b in product((-0.2, 1), (-0.2, 1))
        ]
    things += [*_car(19, 11), *person(17, 12.5)]
    return Scene(ground, things, Point(9, 7, 2.4))


BUILDERS: dict[str, Callable[[Facility], Scene]] = {
    "assembly": _cells,
    "amr_agv_fleets": _fleet,
    "surface_inspection": _vision,
    "assistive_robots": _flat,
    "hospital_transport": _corridor,
    "collision_avoidance": _simulator,
    "autonomous_vessels": _sea,
    "autonomous_yard_vehicles": _yard,
    "thermal_inspection": _casting,
    "leak_inspection": _plant,
    "scrap_sorting": _heaps,
    "screw_removal": _cells,
    "robot_welding": _sections,
    "indoor_stock_count": _field,
}
