"""Who owes what and by when, for one pilot: the firm, each gate's owner, the host, the coordinator.

Nothing is stored: it follows from gates, conditions, evidence and offers as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.db.queries import owing as queries
from livinglab.db.queries.decisions import TO_DECIDE, holders
from livinglab.domain.messages import N_, Localised, Message
from livinglab.domain.pilot import State
from livinglab.services import confidence, evidence

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.db.queries.decisions import Holder
    from livinglab.db.tables import Gate, Pilot
    from livinglab.domain.access import Principal
    from livinglab.services.evidence import Piece
    from livinglab.services.world import World

ANSWER_DAYS = 10
"""Working days in which a question is answered."""
AHEAD = frozenset({State.SUBMITTED, State.NEEDS_INFO, State.IN_REVIEW, State.OFFERED})
FIRM = frozenset({State.CONDITIONAL, State.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing to do, by when if there is a day, and whether it is done."""

    what: Message
    due: date | None = None
    done: bool = False


@dataclass(frozen=True, slots=True)
class Party:
    """Who owes: a name or a title, and the people behind it."""

    kind: str
    title: Message
    names: tuple[str, ...]
    items: tuple[Owed, ...]


@dataclass(frozen=True, slots=True)
class Debt:
    """Something a firm owes for one of its pilots."""

    ref: str
    title: str
    what: Message
    due: date | None


def debts(session: Session, who: Principal) -> list[Debt]:
    """What the firm acted for owes over all its pilots, the nearest day first; none of a host's."""
    if who.is_host:
        return []
    kinds = evidence.kinds_of(session)
    found = []
    for row in queries.conditions(session, who):
        kind = kinds.get(row.evidence)
        named = Message("%(paper)s", {"paper": kind.name}) if kind else None
        what = named or Message("%(text)s", {"text": row.text})
        found.append(Debt(row.ref, row.title, what, row.due_on))
    return found


def parties(
    session: Session, world: World, who: Principal, now: datetime, pilot: Pilot
) -> list[Party]:
    """What each owes, those with nothing left out; names of people only for who reads them."""
    pieces = evidence.of(session, world.places(session), pilot)
    due = evidence.due_day(world.almanac, world.places(session), pilot)
    confided = confidence.plan_of(who, pilot).confided
    firm = list(_of_firm(session, world, pilot))
    firm += [
        Owed(message, due, done)
        for piece in pieces
        for message, done in _evidence(piece, confided=confided)
    ]
    people = holders(
        session,
        {gate.role for gate in pilot.gates} | {"facility_manager", "coordinator"},
        {gate.facility_id for gate in pilot.gates},
        world.today(now),
    )
    found = [Party("firm", Message("%(name)s", {"name": pilot.company.name}), (), tuple(firm))]
    found += _of_gates(pilot, people)
    found += _of_host(pilot, people, due, ready=all(owed.done for owed in firm))
    return [party for party in found if party.items]


def _of_firm(session: Session, world: World, pilot: Pilot) -> Iterator[Owed]:
    if pilot.state == State.DRAFT:
        yield Owed(Message(N_("Finish the request and send it.")))
    if pilot.state == State.NEEDS_INFO:
        asked = world.today(pilot.info_asked_at or pilot.changed_at)
        due = world.almanac.add_working_days(asked, ANSWER_DAYS)
        yield Owed(Message(N_("Answer the question and send the request again.")), due)
    if pilot.state == State.OFFERED:
        ends = queries.offer_ends(session, [pilot.id])
        due_on = world.today(ends) if ends else None
        yield Owed(Message(N_("Accept or decline the time offered.")), due_on)
    for condition in pilot.conditions:
        if not condition.evidence:
            text = Message("%(text)s", {"text": condition.text})
            yield Owed(text, condition.due_on, condition.fulfilled_at is not None)


def _evidence(piece: Piece, *, confided: bool) -> Iterator[tuple[Message, bool]]:
    if piece.there:
        yield Message("%(paper)s", {"paper": piece.name}), True
    elif confided or all(flaw.person is None for flaw in piece.flaws):
        yield from ((flaw.message, False) for flaw in piece.flaws)
    else:
        text = N_("“%(paper)s” of %(count)s of those who come")
        count = len({flaw.person for flaw in piece.flaws})
        yield Message(text, {"paper": piece.name, "count": count}), False


def _of_gates(pilot: Pilot, people: Sequence[Holder]) -> Iterator[Party]:
    """Open gates with those who decide; who nobody decides is the coordinator's to settle."""
    if pilot.state not in AHEAD:
        return
    for gate in pilot.gates:
        names = _names(gate, people)
        if gate.state == "open" and names:
            done = Owed(Message(N_("Decide.")), gate.due_on, done=False)
            title = Message("%(title)s", {"title": Localised(gate.title)})
            yield Party("gate", title, names, (done,))
    orphans = [g for g in pilot.gates if g.state == "open" and not _names(g, people)]
    late = [g for g in pilot.gates if g.state == "open" and g.escalated_at and g not in orphans]
    alone = N_("Find somebody who decides as “%(title)s”: nobody holds that role now.")
    stuck = N_("See that “%(title)s” is decided: it is late.")
    items = [Owed(Message(alone, {"title": Localised(g.title)}), g.due_on) for g in orphans]
    items += [Owed(Message(stuck, {"title": Localised(g.title)}), g.due_on) for g in late]
    names = tuple(dict.fromkeys(one.name for one in people if one.role == "coordinator"))
    yield Party("coordinator", Message(N_("Coordinator")), names, tuple(items))


def _of_host(
    pilot: Pilot, people: Sequence[Holder], due: date | None, *, ready: bool
) -> Iterator[Party]:
    items = []
    if pilot.state == State.CONFIRMED:
        text = (
            N_("Mark it as ready: everything is there.")
            if ready
            else N_("Mark it as ready once the firm has brought everything.")
        )
        items.append(Owed(Message(text), due))
    elif pilot.state in FIRM:
        items.append(Owed(Message(N_("See that the conditions are met."))))
    elif pilot.state in TO_DECIDE and all(gate.state != "open" for gate in pilot.gates):
        items.append(Owed(Message(N_("Offer a time, or say no."))))
    ids = {gate.facility_id for gate in pilot.gates}
    managers = (p.name for p in people if p.role == "facility_manager" and p.facility_id in ids)
    yield Party("host", Message(N_("The host")), tuple(dict.fromkeys(managers)), tuple(items))


def _names(gate: Gate, people: Sequence[Holder]) -> tuple[str, ...]:
    """Whose the gate is today: stand-ins go before those they stand in for."""
    own = [p for p in people if p.role == gate.role and p.facility_id in (None, gate.facility_id)]
    standing_in = [p for p in own if p.stands_in]
    return tuple(dict.fromkeys(p.name for p in standing_in or own))
