"""Named reads of pilots. Who may see what is part of the query, never a loop over rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, false, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from livinglab.db.folding import having
from livinglab.db.tables import (
    Audit,
    Booking,
    Facility,
    Gate,
    Organisation,
    Period,
    Pilot,
    Resource,
    Window,
)
from livinglab.domain.access import GATE_ROLES
from livinglab.domain.folding import words_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session
    from sqlalchemy.orm.interfaces import ORMOption

    from livinglab.domain.access import Principal

READ = "read"
"""Action of the audit rows that say who of a host read what is confidential: no move."""
_PARTS = (
    joinedload(Pilot.company),
    selectinload(Pilot.gates).joinedload(Gate.facility).load_only(Facility.slug),
    selectinload(Pilot.papers),
    selectinload(Pilot.bookings),
)
_OF_STAYS = (
    joinedload(Period.windows),
    joinedload(Period.facility).load_only(Facility.slug),
)
WHOLE = (
    *_PARTS,
    selectinload(Pilot.periods).options(*_OF_STAYS),
    selectinload(Pilot.conditions),
)
ONE = (
    *_PARTS,
    joinedload(Pilot.periods).options(*_OF_STAYS),
    joinedload(Pilot.conditions),
)
"""For a single pilot: its few stays and conditions come with it, in two statements less."""


def visible_to(who: Principal) -> ColumnElement[bool]:
    """The rule ``domain.access.may_see_pilot`` as a condition over ``pilot``."""
    if not who.is_host:
        return Pilot.company_id == who.organisation_id
    sent = Pilot.submitted_at.is_not(None)
    if who.sees_all_pilots:
        return sent
    ways: list[ColumnElement[bool]] = []
    if who.facilities:
        own = select(Facility.id).where(Facility.slug.in_(who.facilities))
        ways.append(Pilot.id.in_(select(Gate.pilot_id).where(Gate.facility_id.in_(own))))
        ways.append(Pilot.id.in_(select(Period.pilot_id).where(Period.facility_id.in_(own))))
    if who.global_gate_roles & GATE_ROLES:
        ways.append(Pilot.id.in_(select(Gate.pilot_id).where(Gate.role.in_(who.global_gate_roles))))
    return and_(sent, or_(*ways)) if ways else false()


def confided_to(who: Principal) -> ColumnElement[bool]:
    """The rule ``domain.access.sees_confidential`` as a condition over ``pilot``."""
    if not who.is_host:
        return Pilot.company_id == who.organisation_id
    if who.has("coordinator") or who.has("admin"):
        return true()
    ways: list[ColumnElement[bool]] = []
    for role, slug in sorted(who.roles, key=str):
        there = true() if slug is None else Facility.slug == slug
        gated = select(Gate.pilot_id).join(Facility, Gate.facility_id == Facility.id)
        ways.append(Pilot.id.in_(gated.where(Gate.role == role, there)))
        if role == "facility_manager":
            ways.append(Pilot.id.in_(gated.where(there)))
            asked = select(Period.pilot_id).join(Facility, Period.facility_id == Facility.id)
            ways.append(Pilot.id.in_(asked.where(there)))
    return or_(false(), *ways)


def pilot_by_ref(
    session: Session, ref: str, who: Principal | None = None, also: Iterable[ORMOption] = ()
) -> Pilot | None:
    """The whole pilot of that reference if the person may see it, ``also`` with further parts."""
    query = select(Pilot).where(Pilot.ref == ref, true() if who is None else visible_to(who))
    return session.scalars(query.options(*ONE, *also)).unique().one_or_none()


def pilots(
    who: Principal,
    *,
    states: Collection[str] = (),
    facility: str | None = None,
    before_id: int | None = None,
    text: str = "",
) -> Select[Pilot]:
    """Pilots the person may see, newest first, ready to be limited.

    With a ``text`` those whose reference, title and company have all its words.
    """
    query = select(Pilot).where(visible_to(who)).options(*WHOLE).order_by(Pilot.id.desc())
    if states:
        query = query.where(Pilot.state.in_(states))
    if facility:
        there = (
            select(Period.pilot_id)
            .join(Facility, Period.facility_id == Facility.id)
            .where(Facility.slug == facility)
        )
        query = query.where(Pilot.id.in_(there))
    if before_id is not None:
        query = query.where(Pilot.id < before_id)
    if text:
        company = select(Organisation.name).where(Organisation.id == Pilot.company_id)
        named = Pilot.ref + " " + Pilot.title + " " + company.scalar_subquery()
        query = query.where(*having(named, words_of(text)))
    return query


def competing_wishes(
    session: Session, pilot_id: int, facility_ids: Collection[int], first: date, last: date
) -> Sequence[Period]:
    """Stays other pilots under review ask for at these facilities in overlapping windows."""
    return session.scalars(
        select(Period)
        .join(Pilot, Period.pilot_id == Pilot.id)
        .where(
            Period.facility_id.in_(facility_ids),
            Period.pilot_id != pilot_id,
            Pilot.state.in_(("submitted", "needs_info", "in_review", "waitlisted", "offered")),
            Period.id.in_(
                select(Window.period_id).where(Window.first <= last, Window.last >= first)
            ),
        )
        .options(
            joinedload(Period.pilot).joinedload(Pilot.company),
            joinedload(Period.resource),
            selectinload(Period.windows),
        )
        .order_by(Pilot.submitted_at, Period.id)
    ).all()


def last_audit(session: Session, pilot_id: int, action: str | None = None) -> Audit | None:
    """The latest move of a pilot (of that kind) with who made it."""
    query = (
        select(Audit)
        .where(Audit.pilot_id == pilot_id, Audit.action != READ)
        .options(joinedload(Audit.actor))
    )
    if action is not None:
        query = query.where(Audit.action == action)
    return session.scalars(query.order_by(Audit.id.desc()).limit(1)).first()


def history(session: Session, pilot_id: int) -> Sequence[Audit]:
    """Every move of a pilot, oldest first."""
    return session.scalars(_history(pilot_id).where(Audit.action != READ)).all()


def history_and_readings(
    session: Session, pilot_id: int, reader_id: int, since: datetime
) -> tuple[list[Audit], list[Audit]]:
    """Every move of a pilot, and what the reader was noted to have read of it since then."""
    own = and_(Audit.actor_id == reader_id, Audit.at >= since)
    rows = session.scalars(_history(pilot_id).where(or_(Audit.action != READ, own))).all()
    return (
        [row for row in rows if row.action != READ],
        [row for row in rows if row.action == READ],
    )


def _history(pilot_id: int) -> Select[Audit]:
    return (
        select(Audit)
        .where(Audit.pilot_id == pilot_id)
        .options(joinedload(Audit.actor), joinedload(Audit.value))
        .order_by(Audit.id)
    )


def bookings(
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    facility: str | None = None,
    states: Collection[str] = (),
) -> Select[Booking]:
    """Bookings of visible resources in a stretch of time, by start, ready to be limited."""
    query = (
        select(Booking)
        .join(Resource, Booking.resource_id == Resource.id)
        .where(Resource.bookable)
        .options(joinedload(Booking.pilot).joinedload(Pilot.company))
        .order_by(Booking.starts_at, Booking.id)
    )
    if start is not None:
        query = query.where(Booking.ends_at > start)
    if end is not None:
        query = query.where(Booking.starts_at < end)
    if facility is not None:
        query = query.join(Facility, Resource.facility_id == Facility.id).where(
            Facility.slug == facility
        )
    if states:
        query = query.where(Booking.state.in_(states))
    return query
