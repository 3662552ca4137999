"""Which approvals a stay at a facility needs: by its own list of approvers, and by the rules."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from livinglab.domain.clocks import CLOCKS
from livinglab.domain.messages import N_, Localised, Message
from livinglab.domain.rules import LANE_ORDER, GateAsked, Judgement, merged, slowest
from livinglab.domain.vocabulary import LANES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livinglab.domain.clocks import Clocks
    from livinglab.domain.facility import Facility, PaperAsked

MANAGER = "facility_manager"
OF_PLACE = "facility:"
"""What stands before a facility's id where it is the place, and no rule, that asks for a lane."""
NO_RULES = Judgement()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a request is in its lane: a rule's id, or ``facility:`` and the id of the place."""

    code: str
    lane: str
    why: Localised | Message


def required(
    facility: Facility,
    triggers: frozenset[str],
    judgement: Judgement = NO_RULES,
    clocks: Clocks = CLOCKS,
) -> list[GateAsked]:
    """The gates of one facility, one per role: its own first, with its own titles.

    Evidence that rules ask for without a gate is looked at by the facility manager.
    """
    own = [
        GateAsked(a.role, a.title, clocks.of_gate(a.role))
        for a in facility.approvers
        if a.when in triggers
    ]
    gates = list(merged((*own, *judgement.gates)))
    looked_at = {code for gate in gates for code in gate.evidence}
    rest = tuple(item.code for item in judgement.evidence if item.code not in looked_at)
    for index, gate in enumerate(gates):
        if rest and gate.role == MANAGER:
            gates[index] = replace(gate, evidence=(*gate.evidence, *rest))
    return gates


def lane_of(
    facility: Facility, triggers: frozenset[str], judgement: Judgement = NO_RULES
) -> tuple[str, tuple[Reason, ...]]:
    """The lane of a stay there, and what put it there; nothing puts it into the fast lane.

    In the fast lane the facility manager decides alone, or with those whom the place always asks.
    """
    reasons = (*_of_place(facility), *_of_rules(judgement), *_of_deciders(facility, triggers))
    lane = slowest(reason.lane for reason in reasons)
    return lane, tuple(reason for reason in reasons if reason.lane == lane)


def _of_place(facility: Facility) -> Iterator[Reason]:
    if facility.default_lane != LANE_ORDER[0]:
        yield of_place(facility)


def of_place(facility: Facility) -> Reason:
    """The place's own lane as a reason."""
    lane = facility.default_lane
    text = N_("%(place)s begins every request in this lane: %(lane)s.")
    return Reason(
        OF_PLACE + facility.slug,
        lane,
        Message(text, {"place": facility.name, "lane": Message(LANES[lane])}),
    )


def _of_rules(judgement: Judgement) -> Iterator[Reason]:
    """Lanes of rules; one that asks for another decider without a lane asks for the standard."""
    for rule in judgement.rules:
        decider = rule.gate is not None and rule.gate.role != MANAGER
        lane = rule.lane or (LANE_ORDER[1] if decider else None)
        if lane is not None and lane != LANE_ORDER[0]:
            yield Reason(rule.id, lane, rule.why)


def _of_deciders(facility: Facility, triggers: frozenset[str]) -> Iterator[Reason]:
    """Deciders whom the place asks because of an answer."""
    for approver in facility.approvers:
        if approver.when != "always" and approver.when in triggers and approver.role != MANAGER:
            yield of_decider(facility, approver.role, approver.title)


def of_decider(facility: Facility, role: str, title: Localised) -> Reason:
    """Somebody besides the manager, asked by the place because of an answer, as a reason."""
    text = N_("%(place)s asks somebody else too: %(title)s.")
    return Reason(
        f"{OF_PLACE}{facility.slug}:{role}",
        LANE_ORDER[1],
        Message(text, {"place": facility.name, "title": title}),
    )


def papers_asked(facility: Facility, triggers: frozenset[str]) -> list[PaperAsked]:
    """The documents the facility asks for in this case."""
    return [paper for paper in facility.papers if paper.when in triggers]
