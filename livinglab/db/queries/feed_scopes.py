"""What narrows a feed, as conditions over its bookings, and what there is to narrow it to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, false, or_, select, true

from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import Booking, Facility, Gate, Organisation, Pilot, Resource, Site
from livinglab.domain.access import GATE_ROLES

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Feed
    from livinglab.domain.access import Principal


def narrowing(feed: Feed, who: Principal) -> list[ColumnElement[bool]]:
    """The conditions of a feed over ``booking``.

    They come after what the person may see, and never widen it. What was called off is told to
    readers of tentative and of firm time alike: nobody can say which of them had it.
    """
    found: list[ColumnElement[bool]] = []
    if feed.site_id is not None:
        there = select(Resource.id).join(Facility, Resource.facility_id == Facility.id)
        found.append(Booking.resource_id.in_(there.where(Facility.site_id == feed.site_id)))
    of_pilots: list[ColumnElement[bool]] = []
    if feed.company_id is not None:
        of_pilots.append(Pilot.company_id == feed.company_id)
    if feed.scope == "role":
        of_pilots.append(gated(who, {feed.role}))
    if feed.mine:
        own = Pilot.created_by_id == who.user_id
        of_pilots.append(gated(who, GATE_ROLES) if who.is_host else own)
    if of_pilots:
        found.append(Booking.pilot_id.in_(select(Pilot.id).where(*of_pilots)))
    if feed.states:
        found.append(or_(Booking.state == "released", Booking.state.in_(feed.states.split())))
    if feed.resources:
        found.append(Booking.resource_id.in_([int(key) for key in feed.resources.split()]))
    if not feed.cancelled:
        found.append(Booking.state != "released")
    return found


def gated(who: Principal, roles: Collection[str]) -> ColumnElement[bool]:
    """Pilots with a gate of one of these roles that the person holds there (``owns_gate``)."""
    ways: list[ColumnElement[bool]] = []
    for role, slug in sorted(who.roles, key=str):
        if role in roles and who.is_host:
            place = select(Facility.id).where(Facility.slug == slug)
            there = true() if slug is None else Gate.facility_id.in_(place)
            ways.append(and_(Gate.role == role, there))
    if not ways:
        return false()
    gates = select(Gate.pilot_id).where(or_(*ways))
    return and_(Pilot.id.in_(gates), Pilot.company_id.not_in(who.companies))


def companies_seen(session: Session, who: Principal) -> Sequence[Organisation]:
    """Companies of whose pilots the person sees one, by name; somebody of a firm sees that."""
    seen = Organisation.id.in_(select(Pilot.company_id).where(visible_to(who)))
    there = seen if who.is_host else Organisation.id == who.organisation_id
    query = select(Organisation).where(there).order_by(Organisation.name, Organisation.id)
    return session.scalars(query).all()


def site_by_slug(session: Session, slug: str) -> Site | None:
    """The site of that slug."""
    return session.scalars(select(Site).where(Site.slug == slug)).one_or_none()
