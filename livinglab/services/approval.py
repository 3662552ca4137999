"""Deciding: approve a gate, reject, ask for more, offer another time, keep waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.db.locking import lock_resources
from livinglab.db.queries.places import resource_ids
from livinglab.db.tables import Condition
from livinglab.domain import access
from livinglab.domain.errors import IllegalTransition, InvalidInput, NotAllowed, Problem, SlotTaken
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import Action, State, after
from livinglab.services import bookings, moves, notices
from livinglab.services.pilot import finder_for
from livinglab.services.placement import chosen, first_feasible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.db.tables import Gate, Pilot
    from livinglab.services.moves import Command, Move
    from livinglab.services.placement import ChosenSlot, Placement
    from livinglab.services.work import Work

SCHEDULERS = frozenset({"facility_manager", "coordinator"})
"""Roles that may move a stay that is already held to another of the wished windows."""


def approve(work: Work, ref: str, command: Command) -> Pilot:
    """Pass one gate; the stays at its facility are held, and firm once the last gate passes.

    ``gate`` is ``role@facility``; it may be left out when exactly one open gate is the actor's.
    Stays without a chosen slot take the first feasible one. ``conditions`` must be met before the
    time becomes firm.

    Raises:
        SlotTaken: the time is held or closed, or no time is left in the windows.
        Others: see ``moves.begin`` and ``placement.chosen``.
    """
    move = moves.begin(work, ref, Action.APPROVE, command)
    pilot = move.pilot
    passed = _gate(work, pilot, command.gate)
    _hold_stays(work, pilot, passed, command.slots)
    passed.state, passed.decided_at = "passed", work.now
    passed.decided_by_id = work.actor.user_id if work.actor else None
    passed.note = move.note
    for text in command.conditions:
        if text.strip():
            pilot.conditions.append(Condition(text=text.strip()[: moves.CONDITION_LIMIT], first=True))
    pilot.answered_at = pilot.answered_at or work.now
    pilot = move.finish(
        after(move.before, Action.APPROVE, **_open(pilot)),
        {"gate": f"{passed.role}@{passed.facility.slug}"},
    )
    tell_decision(work, pilot, move)
    return pilot


def reject(work: Work, ref: str, command: Command) -> Pilot:
    """Say no, with the reason; held time is free again."""
    move = moves.begin(work, ref, Action.REJECT, command)
    for gate in move.pilot.gates:
        if gate.state == "open" and _is_mine(work, gate):
            gate.state, gate.decided_at, gate.note = "refused", work.now, move.note
            gate.decided_by_id = work.actor.user_id if work.actor else None
    move.pilot.answered_at = move.pilot.answered_at or work.now
    pilot = move.finish(State.REJECTED)
    _tell(
        work,
        pilot,
        "rejected",
        Message(N_("Not this time: %(title)s"), {"title": pilot.title}),
        Message(N_("The request was declined. The reason:")),
        Message("%(note)s", {"note": move.note}),
    )
    return pilot


def request_info(work: Work, ref: str, command: Command) -> Pilot:
    """Ask the firm for more; held time stays held."""
    move = moves.begin(work, ref, Action.REQUEST_INFO, command)
    move.pilot.answered_at = move.pilot.answered_at or work.now
    pilot = move.finish(State.NEEDS_INFO)
    _tell(
        work,
        pilot,
        "needs-info",
        Message(N_("A question about your request: %(title)s"), {"title": pilot.title}),
        Message("%(note)s", {"note": move.note}),
        Message(N_("Change the request or add papers on its page, then send it again:")),
    )
    return pilot


def waitlist(work: Work, ref: str, command: Command) -> Pilot:
    """Keep the wish for when time frees up."""
    move = moves.begin(work, ref, Action.WAITLIST, command)
    pilot = move.finish(State.WAITLISTED)
    _tell(
        work,
        pilot,
        "waitlisted",
        Message(N_("On the waiting list: %(title)s"), {"title": pilot.title}),
        Message(N_("The days you asked for are taken. You will hear when time frees up.")),
    )
    return pilot


def offer(work: Work, ref: str, command: Command) -> Pilot:
    """Put a concrete time to the firm, inside or outside its windows; it is held until answered.

    Raises:
        InvalidInput: no slot is named, or see ``placement.chosen``.
        SlotTaken: the time is held or closed.
    """
    move = moves.begin(work, ref, Action.OFFER, command)
    if not command.slots:
        raise InvalidInput.of(
            Problem("slots_missing", "slots", Message(N_("Name the time you offer.")))
        )
    finder = finder_for(work, move.pilot)
    for index, slot in enumerate(command.slots):
        placement = chosen(finder, move.pilot, slot, in_windows=False, path=f"slots.{index}")
        put(work, move.pilot, slot.period, placement)
    pilot = move.finish(State.OFFERED)
    _tell(
        work,
        pilot,
        "offered",
        Message(N_("A time for you: %(title)s"), {"title": pilot.title}),
        Message(N_("The time below is held for you. Accept or decline it on the page.")),
        with_times=True,
    )
    return pilot


def accept(work: Work, ref: str, command: Command) -> Pilot:
    """The firm takes the offered time."""
    return _answer(work, ref, Action.ACCEPT, command)


def decline(work: Work, ref: str, command: Command) -> Pilot:
    """The firm does not want the offered time; it is free again."""
    return _answer(work, ref, Action.DECLINE, command)


def _answer(work: Work, ref: str, action: Action, command: Command) -> Pilot:
    move = moves.begin(work, ref, action, command)
    if action is Action.DECLINE:
        bookings.release(work, move.pilot, bookings.held(move.pilot))
    pilot = move.finish(after(move.before, action, **_open(move.pilot)))
    notices.to_owners(
        work,
        pilot,
        notices.Notice(
            action.value,
            Message(N_("Your offer was answered: %(title)s"), {"title": pilot.title}),
            (
                Message(N_("The firm accepts the offered time."))
                if action is Action.ACCEPT
                else Message(N_("The firm declines the offered time.")),
            ),
            with_times=True,
        ),
        open_only=False,
    )
    return pilot


def put(work: Work, pilot: Pilot, period_index: int, placement: Placement) -> None:
    """Hold a stay, or move it if it is held already."""
    period = pilot.periods[period_index]
    if bookings.held(pilot, period):
        bookings.move(work, pilot, period, placement)
    else:
        bookings.hold(work, pilot, period, placement, "tentative")


def tell_decision(work: Work, pilot: Pilot, move: Move) -> None:
    """Mail the firm once the time is firm, or firm but for conditions."""
    note = (Message("%(note)s", {"note": move.note}),) if move.note else ()
    if pilot.state == State.CONFIRMED:
        _tell(
            work,
            pilot,
            "confirmed",
            Message(N_("Confirmed: %(title)s"), {"title": pilot.title}),
            Message(N_("Your time is firm.")),
            *note,
            with_times=True,
        )
    elif pilot.state == State.CONDITIONAL:
        _tell(
            work,
            pilot,
            "conditional",
            Message(N_("Approved with conditions: %(title)s"), {"title": pilot.title}),
            Message(N_("Your time becomes firm when these are met:")),
            *(Message("– %(text)s", {"text": c.text}) for c in pilot.conditions),
            *note,
            with_times=True,
        )


def _hold_stays(work: Work, pilot: Pilot, gate: Gate, slots: Sequence[ChosenSlot]) -> None:
    """Hold every stay at the gate's facility: as chosen, else the first that fits.

    The facility's resources are locked before free time is read, so that the first that fits
    cannot be taken in between.
    """
    lock_resources(work.session, resource_ids(work.session, gate.facility_id))
    finder = finder_for(work, pilot)
    named: set[int] = set()
    for index, slot in enumerate(slots):
        placement = chosen(finder, pilot, slot, in_windows=True, path=f"slots.{index}")
        period = pilot.periods[slot.period]
        named.add(slot.period)
        current = [b for b in bookings.held(pilot, period) if b.resource_id == placement.item.id]
        same = [b for b in current if int(b.starts_at.timestamp()) == placement.stay.start]
        if same:
            continue
        if bookings.held(pilot, period) and gate.role not in SCHEDULERS:
            raise NotAllowed(Message(N_("The facility manager has chosen the time already.")))
        put(work, pilot, slot.period, placement)
    for index, period in enumerate(pilot.periods):
        if index in named or period.facility_id != gate.facility_id:
            continue
        if bookings.held(pilot, period):
            continue
        placement_found = first_feasible(finder, pilot, period)
        if placement_found is None:
            raise SlotTaken(
                Message(N_("No time is left in the windows asked for. Offer another time."))
            )
        bookings.hold(work, pilot, period, placement_found, "tentative")


def _gate(work: Work, pilot: Pilot, wanted: str | None) -> Gate:
    """The open gate to pass: the named one, or the only one that is the actor's."""
    if wanted is None:
        mine = [gate for gate in pilot.gates if gate.state == "open" and _is_mine(work, gate)]
        if len(mine) != 1:
            raise InvalidInput.of(
                Problem("gate_missing", "gate", Message(N_("Name the gate you decide.")))
            )
        return mine[0]
    role, _, facility = wanted.partition("@")
    gate = next((g for g in pilot.gates if (g.role, g.facility.slug) == (role, facility)), None)
    if gate is None:
        raise InvalidInput.of(
            Problem(
                "unknown_gate",
                "gate",
                Message(N_("The pilot has no gate “%(name)s”."), {"name": wanted[:100]}),
            )
        )
    if not _is_mine(work, gate):
        raise NotAllowed(Message(N_("This is not yours to decide.")))
    if gate.state != "open":
        raise IllegalTransition(Message(N_("This gate has been decided already.")))
    return gate


def _is_mine(work: Work, gate: Gate) -> bool:
    return work.actor is None or access.owns_gate(work.actor, gate.role, gate.facility.slug)


def _open(pilot: Pilot) -> dict[str, int]:
    return {
        "open_gates": sum(gate.state != "passed" for gate in pilot.gates),
        "first_conditions": sum(
            condition.first and condition.fulfilled_at is None for condition in pilot.conditions
        ),
    }


def _tell(
    work: Work,
    pilot: Pilot,
    event: str,
    subject: Message,
    *lines: Message,
    with_times: bool = False,
) -> None:
    notices.to_company(work, pilot, notices.Notice(event, subject, lines, with_times))
