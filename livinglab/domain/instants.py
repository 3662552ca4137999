"""Instants as programs write them: RFC 3339, with an offset, never a number of seconds.

A time without an offset is refused, since it may mean two instants or none; where it falls into
the hour of a clock change the sentence says so.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from livinglab.domain.messages import N_
from livinglab.domain.zones import MissingTime, RepeatedTime, instant, zone

if TYPE_CHECKING:
    from livinglab.domain.reading import Node

FIRST_YEAR, LAST_YEAR = 2000, 2199
"""Instants outside these years are slips of the hand, and those near year 1 cannot be moved."""

_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def instant_of(node: Node, zone_name: str = "Europe/Helsinki") -> datetime | None:
    """The UTC instant that a JSON string names, to the second; None after a fault.

    ``zone_name`` is whose clock changes a time without offset is compared with.
    """
    text = node.text().upper()
    moment = _written(text)
    if moment is None:
        if text:
            node.refuse(
                "not_a_time",
                N_("“%(field)s” must be a time with its offset: 2027-02-01T08:00:00+02:00."),
            )
    elif not FIRST_YEAR <= moment.year <= LAST_YEAR:
        node.refuse("out_of_range", N_("“%(field)s” must lie between the years 2000 and 2199."))
    elif moment.tzinfo is None:
        _refuse_local(node, moment, zone_name)
    else:
        return moment.astimezone(UTC)
    return None


def _written(text: str) -> datetime | None:
    if not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text).replace(microsecond=0)
    except ValueError:  # 30 February, 25 o'clock, second 60
        return None


def _refuse_local(node: Node, moment: datetime, zone_name: str) -> None:
    try:
        instant(moment, zone(zone_name))
    except (MissingTime, RepeatedTime) as change:
        node.refuse(change.code, "%(why)s", why=change.message)
    else:
        node.refuse(
            "no_offset", N_("“%(field)s” has no offset. Add it: 2027-02-01T08:00:00+02:00.")
        )
