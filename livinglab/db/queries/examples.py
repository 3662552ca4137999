"""What is example data, and what real data hangs on it. Nothing here commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import func, or_, select, union

from livinglab.db.base import Base
from livinglab.db.tables import (
    Block,
    Booking,
    Facility,
    Gate,
    Membership,
    Organisation,
    Outbox,
    Period,
    Photo,
    Pilot,
    Resource,
    Site,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Column, CompoundSelect, Select
    from sqlalchemy.orm import Session

OWNER = "living-lab"
"""Slug of the organisation that runs the living lab; it stays when example data goes."""

FACILITIES = select(Facility.id).where(Facility.is_example)
RESOURCES = select(Resource.id).where(Resource.facility_id.in_(FACILITIES))
ORGANISATIONS = select(Organisation.id).where(Organisation.is_example, Organisation.slug != OWNER)
PEOPLE = select(User.id).where(User.is_example)
PILOTS = select(Pilot.id).where(or_(Pilot.is_example, Pilot.company_id.in_(ORGANISATIONS)))
"""Those that were replayed, and those that people asked for in an example firm's name."""
BLOCKS = select(Block.id).where(or_(Block.is_example, Block.resource_id.in_(RESOURCES)))
MAILS = select(Outbox.id).where(
    or_(
        Outbox.pilot_id.in_(PILOTS),
        func.lower(Outbox.recipient).in_(select(func.lower(User.email)).where(User.is_example)),
    )
)
SITES = select(Site.id).where(
    Site.is_example,
    ~select(Facility.id).where(Facility.site_id == Site.id, ~Facility.is_example).exists(),
)


class Counts(NamedTuple):
    """How much example data there is."""

    facilities: int
    photos: int
    blocks: int
    pilots: int
    bookings: int
    organisations: int
    people: int
    mails: int


def counts(session: Session) -> Counts:
    """How much example data there is; one statement."""
    listed = (
        FACILITIES,
        select(Photo.id).where(Photo.facility_id.in_(FACILITIES)),
        BLOCKS,
        PILOTS,
        select(Booking.id).where(Booking.pilot_id.in_(PILOTS)),
        ORGANISATIONS,
        PEOPLE,
        MAILS,
    )
    numbers = [select(func.count()).select_from(s.subquery()).scalar_subquery() for s in listed]
    return Counts(*session.execute(select(*numbers)).one())


class RealPilot(NamedTuple):
    """A pilot of a real firm: its reference, its firm, and an example facility it is about."""

    id: int
    ref: str
    company: str
    facility: str


def real_pilots(session: Session) -> Sequence[RealPilot]:
    """Pilots of real firms that ask for, hold or accept time at an example facility, by ref."""
    examples = select(Facility.id, Facility.slug).where(Facility.is_example)
    slugs = {row.id: row.slug for row in session.execute(examples)}
    real = (
        select(Pilot.id, Pilot.ref, Organisation.name)
        .join(Organisation, Pilot.company_id == Organisation.id)
        .where(Pilot.id.not_in(PILOTS))
    )
    at: CompoundSelect[Any] = union(
        select(Period.pilot_id, Period.facility_id).where(Period.facility_id.in_(FACILITIES)),
        select(Gate.pilot_id, Gate.facility_id).where(Gate.facility_id.in_(FACILITIES)),
        select(Booking.pilot_id, Resource.facility_id)
        .join(Resource, Booking.resource_id == Resource.id)
        .where(Resource.facility_id.in_(FACILITIES)),
    )
    places = {row[0]: row[1] for row in session.execute(at)}
    accepted = session.execute(
        select(Period.pilot_id, Period.acceptable).where(Period.pilot_id.not_in(PILOTS))
    )
    for pilot_id, acceptable in accepted:
        for facility_id in acceptable:
            if facility_id in slugs:
                places.setdefault(pilot_id, facility_id)
    return [
        RealPilot(row.id, row.ref, row.name, slugs[places[row.id]])
        for row in session.execute(real.order_by(Pilot.ref))
        if row.id in places
    ]


def real_facilities(session: Session) -> Sequence[tuple[str, str]]:
    """Real facilities run by an example host, each with the host's slug, by slug."""
    rows = session.execute(
        select(Facility.slug, Organisation.slug)
        .join(Organisation, Facility.host_id == Organisation.id)
        .where(~Facility.is_example, Organisation.id.in_(ORGANISATIONS))
        .order_by(Facility.slug)
    )
    return [(facility, host) for facility, host in rows]


def real_people(session: Session) -> Sequence[str]:
    """Addresses of real people who hold a role of an example organisation or facility."""
    return session.scalars(
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(
            ~User.is_example,
            or_(
                Membership.organisation_id.in_(ORGANISATIONS),
                Membership.facility_id.in_(FACILITIES),
            ),
        )
        .distinct()
        .order_by(User.email)
    ).all()


def named(session: Session, table: type[Base], kept: Select[Any]) -> set[int]:
    """Which of these rows other rows name that do not go with them."""
    found: set[int] = set()
    for column in _naming(table, None):
        found.update(session.scalars(select(column).where(column.in_(kept)).distinct()))
    return found


def going_with(table: type[Base]) -> Iterator[Column[Any]]:
    """Each column whose rows go with the row of the table that they name."""
    return _naming(table, "CASCADE")


def _naming(table: type[Base], ondelete: str | None) -> Iterator[Column[Any]]:
    for other in Base.metadata.sorted_tables:
        for key in other.foreign_keys:
            if key.column.table is table.__table__ and key.ondelete == ondelete:
                yield key.parent
