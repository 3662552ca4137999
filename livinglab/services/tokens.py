"""API tokens: keys for programs that act for a person in one organisation, for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from sqlalchemy import select, update

from livinglab.adapters.secrets import new_token, token_hash
from livinglab.db.queries.tokens import LONGEST
from livinglab.db.tables import ApiToken
from livinglab.domain.errors import InvalidInput, NotFound, Problem
from livinglab.domain.messages import N_, Message
from livinglab.services.accounts import person_named
from livinglab.services.naming import checked_name
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.services.work import Work

Scope = Literal["read", "write"]
DAYS = (30, 90, LONGEST.days)
"""How long a token may live; there is none without an end."""
USUAL_DAYS = 90


def make_token(
    work: Work,
    email: str,
    scope: Scope = "read",
    organisation_id: int | None = None,
    *,
    name: str = "",
    days: int = USUAL_DAYS,
) -> str:
    """A bearer token of the person in one organisation (default: the first joined), shown once.

    Raises:
        NotFound: nobody has that address, or the person does not act for the organisation.
        InvalidInput: ``name`` cannot be shown, or ``days`` is none of ``DAYS``.
    """
    user, who = person_named(work, email, organisation_id)
    if days not in DAYS:
        text = Message(N_("A token lasts 30, 90 or 365 days."))
        raise InvalidInput.of(Problem("unknown_days", "days", text))
    token = new_token()
    row = ApiToken(
        token_hash=token_hash(token),
        user_id=user.id,
        organisation_id=who.organisation_id,
        scope=scope,
        name=checked_name(name),
        created_at=work.now,
        expires_at=work.now + timedelta(days=days),
    )
    work.session.add(row)
    work.session.flush()
    audit(work, "create", "token", str(row.id), facts={"scope": scope, "days": days})
    return token


def tokens_of(session: Session, user_id: int) -> Sequence[ApiToken]:
    """The person's tokens, the newest first, those that ended too."""
    return session.scalars(
        select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc())
    ).all()


def ended_at(token: ApiToken, now: datetime) -> datetime | None:
    """When the token stopped counting: revoked or run out; None while it counts."""
    expires = token.expires_at or token.created_at + LONGEST
    return token.revoked_at or (expires if expires <= now else None)


def revoke_token(work: Work, token_id: int) -> None:
    """End a token of the actor's at once.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = work.session.get(ApiToken, token_id)
    if work.actor is None or row is None or row.user_id != work.actor.user_id or row.revoked_at:
        raise NotFound
    row.revoked_at = work.now
    audit(work, "revoke", "token", str(row.id))


def note_token_use(work: Work, token_id: int) -> None:
    """Write down that the token is in use."""
    work.session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=work.now))
