"""The browser sessions of one person: which there are, and ending them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from livinglab.db.tables import SignIn
from livinglab.domain.errors import NotFound
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.services.work import Work


def of(session: Session, user_id: int, since: datetime) -> Sequence[SignIn]:
    """The person's sessions begun after ``since`` that have not ended, the last used first."""
    return session.scalars(
        select(SignIn)
        .where(SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.started_at > since)
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    ).all()


def end_one(work: Work, user_id: int, sign_in_id: int) -> None:
    """End a session of the person's.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = work.session.get(SignIn, sign_in_id)
    if row is None or row.user_id != user_id or row.ended_at is not None:
        raise NotFound
    row.ended_at = work.now
    audit(work, "end", "session", str(row.id))


def end_others(work: Work, user_id: int, kept_id: int | None) -> None:
    """End all sessions of the person but one."""
    others = (SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.id != kept_id)
    work.session.execute(update(SignIn).where(*others).values(ended_at=work.now))
    audit(work, "end-others", "session", str(user_id))
