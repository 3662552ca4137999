"""One door for every action of the table: API, pages and example history come through here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from livinglab.domain.errors import IllegalTransition
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import Action
from livinglab.services import answering, approval, conduct, offers, submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from livinglab.db.tables import Pilot
    from livinglab.services.moves import Command
    from livinglab.services.work import Work

    UseCase = Callable[[Work, str, Command], Pilot]

USE_CASES: dict[Action, UseCase] = {
    Action.SUBMIT: submission.submit,
    Action.WITHDRAW: submission.withdraw,
    Action.APPROVE: approval.approve,
    Action.REJECT: approval.reject,
    Action.REQUEST_INFO: approval.request_info,
    Action.OFFER: offers.offer,
    Action.ACCEPT: answering.accept,
    Action.DECLINE: answering.decline,
    Action.WAITLIST: approval.waitlist,
    Action.RESCHEDULE: conduct.reschedule,
    Action.CANCEL: conduct.cancel,
    Action.FULFIL: conduct.fulfil,
    Action.MARK_READY: conduct.mark_ready,
    Action.REINSTATE: conduct.reinstate,
    **{action: partial(conduct.plain, action) for action in conduct.PLAIN},
}
"""Every action a person can take; ``expire`` is the clock's."""


def perform(work: Work, ref: str, action: Action, command: Command) -> Pilot:
    """Move a pilot. Every refusal of the use case behind it may be raised."""
    use_case = USE_CASES.get(action)
    if use_case is None:
        raise IllegalTransition(Message(N_("Only the clock does this.")))
    return use_case(work, ref, command)
