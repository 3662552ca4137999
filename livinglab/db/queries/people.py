"""Who belongs to which organisation, and who is invited to one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload

from livinglab.db.queries.accounts import serving
from livinglab.db.tables import Facility, Invitation, Membership, Organisation, SignIn, User

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session


class RoleRow(NamedTuple):
    """A role of an active person; ``facility`` is the slug of the one place it is held for.

    ``seen_at`` is when they last used a browser session for that organisation.
    """

    id: int
    user_id: int
    name: str
    email: str
    organisation_id: int
    organisation: str
    role: str
    facility: str | None
    first_day: date | None
    last_day: date | None
    seen_at: datetime | None


def of_organisation(organisation_id: int) -> ColumnElement[bool]:
    """The people of one organisation."""
    return Organisation.id == organisation_id


def of_hosts() -> ColumnElement[bool]:
    """The people of every host."""
    return Organisation.kind == "host"


def roles(session: Session, where: ColumnElement[bool]) -> Sequence[RoleRow]:
    """The roles of active people in organisations, by name; one statement."""
    seen = (
        select(func.max(SignIn.seen_at))
        .where(
            SignIn.user_id == User.id,
            or_(SignIn.organisation_id.is_(None), SignIn.organisation_id == Organisation.id),
        )
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            *(Membership.id, User.id, User.name, User.email, Organisation.id, Organisation.name),
            *(Membership.role, Facility.slug, Membership.first_day, Membership.last_day, seen),
        )
        .select_from(Membership)
        .join(User, Membership.user_id == User.id)
        .join(Organisation, Membership.organisation_id == Organisation.id)
        .outerjoin(Facility, Membership.facility_id == Facility.id)
        .where(where, User.active)
        .order_by(func.lower(User.name), User.id, Organisation.name, Membership.id)
    )
    return [RoleRow._make(row) for row in rows]


def correspondents(session: Session, company_id: int, user_id: int) -> Sequence[User]:
    """Who of a company is written to about what that person made: they, else its admins.

    Only active people who belong to the company.
    """
    rows = session.execute(
        select(User, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == company_id, User.active)
        .order_by(User.id)
    ).all()
    maker = [user for user, _ in rows if user.id == user_id]
    return maker[:1] or [user for user, role in rows if role == "company_admin"]


def memberships(session: Session, user_id: int, organisation_id: int) -> Sequence[Membership]:
    """Everything a person is in an organisation."""
    return session.scalars(
        select(Membership)
        .where(Membership.user_id == user_id, Membership.organisation_id == organisation_id)
        .order_by(Membership.id)
    ).all()


def has_other(session: Session, role: str, organisation_id: int, user_id: int, on: date) -> bool:
    """Whether somebody active besides that person holds a role in an organisation for good."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Membership.user_id == User.id,
                    User.active,
                    User.id != user_id,
                    Membership.organisation_id == organisation_id,
                    Membership.role == role,
                    Membership.last_day.is_(None),
                    serving(on),
                )
            )
        )
    )


UNANSWERED = Invitation.accepted_at.is_(None) & Invitation.revoked_at.is_(None)


def invitations(session: Session, where: ColumnElement[bool]) -> Sequence[Invitation]:
    """Invitations to organisations that nobody has answered, outdated ones too, newest first."""
    return session.scalars(
        select(Invitation)
        .join(Organisation, Invitation.organisation_id == Organisation.id)
        .where(where, UNANSWERED)
        .options(joinedload(Invitation.organisation), joinedload(Invitation.invited_by))
        .order_by(Invitation.id.desc())
    ).all()


def to_address(session: Session, organisation_id: int, email: str) -> Sequence[Invitation]:
    """Unanswered invitations of an address to an organisation, locked, the oldest first."""
    return session.scalars(
        select(Invitation)
        .where(
            Invitation.organisation_id == organisation_id,
            func.lower(Invitation.email) == email.strip().lower(),
            UNANSWERED,
        )
        .order_by(Invitation.id)
        .with_for_update()
    ).all()


def from_person(session: Session, organisation_id: int, user_id: int) -> Sequence[Invitation]:
    """Unanswered invitations that a person sent for an organisation."""
    return session.scalars(
        select(Invitation).where(
            Invitation.organisation_id == organisation_id,
            Invitation.invited_by_id == user_id,
            UNANSWERED,
        )
    ).all()


def sent_since(session: Session, user_id: int, since: datetime) -> int:
    """How many invitations a person has sent since then, taken back or not."""
    count = select(func.count()).select_from(Invitation)
    return (
        session.scalar(
            count.where(Invitation.invited_by_id == user_id, Invitation.created_at > since)
        )
        or 0
    )


def by_token(session: Session, token_hash: str, now: datetime) -> Invitation | None:
    """The invitation of a link that can be accepted now, with its organisation and inviter."""
    return session.scalars(
        select(Invitation)
        .where(and_(Invitation.token_hash == token_hash, UNANSWERED, Invitation.expires_at > now))
        .options(joinedload(Invitation.organisation), joinedload(Invitation.invited_by))
    ).one_or_none()
