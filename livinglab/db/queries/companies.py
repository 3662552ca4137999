"""Companies as their own people and those of hosts find them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select, true

from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import Organisation, Pilot

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal


def company_of(session: Session, organisation_id: int, *, lock: bool = False) -> Organisation:
    """The company of that id, locked for a change where asked."""
    query = select(Organisation).where(Organisation.id == organisation_id)
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session.scalars(query).one()


def company_seen(session: Session, slug: str, who: Principal) -> Organisation | None:
    """A company for people of hosts: who sees all pilots sees all, others those of their pilots."""
    their = exists().where(Pilot.company_id == Organisation.id, visible_to(who))
    return session.scalars(
        select(Organisation).where(
            Organisation.kind == "company",
            Organisation.slug == slug,
            true() if who.sees_all_pilots else their,
        )
    ).one_or_none()
