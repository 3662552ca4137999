"""Holding time: the only place that writes bookings.

Every transition that holds time passes :func:`hold` or :func:`move`, other buffers pass
:func:`reblock`: resources are locked in id
order, what is taken is read under the lock, and the database's guard has the last word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import select

from livinglab.db.locking import lock_resources
from livinglab.db.tables import Booking
from livinglab.domain.pilot import HOLDS, Holds, State
from livinglab.services import calendar_texts, taken
from livinglab.services.world import from_epoch

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from livinglab.db.tables import Period, Pilot
    from livinglab.services.placement import ChosenSlot, Placement
    from livinglab.services.work import Work

HOLDING = frozenset({"tentative", "firm"})
HELD_BY = (
    *("state", "resource_id", "period_id", "offer_id", "starts_at", "ends_at"),
    *("blocked_from", "blocked_to", "released_at"),
)
"""What of a booking says which time it holds, and for what."""
_STATE_OF = {Holds.TENTATIVE: "tentative", Holds.FIRM: "firm", Holds.PAST: "firm"}


def held(pilot: Pilot, period: Period | None = None) -> list[Booking]:
    """The pilot's bookings that hold time, of one stay or of all.

    Time offered and not answered yet counts: a stay may hold several times then (``settled``).
    """
    return [
        booking
        for booking in pilot.bookings
        if booking.state in HOLDING and (period is None or booking.period_id == period.id)
    ]


def settled(pilot: Pilot, period: Period) -> list[Booking]:
    """What the stay holds besides the offers that the firm has still to answer."""
    return [booking for booking in held(pilot, period) if booking.offer_id is None]


def stop_hold(pilot: Pilot) -> None:
    """Nothing is held without a decision (any more): its clock ends with the time."""
    pilot.hold_until, pilot.hold_reminded_at, pilot.hold_renewed = None, None, False


def lock(work: Work, pilot: Pilot, slots: Iterable[ChosenSlot] = ()) -> None:
    """Lock every resource where the pilot holds, wants or is given time, in one order.

    Free time read after it stays free until the transaction ends, and two pilots that lie at the
    same two facilities queue instead of waiting for each other.
    """
    places = work.world.places(work.session)
    facilities = {period.facility_id for period in pilot.periods}
    facilities |= {
        places.resources[s.resource].place.id for s in slots if s.resource in places.resources
    }
    wanted = {item.id for item in places.resources.values() if item.place.id in facilities}
    lock_resources(work.session, wanted | {booking.resource_id for booking in held(pilot)})


def hold(work: Work, pilot: Pilot, period: Period, placement: Placement, state: str) -> None:
    """Book the placement's resources for the stay.

    Raises:
        SlotTaken: something holds or closes part of the blocked time.
    """
    lock_resources(work.session, [item.id for item in placement.needed])
    taken.refuse_taken(work, placement, own=())
    for item in placement.needed:
        booking = _new(work, pilot, period)
        booking.resource_id, booking.state = item.id, state
        _place(booking, placement)
    _flush_and_publish(work, pilot, held(pilot, period))


def move(work: Work, pilot: Pilot, period: Period, placement: Placement) -> None:
    """Move the stay's bookings to another time, at the same or another resource.

    Raises:
        SlotTaken: as for :func:`hold`; the pilot's own bookings of this stay do not count.
    """
    current = held(pilot, period)
    touched = {b.resource_id for b in current} | {item.id for item in placement.needed}
    lock_resources(work.session, touched)
    taken.refuse_taken(work, placement, own=[booking.id for booking in current])
    state = "firm" if any(b.state == "firm" for b in current) else "tentative"
    # Freed first: the new interval may overlap the old one of another of these bookings.
    for booking in current:
        booking.state = "released"
    work.session.flush()
    spare = list(current)
    moved: list[Booking] = []
    # A calendar event keeps its UID where it can: on the same resource, else on any that is left.
    for item in sorted(placement.needed, key=lambda i: i.id not in {b.resource_id for b in spare}):
        kept = next((b for b in spare if b.resource_id == item.id), spare[0] if spare else None)
        if kept is not None:
            spare.remove(kept)
            _touch(work, kept)
        booking = kept or _new(work, pilot, period)
        booking.resource_id, booking.state = item.id, state
        _place(booking, placement)
        moved.append(booking)
    for booking in spare:
        _release(work, booking)
    _flush_and_publish(work, pilot, [*moved, *spare], touched)


def align(work: Work, pilot: Pilot) -> None:
    """Bring every booking that holds time to what the pilot's state says (``pilot.HOLDS``)."""
    wanted = HOLDS[State(pilot.state)]
    if wanted is Holds.AS_BEFORE:
        return
    state = _STATE_OF.get(wanted)
    changed = [booking for booking in held(pilot) if booking.state != state]
    _lock(work, changed)
    for booking in changed:
        if state is None:
            _release(work, booking)
        else:
            booking.state = state
            _touch(work, booking)
    _flush_and_publish(work, pilot, changed)


