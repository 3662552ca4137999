"""After approval: move, cancel, get ready, carry out, close; and reinstate what has ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.domain.errors import NotFound, Problem, RulesBroken
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import Action, State, after
from livinglab.domain.rules import CONDITION
from livinglab.services import approval, evidence, gates, moves, notices, reopening, stays

if TYPE_CHECKING:
    from livinglab.db.tables import Pilot
    from livinglab.domain.evidence import Flaw
    from livinglab.services.evidence import Piece
    from livinglab.services.moves import Command
    from livinglab.services.work import Work

PLAIN = frozenset(
    {
        Action.CHECK_IN,
        Action.SUSPEND,
        Action.RESUME,
        Action.COMPLETE,
        Action.CLOSE,
        Action.NO_SHOW,
    }
)
"""Moves that change nothing but the state."""


def plain(action: Action, work: Work, ref: str, command: Command) -> Pilot:
    """One of the moves in :data:`PLAIN`."""
    move = moves.begin(work, ref, action, command)
    return move.finish(after(move.before, action))


def reschedule(work: Work, ref: str, command: Command) -> Pilot:
    """Move stays to another time by the place's rules; the firm is told.

    At another acceptable facility its gates open, and the time is tentative until they pass.

    Raises:
        See ``moves.begin`` and ``stays.place``.
    """
    move = moves.begin(work, ref, Action.RESCHEDULE, command)
    places = work.world.places(work.session)
    before = evidence.days_held(places, move.pilot)
    stays.place(work, move.pilot, command.slots)
    gates.follow_bookings(work, move.pilot)
    facts = reopening.by_dates(work, move.pilot, before)
    evidence.settle(work, move.pilot)
    pilot = move.finish(after(move.before, Action.RESCHEDULE, **gates.left(move.pilot)), facts)
    reopening.tell(work, pilot, facts)
    notices.to_company(
        work,
        pilot,
        notices.Notice(
            "moved",
            Message(N_("New time: %(title)s"), {"title": pilot.title}),
            (
                Message(N_("Your stay was moved. It is now:")),
                *((Message("%(note)s", {"note": move.note}),) if move.note else ()),
                *(flaw.message for flaw in evidence.outlived(work.session, places, pilot)),
            ),
            with_times=True,
        ),
    )
    return pilot


def cancel(work: Work, ref: str, command: Command) -> Pilot:
    """Either side ends it; the time is free again and both sides are told."""
    move = moves.begin(work, ref, Action.CANCEL, command)
    pilot = move.finish(State.CANCELLED)
    notice = notices.Notice(
        "cancelled",
        Message(N_("Cancelled: %(title)s"), {"title": pilot.title}),
        (
            Message(N_("The stay was cancelled. The reason:")),
            Message("%(note)s", {"note": move.note}),
        ),
    )
    notices.to_company(work, pilot, notice)
    notices.to_owners(work, pilot, notice, open_only=False)
    return pilot


def fulfil(work: Work, ref: str, command: Command) -> Pilot:
    """Note that a condition is met (default: the first open one); the last makes the time firm.

    One that waits for evidence is met by the evidence, never so.

    Raises:
        NotFound: the pilot has no such open condition.
    """
    move = moves.begin(work, ref, Action.FULFIL, command)
    pilot = move.pilot
    still_open = [c for c in pilot.conditions if c.fulfilled_at is None and not c.evidence]
    met = next((c for c in still_open if command.condition in (None, c.id)), None)
    if met is None and (still_open or command.condition is not None):
        raise NotFound
    if met is not None:
        met.fulfilled_at = work.now
        met.fulfilled_by_id = work.actor.user_id if work.actor else None
    left = sum(c.first and c.fulfilled_at is None for c in pilot.conditions)
    pilot = move.finish(after(move.before, Action.FULFIL, first_conditions=left))
    if pilot.state == State.CONFIRMED:
        approval.tell_decision(work, pilot, move)
    return pilot


def mark_ready(work: Work, ref: str, command: Command) -> Pilot:
    """Everything for the arrival is there.

    Raises:
        RulesBroken: evidence is missing, was not accepted or ends before the stay, or conditions
            are open; each is named, with the person and the day.
    """
    move = moves.begin(work, ref, Action.MARK_READY, command)
    places = work.world.places(work.session)
    pieces = evidence.of(work.session, places, move.pilot)
    found = [_unready(piece, flaw) for piece in pieces for flaw in piece.flaws]
    judged = {piece.code for piece in pieces}
    found += [
        Problem(
            "condition_open",
            f"conditions.{index}",
            Message(N_("This condition is not met yet: %(text)s"), {"text": condition.text}),
        )
        for index, condition in enumerate(move.pilot.conditions)
        if condition.fulfilled_at is None
        and condition.evidence not in judged
        and not condition.evidence.startswith(CONDITION)
    ]
    if found:
        raise RulesBroken(found)
    for condition in move.pilot.conditions:
        # Questions of rules (entry, customs) have no paper: who marks it ready says they are met.
        if condition.evidence.startswith(CONDITION) and condition.fulfilled_at is None:
            condition.fulfilled_at = work.now
            condition.fulfilled_by_id = work.actor.user_id if work.actor else None
    return move.finish(State.READY)


def _unready(piece: Piece, flaw: Flaw) -> Problem:
    """What one flaw keeps from being ready; codes are those of papers since the first version."""
    where = "papers" if flaw.person is None else f"people.{flaw.person}"
    return Problem(f"paper_{flaw.standing.value}", f"{where}.{piece.code}", flaw.message)


def reinstate(work: Work, ref: str, command: Command) -> Pilot:
    """Take an ended pilot up again: a wish with every gate open, holding no time."""
    move = moves.begin(work, ref, Action.REINSTATE, command)
    gates.reopen(move.pilot)
    gates.open_gates(work, move.pilot)
    move.pilot.ended_by = None
    pilot = move.finish(State.SUBMITTED)
    notices.to_company(
        work,
        pilot,
        notices.Notice(
            "reinstated",
            Message(N_("Taken up again: %(title)s"), {"title": pilot.title}),
            (Message(N_("Your request is under review again.")),),
        ),
    )
    return pilot
