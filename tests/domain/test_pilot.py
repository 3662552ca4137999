"""The workflow table, against the table of the design written out by hand."""

import pytest

from livinglab.domain.errors import IllegalTransition
from livinglab.domain.messages import Message
from livinglab.domain.pilot import (
    HOLDS,
    STATE_NAMES,
    TRANSITIONS,
    Action,
    By,
    Holds,
    State,
    after,
    transition,
)

DECIDED = "in_review conditional confirmed"
# state: action → next state, or the possible ones where gates and conditions decide.
TABLE = {
    "draft": {"submit": "submitted", "withdraw": "withdrawn"},
    "submitted": {
        "request-info": "needs_info",
        "approve": DECIDED,
        "offer": "offered",
        "waitlist": "waitlisted",
        "reject": "rejected needs_info",
        "withdraw": "withdrawn",
        "expire": "expired",
    },
    "needs_info": {
        "submit": "submitted conditional confirmed",
        "withdraw": "withdrawn",
        "reject": "rejected needs_info",
        "expire": "expired",
    },
    "in_review": {
        "approve": DECIDED,
        "request-info": "needs_info",
        "offer": "offered",
        "waitlist": "waitlisted",
        "reject": "rejected needs_info",
        "withdraw": "withdrawn",
        "expire": "expired",
    },
    "offered": {
        "accept": DECIDED,
        "decline": "in_review offered",
        "withdraw": "withdrawn",
        "expire": "in_review offered",
    },
    "waitlisted": {"offer": "offered", "withdraw": "withdrawn", "reject": "rejected needs_info"},
    "conditional": {
        "fulfil": "conditional confirmed",
        "reschedule": "in_review conditional",
        "cancel": "cancelled",
        "expire": "expired",
    },
    "confirmed": {
        "mark-ready": "ready",
        "reschedule": "in_review confirmed",
        "cancel": "cancelled",
    },
    "ready": {
        "check-in": "in_progress",
        "reschedule": "in_review confirmed",
        "cancel": "cancelled",
        "no-show": "no_show",
    },
    "in_progress": {"suspend": "suspended", "complete": "completed"},
    "suspended": {"resume": "in_progress", "complete": "completed", "cancel": "cancelled"},
    "completed": {"close": "closed"},
    "closed": {},
    "rejected": {"reinstate": "submitted"},
    "withdrawn": {"reinstate": "submitted"},
    "cancelled": {"reinstate": "submitted"},
    "expired": {"reinstate": "submitted"},
    "no_show": {"reinstate": "submitted"},
}
ROWS = [(state, action) for state, actions in TABLE.items() for action in actions]
# action: whose move it is, and whether it must say why.
MOVES = {
    "submit": ("company", False),
    "approve": ("gate_owner", False),
    "reject": ("gate_owner", True),
    "request-info": ("gate_owner", True),
    "offer": ("gate_owner", False),
    "accept": ("company", False),
    "decline": ("company", False),
    "waitlist": ("gate_owner", False),
    "withdraw": ("company", False),
    "cancel": ("either", True),
    "reschedule": ("host", False),
    "fulfil": ("host", False),
    "mark-ready": ("host", False),
    "check-in": ("host", False),
    "suspend": ("either", True),
    "resume": ("host", False),
    "complete": ("host", False),
    "close": ("host", False),
    "no-show": ("host", False),
    "expire": ("clock", False),
    "reinstate": ("host", False),
}
HOLDING = {
    "nothing": {"draft", "waitlisted"},
    "as_before": {"submitted", "needs_info"},
    "tentative": {"in_review", "offered", "conditional"},
    "firm": {"confirmed", "ready", "in_progress", "suspended"},
    "past": {"completed", "closed"},
    "released": {"rejected", "withdrawn", "cancelled", "expired", "no_show"},
}


def test_the_table_is_that_of_the_design():
    written = {(state, action): {*TABLE[state][action].split()} for state, action in ROWS}
    assert {key: {*move.to} for key, move in TRANSITIONS.items()} == written


def test_every_action_has_one_kind_of_mover_and_says_why_where_it_must():
    written = {(state, action): MOVES[action] for state, action in ROWS}
    assert {key: (move.by, move.needs_note) for key, move in TRANSITIONS.items()} == written


def test_the_table_uses_every_state_action_and_mover():
    assert {*TABLE} == {*State}
    assert {action for _, action in ROWS} == {*Action} == {*MOVES}
    assert {by for by, _ in MOVES.values()} == {*By}


def test_states_hold_time_as_the_design_says():
    assert {state: holds for holds, states in HOLDING.items() for state in states} == HOLDS
    assert {*HOLDING} == {*Holds}


