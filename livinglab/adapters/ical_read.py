"""Reading a foreign calendar: parsed by a child (``ical_child``) that may be killed."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime
from typing import TYPE_CHECKING

from livinglab.domain.busy import LONGEST, MOST, MOST_OCTETS, Busy, UnreadableCalendar

if TYPE_CHECKING:
    from livinglab.domain.busy import Span

CHILD = "livinglab.adapters.ical_child"
CPU_SECONDS = 15
WAIT_FACTOR = 3
"""So many times as long may pass as it computes: for a machine that is busy."""


def read(data: bytes, zone: str, window: Span, *, seconds: int = CPU_SECONDS) -> Busy:
    """The busy times of a calendar within the window, for a place of that zone.

    Raises:
        UnreadableCalendar: it is none, is too large, or asks for more time or memory than it gets.
    """
    if len(data) > MOST_OCTETS:
        raise UnreadableCalendar("too_large")
    asked = (seconds, zone, *(at.isoformat() for at in window), LONGEST.days, MOST, MOST_OCTETS)
    command = [sys.executable, "-I", "-m", CHILD, *map(str, asked)]
    try:
        child = subprocess.run(  # noqa: S603  # our own module, and no shell
            command,
            input=data,
            capture_output=True,
            timeout=seconds * WAIT_FACTOR,
            check=True,
            env={},
        )
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError) as error:
        raise UnreadableCalendar("too_much") from error
    told = json.loads(child.stdout)
    if "problem" in told:
        raise UnreadableCalendar(told["problem"])
    at = datetime.fromisoformat
    spans = tuple((at(begin), at(end)) for begin, end in told["spans"])
    return Busy(spans, told["left_out"], told["assumed"])