def release(work: Work, pilot: Pilot, bookings: Iterable[Booking]) -> None:
    """Give the time back."""
    changed = list(bookings)
    _lock(work, changed)
    for booking in changed:
        _release(work, booking)
    _flush_and_publish(work, pilot, changed)


def put_back(work: Work, pilot: Pilot, rows: Mapping[int, Mapping[str, Any]]) -> None:
    """Let the pilot hold what it held before: just these bookings (by id), as their rows were.

    Raises:
        SlotTaken: something else holds or closes the time by now; the sentence says what.
    """
    mine = {booking.id: booking for booking in pilot.bookings}
    wanted = {key: row for key, row in rows.items() if key in mine}
    now = held(pilot)
    touched = {b.resource_id for b in now} | {row["resource_id"] for row in wanted.values()}
    lock_resources(work.session, touched)
    spare = [booking for booking in now if booking.id not in wanted]
    freed = {key for key, row in wanted.items() if not _lies_there(mine[key], row)}
    changed = [mine[key] for key, row in wanted.items() if _differs(mine[key], row)]
    for booking in spare:
        _release(work, booking)
    for booking in changed:
        booking.state = "released"
    work.session.flush()
    for booking in changed:
        row = wanted[booking.id]
        if booking.id in freed:
            taken.refuse_given_away(work, row, own=wanted)
        for name in HELD_BY:
            setattr(booking, name, row[name])
        _touch(work, booking)
    _flush_and_publish(work, pilot, [*spare, *changed], touched)


def reblock(work: Work, spans: Mapping[int, tuple[int, int]]) -> None:
    """Give bookings (by id) other buffers: what each blocks, in epoch seconds.

    Raises:
        SlotTaken: the database's guard found one that was not reckoned with.
    """
    rows = work.session.scalars(
        select(Booking).where(Booking.id.in_(sorted(spans))).order_by(Booking.id)
    ).all()
    _lock(work, rows)
    wanted = {row.id: (from_epoch(spans[row.id][0]), from_epoch(spans[row.id][1])) for row in rows}
    # First what both have in common: a buffer that grows must not meet one yet to shrink.
    for row in rows:
        start, end = wanted[row.id]
        row.blocked_from, row.blocked_to = max(row.blocked_from, start), min(row.blocked_to, end)
    work.session.flush()
    for row in rows:
        row.blocked_from, row.blocked_to = wanted[row.id]
    work.session.flush()
    calendar_texts.touch(work, {row.resource_id for row in rows}, set())  # feeds show no buffers


def retell(work: Work, pilot: Pilot, bookings: Iterable[Booking]) -> None:
    """The events say something else now, at the same time."""
    changed = list(bookings)
    for booking in changed:
        _touch(work, booking)
    _flush_and_publish(work, pilot, changed)


def _lock(work: Work, bookings: Iterable[Booking]) -> None:
    lock_resources(work.session, {booking.resource_id for booking in bookings})


def _new(work: Work, pilot: Pilot, period: Period) -> Booking:
    booking = Booking(
        uid=f"booking-{uuid4()}@{work.world.host}",
        period_id=period.id,
        ical_sequence=0,
        created_at=work.now,
        changed_at=work.now,
    )
    pilot.bookings.append(booking)
    return booking


def _release(work: Work, booking: Booking) -> None:
    booking.state = "released"
    booking.released_at = work.now
    _touch(work, booking)


def _touch(work: Work, booking: Booking) -> None:
    booking.ical_sequence += 1
    booking.changed_at = work.now


def _place(booking: Booking, placement: Placement) -> None:
    stay = placement.stay
    booking.starts_at, booking.ends_at = from_epoch(stay.start), from_epoch(stay.end)
    booking.blocked_from = from_epoch(stay.blocked_start)
    booking.blocked_to = from_epoch(stay.blocked_end)
    booking.released_at = None


def _differs(booking: Booking, row: Mapping[str, Any]) -> bool:
    return any(getattr(booking, name) != row[name] for name in HELD_BY)


def _lies_there(booking: Booking, row: Mapping[str, Any]) -> bool:
    """Whether the booking holds that time: how firmly does not matter."""
    names = ("resource_id", "blocked_from", "blocked_to")
    return booking.state in HOLDING and all(getattr(booking, n) == row[n] for n in names)


def _flush_and_publish(
    work: Work, pilot: Pilot, changed: list[Booking], left: Iterable[int] = ()
) -> None:
    if not held(pilot):
        stop_hold(pilot)
    if changed:
        work.session.flush()
        calendar_texts.publish(work, pilot, changed, left)
