"""The clocks of a rule book as JSON: names, bounds, and which reminder comes before which end."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from livinglab.domain.clocks import CLOCKS, Clocks
from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from livinglab.domain.reading import Node

SHORT, LONG, LONGEST = 30, 60, 250
"""Working days. An offer holds time for 60 days at most, which 30 working days never are beyond."""
BOUNDS = {
    "facility_manager": LONGEST,
    "other": LONGEST,
    "remind": SHORT,
    "escalate": SHORT,
    "question_reminder": LONG,
    "question_expires": LONG,
    "hold": LONG,
    "hold_reminder": LONG,
    "condition_reminder": LONG,
    "condition_expires": LONG,
    "offer": SHORT,
    "waiting_offer": SHORT,
}
"""The most working days of each clock; the least is one."""
LABELS = {
    "facility_manager": N_("First answer of the facility manager"),
    "other": N_("Other decisions that no rule gives a clock"),
    "remind": N_("Owners are reminded before a gate is due"),
    "escalate": N_("The coordinator hears of a gate after it was late"),
    "question_reminder": N_("The firm is reminded of a question"),
    "question_expires": N_("A question without an answer ends the request"),
    "hold": N_("Time is held without a decision"),
    "hold_reminder": N_("Owners are reminded before held time is free again"),
    "condition_reminder": N_("The firm is reminded before a condition is due"),
    "condition_expires": N_("A condition not met ends the request after it was due"),
    "offer": N_("The firm answers an offer"),
    "waiting_offer": N_("The firm answers an offer from the waiting list"),
}
"""What people read beside each clock."""
EARLIER = (("question_reminder", "question_expires"), ("hold_reminder", "hold"))
"""A reminder, and the end before which it is to come."""


def read_clocks(root: Node) -> Clocks:
    """The clocks that an object describes; what it does not name is as in ``CLOCKS``.

    Faults: a name that is none, days out of their bounds, a reminder that comes after the end.
    """
    if root.value is None:
        return CLOCKS
    node, before = root.record(tuple(BOUNDS)), len(root.faults)
    found = Clocks(**{name: _days(node[name], name) for name in BOUNDS})
    for reminder, end in EARLIER if len(root.faults) == before else ():
        most = getattr(found, end)
        if getattr(found, reminder) >= most:
            node[reminder].refuse(
                "reminds_late",
                N_("“%(field)s” must be less than the %(days)s working days of “%(end)s”."),
                days=most,
                end=Message(LABELS[end]),
            )
    return found


def _days(node: Node, name: str) -> int:
    days = node.maybe(lambda n: n.whole(1, BOUNDS[name]))
    return int(getattr(CLOCKS, name)) if days is None else days


def write_clocks(clocks: Clocks) -> dict[str, int]:
    """The object that :func:`read_clocks` reads back to equal clocks."""
    return {field.name: getattr(clocks, field.name) for field in fields(clocks)}
