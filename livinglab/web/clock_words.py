"""The clock of a pilot in a sentence for its page: what runs now, how long, and what it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import gettext, ngettext

from livinglab.domain.pilot import State
from livinglab.services import clock_start
from livinglab.web import context
from livinglab.web.filters import date_text, instant_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livinglab.db.tables import Pilot
    from livinglab.domain.clocks import Clocks

DECIDING = frozenset({State.SUBMITTED, State.IN_REVIEW})


def before_sending(clocks: Clocks) -> str:
    """What a request that is not sent can expect."""
    return str(
        gettext(
            "The first answer comes within %(first)s, each further decision within %(other)s.",
            first=days_text(clocks.facility_manager),
            other=days_text(clocks.other),
        )
    )


def of_pilot(pilot: Pilot, clocks: Clocks) -> str:
    """The clocks that run for a pilot that was sent; empty where none does."""
    return " ".join(_of_pilot(pilot, clocks))


def days_text(days: int) -> str:
    """“5 working days”."""
    return str(ngettext("%(num)d working day", "%(num)d working days", days))


def _of_pilot(pilot: Pilot, clocks: Clocks) -> Iterator[str]:
    state = State(pilot.state)
    ends = clock_start.question_end(context.world(), pilot, clocks)
    if state is State.NEEDS_INFO and ends is not None:
        yield gettext("Without the firm’s answer the request ends on %(day)s.", day=date_text(ends))
    elif state is State.SUBMITTED:
        yield before_sending(clocks)
    elif state is State.CONDITIONAL:
        yield gettext(
            "A condition not met %(days)s after it is due ends the request.",
            days=days_text(clocks.condition_expires),
        )
    if state in DECIDING:
        yield gettext(
            "Who is late is reminded; %(days)s later the coordinator hears of it.",
            days=days_text(clocks.escalate),
        )
    if pilot.hold_until is not None:
        yield gettext(
            "The time is held until %(when)s. Without a decision it is free for others then.",
            when=instant_text(pilot.hold_until),
        )
