"""The gates of a pilot: those its places ask for, opening them, and opening decided ones again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.db.queries.accounts import gate_owners
from livinglab.db.tables import Condition, Gate
from livinglab.domain.pilot import HOLDS, Holds, State
from livinglab.domain.rules import CONDITION
from livinglab.services import calendar_changes, calendar_texts, judging
from livinglab.services.bookings import held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Pilot
    from livinglab.domain.messages import Localised
    from livinglab.domain.rules import GateAsked
    from livinglab.services.judging import Judged
    from livinglab.services.places import PlacedFacility, Places
    from livinglab.services.work import Work
    from livinglab.services.world import World


@dataclass(frozen=True, slots=True)
class GateAhead:
    """A gate as it opens when the request is sent now; ``due`` by working days."""

    place: PlacedFacility
    asked: GateAsked
    due: date

    @property
    def role(self) -> str:
        """Who decides."""
        return self.asked.role

    @property
    def title(self) -> Localised:
        """How the place calls the one who decides."""
        return self.asked.title


def places_of(places: Places, pilot: Pilot) -> list[PlacedFacility]:
    """The facility chosen for each stay, each once, in the order of the stays."""
    keys = dict.fromkeys(period.facility_id for period in pilot.periods if period.facility_id)
    return [places.facilities_by_id[key] for key in keys if key in places.facilities_by_id]


def ahead(world: World, judged: Judged, now: datetime) -> Iterator[GateAhead]:
    """Every gate a request calls for, as it opens when it is sent now."""
    today = world.today(now)
    for there in judged.places:
        for asked in there.gates:
            due = world.almanac.add_working_days(today, asked.working_days)
            yield GateAhead(there.place, asked, due)


def open_gates(work: Work, pilot: Pilot) -> None:
    """The gates of every settled facility and its lane; decisions already made there are kept.

    Undecided ones get a new clock. A request that was judged before is judged by the same rules.
    """
    places = work.world.places(work.session)
    by = judging.book_of(work.session, pilot)
    judged = judging.judge_pilot(work.world, places, pilot, by, work.now)
    known = {(gate.facility_id, gate.role): gate for gate in pilot.gates}
    wanted: list[Gate] = []
    for needed in ahead(work.world, judged, work.now):
        gate = known.get((needed.place.id, needed.role)) or Gate(
            facility_id=needed.place.id, role=needed.role, title=dict(needed.title.texts)
        )
        if gate.state != "passed":
            gate.state, gate.opened_at, gate.due_on = "open", work.now, needed.due
        _rest(gate, needed.asked)
        gate.position = len(wanted)
        wanted.append(gate)
    changed, before = set(known.values()) != set(wanted), calendar_texts.concerned(pilot)
    pilot.gates = wanted
    pilot.lane, pilot.rules_number = judged.lane, by.number
    pilot.lane_reasons = [reason.code for reason in judged.reasons]
    _set_conditions(pilot, judged)
    work.session.flush()
    if changed:
        tell_feeds(work, pilot, before)


def _rest(gate: Gate, asked: GateAsked) -> None:
    """What the gate's decision rests on."""
    gate.working_days = asked.working_days
    gate.evidence, gate.rules = list(asked.evidence), list(asked.rules)
    gate.date_dependent = asked.date_dependent
    gate.article_dependent = asked.article_dependent


def _set_conditions(pilot: Pilot, judged: Judged) -> None:
    """Conditions of rules, due before arrival; those whose rule holds no more are gone."""
    wanted = {CONDITION + key: text for key, text in judged.conditions.items()}
    kept = [
        c
        for c in pilot.conditions
        if not c.evidence.startswith(CONDITION)
        or c.evidence in wanted
        or c.fulfilled_at is not None
    ]
    known = {condition.evidence for condition in kept}
    pilot.conditions = kept + [
        Condition(text=text.en, first=False, evidence=key)
        for key, text in wanted.items()
        if key not in known
    ]


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
    if moved or _calls_for_more(work, pilot):
        open_gates(work, pilot)


def _calls_for_more(work: Work, pilot: Pilot) -> bool:
    """Whether rules in force on the new days ask for a gate that the pilot has not."""
    by = judging.book_of(work.session, pilot)
    places = work.world.places(work.session)
    judged = judging.judge_pilot(work.world, places, pilot, by, work.now)
    known = {(gate.facility_id, gate.role) for gate in pilot.gates}
    return any((o.place.id, gate.role) not in known for o in judged.places for gate in o.gates)


def left(pilot: Pilot) -> dict[str, int]:
    """What keeps the time from being firm, as ``domain.pilot.after`` asks."""
    return {
        "open_gates": sum(gate.state != "passed" for gate in pilot.gates),
        "first_conditions": sum(c.first and c.fulfilled_at is None for c in pilot.conditions),
    }


def vacant(session: Session, pilot: Pilot, on: date) -> tuple[Gate, ...]:
    """Open gates that nobody could decide on a date; none of a request that is over.

    The coordinator is told of them, and can give somebody the role.
    """
    waiting = [gate for gate in pilot.gates if gate.state == "open"]
    if not waiting or HOLDS[State(pilot.state)] is Holds.RELEASED:
        return ()
    owners = gate_owners(
        session, {gate.facility_id for gate in waiting}, on, company_id=pilot.company_id
    )
    return tuple(
        gate
        for gate in waiting
        if (gate.role, None) not in owners and (gate.role, gate.facility_id) not in owners
    )


def tell_feeds(work: Work, pilot: Pilot, before: set[int]) -> None:
    """Who sees the pilot has changed, and with it what stands in their feeds.

    ``before``: the facilities that it concerned until now.
    """
    places = work.world.places(work.session)
    resources = {booking.resource_id for booking in pilot.bookings}
    there = {places.by_id[key].place.id for key in resources if key in places.by_id}
    if there:
        concerned = calendar_texts.concerned(pilot)
        calendar_texts.touch(work, resources, there | before | concerned)
        ids = [booking.id for booking in pilot.bookings]
        calendar_changes.note(work, pilot, ids, before ^ concerned)
