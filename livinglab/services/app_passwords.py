"""Passwords of calendar programs: one for each, so that each can be ended alone.

A program sends it with the person's address (RFC 7617); their own password opens no calendar.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.adapters.secrets import new_typed_secret, token_hash
from livinglab.db.queries import tokens as queries
from livinglab.db.tables import AppPassword
from livinglab.domain.errors import NotFound
from livinglab.services.accounts import person_named, principal_for, worth_noting
from livinglab.services.naming import checked_name
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal
    from livinglab.services.work import Work

_BETWEEN = re.compile(r"[\s-]+")


@dataclass(frozen=True, slots=True)
class Holder:
    """Who acts by an app password, and when it was last seen."""

    password_id: int
    who: Principal
    used_at: datetime | None


def app_password_holder(session: Session, email: str, password: str, on: date) -> Holder | None:
    """Who sends this address and app password, in ≤ 3 statements; None when they do not count.

    They only read. Spaces, dashes and capitals do not matter: people copy passwords by hand.
    """
    row = queries.app_password(session, email, _hash(password))
    who = None
    if row is not None:
        who = principal_for(session, row.user_id, row.organisation_id, "read", on=on)
    return None if row is None or who is None else Holder(row.id, who, row.used_at)


def make_app_password(
    work: Work, email: str, organisation_id: int | None = None, *, name: str = ""
) -> str:
    """A password for a calendar program of the person in one organisation, shown once.

    Raises:
        NotFound: nobody has that address, or the person does not act for the organisation.
        InvalidInput: ``name`` cannot be shown.
    """
    user, who = person_named(work, email, organisation_id)
    password = new_typed_secret()
    row = AppPassword(
        password_hash=_hash(password),
        user_id=user.id,
        organisation_id=who.organisation_id,
        name=checked_name(name),
        created_at=work.now,
    )
    work.session.add(row)
    work.session.flush()
    audit(work, "create", "app-password", str(row.id))
    return password


def app_passwords_of(session: Session, user_id: int) -> Sequence[AppPassword]:
    """The person's app passwords that still count, the newest first."""
    return session.scalars(
        select(AppPassword)
        .where(AppPassword.user_id == user_id, AppPassword.revoked_at.is_(None))
        .order_by(AppPassword.id.desc())
    ).all()


def revoke_app_password(work: Work, password_id: int) -> None:
    """End an app password of the actor's at once.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    row = work.session.get(AppPassword, password_id)
    if work.actor is None or row is None or row.user_id != work.actor.user_id or row.revoked_at:
        raise NotFound
    row.revoked_at = work.now
    audit(work, "revoke", "app-password", str(row.id))


def note_app_password_use(work: Work, password_id: int, agent: str) -> None:
    """Write down when and by what the password was used, at most once a minute."""
    row = work.session.get(AppPassword, password_id)
    if row is not None and worth_noting(row.used_at, work.now):
        row.used_at, row.used_by = work.now, agent[:200]


def _hash(password: str) -> str:
    return token_hash(_BETWEEN.sub("", password).lower())
