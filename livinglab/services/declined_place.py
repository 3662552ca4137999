"""One place of several says no: its stays end, and the firm says how the rest goes on.

The pilot asks the firm (``needs_info``): it changes what was refused, or goes on without those
stays. What others decided and hold meanwhile stays. See docs/adr/0019.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.domain.errors import Problem, RulesBroken
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import Action, State, after
from livinglab.services import bookings, calendar_texts, gates, notices

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from livinglab.db.tables import Gate, Period, Pilot
    from livinglab.domain.messages import Localised
    from livinglab.services.moves import Move
    from livinglab.services.work import Work


def goes_on(work: Work, pilot: Pilot, refused: Collection[Gate]) -> bool:
    """Whether a refusal of these gates leaves stays at other places.

    Without a gate of one's own, as the coordinator, one declines the whole.
    """
    there = {gate.facility_id for gate in refused}
    return (
        work.actor is not None
        and bool(there)
        and any(period.facility_id not in there for period in pilot.periods)
    )


def decline(work: Work, move: Move, refused: Sequence[Gate]) -> Pilot:
    """Free the time of the stays at the places that said no, and ask the firm how to go on."""
    pilot = move.pilot
    there = {gate.facility_id for gate in refused}
    for period in pilot.periods:
        if period.facility_id in there:
            bookings.release(work, pilot, bookings.held(pilot, period))
    pilot.info_asked_at = work.now
    name = _name(work, refused[0].facility_id)
    pilot = move.finish(
        after(move.before, Action.REJECT, stays_elsewhere=1),
        {"gates": [f"{gate.role}@{gate.facility.slug}" for gate in refused]},
    )
    notices.to_company(
        work,
        pilot,
        notices.Notice(
            "declined-place",
            Message(
                N_("%(place)s declined its part: %(title)s"), {"place": name, "title": pilot.title}
            ),
            (
                Message(N_("One of your places declined its stay. The reason:")),
                Message("%(note)s", {"note": move.note}),
                Message(N_("Your other stays are kept. Choose another place, or go on without:")),
            ),
        ),
    )
    return pilot


def declined_stays(pilot: Pilot) -> list[Period]:
    """Stays whose place has said no, while the pilot waits for the firm."""
    if pilot.state != State.NEEDS_INFO:
        return []
    there = {gate.facility_id for gate in pilot.gates if gate.state == "refused"}
    return [period for period in pilot.periods if period.facility_id in there]


def drop(work: Work, pilot: Pilot) -> None:
    """Go on without the stays whose place said no, and without its gates."""
    dropped = declined_stays(pilot)
    there = {period.facility_id for period in dropped}
    concerned = calendar_texts.concerned(pilot)
    for period in dropped:
        bookings.release(work, pilot, bookings.held(pilot, period))
    pilot.periods = [period for period in pilot.periods if period not in dropped]
    for position, period in enumerate(pilot.periods):
        period.position = position
    pilot.gates = [gate for gate in pilot.gates if gate.facility_id not in there]
    work.session.flush()
    gates.tell_feeds(work, pilot, concerned)


def refuse_unchanged(work: Work, pilot: Pilot) -> None:
    """Let nothing go back unchanged to a place that said no.

    Raises:
        RulesBroken: a stay is still at such a place.
    """
    declined = declined_stays(pilot)
    if declined:
        text = N_(
            "%(place)s declined this stay. Choose another place or change the robot, "
            "or go on without the stay."
        )
        raise RulesBroken(
            [
                Problem(
                    "place_declined",
                    f"periods.{period.position}.facility",
                    Message(text, {"place": _name(work, period.facility_id or 0)}),
                )
                for period in declined
            ]
        )


def _name(work: Work, facility_id: int) -> Localised:
    return work.world.places(work.session).facilities_by_id[facility_id].facility.name
