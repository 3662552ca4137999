"""What lies ahead of a draft: the gates it would open at the places it would go to, and its lane."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.domain.gates import required
from livinglab.services.asking import first_place
from livinglab.services.placement import triggers_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from livinglab.db.tables import Pilot
    from livinglab.domain.messages import Localised
    from livinglab.services.world import PlacedFacility, Places, World

LANE_ORDER = ("fast", "standard", "enhanced")


@dataclass(frozen=True, slots=True)
class GateAhead:
    """An approval that a pilot needs at a place, were it sent now."""

    place: PlacedFacility
    role: str
    title: Localised
    due: date


def places_ahead(known: Places, pilot: Pilot) -> list[PlacedFacility]:
    """Where the stays would go: the place chosen for each, else the first that would do."""
    found = (first_place(known, period) for period in pilot.periods)
    return list({place.id: place for place in found if place is not None}.values())


def gates_ahead(
    world: World, pilot: Pilot, places: Iterable[PlacedFacility], now: datetime
) -> list[GateAhead]:
    """The gates at these places, with the days until which their owners would have time."""
    triggers, today = triggers_of(pilot), world.today(now)
    return [
        GateAhead(
            place,
            needed.role,
            needed.title,
            world.almanac.add_working_days(today, needed.working_days),
        )
        for place in places
        for needed in required(place.facility, triggers)
    ]


def lane_ahead(places: Iterable[PlacedFacility]) -> str:
    """The slowest lane of these places."""
    lanes = (place.facility.default_lane for place in places)
    return max(lanes, key=LANE_ORDER.index, default="standard")
