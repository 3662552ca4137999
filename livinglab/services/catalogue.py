"""Finding a place: what it can test, where it is, and whether it is free then.

Everything is judged in memory: the places a process knows, and the free time of one
:class:`~livinglab.services.availability.Finder`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from livinglab.domain.calendar import Length

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from livinglab.domain.facility import Facility
    from livinglab.domain.messages import Localised
    from livinglab.services.availability import Finder, Slot
    from livinglab.services.places import PlacedFacility, PlacedResource, Places

DAY = 2
"""Half-days of the stay whose first date is told when nobody named a length."""

Values = dict[str, int]
"""How many places each value of a condition would leave."""


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody looks for; an empty value asks for nothing.

    ``first`` and ``last`` are local dates at the place, both included, in which a stay of
    ``length`` must lie.
    """

    text: str = ""
    capability: str = ""
    focus_area: str = ""
    kind: str = ""
    municipality: str = ""
    length: Length | None = None
    first: date | None = None
    last: date | None = None

    @property
    def asks_for_time(self) -> bool:
        """Whether only places with such a stay count."""
        return bool(self.length or self.first or self.last)

    def without(self, condition: str) -> Search:
        """The same search with one condition given up."""
        if condition == "dates":
            return replace(self, first=None, last=None)
        if condition == "length":
            return replace(self, length=None)
        change: dict[str, Any] = {condition: ""}
        return replace(self, **change)


class Found(NamedTuple):
    """A place that fits, with the first stay it is free for (None: none before the horizon)."""

    place: PlacedFacility
    slot: Slot | None


@dataclass(frozen=True, slots=True)
class Way:
    """A search that finds something because it gives up one condition, or (empty) all of them."""

    condition: str
    search: Search
    count: int
    first: Slot | None


@dataclass(frozen=True, slots=True)
class Result:
    """Places by their first free date; values to narrow by; where nothing fits, ways out."""

    found: tuple[Found, ...]
    total: int
    values: dict[str, Values]
    ways: tuple[Way, ...]


CONDITIONS: dict[str, Callable[[Facility], Iterable[str]]] = {
    "capability": lambda facility: (c.code for c in facility.capabilities),
    "focus_area": lambda facility: facility.focus_areas,
    "kind": lambda facility: (facility.kind,),
    "municipality": lambda facility: (facility.municipality,),
}
"""Conditions with a closed list of values, and the values a facility has."""


def search(finder: Finder, wanted: Search) -> Result:
    """Every place that fits, soonest free first."""
    slots = first_free(finder, wanted)
    found: list[Found] = []
    values: dict[str, Values] = {condition: {} for condition in CONDITIONS}
    for place, missed in _judged(finder.places.able(), wanted):
        if wanted.asks_for_time and place.slug not in slots:
            continue
        if not missed:
            found.append(Found(place, slots.get(place.slug)))
        for condition, of in CONDITIONS.items():
            if not missed or missed == [condition]:
                counted = values[condition]
                for value in of(place.facility):
                    counted[value] = counted.get(value, 0) + 1
    found.sort(key=_soonest)
    ways = () if found else tuple(_ways(finder, wanted, slots))
    return Result(tuple(found), len(finder.places.published), values, ways)


def find(finder: Finder, wanted: Search) -> list[Found]:
    """Every place that fits, soonest free first, and nothing else about the search."""
    able, others = finder.places.able(wanted.capability), wanted.without("capability")
    fitting = [place for place, missed in _judged(able, others) if not missed]
    return _listed(fitting, wanted, first_free(finder, wanted, fitting))


def first_free(
    finder: Finder, wanted: Search, places: Iterable[PlacedFacility] | None = None
) -> dict[str, Slot]:
    """The first free stay of each facility, by slug: of the length asked for, else of a day.

    Where a day is too short for a place, of its shortest stay. Only at ``places`` if they are
    given.
    """
    window = (wanted.first or date.min, wanted.last or date.max)
    by_length: dict[Length, list[PlacedResource]] = {}
    for place in finder.places.able() if places is None else places:
        length = wanted.length or usual_length(place.facility)
        by_length.setdefault(length, []).extend(finder.places.bookable(place.slug))
    slots: dict[str, Slot] = {}
    for length, items in by_length.items():
        slots |= finder.first_slots(items, length, window)
    return slots


def usual_length(facility: Facility) -> Length:
    """A day, or the shortest stay that a place takes where that is longer."""
    rules = facility.stay
    halves = max(DAY, rules.min_halves)
    return Length(-(-halves // rules.step_halves) * rules.step_halves)


def capabilities(places: Places) -> dict[str, Localised]:
    """The name of every capability some place has, by code."""
    return {
        capability.code: capability.name
        for place in places.published.values()
        for capability in place.facility.capabilities
    }


def _listed(
    places: Iterable[PlacedFacility], wanted: Search, slots: dict[str, Slot]
) -> list[Found]:
    """These places, soonest free first, without those that have no time where it is asked for."""
    found = [Found(place, slots.get(place.slug)) for place in places]
    if wanted.asks_for_time:
        found = [item for item in found if item.slot]
    return sorted(found, key=_soonest)


def _soonest(item: Found) -> tuple[bool, int, str]:
    start = item.slot.stay.start if item.slot else 0
    return item.slot is None, start, item.place.slug


def _judged(
    places: Iterable[PlacedFacility], wanted: Search
) -> Iterator[tuple[PlacedFacility, list[str]]]:
    """Each place with the conditions, ``text`` among them, that it does not meet."""
    words = wanted.text.casefold().split()
    asked = [
        (name, of, value) for name, of in CONDITIONS.items() if (value := getattr(wanted, name))
    ]
    for place in places:
        facility = place.facility
        missed = [name for name, of, value in asked if value not in of(facility)]
        if words:
            text = _text(facility)
            missed += [] if all(word in text for word in words) else ["text"]
        yield place, missed


def _text(facility: Facility) -> str:
    """Everything that a search by words looks through, in every language."""
    told = (facility.name, facility.summary, *(c.name for c in facility.capabilities))
    parts = [text for localised in told for text in localised.texts.values()]
    return " ".join((*parts, facility.municipality, facility.host)).casefold()


def _ways(finder: Finder, wanted: Search, slots: dict[str, Slot]) -> Iterable[Way]:
    """What would be found without one condition each, most first; else without any."""
    found: list[Way] = []
    for condition in ("text", *CONDITIONS):
        if getattr(wanted, condition):
            eased = wanted.without(condition)
            found.append(_way(finder, condition, eased, slots))
    if wanted.first or wanted.last:
        eased = wanted.without("dates")
        found.append(_way(finder, "dates", eased, first_free(finder, eased)))
    if wanted.length and wanted.length != Length(1):
        eased = replace(wanted, length=Length(min(DAY, wanted.length.halves - 1)))
        found.append(_way(finder, "length", eased, first_free(finder, eased)))
    ways = sorted((way for way in found if way.count), key=lambda way: -way.count)
    if ways:
        return ways
    return [_way(finder, "", Search(), first_free(finder, Search()))]


def _way(finder: Finder, condition: str, eased: Search, slots: dict[str, Slot]) -> Way:
    fitting = [place for place, missed in _judged(finder.places.able(), eased) if not missed]
    found = _listed(fitting, eased, slots)
    return Way(condition, eased, len(found), found[0].slot if found else None)
