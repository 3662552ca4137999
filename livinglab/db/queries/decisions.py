"""Reads behind the decision pages: what is the reader's to decide, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from livinglab.db.queries.accounts import serving, stands_in
from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import Facility, Gate, Membership, Offer, Period, Pilot, User

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from sqlalchemy import Select
    from sqlalchemy.orm import Session
    from sqlalchemy.orm.interfaces import ORMOption

    from livinglab.domain.access import Principal

TO_DECIDE = ("submitted", "in_review")
"""States in which the move is the host's; in others under review it is the firm's or nobody's."""


class Holder(NamedTuple):
    """A person who holds a role for one facility, or for all (None), perhaps for some days only."""

    role: str
    facility_id: int | None
    name: str
    stands_in: bool


class EarlierPilot(NamedTuple):
    """A pilot of the same firm."""

    ref: str
    title: str
    state: str


def owned_by(who: Principal) -> ColumnElement[bool]:
    """The rule ``domain.access.owns_gate`` as a condition over ``gate``, with one subquery each."""
    ways: list[ColumnElement[bool]] = [Gate.role.in_(sorted(who.global_gate_roles))]
    for role, slug in sorted((role, slug) for role, slug in who.roles if slug is not None):
        there = select(Facility.id).where(Facility.slug == slug).scalar_subquery()
        ways.append(and_(Gate.role == role, Gate.facility_id == there))
    others = Gate.pilot_id.not_in(select(Pilot.id).where(Pilot.company_id.in_(who.companies)))
    return and_(or_(*ways), others) if who.companies else or_(*ways)


def to_decide(who: Principal) -> Select[int]:
    """How many pilots wait for a decision of this person."""
    return (
        select(func.count(Gate.pilot_id.distinct()))
        .join(Pilot, Gate.pilot_id == Pilot.id)
        .where(Gate.state == "open", Pilot.state.in_(TO_DECIDE), owned_by(who))
    )


def decided_gates(
    session: Session, who: Principal, *, limit: int, before_id: int | None = None
) -> Sequence[Gate]:
    """Decided gates of this person's roles, the latest first."""
    query = (
        select(Gate)
        .join(Pilot, Gate.pilot_id == Pilot.id)
        .where(Gate.decided_at.is_not(None), owned_by(who), visible_to(who))
        .options(
            joinedload(Gate.facility).load_only(Facility.slug),
            joinedload(Gate.pilot).joinedload(Pilot.company),
            joinedload(Gate.pilot).selectinload(Pilot.periods).selectinload(Period.windows),
        )
        .order_by(Gate.decided_at.desc(), Gate.id.desc())
        .limit(limit)
    )
    if before_id is not None:
        border = select(Gate.decided_at).where(Gate.id == before_id).scalar_subquery()
        query = query.where(
            or_(Gate.decided_at < border, and_(Gate.decided_at == border, Gate.id < before_id))
        )
    return session.scalars(query).all()


def holders(
    session: Session, roles: Collection[str], facility_ids: Collection[int], on: date
) -> Sequence[Holder]:
    """Active people who hold one of these roles for one of these facilities or for all, by name.

    Stand-ins count on their days only.
    """
    rows = session.execute(
        select(Membership.role, Membership.facility_id, User.name, stands_in())
        .join(User, Membership.user_id == User.id)
        .where(
            User.active,
            serving(on),
            Membership.role.in_(sorted(roles)),
            or_(
                Membership.facility_id.is_(None),
                Membership.facility_id.in_(sorted(facility_ids)),
            ),
        )
        .order_by(User.name, User.id)
    )
    return [Holder(*row) for row in rows]


def for_decision(on: date) -> tuple[ORMOption, ...]:
    """Options that load with a pilot what its decision rests on.

    Who decided each gate and who holds its role on a date, the offers that were made, and what the
    pilot was before a decision that can be taken back.
    """
    gates = selectinload(Pilot.gates)
    return (
        gates.joinedload(Gate.decided_by),
        gates.joinedload(Gate.holders.and_(serving(on)))
        .joinedload(Membership.user)
        .load_only(User.name, User.active),
        joinedload(Pilot.offers).selectinload(Offer.bookings),
        joinedload(Pilot.undo),
    )


def earlier_pilots(
    session: Session, who: Principal, company_id: int, pilot_id: int, limit: int = 50
) -> Sequence[EarlierPilot]:
    """Other pilots of a firm that the reader may see, the latest first."""
    rows = session.execute(
        select(Pilot.ref, Pilot.title, Pilot.state)
        .where(Pilot.company_id == company_id, Pilot.id != pilot_id, visible_to(who))
        .order_by(Pilot.id.desc())
        .limit(limit)
    )
    return [EarlierPilot(*row) for row in rows]
