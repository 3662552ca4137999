"""Checking the audit chain, and noting its head once a day outside the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.adapters import anchors
from livinglab.db.queries import audit as queries
from livinglab.domain.chain import Anchor, Break, Count, Gap, breaks

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from livinglab.services.work import Work
    from livinglab.services.world import World


def verify(session: Session, world: World, count: Count) -> Iterator[Break]:
    """Every place where the chain does not hold; ``count`` is complete when this ends.

    Reads one state of the database, row by row, whatever is written meanwhile.

    Raises:
        OSError: the file of heads cannot be read.
    """
    queries.begin_snapshot(session)
    yield from (Break("unsealed", row, row) for row in queries.beside(session))
    gaps = [
        Gap(*gap) for facts in session.scalars(queries.removals()) for gap in facts.get("gaps", ())
    ]
    yield from breaks(
        world.audit_key,
        queries.links(session),
        head=queries.head(session),
        gaps=gaps,
        anchors=anchors.read(world.audit_heads) if world.audit_heads else (),
        count=count,
    )


def note_head(work: Work) -> None:
    """Write the chain's head to the file of heads; nothing where there is no chain yet.

    Raises:
        OSError: the file cannot be written.
    """
    position = queries.head(work.session)
    if work.world.audit_heads and position:
        anchor = Anchor(position, queries.mac_at(work.session, position))
        anchors.append(work.world.audit_heads, work.world.today(work.now), anchor)


def no_rows(_now: datetime) -> Select[int]:
    """Noting the head changes no row."""
    return queries.no_rows()
