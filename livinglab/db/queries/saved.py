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


def watched(session: Session, view_id: int | None = None) -> list[tuple[SavedView, User]]:
    """Every watched search with its person, or the one of that id, locked for a change.

    Those of people who may no longer sign in are left out.
    """
    rows = (
        select(SavedView, User)
        .join(User, SavedView.user_id == User.id)
        .where(SavedView.watched, User.active, exists().where(Membership.user_id == User.id))
        .order_by(SavedView.id)
    )
    if view_id is not None:
        rows = rows.where(SavedView.id == view_id).with_for_update(of=SavedView)
    return [(view, user) for view, user in session.execute(rows)]
