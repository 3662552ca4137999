"""How far the start for real has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select

from livinglab.db.queries.examples import OWNER
from livinglab.db.tables import Facility, Organisation, Photo

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session


class Facts(NamedTuple):
    """Whether example data is here, and how many real hosts besides the living lab itself."""

    examples: bool
    hosts: int


def facts(session: Session) -> Facts:
    """Where the start stands; one statement."""
    examples = select(func.count(Facility.id)).where(Facility.is_example)
    hosts = select(func.count(Organisation.id)).where(
        Organisation.kind == "host", ~Organisation.is_example, Organisation.slug != OWNER
    )
    row = session.execute(select(examples.scalar_subquery(), hosts.scalar_subquery())).one()
    return Facts(bool(row[0]), int(row[1]))


def is_open(session: Session) -> bool:
    """Whether a real facility is in the catalogue."""
    found = select(Facility.id).where(~Facility.is_example, Facility.published).limit(1)
    return session.scalar(found) is not None


def with_photo(session: Session, facility_ids: Collection[int]) -> set[int]:
    """Which of these facilities show a photo."""
    found = select(Photo.facility_id).where(
        Photo.facility_id.in_(facility_ids), Photo.kind == "photo"
    )
    return set(session.scalars(found.distinct()))
