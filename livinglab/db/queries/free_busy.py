"""Taken and closed time of one facility, without whose it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from livinglab.db.tables import Block, Booking

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


class TakenRow(NamedTuple):
    """A stretch of time at a resource; ``closed``: by the host, for everybody."""

    resource_id: int
    starts_at: datetime
    ends_at: datetime
    closed: bool


def taken(
    session: Session, resource_ids: Collection[int], since: datetime, until: datetime
) -> Sequence[TakenRow]:
    """What overlaps ``[since, until)`` at these resources."""
    found = []
    for table, closed in ((Booking, False), (Block, True)):
        query = select(table.resource_id, table.starts_at, table.ends_at).where(
            table.resource_id.in_(resource_ids),
            table.starts_at < until,
            table.ends_at > since,
        )
        if table is Booking:
            query = query.where(Booking.state != "released")
        found += [TakenRow(*row, closed) for row in session.execute(query)]
    return found
