"""Accepting an invitation: a person joins with their account, or has one made for the address.

Having the link proves the address, so a new account is confirmed. Somebody who has an account
signs in first, and only whose address is invited accepts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from livinglab.db.locking import lock_organisation
from livinglab.db.queries import accounts as people
from livinglab.db.queries import people as queries
from livinglab.db.tables import Membership, User
from livinglab.domain.errors import InvalidInput, NotAllowed, NotFound
from livinglab.domain.messages import N_, Message
from livinglab.domain.passwords import password_problems
from livinglab.domain.reading import Node
from livinglab.services.accounts import principal_for
from livinglab.services.invitations import opened
from livinglab.services.records import audit
from livinglab.services.registration import open_account, waits

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Invitation, Organisation
    from livinglab.services.work import Work

Way = Literal["new", "sign in", "accept"]


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody without an account gives to have one."""

    name: str
    language: str
    password_hash: str


def checked_name(given: Mapping[str, str], email: str, organisation: str) -> str:
    """The name of a form that makes an account, its password judged but not kept.

    Raises:
        InvalidInput: with every fault of it.
    """
    node = Node(dict(given), labels={"name": N_("Your name")})
    name = node["name"].name()
    password = given.get("password", "")
    problems = [*node.faults, *password_problems(password, email, name, organisation)]
    if problems:
        raise InvalidInput.of(*problems)
    return name


def way_in(session: Session, invitation: Invitation, on: date) -> Way:
    """How somebody who is not signed in accepts on a date.

    Who has no account (one that waits for its first link counts as none) has one made: ``new``.
    Who belongs somewhere has to ``sign in``. Who has an account and belongs nowhere could not:
    they ``accept``, then sign in as ever.
    """
    user = people.user_by_email(session, invitation.email)
    if user is None or waits(user):
        return "new"
    return "sign in" if people.rights(session, user.id, on) else "accept"


def accept(work: Work, token: str, newcomer: Newcomer | None = None) -> tuple[int, int]:
    """Let the invited person in: the one who acts, or somebody new. Ids of person, organisation.

    Raises:
        NotFound: the link does not work (any more), or the account is closed or an example.
        NotAllowed: the actor's address is not the invited one, or an account has to sign in first.
    """
    known = opened(work.session, token, work.now)
    organisation = lock_organisation(work.session, known.organisation_id)
    found = opened(work.session, token, work.now)  # behind the lock
    if organisation is None:
        raise NotFound
    user = _person(work, found, newcomer)
    if not user.active or (user.is_example and not organisation.is_example):
        raise NotFound
    rows = queries.to_address(work.session, organisation.id, found.email)
    current = [row for row in rows if row.expires_at > work.now]
    for row in current:
        _join(work, organisation, user, row)
        row.accepted_at = work.now
    work.session.flush()
    today = work.world.today(work.now)
    work.actor = principal_for(work.session, user.id, organisation.id, on=today)
    facts = {"user": user.id, "roles": sorted({row.role for row in current})}
    audit(work, "accept invitation", "organisation", organisation.slug, facts=facts)
    return user.id, organisation.id


def _person(work: Work, found: Invitation, newcomer: Newcomer | None) -> User:
    """Who accepts: the actor, if the address is theirs; else a new account for it."""
    user = people.user_by_email(work.session, found.email)
    who = work.actor
    if who is not None:
        if user is None or user.id != who.user_id:
            raise NotAllowed(Message(N_("This invitation is for somebody else's address.")))
        return user
    way = way_in(work.session, found, work.world.today(work.now))
    if way == "accept" and user is not None:
        return user
    if way == "sign in" or newcomer is None:
        raise NotAllowed(Message(N_("Sign in first, then accept.")))
    if user is None:
        user = User(email=found.email, created_at=work.now)
        work.session.add(user)
    user.name = newcomer.name
    user.language = newcomer.language
    user.password = newcomer.password_hash
    user.timezone = found.organisation.timezone
    open_account(work, user)
    return user


def _join(work: Work, organisation: Organisation, user: User, row: Invitation) -> None:
    """Make the membership, unless the person has it; a role in a company is never changed so."""
    held = queries.memberships(work.session, user.id, organisation.id)
    if organisation.kind == "company":
        known = bool(held)
    else:
        known = any((h.role, h.facility_id) == (row.role, row.facility_id) for h in held)
    if not known:
        work.session.add(
            Membership(
                user_id=user.id,
                organisation_id=organisation.id,
                role=row.role,
                facility_id=row.facility_id,
            )
        )
        work.session.flush()
    elif organisation.kind == "host":
        for h in held:
            if (h.role, h.facility_id) == (row.role, row.facility_id):
                h.first_day = h.last_day = None
