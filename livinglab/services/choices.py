"""Times a host may choose from: in the firm's windows, near them, or from a day on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from livinglab.db.queries.places import taken_times
from livinglab.domain.calendar import Busy, Stay
from livinglab.domain.messages import N_, Message
from livinglab.domain.zones import local_date, midnight, zone
from livinglab.services.bookings import held
from livinglab.services.placement import (
    ChosenSlot,
    first_in,
    length_of,
    resources_for,
    stays_in,
    triggers_of,
)
from livinglab.services.world import FORGET_AFTER, from_epoch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Period, Pilot
    from livinglab.domain.errors import Problem
    from livinglab.services.availability import Finder
    from livinglab.services.places import PlacedResource

NEAR_BEFORE = timedelta(days=60)
NEAREST = 3
DETOUR = 5
"""A day that a stay spends waiting over a weekend counts like so many days of distance."""
STARTS = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """A stay for the pilot's period of that index."""

    period: int
    item: PlacedResource
    stay: Stay

    @property
    def slot(self) -> ChosenSlot:
        """As a command names it."""
        start, end = from_epoch(self.stay.start), from_epoch(self.stay.end)
        return ChosenSlot(self.period, self.item.slug, start, end)


@dataclass(frozen=True, slots=True)
class Wished:
    """One of the firm's windows: the first stay that is free in it, or why there is none."""

    rank: int
    first: date
    last: date
    choice: Choice | None
    problem: Message | None


def without_own(session: Session, finder: Finder, pilot: Pilot) -> Finder:
    """Free time as if the pilot held none: what it holds does not stand in its own way."""
    own = {booking.resource_id for booking in held(pilot)}
    if not own:
        return finder
    since = finder.now - FORGET_AFTER
    others: dict[int, list[tuple[int, int]]] = {key: [] for key in own}
    for key, start, end in taken_times(session, own, since, without_pilot=pilot.id):
        others[key].append((int(start.timestamp()), int(end.timestamp())))
    busy = {key: Busy(intervals) for key, intervals in others.items()}
    return replace(finder, busy={**finder.busy, **busy})


def holding(finder: Finder, pilot: Pilot, index: int) -> Choice | None:
    """The time that a period holds at the resource people see, or None."""
    for booking in held(pilot, pilot.periods[index]):
        item = finder.places.by_id.get(booking.resource_id)
        if item is not None and item.resource.bookable:
            stay = Stay(
                int(booking.starts_at.timestamp()),
                int(booking.ends_at.timestamp()),
                int(booking.blocked_from.timestamp()),
                int(booking.blocked_to.timestamp()),
                local_date(booking.starts_at, zone(item.facility.zone)),
                _last_day(finder, item, booking.ends_at),
            )
            return Choice(index, item, stay)
    return None


def _last_day(finder: Finder, item: PlacedResource, end: datetime) -> date:
    """The date to which the end of a stay belongs: a night is the date's on which it began."""
    day = local_date(end - timedelta(seconds=1), zone(item.facility.zone))
    before = finder.calendar(item).open_on(day - timedelta(days=1))
    return before.date if before is not None and end.timestamp() <= before.end else day


def wished(
    finder: Finder, pilot: Pilot, index: int, problems: Sequence[Problem] = ()
) -> list[Wished]:
    """Every window of a period with its first free stay at the settled facility."""
    period = pilot.periods[index]
    found = []
    for window in period.windows:
        placement = first_in(finder, pilot, period, (window.first, window.last))
        path = f"periods.{index}.windows.{window.rank}."
        told = next((p.message for p in problems if p.field.startswith(path)), None)
        found.append(
            Wished(
                window.rank,
                window.first,
                window.last,
                Choice(index, placement.item, placement.stay) if placement else None,
                None if placement else told or Message(N_("These days are already taken.")),
            )
        )
    return found


def nearest(finder: Finder, pilot: Pilot, index: int, count: int = NEAREST) -> list[Choice]:
    """The free stays nearest to the first window that cannot be approved, apart from each other.

    At the settled facility, at any of its resources, with the notice the place asks for. A stay
    that runs over a weekend counts as farther away than one that does not. The nearest is first.
    """
    period = pilot.periods[index]
    items = resources_for(finder.places, period, named=False)
    if not items or not period.windows:
        return []
    named = {item.id for item in resources_for(finder.places, period)}
    wanted = period.windows[0].first
    instant = int(midnight(wanted, zone(items[0].facility.zone)).timestamp())

    def distance(stay: Stay) -> int:
        return abs(stay.start - instant) + DETOUR * (stay.end - stay.start)

    candidates = [
        (distance(stay), item.slug, Choice(index, item, stay))
        for item in items
        for stay in _near(finder, pilot, item, index, wanted)
        if item.id not in named or not _wished_for(stay, period)
    ]
    picked: list[Choice] = []
    for _, _, choice in sorted(candidates, key=lambda entry: entry[:2]):
        if len(picked) < count and not any(_overlap(choice, other) for other in picked):
            picked.append(choice)
    return picked


def _near(
    finder: Finder, pilot: Pilot, item: PlacedResource, index: int, day: date
) -> Iterator[Stay]:
    """Free stays around a day, at most so many after it that choosing among them pays."""
    period = pilot.periods[index]
    _, end = finder.all_days(item.facility)
    later = 0
    for stay in finder.stays(
        item,
        length_of(period),
        (day - NEAR_BEFORE, end),
        also=period.also,
        triggers=triggers_of(pilot),
    ):
        yield stay
        later += stay.first_day >= day
        if later == STARTS * NEAREST:
            return


def _wished_for(stay: Stay, period: Period) -> bool:
    return any(w.first <= stay.first_day and stay.last_day <= w.last for w in period.windows)


def _overlap(one: Choice, other: Choice) -> bool:
    return (
        one.item.id == other.item.id
        and one.stay.start < other.stay.end
        and other.stay.start < one.stay.end
    )


def starting(
    finder: Finder, pilot: Pilot, index: int, resource: str | None, day: date
) -> list[Choice]:
    """Free stays that begin on ``day`` or later at one resource, or at any acceptable one."""
    period = pilot.periods[index]
    items = [
        item
        for item in resources_for(finder.places, period, settled=False, named=False)
        if resource in (None, "", item.slug)
    ]
    triggers = triggers_of(pilot)

    def keyed(item: PlacedResource) -> Iterator[tuple[int, str, Choice]]:
        calendar = finder.calendar(item)
        window = (max(day, calendar.first), calendar.last)
        for stay in stays_in(finder, item, period, window, triggers):
            yield stay.start, item.slug, Choice(index, item, stay)

    ordered = merge(*(keyed(item) for item in items), key=lambda entry: entry[:2])
    return [choice for _, _, choice in islice(ordered, STARTS)]
