"""Facilities and resources with their database ids: what the process knows of them.

Profiles are parsed when they change, not when they are asked for.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

from sqlalchemy import event

from livinglab.db.queries import places as queries
from livinglab.domain.access import sees_unpublished
from livinglab.domain.folding import fold
from livinglab.domain.needs import carried
from livinglab.domain.profile import facility_from_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy.orm import Session

    from livinglab.db.queries.places import Revision
    from livinglab.domain.access import Principal
    from livinglab.domain.facility import Facility, Resource
    from livinglab.domain.needs import Carried


@dataclass(frozen=True, slots=True, eq=False)
class PlacedFacility:
    """A facility with its database id and version; one that changes becomes another object.

    Only a ``published`` one stands in the catalogue and can be asked for. Ids and versions count
    within an ``era``: after example data has gone they begin again.
    """

    id: int
    version: int
    facility: Facility
    host_id: int
    published: bool = True
    era: int = 0

    @property
    def slug(self) -> str:
        """Public id."""
        return self.facility.slug


@dataclass(frozen=True, slots=True)
class PlacedResource:
    """A resource with its database id and its facility."""

    id: int
    place: PlacedFacility
    resource: Resource

    @property
    def slug(self) -> str:
        """Public id."""
        return self.resource.slug

    @property
    def facility(self) -> Facility:
        """The facility it belongs to."""
        return self.place.facility


@dataclass(frozen=True)
class Places:
    """All places as one request sees them."""

    facilities: dict[str, PlacedFacility]
    resources: dict[str, PlacedResource]
    by_id: dict[int, PlacedResource]
    facilities_by_id: dict[int, PlacedFacility]

    @cached_property
    def published(self) -> dict[str, PlacedFacility]:
        """Facilities that everybody sees and firms can ask for, by slug."""
        return {slug: place for slug, place in self.facilities.items() if place.published}

    def seen(self, slug: str, who: Principal | None) -> PlacedFacility | None:
        """The facility of that slug if it is there for the reader (None: a visitor)."""
        place = self.facilities.get(slug)
        if place is None or place.published or sees_unpublished(who, slug):
            return place
        return None

    def seen_by(self, who: Principal | None) -> dict[str, PlacedFacility]:
        """The facilities that are there for the reader (None: a visitor), by slug."""
        return {slug: p for slug, p in self.facilities.items() if self.seen(slug, who) is p}

    def bookable(self, facility: str | None = None) -> list[PlacedResource]:
        """Resources people can ask for, by facility and position.

        Those of one facility, whether it is published or not; else of all published ones.
        """
        if facility is None:
            return [item for slug in self.published for item in self._bookable[slug]]
        return list(self._bookable.get(facility, ()))

    def bookable_at(self, places: Iterable[PlacedFacility]) -> Iterator[PlacedResource]:
        """Resources people can ask for at these facilities."""
        return chain.from_iterable(self._bookable[place.facility.slug] for place in places)

    def units(self, facility_id: int) -> list[PlacedResource]:
        """Every resource of a facility, hidden ones too; none if there is no such facility."""
        place = self.facilities_by_id.get(facility_id)
        units = place.facility.resources if place else ()
        return [self.resources[unit.slug] for unit in units if unit.slug in self.resources]

    def able(self, capability: str | None = None) -> list[PlacedFacility]:
        """Published facilities with a capability (its code), or all of them."""
        if not capability:
            return list(self.published.values())
        return list(self._able.get(capability, ()))

    @cached_property
    def carried(self) -> dict[str, dict[str, Carried]]:
        """What each facility takes of what can be asked for in numbers, by slug."""
        return {slug: carried(place.facility) for slug, place in self.facilities.items()}

    @cached_property
    def told(self) -> dict[str, str]:
        """All that a search by words looks through, folded, in every language, by slug."""
        return {slug: fold(_told(place.facility)) for slug, place in self.facilities.items()}

    @cached_property
    def _bookable(self) -> dict[str, list[PlacedResource]]:
        found: dict[str, list[PlacedResource]] = {slug: [] for slug in self.facilities}
        for item in self.resources.values():
            if item.resource.bookable:
                found[item.place.slug].append(item)
        return found

    @cached_property
    def _able(self) -> dict[str, list[PlacedFacility]]:
        found: dict[str, list[PlacedFacility]] = {}
        for place in self.published.values():
            for capability in place.facility.capabilities:
                found.setdefault(capability.code, []).append(place)
        return found

    def needed(
        self, item: PlacedResource, also: Iterable[str] = (), triggers: Iterable[str] = ("always",)
    ) -> list[PlacedResource]:
        """The resource and all that a booking of it books too, without repeats.

        ``also`` counts at the resource's own facility only: what stands elsewhere is needed there.
        """
        active = frozenset(triggers) | {"always"}
        units = item.facility.booked_with(item.slug, also, active)
        return [self.resources[unit.slug] for unit in units if unit.slug in self.resources]


def _told(facility: Facility) -> str:
    localised = (facility.name, facility.summary, *(c.name for c in facility.capabilities))
    texts = [text for told in (*localised, *facility.networks) for text in told.texts.values()]
    return " ".join((*texts, facility.municipality, facility.host))


Known = tuple[int, int, int]
"""``Revision.profiles``."""


@dataclass(frozen=True, slots=True)
class KnownPlaces:
    """Parsed places, kept until a profile changes in any process."""

    _facilities: dict[tuple[int, int], PlacedFacility] = field(default_factory=dict)
    _last: deque[tuple[Known, Places]] = field(default_factory=lambda: deque(maxlen=1))

    def read(self, session: Session, revision: Revision) -> Places:
        """All places as of that revision; what was built before is given again."""
        for profiles, last in self._last:
            if profiles == revision.profiles:
                return last
        built = self._build(session, revision.era)
        self._last.append((revision.profiles, built))
        return built

    def doubt(self, session: Session) -> None:
        """Forget everything if the session rolls back: it is about to change profiles."""
        event.listen(session, "after_rollback", self._forget, once=True)

    def _forget(self, _session: Session) -> None:
        self._last.clear()
        self._facilities.clear()

    def _build(self, session: Session, era: int) -> Places:
        rows = queries.place_rows(session)
        stale = {
            row.facility_id
            for row in rows
            if (known := self._facilities.get((era, row.facility_id))) is None
            or known.version != row.facility_version
        }
        if stale:
            for row in queries.facilities_of(session, stale):
                facility = facility_from_json(row.profile)
                self._facilities[era, row.id] = PlacedFacility(
                    row.id, row.version, facility, row.host_id, row.published, era
                )
        facilities: dict[str, PlacedFacility] = {}
        resources: dict[str, PlacedResource] = {}
        for place_row in rows:
            place = self._facilities[era, place_row.facility_id]
            facilities[place.slug] = place
            resource = place.facility.resource(place_row.resource_slug)
            if resource is not None:
                resources[resource.slug] = PlacedResource(place_row.resource_id, place, resource)
        return Places(
            facilities,
            resources,
            {item.id: item for item in resources.values()},
            {place.id: place for place in facilities.values()},
        )
