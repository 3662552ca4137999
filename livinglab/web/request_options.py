"""What can be chosen in the request form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext

from livinglab.domain.article_json import LASER_CLASSES
from livinglab.domain.messages import Message
from livinglab.domain.vocabulary import (
    AI_RISKS,
    ARTICLE_KINDS,
    CONFORMITIES,
    FOCUS_AREAS,
    PEOPLE_NEAR,
    USES,
)
from livinglab.services.catalogue import capabilities
from livinglab.web.filters import localised, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from livinglab.services.places import PlacedFacility, Places
    from livinglab.web.request_form import RequestForm, StayForm

Choices = list[tuple[str, str]]
MOST_OTHERS = 40


class Options:
    """Choices by field, as (value, what people read)."""

    def __init__(self, places: Places, form: RequestForm) -> None:
        self._places, self._form = places, form
        self.kinds = _named(ARTICLE_KINDS)
        self.conformities = _named(CONFORMITIES)
        self.ai_risks = _named(AI_RISKS)
        self.people_near = _named(PEOPLE_NEAR)
        self.uses = _named(USES)
        self.focus_areas = _named(FOCUS_AREAS)
        self.laser_classes = [
            (code, gettext("class %(name)s", name=code)) for code in LASER_CLASSES
        ]
        self.phases = [
            ("1", gettext("One phase, 230 V")),
            ("3", gettext("Three phases, 400 V")),
        ]
        self.units = [("days", gettext("days")), ("hours", gettext("hours"))]

    def places(self) -> Choices:
        """Every facility, and its parts where it has several."""
        found: Choices = []
        for slug, facility in self._places.published.items():
            items = self._places.bookable(slug)
            name = localised(facility.facility.name)
            if items:
                found.append((slug, f"{name}, {facility.facility.municipality}"))
            if len(items) > 1:
                found += [(i.slug, f"\u2003{name}: {localised(i.resource.name)}") for i in items]
        return found

    def capabilities(self) -> Choices:
        """Everything that some place can test, by name."""
        named = capabilities(self._places).items()
        return sorted(((code, localised(name)) for code, name in named), key=lambda pair: pair[1])

    def others(self, stay: StayForm) -> Choices:
        """Facilities that share a capability or focus area with the one chosen, nearest first."""
        chosen = self._facility(stay)
        listed = [
            (-_shared(chosen, place) if chosen else 0, slug, place)
            for slug, place in self._places.published.items()
            if place is not chosen and self._places.bookable(slug)
        ]
        likely = [
            (slug, localised(place.facility.name))
            for shared, slug, place in sorted(listed, key=lambda entry: entry[:2])
            if shared or chosen is None or slug in stay.others
        ]
        return likely[:MOST_OTHERS]

    def also(self, stay: StayForm) -> Choices:
        """The other parts of the place, which can be asked for together with the chosen one."""
        resource = self._places.resources.get(stay.place)
        if resource is None:
            return []
        return [
            (item.slug, localised(item.resource.name))
            for item in self._places.bookable(resource.place.slug)
            if item is not resource
        ]

    def _facility(self, stay: StayForm) -> PlacedFacility | None:
        resource = self._places.resources.get(stay.place)
        return resource.place if resource else self._places.facilities.get(stay.place)


def _named(codes: Mapping[str, str]) -> Choices:
    return [(code, sentence(Message(name))) for code, name in codes.items()]


def _shared(one: PlacedFacility, other: PlacedFacility) -> int:
    mine, theirs = ({c.code for c in place.facility.capabilities} for place in (one, other))
    return len(mine & theirs) * 2 + len(
        set(one.facility.focus_areas) & set(other.facility.focus_areas)
    )
