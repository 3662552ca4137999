"""Drafts of people who are not signed in, by the hash of their browser's key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from livinglab.db.tables import VisitorDraft

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session


def write_draft(session: Session, key_hash: str, content: dict[str, Any], now: datetime) -> None:
    """Write a draft, or over the one under that key; two at once are one after the other."""
    changed = {"content": content, "changed_at": now}
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    session.execute(
        dialect.insert(VisitorDraft)
        .values({"key_hash": key_hash, "created_at": now, **changed})
        .on_conflict_do_update(index_elements=["key_hash"], set_=changed)
    )


def drafts_of(session: Session, key_hashes: Collection[str]) -> Sequence[VisitorDraft]:
    """The drafts under these keys."""
    return session.scalars(select(VisitorDraft).where(VisitorDraft.key_hash.in_(key_hashes))).all()


def lock_draft(session: Session, key_hash: str) -> VisitorDraft | None:
    """The draft under that key, locked: it is taken over once."""
    return session.scalars(
        select(VisitorDraft).where(VisitorDraft.key_hash == key_hash).with_for_update()
    ).one_or_none()
