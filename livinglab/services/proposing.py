"""Other days that a firm proposes instead of those it was offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.db.tables import Window
from livinglab.domain.errors import InvalidInput, Problem, RulesBroken
from livinglab.domain.messages import N_, Message
from livinglab.domain.request_json import WINDOW_LIMIT
from livinglab.services import reopening
from livinglab.services.pilot import finder_for, judge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.db.tables import Pilot
    from livinglab.domain.offers import Proposal
    from livinglab.services.work import Work


def propose(work: Work, pilot: Pilot, wanted: Sequence[Proposal]) -> dict[str, object]:
    """Make the days proposed the windows of the stays they name, in their order.

    Gates that depend on dates open again; the facts for the audit row.
    """
    faults = []
    for number, (index, first, last) in enumerate(wanted):
        if not 0 <= index < len(pilot.periods):
            text = Message(N_("There is no such stay in the pilot."))
            faults.append(Problem("unknown_period", f"windows.{number}.period", text))
        elif last < first:
            text = Message(N_("The window ends before it begins."))
            faults.append(Problem("window_reversed", f"windows.{number}.end", text))
    for index in {proposal.period for proposal in wanted}:
        if sum(proposal.period == index for proposal in wanted) > WINDOW_LIMIT:
            text = Message(
                N_("Propose %(limit)s windows at most for a stay."), {"limit": WINDOW_LIMIT}
            )
            faults.append(Problem("too_many", "windows", text))
    if faults:
        raise InvalidInput.of(*faults)
    for index, period in enumerate(pilot.periods):
        days = [(first, last) for number, first, last in wanted if number == index]
        if days:
            period.windows = [
                Window(rank=rank, first=first, last=last) for rank, (first, last) in enumerate(days)
            ]
    work.session.flush()
    found = judge(finder_for(work, pilot, without_own=True), pilot)
    if found:
        raise RulesBroken(found)
    return reopening.by_change(work, pilot, ("dates",), freed=True)
