"""Drafts of facilities that never were in the catalogue, taken away for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from livinglab.db.queries.versions import was_published
from livinglab.db.tables import Block, Facility, Resource
from livinglab.domain.errors import IllegalTransition
from livinglab.domain.messages import N_, Message
from livinglab.services.hosts import opened
from livinglab.services.kept import begin_era
from livinglab.services.records import audit

if TYPE_CHECKING:
    from livinglab.services.work import Work


def remove(work: Work, slug: str, version: int | None) -> None:
    """Delete a draft with its resources, versions and pictures; its id can be taken again.

    Raises:
        NotFound, NotAllowed, VersionMissing, StaleVersion: as for ``editing.change``.
        IllegalTransition: firms could have asked for it; then it can only be withdrawn.
    """
    _, row = opened(work, slug, version)
    session, key = work.session, row.id
    if row.published or was_published(session, key):
        text = Message(N_("The facility has been in the catalogue. Withdraw it instead."))
        raise IllegalTransition(text)
    work.world.known_places.doubt(session)
    units = select(Resource.id).where(Resource.facility_id == key)
    session.expunge(row)
    session.execute(delete(Block).where(Block.resource_id.in_(units)))
    session.execute(delete(Resource).where(Resource.facility_id == key))
    session.execute(delete(Facility).where(Facility.id == key))
    begin_era(session)
    audit(work, "delete", "facility", slug)
    session.flush()
