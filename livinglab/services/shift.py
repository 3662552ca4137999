"""A stay moved on the board: which, where it could go, and what moving it there would do.

The move itself is ``Action.RESCHEDULE``. What is told before it is found by making the move and
taking it back within one unit of work, so nothing can be promised that would not happen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.db.queries import board as queries
from livinglab.db.queries.outbox import recipients_of
from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.domain.access import may_manage_facility
from livinglab.domain.errors import NotAllowed, NotFound, NotSignedIn
from livinglab.domain.messages import N_, Localised, Message
from livinglab.domain.pilot import Action, State, transition
from livinglab.domain.pricing import estimate
from livinglab.domain.zones import zone
from livinglab.services import actions, choices, evidence, moves
from livinglab.services.availability import Finder
from livinglab.services.choices import Choice
from livinglab.services.placement import beginning_on, resources_for, triggers_of
from livinglab.services.world import from_epoch

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from decimal import Decimal

    from sqlalchemy.orm import Session

    from livinglab.db.queries.board import WishRow
    from livinglab.db.tables import Pilot
    from livinglab.domain.access import Principal
    from livinglab.services.moves import Command
    from livinglab.services.places import PlacedResource
    from livinglab.services.work import Work
    from livinglab.services.world import World

NEAREST = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """The stay that is to move: its pilot as it stands, where it is, where the reader may put it.

    ``zone`` is the clock of the person who made the request.
    """

    booking_id: int
    ref: str
    title: str
    company: str
    zone: str
    version: int
    halves: int
    held: Choice
    targets: tuple[PlacedResource, ...]


@dataclass(frozen=True, slots=True)
class Prospect:
    """A day at a resource: the stays that may begin then, and the one meant.

    Without any, ``problem`` says why; ``nearest`` are free ones from that day on. ``prices`` are
    those of now and then in euro, by the lists of the first days; None where there is none.
    """

    subject: Subject
    item: PlacedResource
    day: date
    options: tuple[Choice, ...]
    choice: Choice | None
    problem: Message | None
    nearest: tuple[Choice, ...]
    prices: tuple[Decimal | None, Decimal | None]


@dataclass(frozen=True, slots=True)
class GateOpened:
    """A gate that is undecided again or new after the move."""

    title: Localised
    due: date | None


@dataclass(frozen=True, slots=True)
class Effect:
    """What a move does. ``told``: mail addresses. ``rivals``: wishes of others for the new days.

    ``outlived``: evidence that ends before the new last day, in sentences.
    ``undoable``: whether the workflow lets the stay be moved again after it.
    """

    before: State
    after: State
    opened: tuple[GateOpened, ...]
    told: tuple[str, ...]
    rivals: tuple[WishRow, ...]
    outlived: tuple[Message, ...]
    undoable: bool


def subject(
    session: Session, world: World, who: Principal, now: datetime, booking_id: int
) -> Subject:
    """The stay of a booking.

    Raises:
        NotFound: there is no such booking that holds time, or not for this person.
        NotAllowed: the stay is not this person's to move.
        IllegalTransition: the pilot is in a state in which nothing moves.
    """
    return _subject(*_found(session, world, who, now, booking_id), who, booking_id)


def look(
    session: Session,
    world: World,
    who: Principal,
    now: datetime,
    booking_id: int,
    asked: tuple[str, date, int | None],
) -> Prospect:
    """What could begin at a resource (its slug) on a day; the third is a start, epoch seconds.

    Raises:
        NotFound, NotAllowed, IllegalTransition: see :func:`subject`.
    """
    resource, day, start = asked
    finder, pilot, held = _found(session, world, who, now, booking_id)
    found = _subject(finder, pilot, held, who, booking_id)
    item = _meant(finder, found, booking_id, resource, pilot)
    free = choices.starting(finder, pilot, held.period, item.slug, day)
    period = pilot.periods[held.period]
    options = tuple(
        Choice(held.period, item, stay)
        for stay in beginning_on(finder, item, period, day, triggers_of(pilot))
    )
    free_then = [choice for choice in free if choice.stay.first_day == day]
    problem = None if options else _why_not(finder, item, day)
    return Prospect(
        found,
        item,
        day,
        options,
        _chosen(options, free_then, held, start),
        problem,
        tuple([choice for choice in free if choice.stay.first_day != day][:NEAREST]),
        (
            _price(held.item, period.halves, held.stay.first_day),
            _price(item, period.halves, day),
        ),
    )


def rehearse(work: Work, ref: str, command: Command) -> Effect:
    """What the move does; it is made and taken back.

    Raises:
        Everything that ``actions.perform`` raises.
    """
    taken_back = work.session.begin_nested()
    try:
        before = _before(work, ref)
        pilot = actions.perform(work, ref, Action.RESCHEDULE, command)
        return _effect(work, pilot, command, before)
    finally:
        taken_back.rollback()


def _found(
    session: Session, world: World, who: Principal, now: datetime, booking_id: int
) -> tuple[Finder, Pilot, Choice]:
    ref, period_id = queries.stay_of(session, booking_id) or ("", None)
    pilot = pilot_by_ref(session, ref, who) if ref else None
    if pilot is None:
        raise NotFound
    if Action.RESCHEDULE not in moves.actions_for(pilot, who):
        transition(State(pilot.state), Action.RESCHEDULE)
        raise NotAllowed(Message(N_("This is not yours to decide.")))
    finder = choices.without_own(session, Finder.read(world, session, now), pilot)
    index = next((n for n, period in enumerate(pilot.periods) if period.id == period_id), None)
    held = None if index is None else choices.holding(finder, pilot, index)
    if held is None:
        raise NotFound
    return finder, pilot, held


def _subject(
    finder: Finder, pilot: Pilot, held: Choice, who: Principal, booking_id: int
) -> Subject:
    period = pilot.periods[held.period]
    return Subject(
        booking_id,
        pilot.ref,
        pilot.title,
        pilot.company.name,
        pilot.created_by.timezone,
        pilot.version,
        period.halves,
        held,
        tuple(
            item
            for item in resources_for(finder.places, period, settled=False, named=False)
            if item.place.id == held.item.place.id or may_manage_facility(who, item.place.slug)
        ),
    )


def _meant(
    finder: Finder, found: Subject, booking_id: int, resource: str, pilot: Pilot
) -> PlacedResource:
    """The resource named; the row of one that is only booked along means the stay's own.

    Raises:
        NotFound: there is no such resource.
    """
    item = finder.places.resources.get(resource) if resource else found.held.item
    if item is None or not item.resource.bookable:
        raise NotFound
    grabbed = next((b.resource_id for b in pilot.bookings if b.id == booking_id), None)
    return found.held.item if item.id == grabbed else item


def _chosen(
    options: Sequence[Choice], free: Sequence[Choice], held: Choice, start: int | None
) -> Choice | None:
    """The start asked for, else a free one at the hour of now, else any, free ones first."""
    if start is not None:
        return next((choice for choice in options if choice.stay.start == start), None)
    ordered = [*free, *options]
    alike = (choice for choice in ordered if _hour(choice) == _hour(held))
    return next(alike, ordered[0] if ordered else None)


def _hour(choice: Choice) -> object:
    return from_epoch(choice.stay.start).astimezone(zone(choice.item.facility.zone)).time()


def _why_not(finder: Finder, item: PlacedResource, day: date) -> Message:
    reason = finder.calendar(item).closed.get(day)
    if reason is not None:
        return reason.message
    return Message(N_("No stay of the asked length begins and ends then: see the opening hours."))


def _before(work: Work, ref: str) -> tuple[State, tuple[int, ...]]:
    pilot = pilot_by_ref(work.session, ref)
    if pilot is None:
        raise NotFound
    return State(pilot.state), tuple(gate.id for gate in pilot.gates if gate.state == "open")


def _effect(
    work: Work, pilot: Pilot, command: Command, before: tuple[State, tuple[int, ...]]
) -> Effect:
    state, open_before = before
    places = work.world.places(work.session)
    slot = command.slots[0]
    item = places.resources[slot.resource]
    tz = zone(item.facility.zone)
    first, last = (moment.astimezone(tz).date() for moment in (slot.start, slot.end))
    wishes = queries.wishes(work.session, _actor(work), {item.place.id}, first, last)
    return Effect(
        before=state,
        after=State(pilot.state),
        opened=tuple(
            GateOpened(Localised(gate.title), gate.due_on)
            for gate in pilot.gates
            if gate.state == "open" and gate.id not in open_before
        ),
        told=tuple(recipients_of(work.session, pilot.ref, pilot.version)),
        rivals=tuple(wish for wish in wishes if wish.resource_id in {None, item.id}),
        outlived=tuple(f.message for f in evidence.outlived(work.session, places, pilot)),
        undoable=Action.RESCHEDULE in moves.actions_for(pilot, _actor(work)),
    )


def _actor(work: Work) -> Principal:
    if work.actor is None:
        raise NotSignedIn
    return work.actor


def _price(item: PlacedResource, halves: int, day: date) -> Decimal | None:
    """What a stay of so many half-days costs there by the list of that day, in euro."""
    prices = item.facility.price_on(day)
    found = estimate(prices, halves) if prices and halves else None
    return found.total if found else None
