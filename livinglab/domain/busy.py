"""Busy time that a foreign calendar tells of, and what can be wrong with such a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from livinglab.domain.messages import N_, Message

BEFORE, AHEAD = timedelta(days=1), timedelta(days=400)
"""How far around now a calendar is read."""
LONGEST = timedelta(days=800)
MOST = 2_000
"""So many times are kept of a calendar; those furthest ahead are left out."""
MOST_OCTETS = 5_000_000
NAMES = {"size": str(MOST_OCTETS // 1_000_000)}

PROBLEMS: dict[str, str] = {
    "web_page": N_("This is a web page, not a calendar. Take the address of its iCal file (.ics)."),
    "not_calendar": N_("This is no calendar file. It should begin with BEGIN:VCALENDAR."),
    "broken": N_("The calendar file is damaged and cannot be read."),
    "too_large": N_("The calendar is larger than %(size)s MB. Take one that reaches less far."),
    "too_much": N_("The calendar takes too long to read. Take one with fewer repeated events."),
}
"""What went wrong, by code."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Busy:
    """What a calendar says: times in UTC in their order, and what is to be known of them.

    ``left_out`` counts events that could not be taken; ``assumed`` those without a known zone,
    which were read as wall-clock time of the place.
    """

    spans: tuple[Span, ...]
    left_out: int = 0
    assumed: int = 0


class UnreadableCalendar(Exception):
    """A calendar that could not be had or read; ``code`` is a key of :data:`PROBLEMS`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def problem_message(code: str) -> Message:
    """What went wrong, as a sentence."""
    return Message(PROBLEMS.get(code, PROBLEMS["broken"]), NAMES)


def window(now: datetime) -> Span:
    """The time that is read, in whole hours."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    return hour - BEFORE, hour + AHEAD
