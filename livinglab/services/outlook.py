"""What lies ahead of a draft: where its stays would go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.services import judging
from livinglab.services.asking import first_place

if TYPE_CHECKING:
    from livinglab.db.tables import Pilot
    from livinglab.services.availability import Finder
    from livinglab.services.judging import Judged
    from livinglab.services.places import PlacedFacility, Places
    from livinglab.services.rules import Numbered


def places_ahead(known: Places, pilot: Pilot) -> list[PlacedFacility]:
    """Where the stays would go: the place chosen for each, else the first that would do."""
    found = each_place(known, pilot)
    return list({place.id: place for place in found if place is not None}.values())


def each_place(known: Places, pilot: Pilot) -> list[PlacedFacility | None]:
    """The same for each stay; None where nothing would do."""
    return [first_place(known, period) for period in pilot.periods]


def judged(finder: Finder, pilot: Pilot, by: Numbered, country: str | None = None) -> Judged:
    """What the rules ``by`` say of a pilot that is not sent.

    ``country``: where the firm of a sketch is.
    """
    there = each_place(finder.places, pilot)
    return judging.judge_pilot(
        finder.world, finder.places, pilot, by, finder.now, there=there, country=country
    )
