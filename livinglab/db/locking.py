"""Row locks in one order, so that writers queue, not deadlock.

Organisations by id, then pilot, resources by id, facility.

On PostgreSQL a bare insert against the exclusion constraint can deadlock for seconds under
contention; holding the resource's row first avoids that. On SQLite the unit of work holds the
whole database already (``BEGIN IMMEDIATE``) and the lock clause is ignored.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, text

from livinglab.db.base import Base
from livinglab.db.tables import Facility, Organisation, Pilot, Resource

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session


def lock_pilot(session: Session, ref: str) -> Pilot | None:
    """The pilot of that reference, locked and freshly read, or None."""
    return session.scalars(
        select(Pilot)
        .where(Pilot.ref == ref)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_resources(session: Session, ids: Collection[int]) -> dict[int, Resource]:
    """The resources of these ids, locked in id order."""
    rows = session.scalars(
        select(Resource)
        .where(Resource.id.in_(sorted(ids)))
        .order_by(Resource.id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return {row.id: row for row in rows}


def lock_facility(session: Session, slug: str) -> Facility | None:
    """The facility of that slug with all its resources, locked and freshly read, or None."""
    ids = session.scalars(
        select(Resource.id)
        .join(Facility, Resource.facility_id == Facility.id)
        .where(Facility.slug == slug)
    ).all()
    lock_resources(session, ids)
    return session.scalars(
        select(Facility)
        .where(Facility.slug == slug)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_organisation(session: Session, organisation_id: int) -> Organisation | None:
    """The organisation of that id, locked and freshly read, or None: its people change in turn."""
    return session.scalars(
        select(Organisation)
        .where(Organisation.id == organisation_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def lock_tables(session: Session) -> None:
    """Let nobody else write until the transaction ends; reading goes on."""
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(Base.metadata.tables)
        session.execute(text(f"LOCK TABLE {names} IN SHARE ROW EXCLUSIVE MODE"))
