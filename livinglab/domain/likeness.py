"""Which other facilities are like one: what they share, and how far they are."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, cos, inf, radians, sin, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livinglab.domain.facility import Capability, Facility

EARTH_KM = 6371.0
"""Mean radius, enough for distances between towns."""
CAPABILITY, KIND = 4, 2
"""What a shared capability and the same kind of place count for; a shared focus area is one."""


@dataclass(frozen=True, slots=True)
class Like:
    """A facility that is like another: what they share, and the distance as the crow flies.

    ``km`` is None where one of them does not tell where it lies.
    """

    facility: Facility
    capabilities: tuple[Capability, ...]
    same_kind: bool
    focus_areas: tuple[str, ...]
    km: float | None


def similar(facility: Facility, others: Iterable[Facility], most: int = 3) -> list[Like]:
    """The others that share most with a facility, at most so many of them, the nearest first.

    What shares nothing is not similar, however near. Of those that share as much as each other
    the nearer come in first.
    """
    found = [
        (weight, like)
        for other in others
        if other.slug != facility.slug and (weight := _weight(like := _compare(facility, other)))
    ]
    found.sort(key=lambda item: (-item[0], *_by_distance(item[1])))
    return sorted((like for _, like in found[:most]), key=_by_distance)


def distance_km(one: Facility, other: Facility) -> float | None:
    """The way of the crow (haversine); None where one of them does not tell where it lies."""
    if not (_told(one) and _told(other)):
        return None
    first, second = radians(one.latitude), radians(other.latitude)
    across, along = second - first, radians(other.longitude - one.longitude)
    half = sin(across / 2) ** 2 + cos(first) * cos(second) * sin(along / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(half)))


def _compare(facility: Facility, other: Facility) -> Like:
    known = {capability.code for capability in facility.capabilities}
    return Like(
        other,
        tuple(c for c in other.capabilities if c.code in known),
        other.kind == facility.kind,
        tuple(area for area in other.focus_areas if area in facility.focus_areas),
        distance_km(facility, other),
    )


def _weight(like: Like) -> int:
    return CAPABILITY * len(like.capabilities) + KIND * like.same_kind + len(set(like.focus_areas))


def _by_distance(like: Like) -> tuple[float, str]:
    return inf if like.km is None else like.km, like.facility.slug


def _told(facility: Facility) -> bool:
    return bool(facility.latitude or facility.longitude)
