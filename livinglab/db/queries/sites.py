"""Reads of sites and of the facilities on them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.db.tables import Facility, Site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session


def facilities_on(session: Session, slug: str) -> Sequence[str]:
    """Slugs of the facilities on a site, in the order of their ids."""
    return session.scalars(
        select(Facility.slug)
        .join(Site, Facility.site_id == Site.id)
        .where(Site.slug == slug)
        .order_by(Facility.id)
    ).all()


def lock_site(session: Session, slug: str) -> Site | None:
    """The site of that slug, locked and freshly read, or None."""
    return session.scalars(
        select(Site)
        .where(Site.slug == slug)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).one_or_none()


def site_name(session: Session, slug: str) -> str | None:
    """What the site of that slug is called, or None where there is none."""
    return session.scalar(select(Site.name).where(Site.slug == slug))
