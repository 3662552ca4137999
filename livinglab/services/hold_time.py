"""Time held without a decision: keeping it once more, and giving it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.db.locking import lock_pilot
from livinglab.domain.errors import IllegalTransition, NotFound
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import By
from livinglab.services import bookings, moves, notices
from livinglab.services.clock_start import hold_end
from livinglab.services.records import audit

if TYPE_CHECKING:
    from livinglab.db.tables import Pilot
    from livinglab.services.work import Work


def may_renew(pilot: Pilot) -> bool:
    """Whether the time can be kept once more."""
    return pilot.hold_until is not None and not pilot.hold_renewed


def renew(work: Work, ref: str, version: int | None) -> Pilot:
    """Keep the time for as long again, from today; once.

    Raises:
        NotFound, NotAllowed, VersionMissing, StaleVersion: see ``moves.open_pilot``.
        IllegalTransition: nothing is held without a decision, or it was kept once more already.
    """
    pilot = moves.open_pilot(work, ref, version, {By.HOST, By.GATE_OWNER})
    if pilot.hold_until is None:
        raise IllegalTransition(Message(N_("No time is held for this request.")))
    if pilot.hold_renewed:
        raise IllegalTransition(Message(N_("The time was kept once more already.")))
    pilot.hold_until, pilot.hold_renewed, pilot.hold_reminded_at = hold_end(work, pilot), True, None
    pilot.version += 1
    pilot.changed_at = work.now
    audit(work, "renew-hold", "pilot", pilot.ref, pilot=pilot, from_state=pilot.state)
    return pilot


def free(work: Work, pilot_ref: str) -> None:
    """Give the time back that was held for too long; the wish stays, and both sides are told.

    Raises:
        NotFound: there is no such pilot any more.
    """
    pilot = lock_pilot(work.session, pilot_ref)
    if pilot is None:
        raise NotFound
    if pilot.hold_until is None or pilot.hold_until > work.now:
        return
    bookings.release(work, pilot, bookings.held(pilot))
    pilot.version += 1
    pilot.changed_at = work.now
    audit(work, "free-hold", "pilot", pilot.ref, pilot=pilot, from_state=pilot.state)
    notice = notices.Notice(
        "hold-over",
        Message(N_("Time no longer held: %(title)s"), {"title": pilot.title}),
        (
            Message(N_("No decision came in time, so the days are open to others again.")),
            Message(N_("The request stays: it is given time once it is decided.")),
        ),
    )
    notices.to_company(work, pilot, notice)
    notices.to_owners(work, pilot, notice)
