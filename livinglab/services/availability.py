"""One engine for free time: pages, API, policy and fixes all ask here.

A search reads one statement of revisions and then works in memory: open days come from the rules,
taken time from the process's cache, refreshed for the resources whose time changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from livinglab.domain.calendar import Busy, Length, OpenCalendar, Stay
from livinglab.domain.vocabulary import TRIGGERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from livinglab.domain.facility import Facility, StayRules
    from livinglab.services.world import PlacedResource, Places, World


@dataclass(frozen=True, slots=True)
class Slot:
    """A feasible stay at a resource."""

    resource: PlacedResource
    stay: Stay


@dataclass(frozen=True, slots=True)
class Finder:
    """Free time as of one moment and one read of the database."""

    world: World
    places: Places
    now: datetime
    busy: dict[int, Busy]

    @classmethod
    def read(cls, world: World, session: Session, now: datetime) -> Finder:
        """Free time everywhere, for pages and searches; from the process's cache."""
        places = world.places(session)
        return cls(world, places, now, world.busy(session, places.resources.values(), now))

    @classmethod
    def fresh(
        cls, world: World, session: Session, now: datetime, facilities: Iterable[int]
    ) -> Finder:
        """Free time at these facilities as the open transaction sees it, for units of work."""
        places = world.places(session)
        wanted = set(facilities)
        items: dict[int, PlacedResource] = {}
        for item in places.resources.values():
            if item.place.id in wanted:
                reached = places.needed(item, triggers=TRIGGERS)
                items |= {needed.id: needed for needed in reached}
        return cls(world, places, now, world.fresh_busy(session, items.values(), now))

    def calendar(self, item: PlacedResource) -> OpenCalendar:
        """Open days of the resource."""
        return self.world.calendar(item, self.world.today(self.now, item.facility.zone))

    def taken(
        self, item: PlacedResource, also: Iterable[str] = (), triggers: Iterable[str] = ()
    ) -> Busy:
        """Time taken at the resource or at anything a booking of it needs as well.

        Where a visible companion is closed on a day on which the resource is open, that day
        counts as taken: both are needed together.
        """
        first, *others = self.places.needed(item, also, triggers)
        if not others:
            return self.busy[first.id]
        closed = [
            (day.start, day.end)
            for other in others
            if other.resource.bookable and other.resource.opening != item.resource.opening
            for day in self.calendar(item).days
            if self.calendar(other).open_on(day.date) is None
        ]
        return self.busy[first.id].union(*(self.busy[o.id] for o in others), Busy(closed))

    def stays(
        self,
        item: PlacedResource,
        length: Length,
        window: tuple[date, date],
        *,
        also: Iterable[str] = (),
        triggers: Iterable[str] = (),
        busy: Busy | None = None,
    ) -> Iterator[Stay]:
        """Feasible stays in the window that also keep notice, horizon and length rules."""
        facility = item.facility
        if not length_fits(facility.stay, length):
            return
        first = max(window[0], self.world.first_day(facility, self.now))
        horizon = self.world.last_day(facility, self.now)
        calendar, now = self.calendar(item), int(self.now.timestamp())
        taken = self.taken(item, also, triggers) if busy is None else busy
        for stay in calendar.stays(length, taken, facility.stay.buffers, (first, window[1])):
            if stay.first_day > horizon:
                return
            if stay.start < now or (length.hours and not _long_enough(facility, calendar, stay)):
                continue
            yield stay

    def first_stay(
        self,
        item: PlacedResource,
        length: Length,
        window: tuple[date, date] | None = None,
        *,
        also: Iterable[str] = (),
        triggers: Iterable[str] = (),
        busy: Busy | None = None,
    ) -> Stay | None:
        """The earliest feasible stay in the window, or at all."""
        days = window or self.all_days(item.facility)
        return next(self.stays(item, length, days, also=also, triggers=triggers, busy=busy), None)

    def all_days(self, facility: Facility) -> tuple[date, date]:
        """From the first day notice allows, to where a stay begun on the horizon may still run."""
        return (
            self.world.first_day(facility, self.now),
            self.world.last_day(facility, self.now) + timedelta(days=100),
        )

    def slots(
        self,
        items: Sequence[PlacedResource],
        length: Length,
        window: tuple[date, date],
        limit: int,
    ) -> list[Slot]:
        """The earliest feasible slots over all these resources, by start, then resource."""

        def keyed(item: PlacedResource) -> Iterator[tuple[int, str, Slot]]:
            for stay in self.stays(item, length, window):
                yield stay.start, item.slug, Slot(item, stay)

        ordered = merge(*(keyed(item) for item in items), key=lambda entry: entry[:2])
        return [slot for _, _, slot in islice(ordered, limit)]

    def first_slots(
        self, items: Sequence[PlacedResource], length: Length, window: tuple[date, date]
    ) -> dict[str, Slot]:
        """The first feasible slot of each facility that has one, by facility slug."""
        best: dict[str, Slot] = {}
        for item in items:
            stay = self.first_stay(item, length, window)
            known = best.get(item.place.slug)
            if stay is not None and (known is None or stay.start < known.stay.start):
                best[item.place.slug] = Slot(item, stay)
        return best


def length_fits(rules: StayRules, length: Length) -> bool:
    """Whether the place accepts stays of that length; hours are judged per day."""
    if not length.halves:
        return length.hours > 0
    return (
        rules.min_halves <= length.halves <= rules.max_halves
        and length.halves % rules.step_halves == 0
    )


def _long_enough(facility: Facility, calendar: OpenCalendar, stay: Stay) -> bool:
    """A stay in hours is at least the facility's shortest stay, measured on that day's halves."""
    day = calendar.open_on(stay.first_day)
    if day is None:
        return False
    shortest = min(end - start for start, end in day.halves)
    return stay.end - stay.start >= facility.stay.min_halves * shortest
