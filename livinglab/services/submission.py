"""Sending a request: rules are judged, places settled, gates opened, a receipt mailed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.db.tables import Gate
from livinglab.domain import gates as gate_rules
from livinglab.domain.errors import RulesBroken
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import Action, State, after
from livinglab.services import bookings, moves, notices
from livinglab.services.pilot import acceptable, finder_for, judge
from livinglab.services.placement import first_feasible, triggers_of

if TYPE_CHECKING:
    from livinglab.db.tables import Pilot
    from livinglab.services.availability import Finder
    from livinglab.services.moves import Command
    from livinglab.services.work import Work

LANE_ORDER = ("fast", "standard", "enhanced")


def submit(work: Work, ref: str, command: Command) -> Pilot:
    """Send the request, or send it again after more was asked for.

    Raises:
        RulesBroken: with every problem; the draft is kept.
        Others: see ``moves.begin``.
    """
    move = moves.begin(work, ref, Action.SUBMIT, command)
    pilot = move.pilot
    finder = finder_for(work, pilot)
    found = judge(finder, pilot)
    if found:
        raise RulesBroken(found)
    _settle(finder, pilot)
    _open_gates(work, finder, pilot)
    pilot.submitted_at = work.now
    _hold_if_asked(work, finder, pilot)
    move.finish(after(move.before, Action.SUBMIT))
    first_due = min((g.due_on for g in pilot.gates if g.due_on and g.state == "open"), default=None)
    notices.to_company(
        work,
        pilot,
        notices.Notice(
            "receipt",
            Message(N_("We have your request “%(title)s”"), {"title": pilot.title}),
            (
                Message(N_("Your request arrived on %(when)s."), {"when": work.now}),
                Message(N_("You will hear by %(day)s."), {"day": first_due})
                if first_due
                else Message(N_("You will hear from us.")),
                Message(N_("Follow it, add papers or withdraw it on its page:")),
            ),
        ),
    )
    notices.to_owners(
        work,
        pilot,
        notices.Notice(
            "new-request",
            Message(
                N_("%(company)s asks for time: %(title)s"),
                {"company": pilot.company.name, "title": pilot.title},
            ),
            (Message(N_("A request waits for your decision. See the facts and decide:")),),
        ),
    )
    return pilot


def _settle(finder: Finder, pilot: Pilot) -> None:
    """Choose each stay's facility: the first preference that has a free stay in the windows."""
    for period in pilot.periods:
        options = [
            finder.places.facilities[facility.slug].id
            for facility, _ in acceptable(finder.places, period)
        ]
        wanted = period.facility_id
        for option in options:
            period.facility_id = option
            if first_feasible(finder, pilot, period) is not None:
                break
        else:
            period.facility_id = wanted or options[0]
        period.acceptable = [option for option in options if option != period.facility_id]


def _open_gates(work: Work, finder: Finder, pilot: Pilot) -> None:
    """The gates of every settled facility; decisions already made there are kept."""
    triggers = triggers_of(pilot)
    today = work.world.today(work.now)
    known = {(gate.facility_id, gate.role): gate for gate in pilot.gates}
    wanted: list[Gate] = []
    lanes: list[str] = []
    for facility_id in dict.fromkeys(p.facility_id for p in pilot.periods if p.facility_id):
        facility = finder.places.facilities_by_id[facility_id].facility
        lanes.append(facility.default_lane)
        for needed in gate_rules.required(facility, triggers):
            gate = known.get((facility_id, needed.role)) or Gate(
                facility_id=facility_id,
                role=needed.role,
                title=dict(needed.title.texts),
                state="open",
                opened_at=work.now,
            )
            if gate.state != "passed":
                gate.state = "open"
                gate.opened_at = work.now
                gate.due_on = work.world.almanac.add_working_days(today, needed.working_days)
            gate.position = len(wanted)
            wanted.append(gate)
    pilot.gates = wanted
    pilot.lane = max(lanes, key=LANE_ORDER.index, default="standard")


def _hold_if_asked(work: Work, finder: Finder, pilot: Pilot) -> None:
    """A tentative booking at facilities that hold time from the sending on."""
    for period in pilot.periods:
        place = finder.places.facilities_by_id.get(period.facility_id or 0)
        if place is None or not place.facility.hold_on_submit or bookings.held(pilot, period):
            continue
        placement = first_feasible(finder, pilot, period)
        if placement is not None:
            work.session.flush()
            bookings.hold(work, pilot, period, placement, "tentative")


def withdraw(work: Work, ref: str, command: Command) -> Pilot:
    """The firm takes its request back; held time is free again."""
    move = moves.begin(work, ref, Action.WITHDRAW, command)
    sent = move.pilot.submitted_at is not None
    pilot = move.finish(State.WITHDRAWN)
    if sent:
        notices.to_owners(
            work,
            pilot,
            notices.Notice(
                "withdrawn",
                Message(
                    N_("%(company)s withdrew: %(title)s"),
                    {"company": pilot.company.name, "title": pilot.title},
                ),
                (Message(N_("There is nothing left to decide.")),),
            ),
        )
    return pilot
