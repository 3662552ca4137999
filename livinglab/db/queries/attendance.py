"""Reads about invitations to stays: what is due to be sent, who was told what, whose link it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, delete, exists, func, or_, select, update
from sqlalchemy.orm import joinedload

from livinglab.db.queries.accounts import serving
from livinglab.db.tables import Attendance, Booking, Membership, Pilot, User

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

_QUIETLY = {"synchronize_session": False}


def due(now: datetime) -> Select[int]:
    """Bookings of which people must be sent what changed."""
    return select(Booking.id).where(Booking.invite_at <= now)


def mark(session: Session, where: ColumnElement[bool], at: datetime, now: datetime) -> None:
    """Let what changed of these bookings be sent from ``at`` on; not of those that are over."""
    marked = update(Booking).where(where, Booking.ends_at > now).values(invite_at=at)
    session.execute(marked, execution_options=_QUIETLY)


def told_to(user_id: int) -> ColumnElement[bool]:
    """The bookings that a person was invited to and has in their calendar."""
    return exists().where(
        Attendance.booking_id == Booking.id,
        Attendance.user_id == user_id,
        Attendance.method == "REQUEST",
    )


def pilot_ref_of(session: Session, booking_id: int) -> str | None:
    """Which pilot a booking is of."""
    found = select(Pilot.ref).join(Booking, Booking.pilot_id == Pilot.id)
    return session.scalar(found.where(Booking.id == booking_id))


def booking_due(session: Session, booking_id: int, now: datetime) -> Booking | None:
    """The booking as it stands, locked, if it is still due."""
    return session.scalars(
        select(Booking)
        .where(Booking.id == booking_id, Booking.invite_at <= now)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def of_booking(session: Session, booking_id: int) -> Sequence[Attendance]:
    """Everybody who was ever told of a booking."""
    return session.scalars(
        select(Attendance).where(Attendance.booking_id == booking_id).order_by(Attendance.id)
    ).all()


def of_pilot(session: Session, pilot_id: int) -> Sequence[tuple[Booking, Attendance]]:
    """Who is invited to the pilot's stays that hold time, by start and name."""
    rows = session.execute(
        select(Booking, Attendance)
        .join(Attendance, Attendance.booking_id == Booking.id)
        .where(
            Booking.pilot_id == pilot_id,
            Booking.state != "released",
            Attendance.method == "REQUEST",
        )
        .order_by(Booking.starts_at, Booking.id, func.lower(Attendance.name), Attendance.id)
    )
    return [(booking, row) for booking, row in rows]


def hosts_of(
    session: Session, facility_id: int, roles: Collection[str], on: date, company_id: int
) -> Sequence[User]:
    """Active people who hold one of the roles for that very place on a date, by name.

    Not those who belong to the company.
    """
    return session.scalars(
        select(User)
        .where(
            User.active,
            exists().where(
                Membership.user_id == User.id,
                serving(on),
                Membership.role.in_(sorted(roles)),
                Membership.facility_id == facility_id,
            ),
            ~exists().where(
                Membership.user_id == User.id, Membership.organisation_id == company_id
            ),
        )
        .order_by(User.name, User.id)
    ).all()


def by_key(session: Session, key_hash: str, now: datetime) -> Attendance | None:
    """The invitation of a link that can be answered: the stay holds time and is not over."""
    return session.scalars(
        select(Attendance)
        .join(Booking, Attendance.booking_id == Booking.id)
        .join(User, Attendance.user_id == User.id)
        .where(
            Attendance.key_hash == key_hash,
            Attendance.method == "REQUEST",
            Booking.state != "released",
            Booking.ends_at > now,
            User.active,
        )
    ).one_or_none()


def by_mail(session: Session, uid: str, address: str) -> tuple[Attendance | None, Booking] | None:
    """The event of that UID and what that address was told of it; None: no such event."""
    row = session.execute(
        select(Attendance, Booking)
        .select_from(Booking)
        .outerjoin(
            Attendance,
            and_(Attendance.booking_id == Booking.id, func.lower(Attendance.recipient) == address),
        )
        .where(Booking.uid == uid)
        .options(joinedload(Booking.pilot))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def forget(session: Session, pilot_ids: Collection[int]) -> None:
    """Delete who was invited to the stays of these pilots, and what they answered."""
    stays = select(Booking.id).where(Booking.pilot_id.in_(pilot_ids))
    gone = delete(Attendance).where(Attendance.booking_id.in_(stays))
    session.execute(gone, execution_options=_QUIETLY)


def forgotten(user_id: int, email: str) -> ColumnElement[bool]:
    """What was sent to a person, by account or address."""
    return or_(Attendance.user_id == user_id, func.lower(Attendance.recipient) == email.lower())
