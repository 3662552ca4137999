"""The pilot's workflow as a table: (state, action) → what becomes of it.

Pages, API, documentation (``docs/workflow.md``) and tests are all derived from
:data:`TRANSITIONS`; nothing else decides what may follow what.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from livinglab.domain.errors import IllegalTransition
from livinglab.domain.messages import N_, Message


class State(StrEnum):
    """Where a pilot stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    NEEDS_INFO = "needs_info"
    IN_REVIEW = "in_review"
    OFFERED = "offered"
    WAITLISTED = "waitlisted"
    CONDITIONAL = "conditional"
    CONFIRMED = "confirmed"
    READY = "ready"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NO_SHOW = "no_show"


class Action(StrEnum):
    """What somebody, or a clock, does to a pilot."""

    SUBMIT = "submit"
    APPROVE = "approve"
    REJECT = "reject"
    REQUEST_INFO = "request-info"
    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    WAITLIST = "waitlist"
    WITHDRAW = "withdraw"
    CANCEL = "cancel"
    RESCHEDULE = "reschedule"
    FULFIL = "fulfil"
    MARK_READY = "mark-ready"
    CHECK_IN = "check-in"
    SUSPEND = "suspend"
    RESUME = "resume"
    COMPLETE = "complete"
    CLOSE = "close"
    NO_SHOW = "no-show"
    EXPIRE = "expire"
    REINSTATE = "reinstate"


class By(StrEnum):
    """Whose move an action is; ``domain.access`` turns it into a rule over people."""

    COMPANY = "company"
    GATE_OWNER = "gate_owner"
    HOST = "host"
    EITHER = "either"
    CLOCK = "clock"


class Holds(StrEnum):
    """What the pilot's bookings do to time in a state."""

    NOTHING = "nothing"
    AS_BEFORE = "as_before"
    TENTATIVE = "tentative"
    FIRM = "firm"
    PAST = "past"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Transition:
    """One move. ``to`` lists the possible next states: the gates decide which, first = default."""

    to: tuple[State, ...]
    by: By
    label: str
    needs_note: bool = False


HOLDS: dict[State, Holds] = {
    State.DRAFT: Holds.NOTHING,
    State.SUBMITTED: Holds.AS_BEFORE,
    State.NEEDS_INFO: Holds.AS_BEFORE,
    State.IN_REVIEW: Holds.TENTATIVE,
    State.OFFERED: Holds.TENTATIVE,
    State.WAITLISTED: Holds.NOTHING,
    State.CONDITIONAL: Holds.TENTATIVE,
    State.CONFIRMED: Holds.FIRM,
    State.READY: Holds.FIRM,
    State.IN_PROGRESS: Holds.FIRM,
    State.SUSPENDED: Holds.FIRM,
    State.COMPLETED: Holds.PAST,
    State.CLOSED: Holds.PAST,
    State.REJECTED: Holds.RELEASED,
    State.WITHDRAWN: Holds.RELEASED,
    State.CANCELLED: Holds.RELEASED,
    State.EXPIRED: Holds.RELEASED,
    State.NO_SHOW: Holds.RELEASED,
}

STATE_NAMES: dict[State, str] = {
    State.DRAFT: N_("Draft"),
    State.SUBMITTED: N_("Sent"),
    State.NEEDS_INFO: N_("Needs information"),
    State.IN_REVIEW: N_("In review"),
    State.OFFERED: N_("Offered"),
    State.WAITLISTED: N_("On the waiting list"),
    State.CONDITIONAL: N_("Approved with conditions"),
    State.CONFIRMED: N_("Confirmed"),
    State.READY: N_("Ready"),
    State.IN_PROGRESS: N_("In progress"),
    State.SUSPENDED: N_("Suspended"),
    State.COMPLETED: N_("Completed"),
    State.CLOSED: N_("Closed"),
    State.REJECTED: N_("Rejected"),
    State.WITHDRAWN: N_("Withdrawn"),
    State.CANCELLED: N_("Cancelled"),
    State.EXPIRED: N_("Expired"),
    State.NO_SHOW: N_("Did not arrive"),
}

