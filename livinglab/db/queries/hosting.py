"""What hosts see of their places besides the documents: last changes and sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from livinglab.db.tables import FacilityVersion, Organisation, Site, User

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy.orm import Session


class LastChange(NamedTuple):
    """Who did what to a facility last; ``by`` is None where no person did."""

    facility_id: int
    action: str
    at: datetime
    by: str | None


def last_changes(session: Session, facilities: Collection[int]) -> dict[int, LastChange]:
    """The newest version of each facility that has one, by the facility's id."""
    newest = (
        select(func.max(FacilityVersion.id))
        .where(FacilityVersion.facility_id.in_(facilities))
        .group_by(FacilityVersion.facility_id)
    )
    rows = session.execute(
        select(FacilityVersion.facility_id, FacilityVersion.action, FacilityVersion.at, User.name)
        .outerjoin(User, FacilityVersion.by_id == User.id)
        .where(FacilityVersion.id.in_(newest))
    )
    return {row[0]: LastChange(*row) for row in rows}


def sites_of(session: Session, host_id: int) -> dict[str, str]:
    """Names of a host's sites by slug, in the order of their names."""
    rows = session.execute(
        select(Site.slug, Site.name).where(Site.host_id == host_id).order_by(Site.name, Site.slug)
    )
    return {row.slug: row.name for row in rows}


class Host(NamedTuple):
    """An organisation that runs facilities."""

    id: int
    slug: str
    name: str


def hosts(session: Session) -> list[Host]:
    """Every host by name."""
    rows = session.execute(
        select(Organisation.id, Organisation.slug, Organisation.name)
        .where(Organisation.kind == "host")
        .order_by(Organisation.name, Organisation.slug)
    )
    return [Host(*row) for row in rows]
