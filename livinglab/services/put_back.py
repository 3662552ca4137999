"""A stay moved on the board, and put back within the minute in which that is offered.

The mails of such a move wait for that minute, so that a slip of the hand writes to nobody.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.db.queries import outbox as queries
from livinglab.domain.pilot import Action
from livinglab.services import actions, moves

if TYPE_CHECKING:
    from livinglab.db.tables import Pilot
    from livinglab.services.moves import Command
    from livinglab.services.work import Work

FOR = timedelta(minutes=1)
"""How long a moved stay can be put back."""


def move(work: Work, ref: str, command: Command) -> Pilot:
    """Move a stay; where it can be put back, whoever is told learns of it after that minute.

    Raises:
        Everything that ``actions.perform`` raises.
    """
    pilot = actions.perform(work, ref, Action.RESCHEDULE, command)
    if Action.RESCHEDULE in moves.actions_for(pilot, work.actor):
        queries.postpone(work.session, pilot.ref, pilot.version, work.now + FOR)
    return pilot


def put_back(work: Work, ref: str, command: Command) -> bool:
    """Move a stay back from where the version that the command names has put it.

    Mails about that version which nobody has begun to hand over are withdrawn, and whoever would
    have had one is not told of the way back either. Returns whether anybody is told.

    Raises:
        Everything that ``actions.perform`` raises.
    """
    pilot = actions.perform(work, ref, Action.RESCHEDULE, command)
    unaware = queries.withdraw(work.session, pilot.ref, pilot.version - 1)
    queries.withdraw(work.session, pilot.ref, pilot.version, unaware)
    return bool(queries.recipients_of(work.session, pilot.ref, pilot.version))
