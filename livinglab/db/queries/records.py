"""Running numbers and earlier answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text
from sqlalchemy.dialects import postgresql, sqlite

from livinglab.db.tables import IdempotencyKey

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


def next_number(session: Session, name: str) -> int:
    """The next number of a named series, from 1; safe among concurrent writers."""
    return int(
        session.execute(
            text(
                "INSERT INTO counter (name, value) VALUES (:name, 1)"
                " ON CONFLICT (name) DO UPDATE SET value = counter.value + 1 RETURNING value"
            ),
            {"name": name},
        ).scalar_one()
    )


def take_key(
    session: Session, principal: str, route: str, key: str, request_hash: str, now: datetime
) -> bool:
    """Take an idempotency key, its answer still empty; False when it was taken before.

    Waits for another transaction that has taken it and not ended yet.
    """
    values = {
        "principal": principal,
        "route": route,
        "key": key,
        "request_hash": request_hash,
        "status": 0,
        "body": b"",
        "headers": {},
        "created_at": now,
    }
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    taken = session.execute(
        dialect.insert(IdempotencyKey)
        .values(values)
        .on_conflict_do_nothing(index_elements=["principal", "route", "key"])
        .returning(IdempotencyKey.id)
    )
    return taken.scalar_one_or_none() is not None


def kept_answer(session: Session, principal: str, route: str, key: str) -> IdempotencyKey:
    """The row of a key that was taken."""
    return session.scalars(_of_key(principal, route, key)).one()


def find_answer(session: Session, principal: str, route: str, key: str) -> IdempotencyKey | None:
    """The row of a key, if it was taken."""
    return session.scalars(_of_key(principal, route, key)).one_or_none()


def _of_key(principal: str, route: str, key: str) -> Select[IdempotencyKey]:
    return select(IdempotencyKey).where(
        IdempotencyKey.principal == principal,
        IdempotencyKey.route == route,
        IdempotencyKey.key == key,
    )
