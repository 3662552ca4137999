"""Stretches of time and lengths of stays as query parameters.

A date means that day on the wall in Pori; a time with offset means that instant.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

from livinglab.domain.calendar import Length
from livinglab.domain.errors import Problem
from livinglab.domain.instants import FIRST_YEAR, LAST_YEAR, instant_of
from livinglab.domain.messages import N_, Message
from livinglab.domain.reading import Node
from livinglab.domain.request_json import (
    MAX_DAYS,
    MAX_HOURS,
    read_days,
    read_hours,
    refuse_both,
)
from livinglab.domain.zones import local_date, midnight, zone
from livinglab.web.api.reading import Parameter, Query

PORI = zone("Europe/Helsinki")
DATE_OR_TIME: dict[str, Any] = {
    "anyOf": [{"type": "string", "format": "date"}, {"type": "string", "format": "date-time"}]
}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def day_of(node: Node) -> date | None:
    """A local date, from a date or an instant."""
    if isinstance(node.value, str) and _DATE.fullmatch(node.value):
        return node.day()
    moment = instant_of(node)
    return None if moment is None else local_date(moment, PORI)


def start_of(node: Node) -> datetime | None:
    """An instant: of a date, its first."""
    return _edge(node, 0)


def end_of(node: Node) -> datetime | None:
    """An instant: of a date, the first after it."""
    return _edge(node, 1)


def _edge(node: Node, days: int) -> datetime | None:
    if not (isinstance(node.value, str) and _DATE.fullmatch(node.value)):
        return instant_of(node)
    day = node.day()
    if day is None:
        return None
    # Far dates cannot be moved to another zone, and nothing is known of them.
    near = min(max(day, date(FIRST_YEAR, 1, 1)), date(LAST_YEAR, 12, 31))
    return midnight(near + timedelta(days=days), PORI)


FROM_DAY = Parameter("from", "First day.", DATE_OR_TIME, day_of)
TO_DAY = Parameter("to", "Last day, included.", DATE_OR_TIME, day_of)
FROM = Parameter(
    "from", "What ends after this; a date counts from its midnight.", DATE_OR_TIME, start_of
)
TO = Parameter("to", "What begins before this; a date counts to its end.", DATE_OR_TIME, end_of)
DAYS = Parameter(
    "days",
    "Length of the stay in days, in steps of 0.5.",
    {"type": "number", "exclusiveMinimum": 0, "maximum": MAX_DAYS, "multipleOf": 0.5},
    read_days,
)
HOURS = Parameter(
    "hours",
    "Length of the stay in hours instead of days.",
    {"type": "integer", "minimum": 1, "maximum": MAX_HOURS},
    read_hours,
)


def length(ask: Query) -> Length | None:
    """The length of stay asked for, or None."""
    halves, hours = ask(DAYS), ask(HOURS)
    if halves and hours:
        refuse_both(Node(hours, "hours", {}, ask.faults))
    return Length(halves or 0, hours or 0) if halves or hours else None


def in_order(ask: Query, first: Any, last: Any, field: str = "to") -> None:  # noqa: ANN401  # dates or instants
    """Note it when a stretch ends before it begins."""
    if first is not None and last is not None and last < first:
        text = Message(N_("The end is before the start."))
        ask.faults.append(Problem("end_before_start", field, text))
