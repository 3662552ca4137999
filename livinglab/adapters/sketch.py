"""Drawings of places in isometric projection, for example data: plainly drawn, no photographs.

Lengths are metres: x runs down to the right, y down to the left, z up; the far corner is 0, 0, 0.
Colours are those of the look (docs/look.md). Shapes are painted from the back to the front.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from math import cos, radians, sin, sqrt
from typing import TYPE_CHECKING, NamedTuple

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SIZE = (960, 540)
FINER = 2
"""Drawn so many times larger, then made smaller: edges become smooth."""
MARGIN = 0.07
NEARER = 2.5
COS, SIN = cos(radians(30)), sin(radians(30))
WIDE, FLAT = sqrt(2) * COS, sqrt(2) * SIN
"""Half-axes of the ellipse that a lying circle of radius 1 becomes."""
PAPER, INK = "#e9eeef", "#10242b"
PERSON = 1.75


class Tone(NamedTuple):
    """Colours of a thing: its top, the side that looks left, and the one that looks right."""

    top: str
    left: str
    right: str


FLOOR = Tone("#f7f9f9", "#d3dfe2", "#c4d2d6")
WALL = Tone("#ffffff", "#dfe8ea", "#d3dfe2")
STEEL = Tone("#ffffff", "#cfdbde", "#b3c5ca")
BLUE = Tone("#7fb4c2", "#2f7489", "#0f566c")
DARK = Tone("#3f7787", "#14495a", "#0b3440")
WOOD = Tone("#fbf1ea", "#e6d3c5", "#d3bba9")
COPPER = Tone("#f6c9a4", "#d58a4f", "#a4460f")
WATER = Tone("#cfe3e8", "#8fbac5", "#6fa3b1")


class Point(NamedTuple):
    """A place in metres."""

    x: float
    y: float
    z: float = 0


@dataclass(frozen=True, slots=True)
class Box:
    """A block whose far lower corner is ``at``."""

    at: Point
    w: float
    d: float
    h: float
    tone: Tone = STEEL

    @property
    def depth(self) -> float:
        """How far in front it stands."""
        return self.at.x + self.at.y + (self.w + self.d) / 2 + self.at.z / 100

    @property
    def extent(self) -> Sequence[Point]:
        """Corners that the picture has to hold."""
        (x, y, z), w, d, h = self.at, self.w, self.d, self.h
        return [
            Point(x + a * w, y + b * d, z + c * h) for a in (0, 1) for b in (0, 1) for c in (0, 1)
        ]

    def faces(self) -> Iterable[tuple[Sequence[Point], str]]:
        """The three sides that are seen, with their colours."""
        (x, y, z), w, d, h = self.at, self.w, self.d, self.h
        top, high, wide, deep = z + h, z + h, x + w, y + d
        yield (
            [Point(x, y, top), Point(wide, y, top), Point(wide, deep, top), Point(x, deep, top)],
            self.tone.top,
        )
        yield (
            [
                Point(x, deep, z),
                Point(wide, deep, z),
                Point(wide, deep, high),
                Point(x, deep, high),
            ],
            self.tone.left,
        )
        yield (
            [
                Point(wide, y, z),
                Point(wide, deep, z),
                Point(wide, deep, high),
                Point(wide, y, high),
            ],
            self.tone.right,
        )


@dataclass(frozen=True, slots=True)
class Drum:
    """A standing cylinder whose foot has its middle at ``at``."""

    at: Point
    r: float
    h: float
    tone: Tone = STEEL

    @property
    def depth(self) -> float:
        """How far in front it stands."""
        return self.at.x + self.at.y + self.at.z / 100

    @property
    def extent(self) -> Sequence[Point]:
        """Corners that the picture has to hold."""
        (x, y, z), r = self.at, self.r
        return [Point(x - r, y + r, z), Point(x + r, y - r, z), Point(x - r, y - r, z + self.h)]


@dataclass(frozen=True, slots=True)
class Stroke:
    """A bent bar through ``points``, so many metres thick: an arm, a pipe, a rail."""

    points: tuple[Point, ...]
    thick: float
    colour: str = INK
    joints: bool = False

    @property
    def depth(self) -> float:
        """How far in front its first point stands."""
        return self.points[0].x + self.points[0].y + self.points[0].z / 100

    @property
    def extent(self) -> Sequence[Point]:
        """Corners that the picture has to hold."""
        return self.points


@dataclass(frozen=True, slots=True)
class Ground:
    """A floor, a yard or water: it lies behind everything; lines every ``grid`` metres."""

    w: float
    d: float
    tone: Tone = FLOOR
    grid: float = 1
    wall: float = 0
    """Height of the two walls behind, metres; 0 outdoors."""


Shape = Box | Drum | Stroke


def person(x: float, y: float) -> tuple[Shape, ...]:
    """Somebody 1.75 m tall, for scale."""
    return (
        Stroke((Point(x, y, 0.1), Point(x, y, PERSON - 0.45)), 0.34, "#44585f"),
        Stroke((Point(x, y, PERSON - 0.14), Point(x, y, PERSON - 0.13)), 0.28, "#44585f"),
    )


def draw(ground: Ground, shapes: Iterable[Shape], near: Point | None = None) -> bytes:
    """A PNG of the whole place, or of what stands around ``near`` (``NEARER``)."""
    listed = sorted(shapes, key=lambda shape: shape.depth)
    pen = _Pen.over(ground, listed, near)
    pen.ground(ground)
    for shape in listed:
        pen.shape(shape)
    small = pen.image.resize(SIZE, Image.Resampling.BOX)
    target = BytesIO()
    small.save(target, "PNG", compress_level=1)
    return target.getvalue()


def _flat(point: Point) -> tuple[float, float]:
    return (point.x - point.y) * COS, (point.x + point.y) * SIN - point.z


class _Pen:
    """Paints shapes: ``scale`` pixels a metre, ``left`` and ``top`` where the origin lies."""

    def __init__(self, scale: float, left: float, top: float) -> None:
        self.scale, self.left, self.top = scale, left, top
        self.image = Image.new("RGB", (SIZE[0] * FINER, SIZE[1] * FINER), PAPER)
        self.canvas = ImageDraw.Draw(self.image)
        self.line = 2 * FINER

    @classmethod
    def over(cls, ground: Ground, shapes: Sequence[Shape], near: Point | None) -> _Pen:
        """A pen whose picture holds everything, or is centred on a point."""
        corners = [Point(0, 0, ground.wall), Point(ground.w, 0, ground.wall)]
        corners += [Point(0, ground.d, ground.wall), Point(ground.w, ground.d)]
        corners += [corner for shape in shapes for corner in shape.extent]
        across, down = zip(
            *map(_flat, [*corners, Point(ground.w, 0), Point(0, ground.d)]), strict=True
        )
        width, height = (side * FINER for side in SIZE)
        scale = min(
            width * (1 - 2 * MARGIN) / (max(across) - min(across)),
            height * (1 - 2 * MARGIN) / (max(down) - min(down)),
        )
        middle = ((min(across) + max(across)) / 2, (min(down) + max(down)) / 2)
        if near is not None:
            scale, middle = scale * NEARER, _flat(near)
        return cls(scale, width / 2 - middle[0] * scale, height / 2 - middle[1] * scale)

    def at(self, point: Point) -> tuple[float, float]:
        """Where a point lies on the picture."""
        across, down = _flat(point)
        return self.left + across * self.scale, self.top + down * self.scale

    def face(self, points: Iterable[Point], colour: str) -> None:
        """A filled side with its outline."""
        placed = [self.at(point) for point in points]
        self.canvas.polygon(placed, fill=colour)
        self.canvas.line([*placed, placed[0]], fill=INK, width=self.line, joint="curve")

    def ground(self, ground: Ground) -> None:
        """What everything stands on, and the walls behind."""
        w, d, wall = ground.w, ground.d, ground.wall
        if wall:
            self.face([Point(0, 0), Point(w, 0), Point(w, 0, wall), Point(0, 0, wall)], WALL.left)
            self.face([Point(0, 0), Point(0, d), Point(0, d, wall), Point(0, 0, wall)], WALL.right)
        self.face([Point(0, 0), Point(w, 0), Point(w, d), Point(0, d)], ground.tone.top)
        for n in range(1, int(w / ground.grid) + 1):
            ends = Point(n * ground.grid, 0), Point(n * ground.grid, d)
            self.canvas.line([*map(self.at, ends)], fill=ground.tone.left, width=FINER)
        for n in range(1, int(d / ground.grid) + 1):
            ends = Point(0, n * ground.grid), Point(w, n * ground.grid)
            self.canvas.line([*map(self.at, ends)], fill=ground.tone.left, width=FINER)

    def shape(self, shape: Shape) -> None:
        """One thing."""
        if isinstance(shape, Box):
            for points, colour in shape.faces():
                self.face(points, colour)
        elif isinstance(shape, Drum):
            self._drum(shape)
        else:
            self._stroke(shape)

    def _drum(self, drum: Drum) -> None:
        (left, foot), (_, head) = self.at(drum.at), self.at(drum.at._replace(z=drum.at.z + drum.h))
        wide, flat = drum.r * WIDE * self.scale, drum.r * FLAT * self.scale
        foot_box = (left - wide, foot - flat, left + wide, foot + flat)
        self.canvas.ellipse(foot_box, fill=drum.tone.left, outline=INK, width=self.line)
        self.canvas.rectangle((left - wide, head, left + wide, foot), fill=drum.tone.left)
        self.canvas.rectangle((left + wide / 3, head, left + wide, foot), fill=drum.tone.right)
        for side in (left - wide, left + wide):
            self.canvas.line((side, head, side, foot), fill=INK, width=self.line)
        head_box = (left - wide, head - flat, left + wide, head + flat)
        self.canvas.ellipse(head_box, fill=drum.tone.top, outline=INK, width=self.line)

    def _stroke(self, stroke: Stroke) -> None:
        placed = [self.at(point) for point in stroke.points]
        thick = max(round(stroke.thick * self.scale), self.line)
        self.canvas.line(placed, fill=stroke.colour, width=thick, joint="curve")
        radius = thick * (0.75 if stroke.joints else 0.5)
        for x, y in placed:
            self.canvas.ellipse((x - radius, y - radius, x + radius, y + radius), stroke.colour)
