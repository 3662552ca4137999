"""The gates of a pilot: those its places ask for, opening them, and opening decided ones again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.db.tables import Gate
from livinglab.domain import gates as rules
from livinglab.services.bookings import held
from livinglab.services.calendar_texts import touch
from livinglab.services.placement import triggers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from livinglab.db.tables import Pilot
    from livinglab.domain.messages import Localised
    from livinglab.services.places import PlacedFacility, Places
    from livinglab.services.work import Work
    from livinglab.services.world import World

LANE_ORDER = ("fast", "standard", "enhanced")


@dataclass(frozen=True, slots=True)
class GateAhead:
    """A gate as it opens when the request is sent now; ``due`` by working days."""

    place: PlacedFacility
    role: str
    title: Localised
    due: date


def places_of(places: Places, pilot: Pilot) -> list[PlacedFacility]:
    """The facility chosen for each stay, each once, in the order of the stays."""
    keys = dict.fromkeys(period.facility_id for period in pilot.periods if period.facility_id)
    return [places.facilities_by_id[key] for key in keys if key in places.facilities_by_id]


def ahead(
    world: World, pilot: Pilot, there: Iterable[PlacedFacility], now: datetime
) -> Iterator[GateAhead]:
    """Every gate those places ask for in the pilot's case."""
    triggers = triggers_of(pilot)
    today = world.today(now)
    for place in there:
        for needed in rules.required(place.facility, triggers):
            due = world.almanac.add_working_days(today, needed.working_days)
            yield GateAhead(place, needed.role, needed.title, due)


def lane_of(there: Sequence[PlacedFacility]) -> str:
    """The slowest lane of the places."""
    lanes = (place.facility.default_lane for place in there)
    return max(lanes, key=LANE_ORDER.index, default="standard")


def open_gates(work: Work, pilot: Pilot) -> None:
    """The gates of every settled facility; decisions already made there are kept.

    Undecided ones get a new clock.
    """
    there = places_of(work.world.places(work.session), pilot)
    known = {(gate.facility_id, gate.role): gate for gate in pilot.gates}
    wanted: list[Gate] = []
    for needed in ahead(work.world, pilot, there, work.now):
        gate = known.get((needed.place.id, needed.role)) or Gate(
            facility_id=needed.place.id, role=needed.role, title=dict(needed.title.texts)
        )
        if gate.state != "passed":
            gate.state, gate.opened_at, gate.due_on = "open", work.now, needed.due
        gate.position = len(wanted)
        wanted.append(gate)
    changed = set(known.values()) != set(wanted)
    pilot.gates = wanted
    pilot.lane = lane_of(there)
    work.session.flush()
    if changed:
        _tell_feeds(work, pilot)


def reopen(pilot: Pilot) -> None:
    """Every gate is undecided again, and conditions not met are gone with what set them."""
    for gate in pilot.gates:
        gate.state, gate.decided_at, gate.decided_by_id, gate.note = "open", None, None, ""
    pilot.conditions = [c for c in pilot.conditions if c.fulfilled_at is not None]


def follow_bookings(work: Work, pilot: Pilot) -> None:
    """Settle each stay where it is held: a stay put elsewhere needs the gates of that place."""
    places = work.world.places(work.session)
    moved = False
    for period in pilot.periods:
        there = {
            item.place.id
            for booking in held(pilot, period)
            if (item := places.by_id.get(booking.resource_id)) is not None
        }
        if there and period.facility_id not in there:
            options = [period.facility_id, *period.acceptable]
            period.facility_id = there.pop()
            period.acceptable = [key for key in options if key not in {None, period.facility_id}]
            work.session.flush()
            work.session.expire(period, ["facility"])
            moved = True
    if moved:
        open_gates(work, pilot)


def left(pilot: Pilot) -> dict[str, int]:
    """What keeps the time from being firm, as ``domain.pilot.after`` asks."""
    return {
        "open_gates": sum(gate.state != "passed" for gate in pilot.gates),
        "first_conditions": sum(c.first and c.fulfilled_at is None for c in pilot.conditions),
    }


def _tell_feeds(work: Work, pilot: Pilot) -> None:
    """Who sees the pilot has changed, and with it what stands in their feeds."""
    places = work.world.places(work.session)
    resources = {booking.resource_id for booking in pilot.bookings}
    items = [places.by_id[key] for key in resources if key in places.by_id]
    touch(work, resources, {item.place.id for item in items})
