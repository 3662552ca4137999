"""Named reads of places and of the time taken in them. Nothing here commits."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select, union_all

from livinglab.db.once import once
from livinglab.db.tables import (
    Block,
    Booking,
    Counter,
    Facility,
    Organisation,
    Resource,
    Site,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

HOLDING_STATES = ("tentative", "firm")
ERA = "place-era"
"""Counter that rises when places are taken away for good: their ids may be given again."""
_ERA = select(func.coalesce(func.max(Counter.value), 0)).where(Counter.name == ERA)
_REVISION = select(  # made once: every read asks it
    func.count(Resource.id),
    func.coalesce(func.sum(Resource.calendar_rev), 0),
    select(func.coalesce(func.sum(Facility.version), 0)).scalar_subquery(),
    _ERA.scalar_subquery(),
)
_RESOURCE_REVISIONS = select(Resource.id, Resource.calendar_rev)


class Revision(NamedTuple):
    """How many resources there are, and how often their times and profiles have changed.

    Within an era the numbers only rise, so two committed states with the same ones are the same
    state.
    """

    resources: int
    times: int
    versions: int
    era: int

    @property
    def profiles(self) -> tuple[int, int, int]:
        """The part that profiles depend on."""
        return self.era, self.resources, self.versions


class PlaceRow(NamedTuple):
    """One resource, the version of its facility's profile, and whether everybody sees it."""

    resource_id: int
    resource_slug: str
    facility_id: int
    facility_version: int
    published: bool


def revision(session: Session) -> Revision:
    """How often places and their times have changed; one row, asked once by who only reads."""
    return once(session, _revision)


def _revision(session: Session) -> Revision:
    row = session.connection().execute(_REVISION).one()
    return Revision(int(row[0]), int(row[1]), int(row[2]), int(row[3]))


def resource_revisions(session: Session) -> dict[int, int]:
    """How often the time of each resource has changed, by its id."""
    return {row.id: row.calendar_rev for row in session.connection().execute(_RESOURCE_REVISIONS)}


def place_rows(session: Session) -> Sequence[PlaceRow]:
    """Every resource with its facility's version, by facility and position."""
    rows = session.execute(
        select(
            Resource.id,
            Resource.slug,
            Facility.id,
            Facility.version,
            Facility.published,
        )
        .join(Facility, Resource.facility_id == Facility.id)
        .order_by(Facility.slug, Resource.position)
    )
    return [PlaceRow(*row) for row in rows]


def facilities_of(session: Session, ids: Collection[int]) -> Sequence[Facility]:
    """The facilities of these ids with their profiles."""
    return session.scalars(select(Facility).where(Facility.id.in_(ids))).all()


def resource_ids(session: Session, facility_id: int) -> Sequence[int]:
    """Every resource of a facility, hidden ones too."""
    return session.scalars(select(Resource.id).where(Resource.facility_id == facility_id)).all()


def taken_times(
    session: Session,
    ids: Collection[int] | None,
    since: datetime,
    *,
    without_pilot: int | None = None,
) -> list[tuple[int, datetime, datetime]]:
    """(resource id, from, to) of everything that holds or closes time after ``since``.

    ``ids`` None means every resource: cheaper than a list of hundreds. What ``without_pilot``
    holds does not count.
    """
    bookings = select(Booking.resource_id, Booking.blocked_from, Booking.blocked_to).where(
        Booking.state.in_(HOLDING_STATES), Booking.blocked_to > since
    )
    blocks = select(Block.resource_id, Block.starts_at, Block.ends_at).where(Block.ends_at > since)
    if without_pilot is not None:
        bookings = bookings.where(Booking.pilot_id != without_pilot)
    if ids is not None:
        bookings = bookings.where(Booking.resource_id.in_(ids))
        blocks = blocks.where(Block.resource_id.in_(ids))
    rows = session.execute(union_all(bookings, blocks))
    return [(resource_id, start, end) for resource_id, start, end in rows]


def bookings_between(
    session: Session, resource_ids: Collection[int], start: datetime, end: datetime
) -> Sequence[Booking]:
    """Bookings that hold time whose blocked interval overlaps ``[start, end)``, by start."""
    return session.scalars(
        select(Booking)
        .where(
            Booking.resource_id.in_(resource_ids),
            Booking.state.in_(HOLDING_STATES),
            Booking.blocked_from < end,
            Booking.blocked_to > start,
        )
        .order_by(Booking.starts_at, Booking.id)
    ).all()


def blocks_between(
    session: Session, resource_ids: Collection[int], start: datetime, end: datetime
) -> Sequence[Block]:
    """Blocks overlapping ``[start, end)``, by start."""
    return session.scalars(
        select(Block)
        .where(Block.resource_id.in_(resource_ids), Block.starts_at < end, Block.ends_at > start)
        .order_by(Block.starts_at, Block.id)
    ).all()


def organisation_kinds(session: Session) -> dict[str, tuple[str, str]]:
    """The kind and the name of each organisation, by slug."""
    rows = session.execute(select(Organisation.slug, Organisation.kind, Organisation.name))
    return {slug: (kind, name) for slug, kind, name in rows}


def site_hosts(session: Session) -> dict[str, str]:
    """The slug of each site's host, by the site's slug."""
    rows = session.execute(select(Site.slug, Organisation.slug).join(Site.host))
    return {site: host for site, host in rows}  # noqa: C416  # rows are not plain pairs for mypy


def resource_facilities(session: Session) -> dict[str, str]:
    """The slug of each resource's facility, by the resource's slug; hidden ones too."""
    rows = session.execute(select(Resource.slug, Facility.slug).join(Resource.facility))
    return {unit: place for unit, place in rows}  # noqa: C416  # rows are not plain pairs for mypy
