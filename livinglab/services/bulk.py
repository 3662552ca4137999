"""Several requests decided at once, where that is safe: what would happen to each, and doing it.

Nobody is rejected by the dozen. Approved together are only requests that ask no judgement: fast
lane, the actor's gate the only open one, no rule broken, the first wish free, the evidence there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livinglab.db.queries.pilots import last_audit, pilot_by_ref
from livinglab.domain.access import owns_gate
from livinglab.domain.errors import IllegalTransition, NotFound, NotSignedIn, StaleVersion
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import STATE_NAMES, Action, State
from livinglab.services import choices, evidence, moves, undoing
from livinglab.services.moves import Command
from livinglab.services.pilot import finder_for, judge
from livinglab.services.review import OUTDATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from livinglab.db.tables import Gate, Pilot
    from livinglab.domain.access import Principal
    from livinglab.services.availability import Finder
    from livinglab.services.choices import Choice
    from livinglab.services.placement import ChosenSlot
    from livinglab.services.places import Places
    from livinglab.services.work import Work

MOST = 50
"""Requests decided at once."""
KINDS = (Action.APPROVE, Action.REQUEST_INFO, Action.WAITLIST)
"""What can be done to several at once."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen to a request: its gate and times when approved, or why it is left out."""

    ref: str
    title: str
    company: str
    version: int
    gate: str | None = None
    times: tuple[Choice, ...] = ()
    left_out: Message | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """What somebody confirmed of a plan: the version they read, and the times they saw."""

    ref: str
    version: int
    slots: tuple[ChosenSlot, ...] = ()


def plans(work: Work, action: Action, refs: Iterable[str]) -> list[Plan]:
    """What would happen to each of these requests, as far as the actor sees them, in their order.

    At most ``MOST`` of them; the unit of work changes nothing. Of two that want the same time the
    first has it.
    """
    found: list[Plan] = []
    for ref in list(dict.fromkeys(refs))[:MOST]:
        pilot = pilot_by_ref(work.session, ref, _actor(work))
        if pilot is not None:
            found.append(_after(found, _plan(work, action, pilot)))
    return found


def carry_out(work: Work, action: Action, shown: Shown, note: str = "") -> bool:
    """Do to one request what was shown, in this unit of work; False: it was done already.

    Raises:
        NotFound: there is no such request, or not for this person.
        StaleVersion: somebody changed it, or time was taken, since the plan was shown.
        IllegalTransition: it is not safe (any more) to decide it together with others.
        Others: see ``undoing.decide``.
    """
    pilot = pilot_by_ref(work.session, shown.ref, _actor(work))
    if pilot is None:
        raise NotFound
    if _is_done(work, action, pilot, shown.version):
        return False
    now = _plan(work, action, pilot)
    if now.version == shown.version and now.left_out is not None:
        raise IllegalTransition(now.left_out)
    slots = tuple(choice.slot for choice in now.times)
    if now.version == shown.version and slots != shown.slots:
        raise StaleVersion(Message(N_("The time that was shown is not free any more.")))
    command = Command(shown.version, note=note, gate=now.gate, slots=slots)
    undoing.decide(work, shown.ref, action, command)
    return True


def _plan(work: Work, action: Action, pilot: Pilot) -> Plan:
    known = (pilot.ref, pilot.title, pilot.company.name, pilot.version)
    if action not in KINDS or action not in moves.actions_for(pilot, _actor(work)):
        return Plan(*known, left_out=_not_now(pilot))
    if action is not Action.APPROVE:
        return Plan(*known)
    gate = _only_gate(_actor(work), pilot)
    if gate is None:
        return Plan(*known, left_out=Message(N_("Others decide on it, too.")))
    finder = choices.without_own(work.session, finder_for(work, pilot), pilot)
    times = tuple(_first_wishes(finder, pilot))
    left_out = next(_doubts(work, finder, pilot, times), None)
    name = f"{gate.role}@{gate.facility.slug}"
    return Plan(*known, gate=name, times=times, left_out=left_out)


def _after(before: Sequence[Plan], plan: Plan) -> Plan:
    """The plan, left out where one before it takes its time."""
    taken = [time for other in before if other.left_out is None for time in other.times]
    if plan.left_out is None and any(_meet(time, other) for time in plan.times for other in taken):
        text = Message(N_("Another request of these gets the same time first."))
        return replace(plan, left_out=text)
    return plan


def _meet(one: Choice, other: Choice) -> bool:
    return (
        one.item.id == other.item.id
        and one.stay.blocked_start < other.stay.blocked_end
        and other.stay.blocked_start < one.stay.blocked_end
    )


def _doubts(
    work: Work, finder: Finder, pilot: Pilot, times: tuple[Choice, ...]
) -> Iterator[Message]:
    """Every reason to look at the request on its own page first."""
    if pilot.lane != "fast":
        yield Message(N_("It is not in the fast lane."))
    for problem in judge(finder, pilot):
        if problem.code not in OUTDATED:
            yield problem.message
    if len(times) != len(pilot.periods):
        yield Message(N_("The first wish is not free."))
    yield from _missing(work, finder.places, pilot)


def _missing(work: Work, places: Places, pilot: Pilot) -> Iterator[Message]:
    for piece in evidence.of(work.session, places, pilot):
        if not piece.there:
            yield Message(N_("“%(paper)s” is not there yet."), {"paper": piece.name})


def _first_wishes(finder: Finder, pilot: Pilot) -> Iterator[Choice]:
    """For each stay the time it holds, else the one in its first window; none where it is taken."""
    for index in range(len(pilot.periods)):
        wished = choices.wished(finder, pilot, index)[:1]
        chosen = choices.holding(finder, pilot, index) or next((w.choice for w in wished), None)
        if chosen is not None:
            yield chosen


def _only_gate(who: Principal, pilot: Pilot) -> Gate | None:
    still_open = [gate for gate in pilot.gates if gate.state != "passed"]
    if len(still_open) != 1 or still_open[0].state != "open":
        return None
    gate = still_open[0]
    return gate if owns_gate(who, gate.role, gate.facility.slug, pilot.company_id) else None


def _is_done(work: Work, action: Action, pilot: Pilot, version: int) -> bool:
    """Whether just this was the actor's last move of it: the button was pressed twice."""
    last = last_audit(work.session, pilot.id)
    return (
        last is not None
        and pilot.version == version + 1
        and (last.action, last.actor_id) == (action.value, _actor(work).user_id)
    )


def _not_now(pilot: Pilot) -> Message:
    return Message(
        N_("This cannot be done now: the pilot is “%(state)s”."),
        {"state": Message(STATE_NAMES[State(pilot.state)])},
    )


def _actor(work: Work) -> Principal:
    if work.actor is None:
        raise NotSignedIn
    return work.actor
