"""Starting and stopping the clocks of a pilot with every move it makes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.adapters.texts import PORI
from livinglab.domain.pilot import State
from livinglab.domain.zones import midnight, zone
from livinglab.services import bookings, rules

if TYPE_CHECKING:
    from datetime import date, datetime

    from livinglab.db.tables import Pilot
    from livinglab.domain.clocks import Clocks
    from livinglab.services.work import Work
    from livinglab.services.world import World

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
        pilot.hold_until = hold_end(work, pilot)


def hold_end(work: Work, pilot: Pilot) -> datetime:
    """Until when time is held that is held from now on."""
    days = rules.clocks_of(work.session, pilot).hold
    last = work.world.almanac.add_working_days(work.world.today(work.now, PORI), days)
    return midnight(last + timedelta(days=1), zone(PORI))


def question_end(world: World, pilot: Pilot, clocks: Clocks) -> date | None:
    """The day on which a request ends whose firm does not answer; None if nothing was asked."""
    if pilot.info_asked_at is None:
        return None
    asked = world.today(pilot.info_asked_at, PORI)
    return world.almanac.add_working_days(asked, clocks.question_expires)
