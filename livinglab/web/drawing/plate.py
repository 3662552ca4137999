"""The plate of a place: door, person and crane hook at one scale, or a scene without a door.

All lengths of the result are pixels of the plate's own view box; the macro in
``templates/_macros/plate.html`` draws them and writes the figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scene = Literal["room", "yard", "field", "sea"]

METRE = 13.5
"""Pixels per metre, unless a big door needs a smaller scale."""
PERSON = 1.75
"""Height of the person, metres."""
TAPE = 20
"""Height of the measuring tape under the ground, pixels."""
HEADROOM = 17
"""Pixels above a door for its dimension line."""
PERSON_AT, DOOR_AT = 54, 78
"""Where person (middle) and door (left edge) stand, pixels."""
WIDEST_DOOR = 100
"""Pixels a door may take, so that its figure and the crane fit beside it."""
PANELLED = 1.5
"""From this width on, metres, a door is a gate of five panels; a narrower one has a handle."""


@dataclass(frozen=True, slots=True)
class Place:
    """The typed numbers of a facility that a plate shows; None or 0: none there, or unknown."""

    kind: str
    door_width_m: float | None = None
    door_height_m: float | None = None
    crane_t: float | None = None
    floor_kpa: float | None = None
    area_m2: float | None = None


@dataclass(frozen=True, slots=True)
class Door:
    """The door's rectangle, and the heights of the lines between its panels."""

    x: int
    y: float
    width: float
    height: float
    panels: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Crane:
    """The crane's rail from ``left`` to ``right`` and where the hook hangs."""

    left: int
    right: int
    hook: int


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate laid out. ``metre`` is pixels per metre; ``ticks`` are the metres of the tape."""

    place: Place
    scene: Scene
    width: int
    height: int
    ground: int
    metre: float
    ticks: tuple[float, ...]
    person: float
    door: Door | None
    crane: Crane | None


def scene(place: Place) -> Scene:
    """What is drawn: a room with its door, or the generic scene of a place without one."""
    if place.door_width_m and place.door_height_m:
        return "room"
    scenes: dict[str, Scene] = {"sea_area": "sea", "outdoor": "field", "site": "yard"}
    return scenes.get(place.kind, "room")


def plate(place: Place, *, wide: bool = False) -> Plate:
    """Lay out a plate: 320 × 132 for a card, 520 × 140 (``wide``) for a facility's page."""
    width, height = (520, 140) if wide else (320, 132)
    ground = height - TAPE
    metre, door = METRE, None
    if place.door_width_m and place.door_height_m:
        metre = min(
            METRE,
            (ground - HEADROOM) / place.door_height_m,
            WIDEST_DOOR / place.door_width_m,
        )
        door = _door(place.door_width_m, place.door_height_m, metre, ground)
    crane = None
    if place.crane_t:
        crane = Crane(262, 420, 330) if wide else Crane(width - 124, width - 10, width - 82)
    return Plate(
        place=place,
        scene=scene(place),
        width=width,
        height=height,
        ground=ground,
        metre=metre,
        ticks=tuple(round(8 + n * metre, 2) for n in range(int((width - 8) / metre) + 1)),
        person=round(PERSON * metre, 2),
        door=door,
        crane=crane,
    )


def _door(width_m: float, height_m: float, metre: float, ground: int) -> Door:
    width, height = width_m * metre, height_m * metre
    top = ground - height
    lines = 4 if width_m > PANELLED else 0
    panels = tuple(round(top + height * n / (lines + 1), 2) for n in range(1, lines + 1))
    return Door(DOOR_AT, round(top, 2), round(width, 2), round(height, 2), panels)