_DECIDED = (State.IN_REVIEW, State.CONDITIONAL, State.CONFIRMED)
_SUBMIT = Transition((State.SUBMITTED,), By.COMPANY, N_("Ask for these days"))
_APPROVE = Transition(_DECIDED, By.GATE_OWNER, N_("Approve"))
_REJECT = Transition(
    (State.REJECTED, State.NEEDS_INFO), By.GATE_OWNER, N_("Decline"), needs_note=True
)
_ASK = Transition((State.NEEDS_INFO,), By.GATE_OWNER, N_("Ask for more"), needs_note=True)
_OFFER = Transition((State.OFFERED,), By.GATE_OWNER, N_("Offer another time"))
_WAITLIST = Transition((State.WAITLISTED,), By.GATE_OWNER, N_("Put on the waiting list"))
_WITHDRAW = Transition((State.WITHDRAWN,), By.COMPANY, N_("Withdraw the request"))
_EXPIRE = Transition((State.EXPIRED,), By.CLOCK, N_("Expire"))
_CANCEL = Transition((State.CANCELLED,), By.EITHER, N_("Cancel"), needs_note=True)
_REINSTATE = Transition((State.SUBMITTED,), By.HOST, N_("Reinstate"))
_COMPLETE = Transition((State.COMPLETED,), By.HOST, N_("Mark as completed"))

TRANSITIONS: dict[tuple[State, Action], Transition] = {
    (State.DRAFT, Action.SUBMIT): _SUBMIT,
    (State.DRAFT, Action.WITHDRAW): _WITHDRAW,
    (State.SUBMITTED, Action.APPROVE): _APPROVE,
    (State.SUBMITTED, Action.REQUEST_INFO): _ASK,
    (State.SUBMITTED, Action.OFFER): _OFFER,
    (State.SUBMITTED, Action.WAITLIST): _WAITLIST,
    (State.SUBMITTED, Action.REJECT): _REJECT,
    (State.SUBMITTED, Action.WITHDRAW): _WITHDRAW,
    (State.SUBMITTED, Action.EXPIRE): _EXPIRE,
    (State.NEEDS_INFO, Action.SUBMIT): Transition(
        (State.SUBMITTED, State.CONDITIONAL, State.CONFIRMED), By.COMPANY, _SUBMIT.label
    ),
    (State.NEEDS_INFO, Action.WITHDRAW): _WITHDRAW,
    (State.NEEDS_INFO, Action.REJECT): _REJECT,
    (State.NEEDS_INFO, Action.EXPIRE): _EXPIRE,
    (State.IN_REVIEW, Action.APPROVE): _APPROVE,
    (State.IN_REVIEW, Action.REQUEST_INFO): _ASK,
    (State.IN_REVIEW, Action.OFFER): _OFFER,
    (State.IN_REVIEW, Action.WAITLIST): _WAITLIST,
    (State.IN_REVIEW, Action.REJECT): _REJECT,
    (State.IN_REVIEW, Action.WITHDRAW): _WITHDRAW,
    (State.IN_REVIEW, Action.EXPIRE): _EXPIRE,
    (State.OFFERED, Action.ACCEPT): Transition(_DECIDED, By.COMPANY, N_("Accept the offer")),
    (State.OFFERED, Action.DECLINE): Transition(
        (State.IN_REVIEW, State.OFFERED), By.COMPANY, N_("Decline the offer")
    ),
    (State.OFFERED, Action.WITHDRAW): _WITHDRAW,
    (State.OFFERED, Action.EXPIRE): Transition(
        (State.IN_REVIEW, State.OFFERED), By.CLOCK, N_("Expire")
    ),
    (State.WAITLISTED, Action.OFFER): _OFFER,
    (State.WAITLISTED, Action.WITHDRAW): _WITHDRAW,
    (State.WAITLISTED, Action.REJECT): _REJECT,
    (State.CONDITIONAL, Action.FULFIL): Transition(
        (State.CONFIRMED, State.CONDITIONAL), By.HOST, N_("Condition met")
    ),
    (State.CONDITIONAL, Action.RESCHEDULE): Transition(
        (State.CONDITIONAL, State.IN_REVIEW), By.HOST, N_("Move")
    ),
    (State.CONDITIONAL, Action.CANCEL): _CANCEL,
    (State.CONDITIONAL, Action.EXPIRE): _EXPIRE,
    (State.CONFIRMED, Action.MARK_READY): Transition((State.READY,), By.HOST, N_("Mark as ready")),
    (State.CONFIRMED, Action.RESCHEDULE): Transition(
        (State.CONFIRMED, State.IN_REVIEW), By.HOST, N_("Move")
    ),
    (State.CONFIRMED, Action.CANCEL): _CANCEL,
    (State.READY, Action.CHECK_IN): Transition((State.IN_PROGRESS,), By.HOST, N_("Check in")),
    (State.READY, Action.RESCHEDULE): Transition(
        (State.CONFIRMED, State.IN_REVIEW), By.HOST, N_("Move")
    ),
    (State.READY, Action.CANCEL): _CANCEL,
    (State.READY, Action.NO_SHOW): Transition((State.NO_SHOW,), By.HOST, N_("Did not arrive")),
    (State.IN_PROGRESS, Action.SUSPEND): Transition(
        (State.SUSPENDED,), By.EITHER, N_("Suspend"), needs_note=True
    ),
    (State.IN_PROGRESS, Action.COMPLETE): _COMPLETE,
    (State.SUSPENDED, Action.RESUME): Transition((State.IN_PROGRESS,), By.HOST, N_("Resume")),
    (State.SUSPENDED, Action.COMPLETE): _COMPLETE,
    (State.SUSPENDED, Action.CANCEL): _CANCEL,
    (State.COMPLETED, Action.CLOSE): Transition((State.CLOSED,), By.HOST, N_("Close")),
    **{
        (state, Action.REINSTATE): _REINSTATE
        for state in (
            State.REJECTED,
            State.WITHDRAWN,
            State.CANCELLED,
            State.EXPIRED,
            State.NO_SHOW,
        )
    },
}


