"""What lies ahead of a draft: where its stays would go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.services.asking import first_place

if TYPE_CHECKING:
    from livinglab.db.tables import Pilot
    from livinglab.services.places import PlacedFacility, Places


def places_ahead(known: Places, pilot: Pilot) -> list[PlacedFacility]:
    """Where the stays would go: the place chosen for each, else the first that would do."""
    found = (first_place(known, period) for period in pilot.periods)
    return list({place.id: place for place in found if place is not None}.values())
