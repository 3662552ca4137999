"""Before anything is written down: is it free then, why not, what would do, what would it cost?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.domain.article import TestArticle
from livinglab.domain.policy import Asked, Request, Wish, problems
from livinglab.domain.pricing import Estimate, estimate
from livinglab.services.availability import Slot
from livinglab.services.free_time import FinderTime
from livinglab.services.pilot import acceptable
from livinglab.services.placement import length_of, resources_for, triggers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from livinglab.db.tables import Period, Pilot
    from livinglab.domain.calendar import Length
    from livinglab.domain.errors import Problem
    from livinglab.services.availability import Finder
    from livinglab.services.places import PlacedFacility, PlacedResource, Places

TIME_PREFIX = "periods.0."


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a stay can begin on a day: then ``slot``; else ``problems`` and the ``nearest``."""

    slot: Slot | None
    problems: tuple[Problem, ...]
    nearest: Slot | None


def ask(finder: Finder, items: Sequence[PlacedResource], first: date, length: Length) -> Answer:
    """Whether a stay of that length can begin on that day at one of a facility's resources.

    The nearest is the first from that day on, else the first at all.
    """
    last = max(finder.calendar(item).last for item in items)
    nearest = first_slot(finder, items, length, (first, last))
    if nearest is not None and nearest.stay.first_day == first:
        return Answer(nearest, (), nearest)
    found = _why_not(finder, items, first, length)
    if nearest is None:
        nearest = first_slot(finder, items, length, finder.all_days(items[0].facility))
    return Answer(None, tuple(found), nearest)


def first_slot(
    finder: Finder,
    items: Iterable[PlacedResource],
    length: Length,
    window: tuple[date, date],
    *,
    also: Iterable[str] = (),
    triggers: Iterable[str] = (),
) -> Slot | None:
    """The earliest feasible stay over these resources; of equal ones the first resource's."""
    also, triggers = tuple(also), tuple(triggers)
    found = [
        Slot(item, stay)
        for item in items
        if (stay := finder.first_stay(item, length, window, also=also, triggers=triggers))
    ]
    return min(found, key=lambda slot: slot.stay.start, default=None)


def window_slots(finder: Finder, pilot: Pilot, period: Period) -> list[Slot | None]:
    """For each window of a stay the first that is free in it."""
    triggers = triggers_of(pilot)
    options = _options(finder.places, period)
    return [
        first_slot(
            finder,
            options,
            length_of(period),
            (window.first, window.last),
            also=period.also,
            triggers=triggers,
        )
        for window in period.windows
    ]


def price(places: Places, period: Period, day: date) -> Estimate | None:
    """What the stay would cost at its first preference, by the list of that day.

    None where no place is chosen, or the list has no price for the length.
    """
    place = first_place(places, period)
    prices = place.facility.price_on(day) if place else None
    if prices is None or not period.halves:
        return None
    return estimate(prices, period.halves)


def first_place(places: Places, period: Period) -> PlacedFacility | None:
    """The facility a stay would go to first: the one chosen, else the first that would do."""
    if period.facility_id is not None:
        return places.facilities_by_id.get(period.facility_id)
    return next((places.facilities[f.slug] for f, _ in acceptable(places, period)), None)


def last_day(finder: Finder, item: PlacedResource, first: date, length: Length) -> date:
    """The last date of a stay that begins on ``first``, whether or not somebody has the time."""
    days = finder.calendar(item).days
    count = max(1, -(-length.halves // 2))
    end = finder.calendar(item).day_index(first) + count - 1
    return days[end].date if end < len(days) else first


def _options(places: Places, period: Period) -> list[PlacedResource]:
    chosen = resources_for(places, period, settled=False)
    if chosen:
        return chosen
    return [
        item
        for facility, _ in acceptable(places, period)
        for item in places.bookable(facility.slug)
    ]


def _why_not(
    finder: Finder, items: Sequence[PlacedResource], first: date, length: Length
) -> list[Problem]:
    facility = items[0].facility
    resource = items[0].slug if len(items) == 1 else None
    open_then = any(finder.calendar(item).open_on(first) for item in items)
    last = last_day(finder, items[0], first, length) if open_then else first
    asked = Asked(length, ((facility, resource),), (Wish(first, max(first, last)),))
    article = TestArticle(name="-")
    request = Request("-", "-", article, (asked,))
    time = FinderTime(finder, article.triggers())
    return [p for p in problems(request, time) if p.field.startswith(TIME_PREFIX)]
