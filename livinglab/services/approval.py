"""Deciding: approve a gate, reject, ask for more, keep waiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.db.tables import Condition
from livinglab.domain import access
from livinglab.domain.errors import IllegalTransition, InvalidInput, NotAllowed, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import Action, State, after
from livinglab.domain.reading import is_safe
from livinglab.services import (
    declined_place,
    evidence,
    gates,
    moves,
    notices,
    stand_ins,
    stays,
    waiting_list,
)
from livinglab.services.moves import ConditionAsked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livinglab.db.tables import Gate, Pilot
    from livinglab.services.moves import Command, Move
    from livinglab.services.work import Work


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
    conditions = _conditions(work, command.conditions)
    stays.hold_at_gate(work, pilot, passed, command.slots)
    passed.state, passed.decided_at = "passed", work.now
    passed.decided_by_id = work.actor.user_id if work.actor else None
    passed.note = move.note
    passed.papers_seen = evidence.seen(pilot.papers)
    pilot.conditions += [
        Condition(text=asked.text, first=True, due_on=asked.due, gate_id=passed.id)
        for asked in conditions
    ]
    evidence.settle(work, pilot)
    pilot.answered_at = pilot.answered_at or work.now
    pilot = move.finish(
        after(move.before, Action.APPROVE, **gates.left(pilot)),
        {
            "gate": f"{passed.role}@{passed.facility.slug}",
            "papers": [paper.sha256 for paper in pilot.papers],
            **stand_ins.on_behalf(work, passed),
        },
    )
    tell_decision(work, pilot, move)
    return pilot


def reject(work: Work, ref: str, command: Command) -> Pilot:
    """Say no, with the reason; held time is free again.

    Whoever decides at some of the pilot's places only says no for those: the rest goes on, and the
    firm says how (``services.declined_place``).
    """
    move = moves.begin(work, ref, Action.REJECT, command)
    own = [gate for gate in move.pilot.gates if _is_mine(work, gate)]
    if command.gate is not None:
        own = [_gate(work, move.pilot, command.gate)]
    in_part = declined_place.goes_on(work, move.pilot, own)
    refusing = [g for g in own if g.state == "open" or (in_part and g.state == "passed")]
    if in_part and not refusing:
        raise IllegalTransition(Message(N_("This gate has been decided already.")))
    for gate in refusing:
        gate.state, gate.decided_at, gate.note = "refused", work.now, move.note
        gate.decided_by_id = work.actor.user_id if work.actor else None
    move.pilot.answered_at = move.pilot.answered_at or work.now
    if in_part:
        return declined_place.decline(work, move, refusing)
    pilot = move.finish(State.REJECTED, stand_ins.on_behalf(work, own[0]) if own else None)
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
    move.pilot.waitlisted_at = work.now
    pilot = move.finish(State.WAITLISTED)
    number = waiting_list.positions(work.session, [pilot])[pilot.id]
    _tell(
        work,
        pilot,
        "waitlisted",
        Message(N_("On the waiting list: %(title)s"), {"title": pilot.title}),
        Message(N_("The days you asked for are taken. You will hear when time frees up.")),
        Message(N_("Your place in the queue: %(number)s."), {"number": number}),
    )
    return pilot


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
            *(_condition_line(c) for c in pilot.conditions if c.first),
            *note,
            with_times=True,
        )


def _condition_line(condition: Condition) -> Message:
    if condition.due_on is None:
        return Message("– %(text)s", {"text": condition.text})
    params = {"text": condition.text, "day": condition.due_on}
    return Message(N_("– %(text)s (by %(day)s)"), params)


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


def _conditions(work: Work, asked: Iterable[str | ConditionAsked]) -> list[ConditionAsked]:
    """Those that say something, shortened to what can be kept."""
    given = [one if isinstance(one, ConditionAsked) else ConditionAsked(one) for one in asked]
    kept = [
        ConditionAsked(one.text.replace("\r\n", "\n").strip()[: moves.CONDITION_LIMIT], one.due)
        for one in given
    ]
    today = work.world.today(work.now)
    for index, one in enumerate(kept):
        if one.due is not None and one.due < today:
            text = Message(N_("A condition cannot be due in the past. Choose a later day."))
            raise InvalidInput.of(Problem("in_the_past", f"conditions.{index}.due", text))
        if not is_safe(one.text, lines=True):
            raise InvalidInput.of(
                Problem(
                    "unsafe_text",
                    f"conditions.{index}",
                    Message(
                        N_("“%(field)s” has a line break or another control character. Remove it."),
                        {"field": Message(N_("Condition"))},
                    ),
                )
            )
    return [one for one in kept if one.text]


def _is_mine(work: Work, gate: Gate) -> bool:
    who, place = work.actor, gate.facility.slug
    return who is None or access.owns_gate(who, gate.role, place, gate.pilot.company_id)


def _tell(
    work: Work,
    pilot: Pilot,
    event: str,
    subject: Message,
    *lines: Message,
    with_times: bool = False,
) -> None:
    notices.to_company(work, pilot, notices.Notice(event, subject, lines, with_times))
