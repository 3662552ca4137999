"""People, their sign-ins and rights."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, func, or_, select

from livinglab.db.tables import Facility, Membership, Organisation, SignIn, User
from livinglab.domain.access import GATE_ROLES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

Right = tuple[Organisation, str, str | None]
"""Organisation, role, and the slug of the one facility it is held for."""


class SignedIn(NamedTuple):
    """Who is signed in, by which session, and everything they may be."""

    user: User
    session: SignIn
    rights: Sequence[Right]


class StandInRow(NamedTuple):
    """Who holds a role at a facility from a first to a last day, both included."""

    id: int
    role: str
    name: str
    email: str
    first_day: date
    last_day: date


class Duty(NamedTuple):
    """Who holds a role for one facility, or for all (None), perhaps for some days only."""

    user_id: int
    facility_id: int | None
    stands_in: bool


def serving(on: date) -> ColumnElement[bool]:
    """Whether a membership counts on a date: a stand-in's only from its first to its last day."""
    return and_(
        or_(Membership.first_day.is_(None), Membership.first_day <= on),
        or_(Membership.last_day.is_(None), Membership.last_day >= on),
    )


def stands_in() -> ColumnElement[bool]:
    """Whether a membership is that of a stand-in: for some days only."""
    return or_(Membership.first_day.is_not(None), Membership.last_day.is_not(None))


def signed_in(session: Session, key_hash: str, on: date) -> SignedIn | None:
    """The active person of a sign-in that has not ended, with all rights, in one statement.

    Who does not belong to the organisation acted for on that date, or to any, is not signed in.
    """
    rows = session.execute(
        select(User, SignIn, Organisation, Membership.role, Facility.slug)
        .join(SignIn, SignIn.user_id == User.id)
        .join(Membership, Membership.user_id == User.id)
        .join(Organisation, Membership.organisation_id == Organisation.id)
        .outerjoin(Facility, Membership.facility_id == Facility.id)
        .where(SignIn.key_hash == key_hash, SignIn.ended_at.is_(None), User.active, serving(on))
        .order_by(Membership.id)
    ).all()
    held = [(organisation, role, slug) for _, _, organisation, role, slug in rows]
    for user, row, organisation, *_ in rows:
        if row.organisation_id in {None, organisation.id}:
            return SignedIn(user, row, held)
    return None


def user_by_email(session: Session, email: str) -> User | None:
    """The person with that address, whatever its case."""
    return session.scalars(
        select(User).where(func.lower(User.email) == email.strip().lower())
    ).one_or_none()


def serving_user(
    session: Session, attribute: str, value: object, on: date, *, any_case: bool = False
) -> User | None:
    """The active person with that email, id or the like who may act somewhere on a date.

    One statement whether there is somebody or not: how long it takes tells nobody which.
    """
    column = getattr(User, attribute)
    same = func.lower(column) == func.lower(value) if any_case else column == value
    belongs = exists().where(Membership.user_id == User.id, serving(on))
    return session.scalars(select(User).where(same, User.active, belongs)).one_or_none()


def rights(session: Session, user_id: int, on: date) -> Sequence[Right]:
    """Everything the person may be on a date: first membership first."""
    rows = session.execute(
        select(Organisation, Membership.role, Facility.slug)
        .join(Membership, Membership.organisation_id == Organisation.id)
        .outerjoin(Facility, Facility.id == Membership.facility_id)
        .where(Membership.user_id == user_id, serving(on))
        .order_by(Membership.id)
    )
    return [(organisation, role, slug) for organisation, role, slug in rows]


def has_example_data(session: Session) -> bool:
    """Whether facilities of ``seed-demo`` are here."""
    return session.scalar(select(Facility.id).where(Facility.is_example).limit(1)) is not None