@pytest.mark.parametrize(("state", "action"), ROWS)
def test_after_a_plain_move_is_its_only_target(state, action):
    targets = TABLE[state][action].split()
    for gates in (0, 1, 3):
        for conditions in (0, 2):
            reached = after(
                State(state), Action(action), open_gates=gates, first_conditions=conditions
            )
            assert reached in targets
            if len(targets) == 1:
                assert reached == targets[0]


@pytest.mark.parametrize(("state", "action"), [
    ("submitted", "approve"), ("in_review", "approve"), ("offered", "accept"),
])  # fmt: skip
@pytest.mark.parametrize(("gates", "conditions", "expected"), [
    (2, 0, "in_review"),
    (1, 1, "in_review"),
    (0, 1, "conditional"),
    (0, 0, "confirmed"),
])  # fmt: skip
def test_after_a_decision_gates_come_before_conditions(state, action, gates, conditions, expected):
    move = (State(state), Action(action))
    assert after(*move, open_gates=gates, first_conditions=conditions) == expected


@pytest.mark.parametrize(("conditions", "expected"), [(2, "conditional"), (0, "confirmed")])
def test_after_a_condition_is_met_the_last_one_confirms(conditions, expected):
    assert after(State.CONDITIONAL, Action.FULFIL, first_conditions=conditions) == expected


@pytest.mark.parametrize(("state", "gates", "conditions", "expected"), [
    ("conditional", 0, 1, "conditional"),
    ("conditional", 0, 0, "conditional"),
    ("conditional", 1, 1, "in_review"),
    ("confirmed", 0, 0, "confirmed"),
    ("confirmed", 1, 0, "in_review"),
    ("ready", 0, 0, "confirmed"),
    ("ready", 2, 0, "in_review"),
])  # fmt: skip
def test_after_a_move_in_time_reopened_gates_decide(state, gates, conditions, expected):
    move = (State(state), Action.RESCHEDULE)
    assert after(*move, open_gates=gates, first_conditions=conditions) == expected


@pytest.mark.parametrize(("state", "action"), [
    pair for state in State for action in Action if (pair := (state, action)) not in TRANSITIONS
])  # fmt: skip
def test_every_other_move_is_refused(state, action):
    with pytest.raises(IllegalTransition) as caught:
        after(state, action)
    assert caught.value.code == "illegal_transition"
    assert caught.value.message == Message(
        "This cannot be done now: the pilot is “%(state)s”.",
        {"state": Message(STATE_NAMES[state])},
    )


def test_transition_is_the_row_of_the_table():
    move = transition(State.READY, Action.CHECK_IN)
    assert (move.to, move.by, move.label) == ((State.IN_PROGRESS,), By.HOST, "Check in")


def test_every_state_can_be_reached_from_a_draft():
    reached, frontier = {State.DRAFT}, [State.DRAFT]
    while frontier:
        state = frontier.pop()
        for (source, _), move in TRANSITIONS.items():
            if source is state:
                frontier += {*move.to} - reached
                reached |= {*move.to}
    assert reached == {*State}


def test_only_closed_is_final():
    assert {*State} - {state for state, _ in TRANSITIONS} == {State.CLOSED}


def test_every_state_has_a_name_of_its_own():
    assert {*STATE_NAMES} == {*State}
    assert len({*STATE_NAMES.values()}) == len(State)


@pytest.mark.parametrize("action", ["decline", "expire"])
@pytest.mark.parametrize(("offers", "expected"), [(2, "offered"), (1, "offered"), (0, "in_review")])
def test_a_pilot_stays_offered_while_an_offer_is_open(action, offers, expected):
    assert after(State.OFFERED, Action(action), open_offers=offers, open_gates=1) == expected


@pytest.mark.parametrize("state", ["submitted", "needs_info", "in_review", "waitlisted"])
@pytest.mark.parametrize(("elsewhere", "expected"), [(1, "needs_info"), (0, "rejected")])
def test_a_place_that_says_no_leaves_stays_elsewhere_to_the_firm(state, elsewhere, expected):
    move = (State(state), Action.REJECT)
    assert after(*move, stays_elsewhere=elsewhere, open_gates=2) == expected


@pytest.mark.parametrize(("gates", "conditions", "expected"), [
    (1, 1, "submitted"),
    (0, 1, "conditional"),
    (0, 0, "confirmed"),
])  # fmt: skip
def test_what_is_sent_again_may_be_decided_already(gates, conditions, expected):
    move = (State.NEEDS_INFO, Action.SUBMIT)
    assert after(*move, open_gates=gates, first_conditions=conditions) == expected
