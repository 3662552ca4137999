"""Answering offers: accept one, decline, propose other days back; taking one back; running out.

Whoever answers first is heard: the pilot is locked, and an offer that is not open any more says
what became of it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from livinglab.db.locking import lock_pilot
from livinglab.db.queries import offers as queries
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    Problem,
    SlotTaken,
)
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import STATE_NAMES, Action, By, State, after
from livinglab.services import bookings, clock_start, gates, moves, notices, offered_time, reopening
from livinglab.services.moves import Command
from livinglab.services.offers import may_offer_at
from livinglab.services.proposing import propose
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Offer, Pilot
    from livinglab.services.work import Work
    from livinglab.services.world import World

BATCH = 500
ENDED = {
    "accepted": N_("This offer was accepted already."),
    "declined": N_("This offer was declined already."),
    "expired": N_("This offer has ended. Ask the host for another time."),
    "withdrawn": N_("The host took this offer back. Ask for another time."),
}
"""Why an offer cannot be answered, by its state."""


def accept(work: Work, ref: str, command: Command) -> Pilot:
    """The firm takes one offer: its time stays held, that of the others is free again.

    Raises:
        InvalidInput: several are open and none is named, or the named one is not the pilot's.
        IllegalTransition: the offer has been answered, or its time to answer is over.
        SlotTaken: the host has closed the time since.
        Others: see ``moves.begin``.
    """
    move = moves.begin(work, ref, Action.ACCEPT, command)
    pilot = move.pilot
    taken = _named(work, pilot, command.offer)
    bookings.lock(work, pilot)
    closed = offered_time.closed_since(work.session, [taken])
    if closed:
        raise SlotTaken(closed[taken.id])
    for booking in list(taken.bookings):
        booking.offer = None
    _end(work, pilot, [taken], "accepted")
    _end(work, pilot, queries.open_offers(work.session, pilot.id), "declined")
    gates.follow_bookings(work, pilot)
    facts = {"offer": taken.id, **reopening.by_offer(work, pilot)}
    pilot = move.finish(after(move.before, Action.ACCEPT, **gates.left(pilot)), facts)
    _tell_owners(
        work, pilot, "accept", Message(N_("The firm accepts the offered time.")), with_times=True
    )
    return pilot


def decline(work: Work, ref: str, command: Command) -> Pilot:
    """The firm does not want an offer, or any; perhaps it proposes other days back.

    Without a named offer, or with other days, all are declined; the time is free again. Once none
    is open, whoever decides has a new clock.

    Raises:
        InvalidInput: the named offer is not the pilot's, or the days name no stay of it.
        IllegalTransition: the offer has been answered already.
        RulesBroken: the days proposed cannot be had; everything stays as it was.
        Others: see ``moves.begin``.
    """
    move = moves.begin(work, ref, Action.DECLINE, command)
    pilot = move.pilot
    still = list(queries.open_offers(work.session, pilot.id))
    declined = still
    if command.offer is not None and not command.windows:
        declined = [_known(work, pilot, command.offer)]
    _end(work, pilot, declined, "declined")
    facts = propose(work, pilot, command.windows) if command.windows else {}
    left = len(still) - len(declined)
    if not left:
        restart_clocks(work, pilot)
    pilot = move.finish(
        after(move.before, Action.DECLINE, open_offers=left),
        {"offers": [offer.id for offer in declined], **facts},
    )
    said = (Message("%(note)s", {"note": move.note}),) if move.note else ()
    if command.windows:
        line = Message(N_("The firm declines and proposes other days:"))
        days = [
            Message("– %(first)s – %(last)s", {"first": first, "last": last})
            for _, first, last in command.windows
        ]
        _tell_owners(work, pilot, "decline", line, *days, *said)
    else:
        line = Message(N_("The firm declines the offered time."))
        _tell_owners(work, pilot, "decline", line, *said, with_times=True)
    return pilot


def take_back(work: Work, ref: str, offer_id: int, command: Command) -> Pilot:
    """The host takes an open offer back; its time is free again and the firm is told.

    Raises:
        NotFound: the pilot has no such offer.
        NotAllowed: the offered places are not the actor's.
        IllegalTransition: the offer is not open any more.
        Others: see ``moves.open_pilot``.
    """
    pilot = moves.reach(work, ref, {By.GATE_OWNER})
    offer = _known(work, pilot, offer_id, missing=NotFound())
    moves.refuse_stale(work, pilot, command.version)
    note = moves.checked_note(command.note, needed=False)
    before = State(pilot.state)
    places = work.world.places(work.session).by_id
    there = {places[b.resource_id].place.slug for b in offer.bookings if b.resource_id in places}
    if not all(may_offer_at(work.actor, pilot, slug) for slug in there):
        raise NotAllowed(Message(N_("This facility is not yours to manage.")))
    _end(work, pilot, [offer], "withdrawn")
    if not queries.open_offers(work.session, pilot.id):
        restart_clocks(work, pilot)
        pilot.state = State.IN_REVIEW.value
    pilot.version += 1
    pilot.changed_at = work.now
    bookings.align(work, pilot)
    clock_start.follow(work, pilot, before)
    audit(
        work,
        "withdraw-offer",
        "pilot",
        pilot.ref,
        pilot=pilot,
        from_state=before.value,
        note=note,
        facts={"offer": offer.id},
    )
    work.session.flush()
    notices.to_company(
        work,
        pilot,
        notices.Notice(
            "offer-withdrawn",
            Message(N_("An offer was taken back: %(title)s"), {"title": pilot.title}),
            (
                Message(N_("The host took an offer back. Your request stays.")),
                *((Message("%(note)s", {"note": note}),) if note else ()),
            ),
        ),
    )
    return pilot


def lapse(work: Work, ref: str) -> None:
    """End the pilot's offers whose time is over; the last one leads back to the host."""
    pilot = lock_pilot(work.session, ref)
    if pilot is None:
        return
    still = queries.open_offers(work.session, pilot.id)
    over = [offer for offer in still if offer.expires_at <= work.now]
    if not over or pilot.state != State.OFFERED:
        return
    move = moves.begin(work, ref, Action.EXPIRE, Command(None))
    bookings.lock(work, pilot)
    _end(work, pilot, over, "expired")
    left = len(still) - len(over)
    if not left:
        restart_clocks(work, pilot)
    pilot = move.finish(
        after(move.before, Action.EXPIRE, open_offers=left),
        {"offers": [offer.id for offer in over]},
    )
    title = Message(N_("An offer has ended: %(title)s"), {"title": pilot.title})
    line = Message(N_("Nobody answered in time, and the time is free again. Your request stays."))
    notices.to_company(work, pilot, notices.Notice("offer-ended", title, (line,)))
    line = Message(N_("The firm did not answer in time; the time is free again."))
    owners = notices.Notice("offer-ended", title, (line,))
    notices.to_owners(work, pilot, owners)


