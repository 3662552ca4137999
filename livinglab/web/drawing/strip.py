"""The availability strip: twelve weeks of one facility's resources at a glance."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.web.drawing.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime, tzinfo

    from livinglab.web.drawing.timeline import Row

WEEKS = 12


def availability(
    rows: Iterable[Row],
    day: date,
    zone: tzinfo,
    now: datetime | None,
    rest: frozenset[date] = frozenset(),
) -> Timeline:
    """Twelve weeks from the Monday on or before ``day``.

    Outsiders' rows say "Firm" or "Tentative" as a bar's label, never who. Every closure carries
    its reason as label; it is the cell's title in the picture and stands in the table twin.
    """
    start = day - timedelta(days=day.weekday())
    return Timeline(
        start=start,
        end=start + timedelta(weeks=WEEKS),
        zone=zone,
        now=now,
        scale="quarter",
        rows=tuple(rows),
        rest=rest,
    )
