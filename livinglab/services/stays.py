"""Giving stays their time: at a gate, or by a move. Offers: ``services.offers``.

Every way here locks first (``bookings.lock``) and reads free time after.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.domain import access
from livinglab.domain.errors import InvalidInput, NotAllowed, Problem, SlotTaken
from livinglab.domain.messages import N_, Message
from livinglab.services import bookings
from livinglab.services.pilot import finder_for
from livinglab.services.placement import chosen, first_feasible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.db.tables import Gate, Pilot
    from livinglab.services.placement import ChosenSlot, Placement
    from livinglab.services.work import Work


def hold_at_gate(work: Work, pilot: Pilot, gate: Gate, slots: Sequence[ChosenSlot]) -> None:
    """Hold every stay at the gate's facility: as chosen, else the first that fits.

    The last gate holds whatever else is not held (any more).

    Raises:
        InvalidInput: a stay twice, or see ``placement.chosen``.
        NotAllowed: somebody who may has chosen another time.
        SlotTaken: the time is held or closed, or no time is left in the windows.
    """
    refuse_repeats(slots)
    bookings.lock(work, pilot, slots)
    for index, slot in enumerate(slots):
        if _is_held(work, pilot, slot):
            continue
        placement = chosen(
            finder_for(work, pilot),
            pilot,
            slot,
            in_windows=True,
            path=f"slots.{index}",
            facility_id=gate.facility_id,
        )
        if bookings.held(pilot, pilot.periods[slot.period]) and gate.role not in access.SCHEDULERS:
            raise NotAllowed(Message(N_("The facility manager has chosen the time already.")))
        _put(work, pilot, slot.period, placement)
    last = all(other.state == "passed" for other in pilot.gates if other is not gate)
    for period in pilot.periods:
        if bookings.held(pilot, period) or not (last or period.facility_id == gate.facility_id):
            continue
        # Free time is read anew for each: the stay held before it takes some.
        found = first_feasible(finder_for(work, pilot), pilot, period)
        if found is None:
            raise SlotTaken(
                Message(N_("No time is left in the windows asked for. Offer another time."))
            )
        bookings.hold(work, pilot, period, found, "tentative")


def _is_held(work: Work, pilot: Pilot, slot: ChosenSlot) -> bool:
    """Whether the pilot holds just this slot: there is nothing to choose then."""
    item = work.world.places(work.session).resources.get(slot.resource)
    return (
        item is not None
        and 0 <= slot.period < len(pilot.periods)
        and any(
            (booking.resource_id, booking.starts_at, booking.ends_at)
            == (item.id, slot.start, slot.end)
            for booking in bookings.held(pilot, pilot.periods[slot.period])
        )
    )


def place(work: Work, pilot: Pilot, slots: Sequence[ChosenSlot]) -> None:
    """Hold or move stays as a host chose, inside or outside the windows.

    Raises:
        InvalidInput: no slot, a stay twice, or see ``placement.chosen``.
        NotAllowed: the facility is not the actor's to manage; it is another than the pilot's.
        SlotTaken: the time is held or closed.
    """
    if not slots:
        raise InvalidInput.of(
            Problem("slots_missing", "slots", Message(N_("Name the time of a stay.")))
        )
    refuse_repeats(slots)
    bookings.lock(work, pilot, slots)
    for index, slot in enumerate(slots):
        placement = chosen(
            finder_for(work, pilot), pilot, slot, in_windows=False, path=f"slots.{index}"
        )
        elsewhere = placement.item.place.id != pilot.periods[slot.period].facility_id
        if elsewhere and not (
            work.actor and access.may_manage_facility(work.actor, placement.item.place.slug)
        ):
            raise NotAllowed(Message(N_("This facility is not yours to manage.")))
        _put(work, pilot, slot.period, placement)


def refuse_repeats(slots: Sequence[ChosenSlot]) -> None:
    """Raise InvalidInput where two slots name the same stay."""
    seen: set[int] = set()
    for index, slot in enumerate(slots):
        if slot.period in seen:
            raise InvalidInput.of(
                Problem(
                    "repeated",
                    f"slots.{index}.period",
                    Message(N_("Name one time for each stay.")),
                )
            )
        seen.add(slot.period)


def _put(work: Work, pilot: Pilot, period_index: int, placement: Placement) -> None:
    """Hold a stay, or move it if it is held already."""
    period = pilot.periods[period_index]
    if bookings.held(pilot, period):
        bookings.move(work, pilot, period, placement)
    else:
        bookings.hold(work, pilot, period, placement, "tentative")
