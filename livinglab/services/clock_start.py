"""Starting and stopping the clocks of a pilot with every move it makes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.adapters.texts import PORI
from livinglab.domain.clocks import CLOCKS
from livinglab.domain.pilot import State
from livinglab.domain.zones import midnight, zone
from livinglab.services import bookings

if TYPE_CHECKING:
    from datetime import datetime

    from livinglab.db.tables import Pilot
    from livinglab.services.work import Work

UNDECIDED = frozenset({State.SUBMITTED, State.NEEDS_INFO, State.IN_REVIEW})
"""States in which held time waits for a decision; an offer has a clock of its own."""


def follow(work: Work, pilot: Pilot, before: State) -> None:
    """Set the clocks that go with the state the pilot has come to from ``before``."""
    now_in = State(pilot.state)
    if now_in is State.NEEDS_INFO and before is not State.NEEDS_INFO:
        pilot.info_asked_at = work.now
    if now_in not in UNDECIDED or not bookings.held(pilot):
        bookings.stop_hold(pilot)
    elif pilot.hold_until is None:
        pilot.hold_until = hold_end(work)


def hold_end(work: Work) -> datetime:
    """Until when time is held that is held from now on."""
    last = work.world.almanac.add_working_days(work.world.today(work.now, PORI), CLOCKS.hold)
    return midnight(last + timedelta(days=1), zone(PORI))
