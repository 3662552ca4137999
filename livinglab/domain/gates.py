"""Which approvals a stay at a facility needs, from the facility's own list of approvers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from livinglab.domain.facility import Facility, PaperAsked
    from livinglab.domain.messages import Localised

FIRST_ANSWER_DAYS = 2
DECISION_DAYS = 5
"""Working days from sending to the facility manager's first answer, and to other decisions."""


@dataclass(frozen=True, slots=True)
class GateNeeded:
    """One approval: the owner role, the title the place uses, and working days to decide."""

    role: str
    title: Localised
    working_days: int


def required(facility: Facility, triggers: frozenset[str]) -> list[GateNeeded]:
    """The gates of one facility for an article that sets off these triggers, one per role."""
    found: dict[str, GateNeeded] = {}
    for approver in facility.approvers:
        if approver.when in triggers and approver.role not in found:
            days = FIRST_ANSWER_DAYS if approver.role == "facility_manager" else DECISION_DAYS
            found[approver.role] = GateNeeded(approver.role, approver.title, days)
    return list(found.values())


def papers_asked(facility: Facility, triggers: frozenset[str]) -> list[PaperAsked]:
    """The documents the facility asks for in this case."""
    return [paper for paper in facility.papers if paper.when in triggers]
