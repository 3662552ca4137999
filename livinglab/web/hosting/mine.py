"""Which facilities are the reader's to keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from livinglab.domain.access import may_manage_facility
from livinglab.domain.errors import NotFound
from livinglab.web import context
from livinglab.web.filters import localised

if TYPE_CHECKING:
    from livinglab.domain.access import Principal
    from livinglab.services.places import PlacedFacility, Places

MANAGERS = ("facility_manager", "coordinator", "admin")


def reader() -> Principal:
    """Who reads a page that asks for a manager."""
    return cast("Principal", context.principal())


def is_mine(slug: str) -> bool:
    """Whether the facility of that slug is the reader's to keep; never a visitor's."""
    who = context.principal()
    return who is not None and may_manage_facility(who, slug)


def mine(places: Places) -> list[PlacedFacility]:
    """The reader's facilities and drafts by name."""
    who = reader()
    found = [place for slug, place in places.facilities.items() if may_manage_facility(who, slug)]
    return sorted(found, key=lambda place: localised(place.facility.name).casefold())


def managed(places: Places, slug: str) -> PlacedFacility:
    """The facility of that slug.

    Raises:
        NotFound: there is none that the reader keeps.
    """
    place = places.facilities.get(slug)
    if place is None or not may_manage_facility(reader(), slug):
        raise NotFound
    return place
