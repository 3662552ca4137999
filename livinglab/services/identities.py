"""Accounts at identity providers with which people of hosts sign in.

An account is known by issuer and subject (OpenID Connect Core 1.0 section 5.7). An e-mail address
proves nothing: whoever holds it at a provider may be somebody else. So an account counts only after
the person has linked it themselves, signed in another way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.db.queries import accounts as people
from livinglab.db.tables import Identity, Organisation, User
from livinglab.domain.errors import InvalidInput, NotAllowed, NotFound, Problem
from livinglab.domain.messages import N_, Message
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from livinglab.services.work import Work

ISSUER_LENGTH = 255
SUBJECT_LENGTH = 255


def known(
    session: Session, issuer: str, subject: str, organisation: str, *, on: date
) -> tuple[User, int] | None:
    """Who linked the account, and the id of the provider's organisation they act for.

    None when nobody did, or when they are shut out or no longer of that ``organisation`` (slug).
    """
    found = session.execute(
        select(User, Organisation.id)
        .join(Identity, Identity.user_id == User.id)
        .join(Organisation, Organisation.slug == organisation)
        .where(Identity.issuer == issuer, Identity.subject == subject, User.active)
    ).one_or_none()
    if found is None:
        return None
    user, organisation_id = found
    belongs = any(place.id == organisation_id for place, *_ in people.rights(session, user.id, on))
    return (user, organisation_id) if belongs else None


def linked(session: Session, user_id: int) -> Sequence[Identity]:
    """The person's linked accounts, oldest first."""
    mine = select(Identity).where(Identity.user_id == user_id).order_by(Identity.id)
    return session.scalars(mine).all()


def link(work: Work, issuer: str, subject: str, organisation: str) -> None:
    """Let the actor sign in with that account from now on; linking it again changes nothing.

    Raises:
        NotAllowed: the actor does not belong to the ``organisation`` whose people it is for.
        InvalidInput: another person has linked the account, or its names are too long.
    """
    if work.actor is None:
        raise NotFound
    on = work.world.today(work.now)
    rights = people.rights(work.session, work.actor.user_id, on)
    if not any(place.slug == organisation for place, *_ in rights):
        raise NotAllowed(Message(N_("These accounts are for people of another organisation.")))
    if len(issuer) > ISSUER_LENGTH or not 0 < len(subject) <= SUBJECT_LENGTH:
        odd = Message(N_("The provider names this account in a way that cannot be kept."))
        raise InvalidInput.of(Problem("odd_account", "account", odd))
    here = select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)
    row = work.session.scalars(here).one_or_none()
    if row is not None and row.user_id != work.actor.user_id:
        taken = Message(N_("Somebody else signs in with this account."))
        raise InvalidInput.of(Problem("account_taken", "account", taken))
    if row is None:
        work.session.add(
            Identity(user_id=work.actor.user_id, issuer=issuer, subject=subject, linked_at=work.now)
        )
        audit(work, "link", "identity", issuer)


def note_use(work: Work, issuer: str, subject: str) -> None:
    """Write down that somebody signed in with the account."""
    here = select(Identity).where(Identity.issuer == issuer, Identity.subject == subject)
    row = work.session.scalars(here).one_or_none()
    if row is not None:
        row.used_at = work.now


def unlink(work: Work, identity_id: int) -> None:
    """Take an account of the actor's away: nobody signs in with it from now on.

    Raises:
        NotFound: there is none, or it is somebody else's.
        NotAllowed: it is the only way in that the actor has.
    """
    row = work.session.get(Identity, identity_id)
    if work.actor is None or row is None or row.user_id != work.actor.user_id:
        raise NotFound
    user = work.session.get_one(User, row.user_id)
    if not user.password and not user.webauthn and len(linked(work.session, user.id)) == 1:
        text = Message(N_("This is your only way to sign in. Set a password or a passkey first."))
        raise NotAllowed(text)
    work.session.delete(row)
    audit(work, "unlink", "identity", row.issuer)
