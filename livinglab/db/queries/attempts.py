"""Counts of tries that all processes share: one row each, counted on by one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import case, delete, literal
from sqlalchemy.dialects import postgresql, sqlite

from livinglab.db.tables import Attempt

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime, timedelta

    from sqlalchemy.orm import Session


def hit(session: Session, key_hash: str, now: datetime, lasts: timedelta) -> int:
    """Count one more under that key; how many there are since the count began.

    It begins anew ``lasts`` after its first. Of two at once, one is the other's next.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    ends = literal(now + lasts, Attempt.ends_at.type)
    over = Attempt.ends_at <= now
    counted = session.scalar(
        dialect.insert(Attempt)
        .values(key_hash=key_hash, count=1, ends_at=now + lasts)
        .on_conflict_do_update(
            index_elements=["key_hash"],
            set_={
                "count": case((over, 1), else_=Attempt.count + 1),
                "ends_at": case((over, ends), else_=Attempt.ends_at),
            },
        )
        .returning(Attempt.count)
    )
    return int(counted or 0)


def forget(session: Session, key_hashes: Collection[str]) -> None:
    """Begin the counts under these keys anew."""
    session.execute(delete(Attempt).where(Attempt.key_hash.in_(key_hashes)))


def forget_over(session: Session, now: datetime) -> None:
    """Take the counts away that are over."""
    session.execute(delete(Attempt).where(Attempt.ends_at <= now))
