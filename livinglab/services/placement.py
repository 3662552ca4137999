"""Choosing where and when a stay goes: the first that fits, or the slot somebody picked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.domain.article_json import article_from_json
from livinglab.domain.calendar import Length
from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.lengths import length_fits, long_enough
from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from livinglab.db.tables import Period, Pilot
    from livinglab.domain.calendar import Busy, Stay
    from livinglab.services.availability import Finder
    from livinglab.services.places import PlacedResource, Places


@dataclass(frozen=True, slots=True)
class ChosenSlot:
    """A slot somebody picked for the pilot's stay number ``period`` (from 0)."""

    period: int
    resource: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a stay goes: the resource, the stay, and every resource it books."""

    item: PlacedResource
    stay: Stay
    needed: tuple[PlacedResource, ...]


def length_of(period: Period) -> Length:
    """The asked length as the domain counts it."""
    return Length(period.halves, period.hours)


def triggers_of(pilot: Pilot) -> frozenset[str]:
    """What the pilot's article sets off."""
    return article_from_json(pilot.test_article).triggers()


def resources_for(
    places: Places, period: Period, *, settled: bool = True, named: bool = True
) -> list[PlacedResource]:
    """Resources that would do, in order of preference.

    ``settled`` looks at the chosen facility only; else at every acceptable one. With ``named`` a
    named resource binds at its own facility; without, the host may propose any there.
    """
    ids = [period.facility_id] if period.facility_id else []
    if not settled:
        ids += [key for key in period.acceptable if key not in ids]
    binding = home_of(places, period) if named else None
    return [
        item
        for key in ids
        if (place := places.facilities_by_id.get(key)) is not None
        for item in places.bookable(place.slug)
        if key != binding or item.id == period.resource_id
    ]


def home_of(places: Places, period: Period) -> int | None:
    """The facility of the resource the firm named, even where it can no longer be booked."""
    if period.resource_id is None:
        return None
    item = places.by_id.get(period.resource_id)
    if item is not None:
        return item.place.id
    return period.resource.facility_id if period.resource is not None else None


def first_feasible(finder: Finder, pilot: Pilot, period: Period) -> Placement | None:
    """The first free stay in the windows: by rank, then start, then resource.

    It keeps the notice the place asks for, counted from when the request was sent.
    """
    found = (first_in(finder, pilot, period, (w.first, w.last)) for w in period.windows)
    return next((placement for placement in found if placement is not None), None)


def first_in(
    finder: Finder, pilot: Pilot, period: Period, window: tuple[date, date]
) -> Placement | None:
    """The first free stay in one window at the settled facility: by start, then resource."""
    triggers = triggers_of(pilot)
    asked_at = pilot.submitted_at or finder.now
    options = []
    for item in resources_for(finder.places, period):
        first = max(window[0], finder.world.first_day(item.facility, asked_at))
        stay = next(stays_in(finder, item, period, (first, window[1]), triggers), None)
        if stay is not None:
            options.append((stay, item))
    if not options:
        return None
    stay, item = min(options, key=lambda option: (option[0].start, option[1].slug))
    return _placement(finder, item, stay, period, triggers)


def stays_in(
    finder: Finder,
    item: PlacedResource,
    period: Period,
    window: tuple[date, date],
    triggers: frozenset[str],
) -> Iterator[Stay]:
    """Every free stay of the asked length in the window that is not in the past, by start."""
    now = finder.now.timestamp()
    taken = finder.taken(item, period.also, triggers)
    return (s for s in _ruled(finder, item, length_of(period), taken, window) if s.start >= now)


def beginning_on(
    finder: Finder, item: PlacedResource, period: Period, day: date, triggers: frozenset[str]
) -> Iterator[Stay]:
    """Every stay of the asked length that the rules let begin on that day, free or not."""
    calendar = finder.calendar(item)
    if not calendar.first <= day <= calendar.last:
        return
    closed = finder.closures(item, period.also, triggers)
    for stay in _ruled(finder, item, length_of(period), closed, (day, calendar.last)):
        if stay.first_day > day:
            return
        yield stay


def _ruled(
    finder: Finder, item: PlacedResource, length: Length, taken: Busy, window: tuple[date, date]
) -> Iterator[Stay]:
    """Stays outside ``taken`` of a length that the place accepts."""
    rules, calendar = item.facility.stay, finder.calendar(item)
    if length_fits(rules, length):
        for stay in calendar.stays(length, taken, rules.buffers, window):
            if long_enough(rules, calendar, length, stay):
                yield stay


def _placement(
    finder: Finder,
    item: PlacedResource,
    stay: Stay,
    period: Period,
    triggers: frozenset[str],
) -> Placement:
    return Placement(item, stay, tuple(finder.places.needed(item, period.also, triggers)))


def chosen(
    finder: Finder,
    pilot: Pilot,
    slot: ChosenSlot,
    *,
    in_windows: bool,
    path: str,
    facility_id: int | None = None,
) -> Placement:
    """The placement for a slot somebody picked; whether it is free is judged when it is held.

    Raises:
        InvalidInput: the slot is not a stay of the asked length by the place's rules, begins in
            the past, is at a place nobody asked for or not at ``facility_id``, or
            (``in_windows``) outside the wishes or at another resource than the one named.
    """
    if not 0 <= slot.period < len(pilot.periods):
        raise _wrong("unknown_period", f"{path}.period", N_("There is no such stay in the pilot."))
    period = pilot.periods[slot.period]
    options = resources_for(finder.places, period, settled=False, named=in_windows)
    item = next((option for option in options if option.slug == slot.resource), None)
    if item is None:
        raise _wrong(
            "wrong_resource", f"{path}.resource", N_("The firm did not ask for this resource.")
        )
    if facility_id not in {None, item.place.id}:
        raise _wrong(
            "wrong_resource", f"{path}.resource", N_("This resource is not at the gate's facility.")
        )
    if slot.start < finder.now:
        raise _wrong("in_the_past", f"{path}.start", N_("The start is in the past."))
    triggers = triggers_of(pilot)
    wanted = (slot.start.timestamp(), slot.end.timestamp())
    stays = _stays_near(finder, item, period, slot.start, triggers)
    stay = next((stay for stay in stays if (stay.start, stay.end) == wanted), None)
    if stay is None:
        raise _wrong(
            "not_a_stay",
            f"{path}.start",
            N_("No stay of the asked length begins and ends then: see the opening hours."),
        )
    if in_windows and not any(
        w.first <= stay.first_day and stay.last_day <= w.last for w in period.windows
    ):
        raise _wrong("outside_windows", f"{path}.start", N_("The firm did not ask for these days."))
    return _placement(finder, item, stay, period, triggers)


def _stays_near(
    finder: Finder,
    item: PlacedResource,
    period: Period,
    start: datetime,
    triggers: frozenset[str],
) -> Iterator[Stay]:
    """Every stay the rules allow that begins on the day of ``start`` or the night before it."""
    calendar = finder.calendar(item)
    if not calendar.half_ends or start.timestamp() > calendar.half_ends[-1]:
        return  # beyond what is known; far enough, its date could not even be reckoned
    day = finder.world.today(start, item.facility.zone)
    closed = finder.closures(item, period.also, triggers)
    window = (day - timedelta(days=1), calendar.last)
    for stay in _ruled(finder, item, length_of(period), closed, window):
        if stay.first_day > day:
            return
        yield stay


def _wrong(code: str, field: str, sentence: str) -> InvalidInput:
    return InvalidInput.of(Problem(code, field, Message(sentence)))
