"""One engine for free time: pages, API, policy and fixes all ask here.

A search reads one statement of revisions and then works in memory: open days come from the rules,
taken time from the process's cache, refreshed for the resources whose time changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import heapify, heappop, heapreplace
from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.calendar import Busy, Length, OpenCalendar, Stay, closed_beside
from livinglab.domain.lengths import length_fits, long_enough
from livinglab.domain.vocabulary import TRIGGERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from livinglab.domain.facility import Facility
    from livinglab.services.kept import Kind, Known
    from livinglab.services.places import PlacedResource, Places
    from livinglab.services.world import World


class Slot(NamedTuple):
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
        seen = world.seen(session, now)
        return cls(world, seen.places, now, seen.busy)

    @classmethod
    def fresh(
        cls,
        world: World,
        session: Session,
        now: datetime,
        facilities: Iterable[int],
        *,
        without_pilot: int | None = None,
    ) -> Finder:
        """Free time at these facilities as the open transaction sees it, for units of work.

        What ``without_pilot`` holds counts as free.
        """
        places = world.places(session)
        items: dict[int, PlacedResource] = {}
        for facility in facilities:
            for item in places.units(facility):
                reached = places.needed(item, triggers=TRIGGERS)
                items |= {needed.id: needed for needed in reached}
        busy = world.fresh_busy(session, items.values(), now, without_pilot=without_pilot)
        return cls(world, places, now, busy)

    def calendar(self, item: PlacedResource) -> OpenCalendar:
        """Open days of the resource."""
        return self.world.calendar(item, self.world.today(self.now, item.facility.zone))

    def taken(
        self, item: PlacedResource, also: Iterable[str] = (), triggers: Iterable[str] = ()
    ) -> Busy:
        """Time taken at the resource or at anything a booking of it needs as well."""
        first, *others = self.places.needed(item, also, triggers)
        if not others:
            return self.busy[first.id]
        closed = self._closures(item, others)
        return self.busy[first.id].union(*(self.busy[other.id] for other in others), closed)

    def closures(
        self, item: PlacedResource, also: Iterable[str] = (), triggers: Iterable[str] = ()
    ) -> Busy:
        """Open days of the resource on which something it is booked with is closed."""
        _, *others = self.places.needed(item, also, triggers)
        return self._closures(item, others)

    def _closures(self, item: PlacedResource, others: Iterable[PlacedResource]) -> Busy:
        differing = (
            self.calendar(other)
            for other in others
            if other.resource.bookable and other.resource.opening != item.resource.opening
        )
        return closed_beside(self.calendar(item), differing)

    def stays(
        self,
        item: PlacedResource,
        length: Length,
        window: tuple[date, date],
        *,
        also: Iterable[str] = (),
        triggers: Iterable[str] = (),
        busy: Busy | None = None,
        notice: bool = True,
    ) -> Iterator[Stay]:
        """Feasible stays in the window that also keep notice, horizon and length rules.

        Without ``notice`` they may begin from today on.
        """
        facility = item.facility
        if not length_fits(facility.stay, length):
            return
        first = max(window[0], self.first_day(facility, notice=notice))
        horizon = self.world.last_day(facility, self.now)
        calendar, now = self.calendar(item), self.now.timestamp()
        taken = self.taken(item, also, triggers) if busy is None else busy
        for stay in calendar.stays(length, taken, facility.stay.buffers, (first, window[1])):
            if stay.first_day > horizon:
                return
            if stay.start >= now and long_enough(facility.stay, calendar, length, stay):
                yield stay

    def first_day(self, facility: Facility, *, notice: bool = True) -> date:
        """The first date the notice period allows; without ``notice`` today, and nights begun."""
        if notice:
            return self.world.first_day(facility, self.now)
        return self.world.today(self.now, facility.zone) - timedelta(days=1)

    def first_stay(
        self,
        item: PlacedResource,
        length: Length,
        window: tuple[date, date] | None = None,
        *,
        also: Iterable[str] = (),
        triggers: Iterable[str] = (),
        busy: Busy | None = None,
        notice: bool = True,
    ) -> Stay | None:
        """The earliest feasible stay in the window, or at all."""
        days = window or self.all_days(item.facility)
        found = self.stays(
            item, length, days, also=also, triggers=triggers, busy=busy, notice=notice
        )
        return next(found, None)

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
        heap = []
        for item, known, span in self._known(items, length, window):
            stream = known.within(*span) if known else self.stays(item, length, window)
            stay = next(stream, None)
            if stay is not None:
                heap.append((stay.start, item.slug, stay, stream, item))
        heapify(heap)
        found: list[Slot] = []
        while heap and len(found) < limit:
            _, slug, stay, stream, item = heap[0]
            found.append(Slot(item, stay))
            following = next(stream, None)
            if following is None:
                heappop(heap)
            else:
                heapreplace(heap, (following.start, slug, following, stream, item))
        return found

    def first_slots(
        self, items: Iterable[PlacedResource], length: Length, window: tuple[date, date]
    ) -> dict[str, Slot]:
        """The first feasible slot of each facility that has one, by facility slug."""
        best: dict[str, Slot] = {}
        for item, known, span in self._known(items, length, window):
            stay = known.first(*span) if known else next(self.stays(item, length, window), None)
            if stay is not None:
                slug = item.facility.slug
                other = best.get(slug)
                if other is None or stay.start < other.stay.start:
                    best[slug] = Slot(item, stay)
        return best

    def _known(
        self, items: Iterable[PlacedResource], length: Length, window: tuple[date, date]
    ) -> Iterator[tuple[PlacedResource, Known | None, tuple[int, int]]]:
        """What is kept of each resource's free stays, and from where to where of it they count.

        None where nothing can be kept: :meth:`stays` tells them.
        """
        table = self.world.tables.of(length.halves, self.now.date())
        spans: dict[Kind, tuple[int, int]] = {}
        for item in items:
            busy = self.busy[item.id]
            known = table.places.get(item.id)
            if known is None or known.busy is not busy or known.place is not item.place:
                if not self._can_be_kept(item, length):
                    yield item, None, (0, 0)
                    continue
                known = table.learn(item, self.calendar(item), length.halves, busy)
            span = spans.get(known.kind)
            if span is None:
                span = spans[known.kind] = self._span(known.kind, window)
            yield item, known, span

    def _can_be_kept(self, item: PlacedResource, length: Length) -> bool:
        """Whether free starts follow from the resource's own time alone, and are few."""
        fits = length.halves > 0 and length_fits(item.facility.stay, length)
        return fits and len(self.places.needed(item)) == 1

    def _span(self, kind: Kind, window: tuple[date, date]) -> tuple[int, int]:
        first = max(window[0], self.world.first_day(kind.facility, self.now))
        horizon = self.world.last_day(kind.facility, self.now)
        return kind.starts.within((first, window[1]), self.now.timestamp(), horizon)
