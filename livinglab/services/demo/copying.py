"""The example data as files to keep, before it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.db.queries import examples
from livinglab.db.tables import (
    Block,
    Booking,
    Facility,
    Membership,
    Organisation,
    Pilot,
    Resource,
    User,
)

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

Table = tuple[tuple[str, ...], list[tuple[object, ...]]]


def tables(session: Session) -> dict[str, Table]:
    """Organisations, people, requests, bookings and closed time: header and rows, by name.

    Nobody's password or token is among them. Times are UTC.
    """
    asked = {
        "organisations": select(
            Organisation.slug.label("id"),
            Organisation.kind,
            Organisation.name,
            Organisation.country,
            Organisation.website,
            Organisation.email,
        ).where(Organisation.id.in_(examples.ORGANISATIONS)),
        "people": select(
            User.email,
            User.name,
            Membership.role,
            Organisation.slug.label("organisation"),
            Facility.slug.label("facility"),
        )
        .join(Membership, Membership.user_id == User.id)
        .join(Organisation, Membership.organisation_id == Organisation.id)
        .outerjoin(Facility, Membership.facility_id == Facility.id)
        .where(User.is_example),
        "requests": select(
            Pilot.ref,
            Organisation.name.label("company"),
            Pilot.title,
            Pilot.purpose,
            Pilot.state,
            Pilot.lane,
            Pilot.submitted_at,
        )
        .join(Organisation, Pilot.company_id == Organisation.id)
        .where(Pilot.id.in_(examples.PILOTS)),
        "bookings": select(
            Pilot.ref,
            Resource.slug.label("resource"),
            Booking.state,
            Booking.starts_at,
            Booking.ends_at,
        )
        .join(Pilot, Booking.pilot_id == Pilot.id)
        .join(Resource, Booking.resource_id == Resource.id)
        .where(Pilot.id.in_(examples.PILOTS)),
        "closed-time": select(
            Resource.slug.label("resource"), Block.kind, Block.starts_at, Block.ends_at, Block.note
        )
        .join(Resource, Block.resource_id == Resource.id)
        .where(Block.id.in_(examples.BLOCKS)),
    }
    found: dict[str, Table] = {}
    for name, query in asked.items():
        rows = session.execute(query)
        found[name] = tuple(rows.keys()), [tuple(row) for row in rows]
    return found
