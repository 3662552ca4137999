"""Saved views: a person's own, and the searches that are watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from livinglab.db.tables import Membership, SavedView, User

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def views_of(session: Session, user_id: int) -> Sequence[SavedView]:
    """The person's views, by name."""
    return session.scalars(
        select(SavedView).where(SavedView.user_id == user_id).order_by(SavedView.name, SavedView.id)
    ).all()


def watched(session: Session) -> list[tuple[SavedView, User]]:
    """Every watched search with its person, locked until the transaction ends.

    Those of people who may no longer sign in are left out.
    """
    rows = session.execute(
        select(SavedView, User)
        .join(User, SavedView.user_id == User.id)
        .where(SavedView.watched, User.active, exists().where(Membership.user_id == User.id))
        .order_by(SavedView.id)
        .with_for_update(of=SavedView)
    )
    return [(view, user) for view, user in rows]
