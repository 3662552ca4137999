"""Clocks of a request: how many working days what may take, and when people are at work.

The rules set them (:mod:`livinglab.domain.clocks_json`). All periods are working days of Finland
(:class:`~livinglab.domain.opening.Almanac`), so that no deadline falls on a weekend or a public
holiday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.domain.zones import local_date, opening_edge, zone

if TYPE_CHECKING:
    from datetime import date, datetime

    from livinglab.domain.opening import Almanac

DAY_BEGINS, DAY_ENDS = 8 * 60, 17 * 60
"""Working hours in minutes after midnight on the reader's wall: outside them nothing is sent."""
HOME = "Europe/Helsinki"
"""Where Finnish public holidays keep people from work."""
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Clocks:
    """Working days from one thing to the next, as a version of the rules sets them.

    ``facility_manager`` and ``other``: to the first answer, and to other decisions that no rule
    gives a clock. ``remind``: before a gate is due its owners are reminded. ``escalate``: after a
    gate was late its coordinator hears of it. ``question_reminder`` and ``question_expires``: after
    the firm was asked for more. ``hold``: time is held without a decision, and once more when
    renewed; ``hold_reminder`` before it is freed. ``condition_reminder`` before a condition is due;
    ``condition_expires`` after it was, time held on condition is freed. ``offer``: to answer an
    offer whose host names no day; ``waiting_offer``: to answer one from the waiting list, for which
    the next one waits.
    """

    facility_manager: int = 2
    other: int = 5
    remind: int = 1
    escalate: int = 1
    question_reminder: int = 5
    question_expires: int = 10
    hold: int = 10
    hold_reminder: int = 2
    condition_reminder: int = 5
    condition_expires: int = 10
    offer: int = 5
    waiting_offer: int = 2

    def of_gate(self, role: str) -> int:
        """To the decision of a gate that no rule gives a clock."""
        return self.facility_manager if role == "facility_manager" else self.other


CLOCKS = Clocks()
"""What holds where a version of the rules, from before they were in it, says nothing."""


def is_working_day(day: date, zone_name: str, almanac: Almanac) -> bool:
    """Whether people in that zone are at work: where holidays are not known, Monday to Friday."""
    return almanac.is_working_day(day) if zone_name == HOME else day.weekday() < SATURDAY


def next_working_moment(now: datetime, zone_name: str, almanac: Almanac) -> datetime:
    """``now`` if people in that zone (IANA) are at work, else when they next begin."""
    tz = zone(zone_name)
    day = local_date(now, tz)
    if is_working_day(day, zone_name, almanac):
        begins = opening_edge(day, DAY_BEGINS, tz)
        if now < begins:
            return begins
        if now < opening_edge(day, DAY_ENDS, tz):
            return now
    day += timedelta(days=1)
    while not is_working_day(day, zone_name, almanac):
        day += timedelta(days=1)
    return opening_edge(day, DAY_BEGINS, tz)


def working_days_before(day: date, count: int, almanac: Almanac) -> date:
    """The last date whose ``count``-th working day after it is ``day`` or earlier."""
    while count:
        while not almanac.is_working_day(day):
            day -= timedelta(days=1)
        day -= timedelta(days=1)
        count -= 1
    return day
