"""Offering concrete times: up to three packages at once, each held until it expires.

A package names one time for every stay at the places it offers; what the pilot holds elsewhere
stays as it is. Time that the named stays hold already becomes that of the first package, so that
its calendar event is moved and not made anew. How offers are answered: ``services.answering``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.adapters.texts import instant_text, sentence
from livinglab.db.tables import Offer
from livinglab.domain import access
from livinglab.domain import offers as rules
from livinglab.domain.errors import InvalidInput, NotAllowed, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.offers import Span
from livinglab.domain.pilot import Action, State
from livinglab.services import bookings, moves, notices, stays
from livinglab.services import rules as rule_books
from livinglab.services.pilot import finder_for
from livinglab.services.placement import chosen
from livinglab.services.world import from_epoch

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from livinglab.db.tables import Booking, Pilot, User
    from livinglab.domain.access import Principal
    from livinglab.services.moves import Command
    from livinglab.services.placement import ChosenSlot, Placement
    from livinglab.services.work import Work

Packages = tuple[tuple["ChosenSlot", ...], ...]
Placed = list[dict[int, "Placement"]]
"""Of each package where its stays go, by their number."""


def offer(work: Work, ref: str, command: Command) -> Pilot:
    """Put concrete times to the firm, inside or outside its windows, held until they expire.

    Raises:
        InvalidInput: no time, too many packages, packages that overlap or name other stays than
            each other, a stay left out, a wrong end; or see ``placement.chosen``.
        NotAllowed: the place is not the actor's to offer.
        SlotTaken: the time is held or closed.
        Others: see ``moves.begin``.
    """
    move = moves.begin(work, ref, Action.OFFER, command)
    made = put(work, move.pilot, packages_of(command), command.expires_at, note=move.note)
    named = sorted({slot.period for slot in packages_of(command)[0]})
    pilot = move.finish(State.OFFERED, {"stays": named, "offers": [row.id for row in made]})
    tell_firm(work, pilot, made, move.note)
    return pilot


def packages_of(command: Command) -> Packages:
    """The packages of a command; plain slots are one.

    Raises:
        InvalidInput: both ways at once.
    """
    if command.packages and command.slots:
        text = N_("Give the times as “slots” or as “packages”, not both.")
        raise InvalidInput.of(Problem("not_both", "packages", Message(text)))
    return command.packages or (command.slots,)


def put(
    work: Work,
    pilot: Pilot,
    packages: Packages,
    expires_at: datetime | None,
    *,
    note: str = "",
    days: int | None = None,
) -> list[Offer]:
    """Hold the packages as open offers, to be answered in ``days`` working days.

    They are those of the rules the pilot is judged by, unless given; an end stands before both.

    Raises:
        InvalidInput, NotAllowed, SlotTaken: see :func:`offer`.
    """
    paths = {
        (number, index): f"slots.{index}" if len(packages) == 1 else f"packages.{number}.{index}"
        for number, package in enumerate(packages)
        for index, _ in enumerate(package)
    }
    _refuse_counts(packages)
    bookings.lock(work, pilot, [slot for package in packages for slot in package])
    placed = _placements(work, pilot, packages, paths)
    _refuse_left_out(work, pilot, placed)
    days = days or rule_books.clocks_of(work.session, pilot).offer
    expires = _expiry(work, placed, expires_at, days)
    made = []
    for number, package in enumerate(placed):
        row = Offer(
            pilot_id=pilot.id,
            state="open",
            note=note,
            made_at=work.now,
            made_by_id=work.actor.user_id if work.actor else None,
            expires_at=expires,
        )
        work.session.add(row)
        work.session.flush()
        for index, placement in sorted(package.items()):
            _hold(work, pilot, index, placement, row, first=number == 0)
        made.append(row)
    pilot.waitlisted_at = None
    work.session.flush()
    return made


def may_offer_at(who: Principal | None, pilot: Pilot, slug: str) -> bool:
    """Whether a place's time is this person's to offer: who runs it, or decides on the pilot there.

    The clock (nobody) offers what the firm asked for.
    """
    if who is None:
        return True
    return access.may_manage_facility(who, slug) or any(
        access.owns_gate(who, gate.role, slug, pilot.company_id)
        for gate in pilot.gates
        if gate.facility.slug == slug
    )


def tell_firm(work: Work, pilot: Pilot, made: Sequence[Offer], note: str) -> None:
    """Mail what is offered, at both clocks, until when, and where it is answered."""
    notices.to_company(
        work,
        pilot,
        notices.Notice(
            "offered",
            Message(N_("A time for you: %(title)s"), {"title": pilot.title}),
            (
                Message(N_("The time below is held for you. Accept or decline it on the page."))
                if len(made) == 1
                else Message(N_("These times are held for you. Accept one of them on the page.")),
                *((Message("%(note)s", {"note": note}),) if note else ()),
            ),
            tail=lambda user: _told(work, made, user),
            page="/offers",
        ),
    )


def _told(work: Work, made: Sequence[Offer], user: User) -> list[str]:
    """The packages as a mail lists them."""
    known = work.world.places(work.session).by_id
    lines: list[str] = []
    for number, row in enumerate(made):
        if len(made) > 1:
            lines += ["", sentence(Message(N_("Offer %(n)s"), {"n": number + 1}), user.language)]
        for booking in sorted(row.bookings, key=lambda b: (b.starts_at, b.id)):
            item = known.get(booking.resource_id)
            if item is not None and item.resource.bookable:
                lines += notices.at_both_clocks(item, booking.starts_at, booking.ends_at, user)
    until = instant_text(made[0].expires_at, user.language, user.timezone)
    held = Message(N_("Held until %(until)s (%(zone)s)."), {"until": until, "zone": user.timezone})
    return [*lines, "", sentence(held, user.language)]


def _refuse_counts(packages: Packages) -> None:
    if not all(packages):
        raise InvalidInput.of(
            Problem("slots_missing", "slots", Message(N_("Name the time of a stay.")))
        )
    if len(packages) > rules.MOST:
        text = N_("Offer %(most)s packages at most at a time.")
        raise InvalidInput.of(
            Problem("too_many_packages", "packages", Message(text, {"most": rules.MOST}))
        )
    for package in packages:
        stays.refuse_repeats(package)
    if len({frozenset(slot.period for slot in package) for package in packages}) > 1:
        text = N_("Every package must name a time for the same stays.")
        raise InvalidInput.of(Problem("packages_differ", "packages", Message(text)))


def _placements(
    work: Work, pilot: Pilot, packages: Packages, paths: dict[tuple[int, int], str]
) -> Placed:
    finder = finder_for(work, pilot)
    placed: Placed = []
    spans: list[Span] = []
    for number, package in enumerate(packages):
        found: dict[int, Placement] = {}
        for index, slot in enumerate(package):
            placement = chosen(finder, pilot, slot, in_windows=False, path=paths[number, index])
            place = placement.item.place
            if not may_offer_at(work.actor, pilot, place.slug):
                raise NotAllowed(Message(N_("This facility is not yours to manage.")))
            found[slot.period] = placement
            resources = frozenset(item.id for item in placement.needed)
            stay = placement.stay
            name = placement.item.resource.name
            spans.append(Span(number, index, resources, stay.blocked_start, stay.blocked_end, name))
        placed.append(found)
    faults = rules.overlap_faults(spans, paths)
    if faults:
        raise InvalidInput.of(*faults)
    return placed


def _refuse_left_out(work: Work, pilot: Pilot, placed: Placed) -> None:
    """Every stay at the places offered, and at those the actor has a role for, needs a time.

    One that holds time already may stay as it is.
    """
    places = work.world.places(work.session)
    for package in placed:
        there = {placement.item.place.id for placement in package.values()}
        there |= {pilot.periods[index].facility_id or 0 for index in package}
        if work.actor is not None:
            there |= {
                places.facilities[slug].id
                for slug in work.actor.facilities
                if slug in places.facilities and may_offer_at(work.actor, pilot, slug)
            }
        for index, period in enumerate(pilot.periods):
            if index in package or period.facility_id not in there:
                continue
            if not bookings.settled(pilot, period):
                text = N_("Stay %(number)s is at your place, too: give it a time in the package.")
                raise InvalidInput.of(
                    Problem("stay_missing", "slots", Message(text, {"number": index + 1}))
                )


def _expiry(work: Work, placed: Placed, asked: datetime | None, days: int) -> datetime:
    first, where = min(
        (from_epoch(placement.stay.start), placement.item.facility.zone)
        for package in placed
        for placement in package.values()
    )
    today = work.world.today(work.now, where)
    expires = asked or rules.default_expiry(work.world.almanac, today, first, where, days)
    fault = rules.expiry_fault(expires, work.now, first)
    if fault is not None:
        raise InvalidInput.of(fault)
    return expires


def _hold(
    work: Work, pilot: Pilot, index: int, placement: Placement, row: Offer, *, first: bool
) -> None:
    period = pilot.periods[index]
    if first and bookings.held(pilot, period):
        bookings.move(work, pilot, period, placement)
    else:
        bookings.hold(work, pilot, period, placement, "tentative")
    for booking in _unclaimed(pilot, index):
        booking.offer = row


def _unclaimed(pilot: Pilot, index: int) -> Iterator[Booking]:
    period = pilot.periods[index]
    return (b for b in bookings.held(pilot, period) if b.offer is None)
