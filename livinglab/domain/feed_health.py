"""What one calendar program's reading of a feed tells: whether it reads, how often, how well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from livinglab.domain.messages import N_, Message

SILENT: Final = timedelta(days=3)
"""Even the slowest program asks once a day."""
HASTY: Final = timedelta(minutes=5)
"""No program needs to ask oftener than Apple's shortest choice."""
ENOUGH: Final = 4
"""So many readings say something of habits."""


@dataclass(frozen=True, slots=True)
class Readings:
    """How a program has read a feed: from when to when, how often (counted once a minute).

    ``conditional``: it has said what it has, so that "nothing changed" could be answered.
    """

    first_at: datetime
    at: datetime
    count: int
    conditional: bool


def warnings(seen: Readings, now: datetime) -> list[Message]:
    """What the owner of the feed should know, the gravest first; nothing when all is well."""
    found = []
    if now - seen.at >= SILENT:
        text = N_("Has not asked for %(days)s days. Is it still subscribed?")
        found.append(Message(text, {"days": (now - seen.at).days}))
    if seen.count >= ENOUGH and (seen.at - seen.first_at) / (seen.count - 1) < HASTY:
        found.append(
            Message(N_("Asks oftener than every 5 minutes. Set it to an hour: that does well."))
        )
    if seen.count >= ENOUGH and not seen.conditional:
        found.append(
            Message(N_("Never says what it has already, so it is sent everything each time."))
        )
    return found
