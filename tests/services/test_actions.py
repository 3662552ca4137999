"""Every action from every state by everybody: who may, where it leads, how it is refused."""

import pytest
from sqlalchemy import text

from livinglab.domain.pilot import Action, State
from livinglab.services.actions import USE_CASES
from tests.casework import MONDAY, days, stay

HOSTS = {"manager.fac-03", "coordinator", "admin"}
DECIDERS = HOSTS | {"safety_owner"}
# action: who may do it, and state → next state. Written by hand from the design.
RULES = {
    "submit": ({"firm"}, {"draft": "submitted", "needs_info": "submitted"}),
    "approve": (
        {"manager.fac-03", "safety_owner"},
        {"submitted": "in_review", "in_review": "in_review"},
    ),
    "reject": (
        DECIDERS,
        dict.fromkeys(("submitted", "needs_info", "in_review", "waitlisted"), "rejected"),
    ),
    "request-info": (DECIDERS, {"submitted": "needs_info", "in_review": "needs_info"}),
    "offer": (DECIDERS, dict.fromkeys(("submitted", "in_review", "waitlisted"), "offered")),
    "accept": ({"firm"}, {"offered": "in_review"}),
    "decline": ({"firm"}, {"offered": "in_review"}),
    "waitlist": (DECIDERS, {"submitted": "waitlisted", "in_review": "waitlisted"}),
    "withdraw": (
        {"firm"},
        dict.fromkeys(
            ("draft", "submitted", "needs_info", "in_review", "offered", "waitlisted"), "withdrawn"
        ),
    ),
    "cancel": (
        HOSTS | {"firm"},
        dict.fromkeys(("conditional", "confirmed", "ready", "suspended"), "cancelled"),
    ),
    # Both gates of this pilot are open: where time is approved it is under review again.
    "reschedule": (HOSTS, dict.fromkeys(("conditional", "confirmed", "ready"), "in_review")),
    "fulfil": (HOSTS, {"conditional": "confirmed"}),
    "mark-ready": (HOSTS, {"confirmed": "ready"}),
    "check-in": (HOSTS, {"ready": "in_progress"}),
    "suspend": (HOSTS | {"firm"}, {"in_progress": "suspended"}),
    "resume": (HOSTS, {"suspended": "in_progress"}),
    "complete": (HOSTS, {"in_progress": "completed", "suspended": "completed"}),
    "close": (HOSTS, {"completed": "closed"}),
    "no-show": (HOSTS, {"ready": "no_show"}),
    "reinstate": (
        HOSTS,
        dict.fromkeys(("rejected", "withdrawn", "cancelled", "expired", "no_show"), "submitted"),
    ),
    "expire": (set(), {}),
}
OUTSIDERS = {"rival", "manager.fac-06", "ethics"}
"""Another firm, another facility's manager, a gate owner without a gate here."""
ONLOOKERS = {"firm:read", "staff"}
EVERYBODY = DECIDERS | OUTSIDERS | ONLOOKERS | {"firm"}
WITH_SLOT = {"offer", "reschedule"}


@pytest.fixture
def case(house):
    """A pilot with both gates open that holds time, to be put into any state."""
    two = [
        {"role": role, "title": {"en": role}, "when": "always"}
        for role in ("facility_manager", "safety_owner")
    ]
    house.place("fac-03", approvers=two, papers=[])
    house.place("fac-06")
    ref = house.sent(resource="fac-03-vision-bench", days=1)
    house.act(ref, "offer", "manager.fac-03", stay("fac-03-vision-bench", MONDAY))
    house.act(ref, "accept", "firm")
    return ref


def put(house, ref, state):
    """Force the pilot into a state, sent or not."""
    with house.engine.begin() as connection:
        sent = "NULL" if state == "draft" else "created_at"
        connection.execute(
            text(f"UPDATE pilot SET state = :state, submitted_at = {sent} WHERE ref = :ref"),  # noqa: S608
            {"state": state, "ref": ref},
        )
        connection.execute(
            text(
                "UPDATE offer SET state = :state"
                " WHERE pilot_id = (SELECT id FROM pilot WHERE ref = :ref)"
            ),
            {"state": "open" if state == "offered" else "accepted", "ref": ref},
        )


def expected(state, action, name):
    """The next state or the refusal, by the tables above."""
    movers, ways = RULES[action]
    if action == "expire":
        return "IllegalTransition"
    if name in OUTSIDERS or (state == "draft" and not name.startswith("firm")):
        return "NotFound"
    if action == "approve" and name in {"coordinator", "admin"}:
        # They run the place and may reject, but own no gate here.
        return "InvalidInput" if state in ways else "IllegalTransition"
    if name not in movers:
        return "NotAllowed"
    return ways.get(state, "IllegalTransition")


@pytest.mark.parametrize("state", list(State))
def test_every_move_from_a_state(house, case, state):
    put(house, case, state)
    version = house.read(case).version
    wanted, got = {}, {}
    for action in RULES:
        slots = [stay("fac-03-vision-bench", days(2)[0])] if action in WITH_SLOT else []
        for name in sorted(EVERYBODY):
            if state not in RULES[action][1] and name not in {"firm", "coordinator", "rival"}:
                continue  # refused before the state is looked at, or like the coordinator
            wanted[action, name] = expected(state, action, name)
            got[action, name] = house.attempt(
                case, action, name, *slots, version=version, note="Because."
            )
    assert got == wanted


def test_every_action_but_the_clocks_has_a_use_case():
    assert set(USE_CASES) == set(Action) - {Action.EXPIRE}
    assert set(RULES) == {action.value for action in Action}
