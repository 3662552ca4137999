"""Keys that programs send: bearer tokens, and passwords of calendar programs."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from livinglab.db.tables import ApiToken, AppPassword, User

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

LONGEST = timedelta(days=365)
"""No token counts longer, also one that was made without an end."""


def token_holder(session: Session, token_hash: str, now: datetime) -> tuple[User, ApiToken] | None:
    """The active person of a token that was not revoked and has not run out, in one statement."""
    row = session.execute(
        select(User, ApiToken)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(
            ApiToken.token_hash == token_hash,
            ApiToken.revoked_at.is_(None),
            or_(
                ApiToken.expires_at > now,
                and_(ApiToken.expires_at.is_(None), ApiToken.created_at > now - LONGEST),
            ),
            User.active,
        )
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def app_password(session: Session, email: str, password_hash: str) -> AppPassword | None:
    """The password of a calendar program of that active person, in one statement."""
    return session.scalars(
        select(AppPassword)
        .join(User, AppPassword.user_id == User.id)
        .where(
            AppPassword.password_hash == password_hash,
            AppPassword.revoked_at.is_(None),
            func.lower(User.email) == email.strip().lower(),
            User.active,
        )
    ).one_or_none()
