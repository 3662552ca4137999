"""How facilities were described before: their kept versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from livinglab.db.tables import Facility, FacilityVersion

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def versions_of(session: Session, slug: str) -> Sequence[FacilityVersion]:
    """Every version of a facility with who made it, the oldest first."""
    return session.scalars(
        select(FacilityVersion)
        .join(Facility, FacilityVersion.facility_id == Facility.id)
        .where(Facility.slug == slug)
        .options(joinedload(FacilityVersion.by))
        .order_by(FacilityVersion.number)
    ).all()


def version_of(session: Session, slug: str, number: int) -> FacilityVersion | None:
    """One version of a facility with who made it, or None."""
    return session.scalars(
        select(FacilityVersion)
        .join(Facility, FacilityVersion.facility_id == Facility.id)
        .where(Facility.slug == slug, FacilityVersion.number == number)
        .options(joinedload(FacilityVersion.by))
    ).one_or_none()


def was_published(session: Session, facility_id: int) -> bool:
    """Whether any version of a facility stood in the catalogue."""
    found = session.scalar(
        select(FacilityVersion.id)
        .where(FacilityVersion.facility_id == facility_id, FacilityVersion.published)
        .limit(1)
    )
    return found is not None
