"""What is kept from one search over many places to the next.

Free starts of a place count only for the very ``Busy`` and the very profile they were worked out
from; both are replaced whole when they change, so nothing kept here can be out of date.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from livinglab.db.queries.places import ERA
from livinglab.db.tables import Counter
from livinglab.domain.starts import Starts

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from livinglab.db.queries.places import Revision
    from livinglab.domain.calendar import Busy, OpenCalendar, Stay
    from livinglab.domain.facility import Facility, StayRules
    from livinglab.services.places import PlacedFacility, PlacedResource, Places

LENGTHS_KEPT = 8


def begin_era(session: Session) -> None:
    """Make void what any process keeps of places: some go, and their ids may be given again."""
    era = session.get(Counter, ERA)
    if era is None:
        era = Counter(name=ERA, value=0)
        session.add(era)
    era.value += 1
    session.flush()


@dataclass(frozen=True, slots=True)
class Seen:
    """Places and their taken time as of one committed state of the database."""

    revision: Revision
    since: date
    places: Places
    busy: dict[int, Busy]


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """Places whose stays of one length begin at the same instants; ``facility`` is one of them."""

    starts: Starts
    facility: Facility


class Known(NamedTuple):
    """The free starts of a place, as numbers in its kind's ``starts``."""

    place: PlacedFacility
    busy: Busy
    kind: Kind
    numbers: array[int]

    def first(self, low: int, high: int) -> Stay | None:
        """The first free stay numbered from ``low`` up to before ``high``."""
        at = bisect_left(self.numbers, low)
        if at == len(self.numbers) or self.numbers[at] >= high:
            return None
        return self.kind.starts.stays[self.numbers[at]]

    def within(self, low: int, high: int) -> Iterator[Stay]:
        """The free stays numbered from ``low`` up to before ``high``."""
        inside = self.numbers[bisect_left(self.numbers, low) : bisect_left(self.numbers, high)]
        return map(self.kind.starts.stays.__getitem__, inside)


@dataclass(frozen=True, slots=True)
class Table:
    """What is known for one length in half-days, by resource id."""

    kinds: dict[tuple[OpenCalendar, StayRules, str], Kind] = field(default_factory=dict)
    places: dict[int, Known] = field(default_factory=dict)

    def learn(self, item: PlacedResource, calendar: OpenCalendar, halves: int, busy: Busy) -> Known:
        """Work out the free starts of a place."""
        facility = item.facility
        key = (calendar, facility.stay, facility.zone)
        kind = self.kinds.get(key)
        if kind is None:
            starts = Starts(calendar, halves, facility.stay.buffers)
            kind = self.kinds[key] = Kind(starts, facility)
        known = Known(item.place, busy, kind, kind.starts.free(busy))
        self.places[item.id] = known
        return known


class Tables:
    """A table per length and month, for the lengths asked for last."""

    def __init__(self) -> None:
        self._tables: dict[tuple[int, date], Table] = {}

    def of(self, halves: int, today: date) -> Table:
        """The table of a length. Calendars change with the month, and so do tables."""
        key = (halves, today.replace(day=1))
        found = self._tables.get(key)
        if found is None:
            if len(self._tables) >= LENGTHS_KEPT:
                self._tables = {}
            found = self._tables[key] = Table()
        return found