def transition(state: State, action: Action) -> Transition:
    """The move for an action in a state.

    Raises:
        IllegalTransition: the table has no such row.
    """
    found = TRANSITIONS.get((state, action))
    if found is None:
        raise IllegalTransition(
            Message(
                N_("This cannot be done now: the pilot is “%(state)s”."),
                {"state": Message(STATE_NAMES[state])},
            )
        )
    return found


def after(
    state: State,
    action: Action,
    *,
    open_gates: int = 0,
    first_conditions: int = 0,
    open_offers: int = 0,
    stays_elsewhere: int = 0,
) -> State:
    """The state that follows.

    ``open_gates`` counts gates not yet passed once the action has taken effect;
    ``first_conditions`` counts unmet conditions that must come before confirmation;
    ``open_offers`` counts offers still to be answered; ``stays_elsewhere`` counts stays at other
    places than those that say no.

    Raises:
        IllegalTransition: the table has no such row.
    """
    targets = transition(state, action).to
    if len(targets) == 1:
        return targets[0]
    for goes_on, count in ((State.OFFERED, open_offers), (State.NEEDS_INFO, stays_elsewhere)):
        if goes_on in targets:
            return goes_on if count else targets[0]
    undecided = next((s for s in (State.IN_REVIEW, State.SUBMITTED) if s in targets), None)
    if open_gates and undecided is not None:
        return undecided
    conditional = first_conditions or (state is State.CONDITIONAL and action is Action.RESCHEDULE)
    return State.CONDITIONAL if conditional and State.CONDITIONAL in targets else State.CONFIRMED
