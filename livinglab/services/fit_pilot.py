"""The earliest start of a pilot's first stay: as asked for, and as its gates stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.domain.article_json import article_from_json
from livinglab.domain.earliest import Earliest, Link, WorkingDays, due, waiting, with_free_time
from livinglab.domain.lengths import length_fits
from livinglab.domain.messages import Localised
from livinglab.domain.pilot import State
from livinglab.domain.zones import local_date, zone
from livinglab.services import asking
from livinglab.services.fit import Checker, Start
from livinglab.services.placement import length_of, resources_for

if TYPE_CHECKING:
    from datetime import date

    from livinglab.db.tables import Organisation, Pilot
    from livinglab.domain.rules import RuleBook
    from livinglab.services.availability import Finder
    from livinglab.services.places import PlacedFacility, PlacedResource

UNSENT = frozenset({State.DRAFT, State.NEEDS_INFO})
DECIDING = frozenset(
    {State.SUBMITTED, State.IN_REVIEW, State.OFFERED, State.WAITLISTED, State.CONDITIONAL}
)
"""States in which gates still decide when the stay begins."""


def asked_start(finder: Finder, pilot: Pilot, book: RuleBook) -> Start | None:
    """The earliest start of the first stay at the place asked for first.

    None where no place is named, or it takes no stay of that length.
    """
    place = _first_place(finder, pilot)
    if place is None:
        return None
    period = pilot.periods[0]
    length = length_of(period)
    if not length_fits(place.facility.stay, length):
        return None
    company: Organisation | None = pilot.company  # a sketch has none
    checker = Checker(
        finder,
        article_from_json(pilot.test_article),
        book,
        country=company.country if company else None,
        asks_aid=bool(pilot.asks_aid),
    )
    return checker.start(_items(finder, pilot, place), length, period.also)


def standing(finder: Finder, pilot: Pilot, book: RuleBook) -> Earliest | None:
    """When the first stay begins as its gates stand now; None once nothing is left to decide."""
    state, place = State(pilot.state), _first_place(finder, pilot)
    if place is None or state not in UNSENT | DECIDING:
        return None
    asked = asked_start(finder, pilot, book)
    if state in UNSENT:
        return asked.earliest if asked else None
    days = WorkingDays(finder.world.almanac, finder.world.today(finder.now, place.facility.zone))
    today = days.after(0)
    links = tuple(
        due(Localised(gate.title), gate.working_days, max(gate.due_on or today, today))
        for gate in pilot.gates
        if gate.state == "open"
    )
    before = waiting(days, links)
    held = _held(finder, pilot)
    if held is not None:
        booked = Link("booked", held, held)
        late = before.cause is not None and before.start > held
        cause = before.cause if late and before.cause else booked
        return Earliest(held, (*links, booked), cause)
    slot = asking.first_slot(
        finder,
        _items(finder, pilot, place),
        length_of(pilot.periods[0]),
        (before.start, finder.all_days(place.facility)[1]),
        also=pilot.periods[0].also,
        triggers=article_from_json(pilot.test_article).triggers(),
    )
    return with_free_time(days, before, slot.stay.first_day if slot else None)


def _first_place(finder: Finder, pilot: Pilot) -> PlacedFacility | None:
    return asking.first_place(finder.places, pilot.periods[0]) if pilot.periods else None


def _items(finder: Finder, pilot: Pilot, place: PlacedFacility) -> list[PlacedResource]:
    """What would do for the first stay at that place."""
    named = resources_for(finder.places, pilot.periods[0], settled=False)
    here = [item for item in named if item.place is place]
    return here or finder.places.bookable(place.slug)


def _held(finder: Finder, pilot: Pilot) -> date | None:
    """The first local date of the time the pilot holds."""
    known = finder.places.by_id
    return min(
        (
            local_date(booking.starts_at, zone(known[booking.resource_id].facility.zone))
            for booking in pilot.bookings
            if booking.state != "released" and booking.resource_id in known
        ),
        default=None,
    )
