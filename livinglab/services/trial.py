"""Free time as it would be if a place were described otherwise; nothing of it is kept."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

from livinglab.domain.calendar import Busy
from livinglab.services.availability import Finder
from livinglab.services.places import PlacedResource, Places

if TYPE_CHECKING:
    from livinglab.domain.facility import Facility


def tried(finder: Finder, facility: Facility) -> Finder:
    """The same moment, with the facility of that slug as given.

    Its new resources have no bookings, and ids that nothing in the database has.
    """
    known = finder.places
    place = replace(known.facilities[facility.slug], facility=facility)
    others = {
        slug: item for slug, item in known.resources.items() if item.place.slug != facility.slug
    }
    unborn = count(-1, -1)
    mine = {
        unit.slug: PlacedResource(
            known.resources[unit.slug].id if unit.slug in known.resources else next(unborn),
            place,
            unit,
        )
        for unit in facility.resources
    }
    resources = others | mine
    places = Places(
        known.facilities | {facility.slug: place},
        resources,
        {item.id: item for item in resources.values()},
        known.facilities_by_id | {place.id: place},
    )
    free = {item.id: Busy(()) for item in mine.values()}
    # Open days that are remembered belong to what is stored.
    forgetful = replace(finder.world, _calendars={}, _notice={})
    return Finder(forgetful, places, finder.now, free | finder.busy)
