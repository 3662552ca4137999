"""Who may see and do what. Everything not allowed here is refused.

A :class:`Principal` is a person acting for one organisation. Host roles are held for one facility
or, with ``None``, for all of them. Listings use the same rules as SQL conditions
(``db.queries``); a test compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from livinglab.domain.pilot import By, State

if TYPE_CHECKING:
    from collections.abc import Collection

GATE_ROLES = frozenset(
    {
        "facility_manager",
        "safety_owner",
        "ethics",
        "data_protection",
        "hygiene",
        "environment",
        "state_aid",
        "air",
        "coordinator",
    }
)
SCHEDULERS = frozenset({"facility_manager", "coordinator"})
"""Gate roles that may move a stay that is already held to another of the wished windows."""
OVERSEERS = frozenset({"coordinator", "staff", "admin"})
"""Host roles that see every pilot that has been sent."""
HOST_ROLES = GATE_ROLES | OVERSEERS
"""Roles at hosts. Those of overseers are held everywhere or not at all."""
COMPANY_ROLES = frozenset({"member", "company_admin"})
"""Roles in a company. Its admins invite and remove people and edit its profile, too."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A person acting for one organisation.

    ``roles`` holds ``(role, facility slug)``; the slug is None when the role counts everywhere.
    ``scope`` is ``read`` for tokens that may not change anything. ``organisations`` are all those
    the person belongs to, by id, with their names, and ``companies`` the companies among them:
    whoever they act for, nobody decides on a request of their own company.
    """

    user_id: int
    email: str
    name: str
    organisation_id: int
    organisation_kind: Literal["host", "company"]
    organisation_name: str
    roles: frozenset[tuple[str, str | None]]
    language: str = "en"
    timezone: str = "Europe/Helsinki"
    scope: Literal["read", "write"] = "write"
    organisations: tuple[tuple[int, str], ...] = ()
    companies: frozenset[int] = frozenset()

    @property
    def is_host(self) -> bool:
        """Acts for a host of facilities or for the living lab itself."""
        return self.organisation_kind == "host"

    def has(self, role: str, facility: str | None = None) -> bool:
        """Whether the role is held: everywhere, or for that facility."""
        return (role, None) in self.roles or (
            facility is not None and (role, facility) in self.roles
        )

    def has_any(self, roles: Collection[str]) -> bool:
        """Whether one of the roles is held anywhere."""
        return any(role in roles for role, _ in self.roles)

    @property
    def runs_company(self) -> bool:
        """May change the profile and the people of the company acted for."""
        return not self.is_host and self.has("company_admin")

    @property
    def facilities(self) -> frozenset[str]:
        """Facilities for which this person holds a role of their own."""
        return frozenset(facility for _, facility in self.roles if facility is not None)

    @property
    def global_gate_roles(self) -> frozenset[str]:
        """Gate roles held for every facility."""
        return frozenset(r for r, facility in self.roles if facility is None and r in GATE_ROLES)

    @property
    def sees_all_pilots(self) -> bool:
        """Coordinator, staff and admin see every pilot that has been sent."""
        return self.is_host and self.has_any(OVERSEERS)


@dataclass(frozen=True, slots=True)
class PilotFacts:
    """What access rules need to know of a pilot."""

    company_id: int
    state: State
    facilities: frozenset[str]
    gates: frozenset[tuple[str, str]]
    """``(role, facility slug)`` of every gate."""
    ever_sent: bool


def may_see_pilot(who: Principal, pilot: PilotFacts) -> bool:
    """A company sees its own; hosts see what was sent and concerns them."""
    if not who.is_host:
        return who.organisation_id == pilot.company_id
    if not pilot.ever_sent:
        return False
    if who.sees_all_pilots:
        return True
    if pilot.facilities & who.facilities:
        return True
    return any(role in who.global_gate_roles for role, _ in pilot.gates)


def sees_confidential(who: Principal, pilot: PilotFacts) -> bool:
    """Whether the person reads what the firm calls confidential of a pilot they may see.

    Those who decide on it do: managers of its facilities, owners of its gates, the coordinator, an
    admin. Those who merely oversee, or hold a role elsewhere, do not.
    """
    if not who.is_host:
        return who.organisation_id == pilot.company_id
    return (
        who.has("coordinator")
        or who.has("admin")
        or any(who.has("facility_manager", facility) for facility in pilot.facilities)
        or any(who.has(role, facility) for role, facility in pilot.gates)
    )


def reads_messages(who: Principal, pilot: PilotFacts, *, confidential: bool) -> bool:
    """Whether the person reads what is said about a pilot: who sees it and reads its plan."""
    return may_see_pilot(who, pilot) and (not confidential or sees_confidential(who, pilot))


def writes_messages(who: Principal, pilot: PilotFacts) -> bool:
    """Whether the person writes to the other side: the firm once it was sent, hosts who decide.

    Nobody of a host writes to their own company as one.
    """
    if who.scope != "write" or not pilot.ever_sent:
        return False
    if not who.is_host:
        return who.organisation_id == pilot.company_id
    return pilot.company_id not in who.companies and sees_confidential(who, pilot)


def reads_notes(who: Principal, company_id: int) -> bool:
    """Whether internal notes of the hosts are for this person: never for one of the firm."""
    return who.is_host and company_id not in who.companies


def owns_gate(who: Principal, role: str, facility: str, company_id: int) -> bool:
    """Whether the gate is this person's to decide. Nobody decides for their own company."""
    return who.is_host and company_id not in who.companies and who.has(role, facility)