def looks(session: Session, _world: World, now: datetime) -> Iterator[Callable[[Work], object]]:
    """What to write for every pilot with an offer whose time is over, batch by batch."""
    last = 0
    while found := queries.with_lapsed(session, now, after_id=last, limit=BATCH):
        yield from (partial(lapse, ref=ref) for _, ref in found)
        last = found[-1][0]


def restart_clocks(work: Work, pilot: Pilot) -> None:
    """Give whoever decides their days anew: none of them ran while the firm had the move."""
    today = work.world.today(work.now)
    for gate in pilot.gates:
        if gate.state == "open":
            gate.due_on = work.world.almanac.add_working_days(today, gate.working_days)
            gate.escalated_at = None


def _named(work: Work, pilot: Pilot, offer_id: int | None) -> Offer:
    """The open offer to accept: the named one, or the only one."""
    if offer_id is None:
        still = queries.open_offers(work.session, pilot.id)
        if len(still) != 1:
            text = N_("Several offers are open: name the one that is answered.")
            raise InvalidInput.of(Problem("offer_missing", "offer", Message(text)))
        offer_id = still[0].id
    return _known(work, pilot, offer_id)


def _known(work: Work, pilot: Pilot, offer_id: int, *, missing: NotFound | None = None) -> Offer:
    """The pilot's offer of that id, if it can be answered; ``missing``: what is raised for none."""
    found = next((o for o in queries.offers_of(work.session, [pilot.id]) if o.id == offer_id), None)
    if found is None and missing is not None:
        raise missing
    if found is None:
        text = N_("The pilot has no offer with the number %(number)s.")
        raise InvalidInput.of(
            Problem("unknown_offer", "offer", Message(text, {"number": str(offer_id)}))
        )
    state = "expired" if found.state == "open" and found.expires_at <= work.now else found.state
    if state != "open":
        raise IllegalTransition(Message(ENDED[state]))
    if pilot.state != State.OFFERED:
        raise IllegalTransition(
            Message(
                N_("This cannot be done now: the pilot is “%(state)s”."),
                {"state": Message(STATE_NAMES[State(pilot.state)])},
            )
        )
    return found


def _end(work: Work, pilot: Pilot, ended: Iterable[Offer], state: str) -> None:
    """Close offers; what they hold still is free again."""
    for offer in ended:
        offer.state, offer.answered_at = state, work.now
        offer.answered_by_id = work.actor.user_id if work.actor else None
        bookings.release(work, pilot, [b for b in offer.bookings if b.state in bookings.HOLDING])
    work.session.flush()


def _tell_owners(
    work: Work, pilot: Pilot, event: str, *lines: Message, with_times: bool = False
) -> None:
    notices.to_owners(
        work,
        pilot,
        notices.Notice(
            event,
            Message(N_("Your offer was answered: %(title)s"), {"title": pilot.title}),
            lines,
            with_times,
        ),
        open_only=False,
    )
