"""Running numbers and earlier answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
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
