"""What happens next, in one sentence, after a host's move."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext, ngettext

from livinglab.domain.messages import Localised
from livinglab.domain.pilot import Action, State
from livinglab.web.filters import date_text, localised

if TYPE_CHECKING:
    from collections.abc import Callable

    from livinglab.db.tables import Pilot


def sentence_after(action: Action, pilot: Pilot) -> str:
    """What the move did and who does what by when."""
    if action is Action.APPROVE:
        return _approved(pilot)
    if action is Action.FULFIL:
        return _fulfilled(pilot)
    return PLAIN[action]()


def _approved(pilot: Pilot) -> str:
    told: str
    if pilot.state == State.CONFIRMED:
        told = gettext(
            "Confirmed, and every calendar shows it. The firm is told in a minute, unless you take"
            " it back."
        )
    elif pilot.state == State.CONDITIONAL:
        told = gettext("Approved. The time is held until the conditions are met.")
    else:
        waiting = [gate for gate in pilot.gates if gate.state == "open"]
        following = min(waiting, key=lambda gate: (gate.due_on is None, gate.due_on, gate.position))
        who = localised(Localised(following.title))
        told = (
            gettext(
                "Approved; the time is held. Next decides: %(who)s, by %(day)s.",
                who=who,
                day=date_text(following.due_on),
            )
            if following.due_on
            else gettext("Approved; the time is held. Next decides: %(who)s.", who=who)
        )
    return told


def _fulfilled(pilot: Pilot) -> str:
    left = sum(condition.fulfilled_at is None for condition in pilot.conditions)
    told: str
    if pilot.state == State.CONFIRMED:
        told = gettext("Condition met. The time is firm now, and the firm is told.")
    else:
        told = ngettext("Condition met. One is left.", "Condition met. %(num)d are left.", left)
    return told


PLAIN: dict[Action, Callable[[], str]] = {
    Action.REJECT: lambda: gettext(
        "Declined. The firm is told your reason in a minute, unless you take it back."
    ),
    Action.REQUEST_INFO: lambda: gettext(
        "Asked. The firm is told your question in a minute, unless you take it back; the request"
        " comes back when it answers."
    ),
    Action.OFFER: lambda: gettext("Offered. The time is held until the firm answers."),
    Action.WAITLIST: lambda: gettext(
        "On the waiting list. The firm is told in a minute, unless you take it back. Offer a time"
        " when one frees up."
    ),
    Action.RESCHEDULE: lambda: gettext("Moved. The firm and every calendar have the new time."),
    Action.CANCEL: lambda: gettext("Cancelled. The time is free again, and the firm is told."),
    Action.MARK_READY: lambda: gettext("Ready. Check in when the firm arrives."),
    Action.CHECK_IN: lambda: gettext("Checked in. Mark it as completed when the test is over."),
    Action.SUSPEND: lambda: gettext("Suspended. The time stays held; resume, complete or cancel."),
    Action.RESUME: lambda: gettext("Going on. Mark it as completed when the test is over."),
    Action.COMPLETE: lambda: gettext("Completed. Close it when nothing is left to settle."),
    Action.CLOSE: lambda: gettext("Closed. Nothing is left to do here."),
    Action.NO_SHOW: lambda: gettext("Noted: the firm did not arrive. The time is free again."),
    Action.REINSTATE: lambda: gettext(
        "Taken up again: every gate is open and no time is held. The firm is told."
    ),
}
"""Moves after which one sentence is always true."""