def may_move(who: Principal, by: By, pilot: PilotFacts) -> bool:
    """Whether it is this person's move; seeing the pilot is checked before."""
    if who.scope != "write":
        return False
    own = not who.is_host and who.organisation_id == pilot.company_id
    host = who.is_host and pilot.company_id not in who.companies
    runs_it = host and (
        who.has("coordinator")
        or who.has("admin")
        or any(who.has("facility_manager", facility) for facility in pilot.facilities)
    )
    decides = runs_it or any(
        owns_gate(who, role, facility, pilot.company_id) for role, facility in pilot.gates
    )
    match by:
        case By.COMPANY:
            return own
        case By.HOST:
            return runs_it
        case By.EITHER:
            return own or runs_it
        case By.GATE_OWNER:
            return decides
        case By.CLOCK:
            return False


def runs_facility(who: Principal, facility: str) -> bool:
    """Who may read how a facility is used: its manager, the coordinator, an admin."""
    return who.is_host and (
        who.has("facility_manager", facility) or who.has("coordinator") or who.has("admin")
    )


def may_manage_facility(who: Principal, facility: str) -> bool:
    """Blocks and moves at a facility: those who run it, unless they may only read."""
    return who.scope == "write" and runs_facility(who, facility)


def sees_unpublished(who: Principal | None, facility: str) -> bool:
    """Whether a facility that is not in the catalogue (yet) is there for this reader."""
    if who is None or not who.is_host:
        return False
    return facility in who.facilities or who.has_any(("coordinator", "admin"))


def checks_companies(who: Principal) -> bool:
    """Who may note that a company's identifiers stand in their registers."""
    return who.is_host and who.scope == "write" and who.has_any(("coordinator", "admin"))


def sees_who(who: Principal | None, company_id: int, facility: str) -> bool:
    """Whether a booking's firm and title may be shown, or only that the time is taken."""
    if who is None:
        return False
    if not who.is_host:
        return who.organisation_id == company_id
    return who.sees_all_pilots or facility in who.facilities or bool(who.global_gate_roles)


def runs_people(who: Principal, organisation_id: int, kind: str) -> bool:
    """Whether this person invites, changes and removes the people of an organisation.

    ``kind`` is the organisation's. Those of a company are its admins'; those of hosts an admin's.
    """
    if who.scope != "write":
        return False
    if kind == "host":
        return who.is_host and who.has("admin")
    return who.runs_company and who.organisation_id == organisation_id


def may_grant(
    who: Principal, organisation_id: int, kind: str, role: str, *, at_one_place: bool = False
) -> bool:
    """Whether this person gives that role there, for all of it or at one place."""
    if kind == "host":
        known = role in HOST_ROLES and not (at_one_place and role in OVERSEERS)
    else:
        known = role in COMPANY_ROLES and not at_one_place
    return known and runs_people(who, organisation_id, kind)
