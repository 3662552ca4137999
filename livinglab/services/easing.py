"""What would do instead: searches that give up one condition, and places that nearly fit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.calendar import Length
from livinglab.domain.fit import Verdict
from livinglab.domain.lengths import Bounds, halves_taken, length_fits, nearest_halves
from livinglab.domain.needs import asked
from livinglab.services.catalogue import (
    CONDITIONS,
    DAY,
    Search,
    answers,
    first_free,
    judged,
    listed,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livinglab.domain.fit import Reason
    from livinglab.domain.needs import Need
    from livinglab.services.availability import Finder, Slot
    from livinglab.services.catalogue import Judged, Result
    from livinglab.services.places import PlacedFacility


@dataclass(frozen=True, slots=True)
class Way:
    """A search that finds something because it gives up one condition, or (empty) all of them."""

    condition: str
    search: Search
    count: int
    first: Slot | None


class Near(NamedTuple):
    """A place that does what is asked, but not within these numbers or days.

    ``broken`` are the needs it cannot meet. ``taken`` if it has no such stay then; ``lengths``
    are those it takes, in half-days, where the one asked for is none. ``slot`` is the stay that
    would do, ``length`` long.
    """

    place: PlacedFacility
    broken: tuple[Reason, ...]
    taken: bool
    lengths: Bounds | None
    length: Length | None
    slot: Slot | None


def ways(finder: Finder, wanted: Search) -> list[Way]:
    """What would be found without one condition each, most first; else without any."""
    ways = sorted((w for w in _ways(finder, wanted) if w.count), key=lambda way: -way.count)
    return ways or [_way(finder, "", Search(), first_free(finder, Search()))]


def nearest(finder: Finder, wanted: Search, result: Result, limit: int) -> list[Near]:
    """Of the places that do not fit those that miss least, with what would do there."""
    slots = first_free(finder, wanted, (item.place for item in result.others))

    def how_far(item: Judged) -> tuple[int, str]:
        late = wanted.asks_for_time and item.place.slug not in slots
        return len(item.missed) + late, item.place.slug

    chosen = sorted(result.others, key=how_far)[:limit]
    return [_near(finder, wanted, item.place, slots.get(item.place.slug)) for item in chosen]


def _near(finder: Finder, wanted: Search, place: PlacedFacility, slot: Slot | None) -> Near:
    reasons = answers(finder, place, asked(wanted.needs))
    broken = tuple(reason for reason in reasons if reason.verdict is Verdict.NO)
    taken = wanted.asks_for_time and slot is None
    rules, length, lengths = place.facility.stay, wanted.length, None
    if length is not None and not length_fits(rules, length):
        lengths = halves_taken(rules)
        nearest = nearest_halves(length.halves, [rules])
        length = Length(nearest) if nearest else length
    if taken:
        slot = _free(finder, replace(wanted, length=length), place)
    return Near(place, broken, taken, lengths, length, slot)


def _free(finder: Finder, wanted: Search, place: PlacedFacility) -> Slot | None:
    """The first such stay from the first day asked for on, else at all."""
    for eased in (replace(wanted, last=None), wanted.without("dates")):
        slot = first_free(finder, eased, [place]).get(place.slug)
        if slot:
            return slot
    return None


def _ways(finder: Finder, wanted: Search) -> Iterator[Way]:
    slots = first_free(finder, wanted)
    for condition in ("text", *CONDITIONS):
        if getattr(wanted, condition):
            yield _way(finder, condition, wanted.without(condition), slots)
    for need in asked(wanted.needs):
        yield _way(finder, need.measure, _less(finder, wanted, need, slots), slots)
    if wanted.first or wanted.last:
        eased = wanted.without("dates")
        yield _way(finder, "dates", eased, first_free(finder, eased))
    if wanted.length and wanted.length != Length(1):
        eased = replace(wanted, length=Length(min(DAY, wanted.length.halves - 1)))
        yield _way(finder, "length", eased, first_free(finder, eased))


def _less(finder: Finder, wanted: Search, need: Need, slots: dict[str, Slot]) -> Search:
    """The search asking for the most that some place has, or for nothing where none has any."""
    eased = wanted.without(need.measure)
    able = judged(finder.places, finder.places.able(), eased)
    fitting = listed([item for item in able if not item.missed], eased, slots)
    most = (finder.places.carried[item.place.slug][need.key].most for item in fitting)
    best = max((value for value in most if value != inf), default=0)
    return wanted.needing(need.measure, best) if best > 0 else eased


def _way(finder: Finder, condition: str, eased: Search, slots: dict[str, Slot]) -> Way:
    able = judged(finder.places, finder.places.able(), eased)
    found = listed([item for item in able if not item.missed], eased, slots)
    return Way(condition, eased, len(found), found[0].slot if found else None)
