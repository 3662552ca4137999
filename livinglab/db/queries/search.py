"""Named reads of the search over everything. Who may see what is part of the query."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, or_, select

from livinglab.db.folding import having
from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import Organisation, Pilot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal


class PilotHit(NamedTuple):
    """A pilot found, with how many are found in all."""

    ref: str
    title: str
    state: str
    company: str
    total: int


class CompanyHit(NamedTuple):
    """A company found, how many of its pilots the reader sees, and how many are found in all."""

    name: str
    country: str
    speciality: str | None
    pilots: int
    total: int


def pilots(session: Session, who: Principal, words: Sequence[str], limit: int) -> list[PilotHit]:
    """Pilots the person may see whose reference, title and company have the words, newest first."""
    words_in = Pilot.ref + " " + Pilot.title + " " + Organisation.name
    rows = session.execute(
        select(Pilot.ref, Pilot.title, Pilot.state, Organisation.name, func.count().over())
        .join(Organisation, Pilot.company_id == Organisation.id)
        .where(visible_to(who), *having(words_in, words))
        .order_by(Pilot.id.desc())
        .limit(limit)
    )
    return [PilotHit(*row) for row in rows]


def companies(
    session: Session, who: Principal, words: Sequence[str], limit: int
) -> list[CompanyHit]:
    """Companies with a pilot the person may see, and their own, whose names have the words."""
    seen = (
        select(Pilot.company_id, func.count().label("pilots"))
        .where(visible_to(who))
        .group_by(Pilot.company_id)
        .subquery()
    )
    rows = session.execute(
        select(
            Organisation.name,
            Organisation.country,
            Organisation.speciality,
            func.coalesce(seen.c.pilots, 0),
            func.count().over(),
        )
        .outerjoin(seen, seen.c.company_id == Organisation.id)
        .where(
            Organisation.kind == "company",
            or_(seen.c.pilots.is_not(None), Organisation.id == who.organisation_id),
            *having(Organisation.name, words),
        )
        .order_by(Organisation.name, Organisation.id)
        .limit(limit)
    )
    return [CompanyHit(*row) for row in rows]
