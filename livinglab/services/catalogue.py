"""Finding a place: what it can test, what it takes, where it is, and whether it is free then.

Everything is judged in memory: the places a process knows, and the free time of one
:class:`~livinglab.services.availability.Finder`.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from livinglab.domain.calendar import Length
from livinglab.domain.fit import Reason, Verdict
from livinglab.domain.folding import words_of
from livinglab.domain.needs import MEASURES, Needs, answer, asked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from livinglab.domain.facility import Facility
    from livinglab.domain.messages import Localised
    from livinglab.domain.needs import Need
    from livinglab.services.availability import Finder, Slot
    from livinglab.services.places import PlacedFacility, Places

DAY = 2
"""Half-days of the stay whose first date is told when nobody named a length."""

NO_NEEDS = Needs()
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
    needs: Needs = NO_NEEDS

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
        if condition in MEASURES:
            return self.needing(condition, None)
        change: dict[str, Any] = {condition: ""}
        return replace(self, **change)

    def needing(self, measure: str, value: float | None) -> Search:
        """The same search asking for so much of one measure; None: for nothing of it."""
        change: dict[str, Any] = {measure: value}
        if measure == "current_a" and not value:
            change["phases"] = 1
        return replace(self, needs=replace(self.needs, **change))


class Found(NamedTuple):
    """A place that fits, with the first stay it is free for (None: none before the horizon).

    ``ask``: it does so only after a question, since it does not tell everything asked for.
    """

    place: PlacedFacility
    slot: Slot | None
    ask: bool = False


class Judged(NamedTuple):
    """A place with the conditions, ``text`` among them, that it does not meet."""

    place: PlacedFacility
    missed: Sequence[str] = ()
    ask: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """Places that fit, then those to ask, each by their first free date; values to narrow by.

    ``others`` are those that can do what is asked, but not within these numbers and days.
    """

    found: tuple[Found, ...]
    others: tuple[Judged, ...]
    total: int
    values: dict[str, Values]

    @property
    def asks(self) -> int:
        """How many of those found must be asked."""
        return sum(entry.ask for entry in self.found)


CONDITIONS: dict[str, Callable[[Facility], Iterable[str]]] = {
    "capability": lambda facility: (c.code for c in facility.capabilities),
    "focus_area": lambda facility: facility.focus_areas,
    "kind": lambda facility: (facility.kind,),
    "municipality": lambda facility: (facility.municipality,),
}
"""Conditions with a closed list of values, and the values a facility has."""


def search(finder: Finder, wanted: Search) -> Result:
    """Every place that fits, soonest free first, and what is near to it."""
    slots = first_free(finder, wanted)
    found: list[Found] = []
    others: list[Judged] = []
    values: dict[str, Values] = {name: {} for name in CONDITIONS}
    steps = _Steps(finder.places, wanted.needs)
    for item in judged(finder.places, finder.places.able(), wanted):
        place, missed, ask = item
        timely = not wanted.asks_for_time or place.slug in slots
        if timely and not missed:
            found.append(Found(place, slots.get(place.slug), ask))
        elif MEASURES.keys() >= set(missed):
            others.append(item)
        if not timely or len(missed) > 1:
            continue
        for condition, of in CONDITIONS.items():
            if not missed or missed == [condition]:
                counted = values[condition]
                for value in of(place.facility):
                    counted[value] = counted.get(value, 0) + 1
        if not missed or missed[0] in MEASURES:
            steps.note(place.slug, missed or MEASURES)
    found.sort(key=_soonest)
    counts = values | steps.values()
    return Result(tuple(found), tuple(others), len(finder.places.published), counts)


def find(finder: Finder, wanted: Search) -> list[Found]:
    """Every place that fits, soonest free first, and nothing else about the search."""
    able, others = finder.places.able(wanted.capability), wanted.without("capability")
    fitting = [item for item in judged(finder.places, able, others) if not item.missed]
    return listed(fitting, wanted, first_free(finder, wanted, (item.place for item in fitting)))


def answers(finder: Finder, place: PlacedFacility, needs: Iterable[Need]) -> list[Reason]:
    """How the place stands to each need, in words and numbers."""
    there = finder.places.carried[place.slug]
    return [answer(need, there[need.key]) for need in needs]


def first_free(
    finder: Finder, wanted: Search, places: Iterable[PlacedFacility] | None = None
) -> dict[str, Slot]:
    """The first free stay of each facility, by slug: of the length asked for, else of a day.

    Where a day is too short for a place, of its shortest stay. Only at ``places`` if they are
    given.
    """
    window = (wanted.first or date.min, wanted.last or date.max)
    places = finder.places.able() if places is None else places
    if wanted.length:
        return finder.first_slots(finder.places.bookable_at(places), wanted.length, window)
    by_length: dict[Length, list[PlacedFacility]] = {}
    for place in places:
        by_length.setdefault(usual_length(place.facility), []).append(place)
    slots: dict[str, Slot] = {}
    for length, there in by_length.items():
        slots |= finder.first_slots(finder.places.bookable_at(there), length, window)
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


def listed(places: Iterable[Judged], wanted: Search, slots: dict[str, Slot]) -> list[Found]:
    """These places, soonest free first, without those that have no time where it is asked for."""
    found = []
    for place, _, ask in places:
        slot = slots.get(place.facility.slug)
        if slot or not wanted.asks_for_time:
            found.append(Found(place, slot, ask))
    return sorted(found, key=_soonest)


def judged(places: Places, among: Iterable[PlacedFacility], wanted: Search) -> Iterator[Judged]:
    """Each of these places with what it misses; its time is not looked at."""
    words = words_of(wanted.text)
    chosen = [
        (name, of, value) for name, of in CONDITIONS.items() if (value := getattr(wanted, name))
    ]
    needs = asked(wanted.needs)
    if not (words or chosen or needs):
        yield from map(Judged, among)
        return
    for place in among:
        facility = place.facility
        missed = [name for name, of, value in chosen if value not in of(facility)]
        if words and not all(word in places.told[place.slug] for word in words):
            missed.append("text")
        ask = False
        if needs:
            there = places.carried[place.slug]
            for need in needs:
                verdict = there[need.key].verdict(need.value)
                if verdict is Verdict.NO:
                    missed.append(need.measure)
                ask = ask or verdict is Verdict.ASK
        yield Judged(place, missed, ask)


def _soonest(item: Found) -> tuple[bool, bool, int, str]:
    place, slot, ask = item
    return ask, slot is None, slot.stay.start if slot else 0, place.facility.slug


class _Steps:
    """Counts how many places each usual value of a measure would leave."""

    def __init__(self, places: Places, needs: Needs) -> None:
        self._carried = places.carried
        self._keys = {name: name for name in MEASURES} | {"current_a": f"current_{needs.phases}"}
        self._most: dict[str, list[float]] = {name: [] for name in MEASURES}

    def note(self, slug: str, measures: Iterable[str]) -> None:
        """A place that meets everything but these measures."""
        there = self._carried[slug]
        for name in measures:
            self._most[name].append(there[self._keys[name]].most)

    def values(self) -> dict[str, Values]:
        """By measure and value as addresses write it."""
        found: dict[str, Values] = {}
        for name, most in self._most.items():
            most.sort()
            counted = ((s, len(most) - bisect_left(most, s)) for s in MEASURES[name].steps)
            found[name] = {f"{step:g}": count for step, count in counted if count}
        return found
