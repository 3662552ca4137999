"""Blocks of the example year: vessel calls, teaching, exercises, maintenance."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select, update

from livinglab.db.tables import Block, Booking, Resource

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livinglab.services.demo.dates import Shift
    from livinglab.services.work import Work


def planned_clashes(
    shift: Shift, pilots: Iterable[dict[str, Any]], blocks: Iterable[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Blocks that lie over a stay of the example on purpose: they come after it."""
    stays = defaultdict(list)
    for row in pilots:
        if row["holds_calendar"]:
            span = (shift.instant(row["start"]), shift.instant(row["end"]))
            stays[row["resource"]].append(span)
    return [
        block
        for block in blocks
        if any(s < block["end"] and e > block["start"] for s, e in stays[block["resource"]])
    ]


def add(work: Work, blocks: Iterable[dict[str, Any]]) -> None:
    """Write blocks as they stand, past ones too."""
    rows = work.session.execute(select(Resource.slug, Resource.id))
    ids = {slug: key for slug, key in rows}  # noqa: C416  # rows are not plain pairs for mypy
    for block in blocks:
        work.session.add(
            Block(
                resource_id=ids[block["resource"]],
                kind=block["kind"],
                reason=block["reason"],
                starts_at=block["start"],
                ends_at=block["end"],
                is_example=True,
            )
        )
    work.session.execute(update(Resource).values(calendar_rev=Resource.calendar_rev + 1))


def clashes(work: Work) -> int:
    """How many bookings lie under a block."""
    held = (
        select(func.count())
        .select_from(Booking)
        .join(Block, Block.resource_id == Booking.resource_id)
        .where(
            Booking.state.in_(("tentative", "firm")),
            Block.starts_at < Booking.ends_at,
            Block.ends_at > Booking.starts_at,
        )
    )
    return work.session.scalar(held) or 0
