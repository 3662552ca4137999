"""What the clock ends: requests nobody answers, held time, conditions nobody meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.db.tables import Pilot
from livinglab.domain.errors import NotFound
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import Action, after
from livinglab.services import hold_time, moves, notices
from livinglab.services.moves import Command

if TYPE_CHECKING:
    from livinglab.services.work import Work


def unanswered(work: Work, pilot_id: int) -> None:
    """End a request whose firm was asked for more and did not answer."""
    _expire(work, pilot_id, Message(N_("You were asked for more and did not answer in time.")))


def unmet(work: Work, pilot_id: int) -> None:
    """End a request whose time waited for a condition that was not met."""
    _expire(work, pilot_id, Message(N_("A condition was not met in time.")))


def no_day_left(work: Work, pilot_id: int) -> None:
    """End a request that holds no time once the last of its days is over."""
    _expire(work, pilot_id, Message(N_("The last of the days asked for is over.")))


def free_held(work: Work, pilot_id: int) -> None:
    """Give back time that was held for too long without a decision."""
    hold_time.free(work, _ref(work, pilot_id))


def _expire(work: Work, pilot_id: int, why: Message) -> None:
    move = moves.begin(work, _ref(work, pilot_id), Action.EXPIRE, Command(version=None))
    pilot = move.finish(after(move.before, Action.EXPIRE))
    firm = notices.Notice(
        "expired",
        Message(N_("Your request has ended: %(title)s"), {"title": pilot.title}),
        (why, Message(N_("Nothing is held any more. You can ask again from its page:"))),
    )
    hosts = notices.Notice(
        "expired",
        Message(N_("A request has ended: %(title)s"), {"title": pilot.title}),
        (Message(N_("It ran out of time. There is nothing left to decide.")),),
    )
    notices.to_company(work, pilot, firm)
    notices.to_owners(work, pilot, hosts)


def _ref(work: Work, pilot_id: int) -> str:
    pilot = work.session.get(Pilot, pilot_id)
    if pilot is None:
        raise NotFound
    return pilot.ref
