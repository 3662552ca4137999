"""Pictures of places: what stands on a page, without the bytes, and the bytes of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select
from sqlalchemy.orm import undefer

from livinglab.db.tables import Photo

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from sqlalchemy.orm import Session

SHOWN = ("photo", "plan")
"""Kinds that are seen; a removed picture waits for its undo to end."""


def photos_of(session: Session, facility_id: int) -> Sequence[Photo]:
    """The pictures and plans of a facility, in their order."""
    return session.scalars(
        select(Photo)
        .where(Photo.facility_id == facility_id, Photo.kind.in_(SHOWN))
        .order_by(Photo.position, Photo.id)
    ).all()


def first_photos(session: Session, facility_ids: Collection[int]) -> dict[int, Photo]:
    """The first picture of each of these facilities that has one, by facility id."""
    place = func.row_number().over(
        partition_by=Photo.facility_id, order_by=(Photo.position, Photo.id)
    )
    ranked = (
        select(Photo.id, place.label("place"))
        .where(Photo.facility_id.in_(facility_ids), Photo.kind == "photo")
        .subquery()
    )
    rows = session.scalars(
        select(Photo).join(ranked, Photo.id == ranked.c.id).where(ranked.c.place == 1)
    )
    return {photo.facility_id: photo for photo in rows}


def photo_with_bytes(session: Session, photo_id: int, sha256: str, size: str) -> Photo | None:
    """The picture of that id if it has that digest, with the bytes of one size."""
    return session.scalars(
        select(Photo)
        .where(Photo.id == photo_id, Photo.sha256 == sha256, Photo.kind.in_(SHOWN))
        .options(undefer(Photo.large if size == "large" else Photo.small))
    ).one_or_none()