def deciders(session: Session, facility_id: int, on: date) -> set[str]:
    """Gate roles that somebody active holds at a facility on that date."""
    return set(
        session.scalars(
            select(Membership.role)
            .join(User, Membership.user_id == User.id)
            .where(
                User.active,
                serving(on),
                Membership.role.in_(GATE_ROLES),
                or_(Membership.facility_id == facility_id, Membership.facility_id.is_(None)),
            )
        )
    )


def owners_of_gate(
    session: Session, role: str, facility_id: int, on: date, *, company_id: int | None = None
) -> Sequence[User]:
    """Active people who hold a role for a facility or for all on a date, by name.

    Who belongs to that company does not decide on its requests.
    """
    return session.scalars(
        select(User)
        .where(
            User.active,
            exists().where(
                Membership.user_id == User.id,
                serving(on),
                Membership.role == role,
                or_(Membership.facility_id == facility_id, Membership.facility_id.is_(None)),
            ),
            ~exists().where(
                Membership.user_id == User.id, Membership.organisation_id == company_id
            ),
        )
        .order_by(User.name, User.id)
    ).all()


def gate_owners(
    session: Session, facility_ids: Collection[int], on: date, *, company_id: int | None = None
) -> dict[tuple[str, int | None], str]:
    """Who holds each role at these facilities, or (None) everywhere, on a date.

    A stand-in goes before whom they stand in for; of several it is the first by name. Who belongs
    to that company is left out.
    """
    rows = session.execute(
        select(Membership.role, Membership.facility_id, User.name)
        .join(User, Membership.user_id == User.id)
        .where(
            User.active,
            serving(on),
            Membership.role.in_(GATE_ROLES),
            or_(Membership.facility_id.in_(facility_ids), Membership.facility_id.is_(None)),
            User.id.not_in(
                select(Membership.user_id).where(Membership.organisation_id == company_id)
            ),
        )
        .order_by(stands_in(), User.name.desc(), User.id.desc())
    )
    return {(role, facility_id): name for role, facility_id, name in rows}


def duties(session: Session, role: str, facility_id: int, on: date) -> Sequence[Duty]:
    """Who holds a role for a facility or for all on a date, by name."""
    rows = session.execute(
        select(Membership.user_id, Membership.facility_id, stands_in())
        .join(User, Membership.user_id == User.id)
        .where(
            User.active,
            serving(on),
            Membership.role == role,
            or_(Membership.facility_id == facility_id, Membership.facility_id.is_(None)),
        )
        .order_by(User.name, User.id)
    )
    return [Duty(*row) for row in rows]


def names_of(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    """Names of people, by id."""
    rows = session.execute(select(User.id, User.name).where(User.id.in_(user_ids)))
    return {row.id: row.name for row in rows}


def stand_ins_at(session: Session, facility_id: int) -> Sequence[StandInRow]:
    """Everybody who holds a role at a facility for some days only, by first day."""
    rows = session.execute(
        select(
            Membership.id,
            Membership.role,
            User.name,
            User.email,
            Membership.first_day,
            Membership.last_day,
        )
        .join(User, Membership.user_id == User.id)
        .where(
            Membership.facility_id == facility_id,
            Membership.first_day.is_not(None),
            Membership.last_day.is_not(None),
        )
        .order_by(Membership.first_day, Membership.id)
    )
    return [StandInRow._make(row) for row in rows]


def colleague(session: Session, email: str, organisation_id: int) -> User | None:
    """The active person with that address who belongs to the organisation."""
    return session.scalars(
        select(User).where(
            func.lower(User.email) == email.strip().lower(),
            User.active,
            exists().where(
                Membership.user_id == User.id, Membership.organisation_id == organisation_id
            ),
        )
    ).one_or_none()


def membership(
    session: Session, user_id: int, organisation_id: int, role: str, facility_id: int
) -> Membership | None:
    """How a person holds a role of an organisation at a facility, if they do."""
    return session.scalars(
        select(Membership).where(
            Membership.user_id == user_id,
            Membership.organisation_id == organisation_id,
            Membership.role == role,
            Membership.facility_id == facility_id,
        )
    ).one_or_none()
