"""Finding a place: what it can test, where it is, and whether it is free then.

Everything is judged in memory: the places a process knows, and the free time of one
:class:`~livinglab.services.availability.Finder`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from livinglab.domain.calendar import Length
from livinglab.services.availability import Slot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from livinglab.domain.facility import Facility
    from livinglab.domain.messages import Localised
    from livinglab.services.availability import Finder
    from livinglab.services.world import PlacedFacility, Places

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


@dataclass(frozen=True, slots=True)
class Found:
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
    found = _found(finder.places, wanted, slots)
    values: dict[str, Values] = {}
    for condition, of in CONDITIONS.items():
        without = wanted.without(condition)
        counted = values[condition] = {}
        for item in _found(finder.places, without, slots):
            for value in of(item.place.facility):
                counted[value] = counted.get(value, 0) + 1
    ways = () if found else tuple(_ways(finder, wanted, slots))
    return Result(tuple(found), len(finder.places.facilities), values, ways)


def find(finder: Finder, wanted: Search) -> list[Found]:
    """Every place that fits, soonest free first, and nothing else about the search."""
    return _found(finder.places, wanted, first_free(finder, wanted))


def first_free(finder: Finder, wanted: Search) -> dict[str, Slot]:
    """The first free stay of each facility, by slug: of the length asked for, else of a day.

    Where a day is too short for a place, of its shortest stay.
    """
    slots: dict[str, Slot] = {}
    for item in finder.places.bookable():
        length = wanted.length or usual_length(item.facility)
        first, last = finder.all_days(item.facility)
        stay = finder.first_stay(item, length, (wanted.first or first, wanted.last or last))
        known = slots.get(item.place.slug)
        if stay is not None and (known is None or stay.start < known.stay.start):
            slots[item.place.slug] = Slot(item, stay)
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
        for place in places.facilities.values()
        for capability in place.facility.capabilities
    }


def _found(places: Places, wanted: Search, slots: dict[str, Slot]) -> list[Found]:
    words = wanted.text.casefold().split()
    found = [
        Found(place, slots.get(slug))
        for slug, place in places.facilities.items()
        if _fits(place.facility, wanted, words) and not (wanted.asks_for_time and slug not in slots)
    ]
    return sorted(found, key=_soonest)


def _soonest(item: Found) -> tuple[bool, int, str]:
    start = item.slot.stay.start if item.slot else 0
    return item.slot is None, start, item.place.slug


def _fits(facility: Facility, wanted: Search, words: list[str]) -> bool:
    for condition, of in CONDITIONS.items():
        value = getattr(wanted, condition)
        if value and value not in of(facility):
            return False
    if not words:
        return True
    text = _text(facility)
    return all(word in text for word in words)


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
    found = _found(finder.places, eased, slots)
    return Way(condition, eased, len(found), found[0].slot if found else None)
