"""Named reads of offers, and of the waiting list in its order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from livinglab.db.tables import Offer, Period, Pilot, Resource

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session


def offers_of(session: Session, pilot_ids: Collection[int]) -> Sequence[Offer]:
    """Every offer ever made to these pilots, oldest first, with its bookings."""
    return session.scalars(
        select(Offer)
        .where(Offer.pilot_id.in_(pilot_ids))
        .options(selectinload(Offer.bookings))
        .order_by(Offer.id)
    ).all()


def open_offers(session: Session, pilot_id: int) -> Sequence[Offer]:
    """The pilot's offers that are not answered, freshly read, oldest first."""
    return session.scalars(
        select(Offer)
        .where(Offer.pilot_id == pilot_id, Offer.state == "open")
        .options(selectinload(Offer.bookings))
        .order_by(Offer.id)
        .execution_options(populate_existing=True)
    ).all()


def lapsed(now: datetime) -> Select[int]:
    """Ids of open offers whose time is over."""
    return select(Offer.id).where(Offer.state == "open", Offer.expires_at <= now)


def with_lapsed(
    session: Session, now: datetime, *, after_id: int, limit: int
) -> Sequence[tuple[int, str]]:
    """Id and reference of pilots with such offers, by id, so many at most after an id."""
    query = (
        select(Pilot.id, Pilot.ref)
        .where(
            Pilot.id > after_id,
            Pilot.id.in_(
                select(Offer.pilot_id).where(Offer.state == "open", Offer.expires_at <= now)
            ),
        )
        .order_by(Pilot.id)
        .limit(limit)
    )
    return [(key, ref) for key, ref in session.execute(query)]


def waiting() -> Select[int]:
    """Ids of pilots on the waiting list."""
    return select(Pilot.id).where(Pilot.state == "waitlisted")


def waiting_refs(session: Session, since: datetime) -> Sequence[str]:
    """References of the pilots that wait since then or longer, in the order of the list."""
    return session.scalars(
        select(Pilot.ref)
        .where(Pilot.state == "waitlisted", Pilot.waitlisted_at <= since)
        .order_by(Pilot.waitlisted_at, Pilot.id)
    ).all()


def queue(session: Session) -> list[tuple[int, frozenset[int]]]:
    """Ids of the pilots on the waiting list in its order, with the places of their stays."""
    rows = session.execute(
        select(Pilot.id, Period.facility_id)
        .join(Period, Period.pilot_id == Pilot.id)
        .where(Pilot.state == "waitlisted")
        .order_by(Pilot.waitlisted_at, Pilot.id)
    )
    found: dict[int, set[int]] = {}
    for key, place in rows:
        found.setdefault(key, set()).add(place or 0)
    return [(key, frozenset(there)) for key, there in found.items()]


def waiting_mark(session: Session, since: datetime) -> str | None:
    """A word that changes whenever time does at a place waited for, or somebody waits since then.

    None while nobody waits.
    """
    waits = (Pilot.state == "waitlisted", Pilot.waitlisted_at <= since)
    count, last = session.execute(select(func.count(), func.max(Pilot.id)).where(*waits)).one()
    if not count:
        return None
    ids = select(Pilot.id).where(*waits)
    places = select(Period.facility_id).where(Period.pilot_id.in_(ids))
    query = select(func.sum(Resource.calendar_rev)).where(Resource.facility_id.in_(places))
    return f"{session.scalar(query) or 0}.{count}.{last}"
