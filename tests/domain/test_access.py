"""Who may see and do what, person by person."""

from dataclasses import replace

import pytest

from livinglab.domain.access import (
    PilotFacts,
    Principal,
    may_grant,
    may_manage_facility,
    may_move,
    may_see_pilot,
    owns_gate,
    sees_who,
)
from livinglab.domain.pilot import By, State

FIRM, OTHER_FIRM, HOST, LAB = 1, 2, 3, 4


def person(organisation, *roles, kind="host", scope="write"):
    held = frozenset(role if isinstance(role, tuple) else (role, None) for role in roles)
    return Principal(7, "p@lab.example", "P", organisation, kind, "O", held, scope=scope)


def firm(organisation=FIRM, scope="write"):
    return person(organisation, "member", kind="company", scope=scope)


MANAGER = person(HOST, ("facility_manager", "here"))
ELSEWHERE = person(HOST, ("facility_manager", "there"))
COORDINATOR, STAFF, ADMIN = (person(LAB, role) for role in ("coordinator", "staff", "admin"))
SAFETY, ETHICS = person(LAB, "safety_owner"), person(LAB, "ethics")
SAFETY_HERE = person(HOST, ("safety_owner", "here"))
ROLELESS = person(LAB)
PEOPLE = {
    "firm": firm(),
    "other firm": firm(OTHER_FIRM),
    "manager": MANAGER,
    "elsewhere": ELSEWHERE,
    "coordinator": COORDINATOR,
    "staff": STAFF,
    "admin": ADMIN,
    "safety": SAFETY,
    "safety here": SAFETY_HERE,
    "ethics": ETHICS,
    "roleless": ROLELESS,
}
SENT = PilotFacts(
    company_id=FIRM,
    state=State.SUBMITTED,
    facilities=frozenset({"here"}),
    gates=frozenset({("facility_manager", "here"), ("safety_owner", "here")}),
    ever_sent=True,
)


def those(rule):
    return {name for name, who in PEOPLE.items() if rule(who)}


def test_a_draft_is_seen_by_its_firm_alone():
    assert those(lambda who: may_see_pilot(who, replace(SENT, ever_sent=False))) == {"firm"}


def test_what_was_sent_is_seen_by_whom_it_concerns():
    assert those(lambda who: may_see_pilot(who, SENT)) == {
        *("firm", "manager", "coordinator", "staff", "admin", "safety", "safety here"),
    }


def test_a_host_role_in_a_company_is_none():
    """Rights come from the organisation one acts for."""
    smuggled = person(OTHER_FIRM, "admin", "coordinator", "facility_manager", kind="company")
    assert not may_see_pilot(smuggled, SENT)
    assert not any(may_move(smuggled, by, SENT) for by in By)
    assert not may_manage_facility(smuggled, "here")
    assert not owns_gate(smuggled, "facility_manager", "here", FIRM)
    assert not sees_who(smuggled, FIRM, "here")


@pytest.mark.parametrize(
    ("by", "allowed"),
    [
        (By.COMPANY, {"firm"}),
        (By.HOST, {"manager", "coordinator", "admin"}),
        (By.EITHER, {"firm", "manager", "coordinator", "admin"}),
        (By.GATE_OWNER, {"manager", "coordinator", "admin", "safety", "safety here"}),
        (By.CLOCK, set()),
    ],
)
def test_each_kind_of_move_is_its_movers(by, allowed):
    assert those(lambda who: may_move(who, by, SENT)) == allowed
    assert those(lambda who: may_move(replace(who, scope="read"), by, SENT)) == set()


def test_a_gate_is_decided_by_who_holds_its_role_there():
    def owners(role, facility):
        return those(lambda who: owns_gate(who, role, facility, FIRM))

    assert owners("safety_owner", "here") == {"safety", "safety here"}
    assert owners("safety_owner", "there") == {"safety"}
    assert owners("coordinator", "here") == {"coordinator"}


@pytest.mark.parametrize("name", sorted(PEOPLE))
def test_nobody_of_a_host_decides_on_a_request_of_their_own_company(name):
    """Whichever organisation they act for; acting for the company they make its moves alone."""
    who = replace(PEOPLE[name], companies=frozenset({FIRM, OTHER_FIRM}))
    assert not any(owns_gate(who, role, facility, FIRM) for role, facility in SENT.gates)
    moves = {by for by in By if may_move(who, by, SENT)}
    assert moves == ({By.COMPANY, By.EITHER} if name == "firm" else set())
    elsewhere = replace(who, companies=frozenset({OTHER_FIRM}))
    assert [may_move(elsewhere, by, SENT) for by in By] == [
        may_move(PEOPLE[name], by, SENT) for by in By
    ]


def test_roles_are_given_by_those_who_run_the_people_alone():
    people = {**PEOPLE, "boss": person(FIRM, "company_admin", kind="company")}

    def givers(*asked, **where):
        return {name for name, who in people.items() if may_grant(who, *asked, **where)}

    assert givers(FIRM, "company", "member") == {"boss"}
    assert givers(OTHER_FIRM, "company", "member") == set()
    assert givers(FIRM, "company", "admin") == set()
    assert givers(HOST, "host", "staff") == {"admin"}
    assert givers(HOST, "host", "staff", at_one_place=True) == set()
    assert givers(HOST, "host", "company_admin") == set()


def test_a_place_is_managed_by_its_manager_coordinator_and_admin():
    assert those(lambda who: may_manage_facility(who, "here")) == {
        *("manager", "coordinator", "admin"),
    }
    assert those(lambda who: may_manage_facility(replace(who, scope="read"), "here")) == set()


def test_who_has_booked_is_shown_to_those_it_concerns():
    assert those(lambda who: sees_who(who, FIRM, "here")) == {
        *("firm", "manager", "coordinator", "staff", "admin", "safety", "safety here", "ethics"),
    }
    assert not sees_who(None, FIRM, "here")


def test_roles_are_held_everywhere_or_at_one_place():
    assert MANAGER.has("facility_manager", "here")
    assert not MANAGER.has("facility_manager", "there")
    assert not MANAGER.has("facility_manager")
    assert SAFETY.has("safety_owner", "anywhere")
    assert MANAGER.has_any({"facility_manager", "x"})
    assert (MANAGER.facilities, SAFETY.facilities) == ({"here"}, frozenset())
    assert SAFETY.global_gate_roles == {"safety_owner"}
    assert (MANAGER.global_gate_roles, STAFF.global_gate_roles) == (frozenset(), frozenset())
    assert COORDINATOR.global_gate_roles == {"coordinator"}
