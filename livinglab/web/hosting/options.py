"""What can be chosen in the forms of a place."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from babel.dates import get_day_names

from livinglab.db.queries.hosting import sites_of
from livinglab.domain.messages import Message
from livinglab.domain.profile.hours import WEEKDAYS
from livinglab.domain.profile.read import CONNECTORS, LIMIT_KINDS
from livinglab.domain.vocabulary import (
    FACILITY_KINDS,
    FOCUS_AREAS,
    LANES,
    OWNER_ROLES,
    TRIGGERS,
)
from livinglab.web import context
from livinglab.web.filters import localised, sentence
from livinglab.web.hosting.names import free, plain
from livinglab.web.hosting.words import CONNECTOR_NAMES, UNIT_NAMES
from livinglab.web.language import language
from livinglab.web.place_words import LIMIT_NAMES, UNITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from livinglab.domain.facility import Capability, PaperAsked
    from livinglab.services.places import PlacedFacility, Places
    from livinglab.web.hosting.tree import Typed

Choices = list[tuple[str, str]]
NEW = "+"
"""Chosen in place of a site's id when it is a new one."""


class Options:
    """Choices by field, as (value, what people read)."""

    def __init__(self, places: Places, place: PlacedFacility) -> None:
        self._places, self._place = places, place
        self.kinds = _named(FACILITY_KINDS)
        self.focus_areas = _named(FOCUS_AREAS)
        self.lanes = _named(LANES)
        self.roles = _named(OWNER_ROLES)
        self.triggers = _named(TRIGGERS)
        self.units = [(code, str(name)) for code, name in UNIT_NAMES.items()]
        self.connectors = [(code, str(CONNECTOR_NAMES[code])) for code in CONNECTORS]
        self.limits = [
            (kind, f"{LIMIT_NAMES[kind]}, {UNITS[kind]}" if kind in UNITS else LIMIT_NAMES[kind])
            for kind in LIMIT_KINDS
        ]
        names = get_day_names("wide", "stand-alone", language())
        self.weekdays = {day: names[number] for number, day in enumerate(WEEKDAYS)}
        self.phases = [("1", "1"), ("3", "3")]

    @cached_property
    def sites(self) -> dict[str, str]:
        """Sites of the host by id, and the one the place stands on."""
        facility = self._place.facility
        mine = {facility.site_id: facility.site} if facility.site_id else {}
        return mine | sites_of(context.session(), self._place.host_id)

    def others(self) -> Choices:
        """Facilities a pilot could go to next; the present one even if it is gone."""
        present = self._place.facility.next_place
        found = {present: present} if present else {}
        found |= {
            slug: localised(place.facility.name)
            for slug, place in self._places.facilities.items()
            if slug != self._place.slug and (place.published or slug == present)
        }
        return sorted(found.items(), key=lambda pair: pair[1].casefold())

    def spaces(self, but: str) -> Choices:
        """Resources of the place other than the one with that id."""
        return [
            (resource.slug, localised(resource.name))
            for resource in self._place.facility.resources
            if resource.slug != but
        ]

    def known(self, field: str) -> Choices:
        """Capabilities or papers that other places have and this one does not, by name."""
        mine = {item.code for item in getattr(self._place.facility, field)}
        found = {
            item.code: localised(item.name)
            for item in _everywhere(self._places, field)
            if item.code not in mine
        }
        return sorted(found.items(), key=lambda pair: pair[1].casefold())

    def row(self, field: str, code: str) -> dict[str, Typed] | None:
        """The row for a capability or paper that other places have."""
        found = (item for item in _everywhere(self._places, field) if item.code == code)
        item = next(found, None)
        if item is None:
            return None
        return {"code": item.code, "name": dict(item.name.texts), "when": "always"}

    def settle_site(self, tree: dict[str, Typed]) -> None:
        """Give a chosen site its name, and a new one its id."""
        site = tree.get("site")
        if not isinstance(site, dict):
            return
        if site.get("id") == NEW:
            name = plain(str(site.get("name", "")), "-", "ground")
            site["id"] = free(f"site-{name}", self.sites, "-")
        elif site.get("id") in self.sites:
            site["name"] = self.sites[site["id"]]


def _everywhere(places: Places, field: str) -> Iterable[Capability | PaperAsked]:
    return (item for p in places.facilities.values() for item in getattr(p.facility, field))


def _named(codes: Mapping[str, str]) -> Choices:
    return [(code, sentence(Message(name))) for code, name in codes.items()]
