"""What somebody owes, over all pilots: who may know is part of each query."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import false, func, select

from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import Booking, Condition, Facility, Offer, Pilot, Resource

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal

AWAITING = ("conditional", "confirmed", "in_review")
"""States in which conditions wait for the firm."""


class ConditionDue(NamedTuple):
    """A condition that is not met, and of which pilot."""

    ref: str
    title: str
    text: str
    evidence: str
    due_on: date | None


class Arrival(NamedTuple):
    """A pilot whose first firm day comes near and that nobody has marked as ready."""

    ref: str
    title: str
    starts_at: datetime


def conditions(session: Session, who: Principal, limit: int = 20) -> Sequence[ConditionDue]:
    """Conditions the company acted for has not met, those due first on top."""
    rows = session.execute(
        select(Pilot.ref, Pilot.title, Condition.text, Condition.evidence, Condition.due_on)
        .join(Condition, Condition.pilot_id == Pilot.id)
        .where(
            visible_to(who),
            Pilot.company_id == who.organisation_id,
            Pilot.state.in_(AWAITING),
            Condition.fulfilled_at.is_(None),
        )
        .order_by(Condition.due_on.is_(None), Condition.due_on, Condition.id)
        .limit(limit)
    )
    return [ConditionDue(*row) for row in rows]


def arrivals(
    session: Session, who: Principal, until: datetime, limit: int = 20
) -> Sequence[Arrival]:
    """Confirmed pilots at facilities the person manages that begin until then, the next first."""
    slugs = sorted(slug for role, slug in who.roles if role == "facility_manager" and slug)
    there = Facility.slug.in_(slugs) if slugs else false()
    rows = session.execute(
        select(Pilot.ref, Pilot.title, func.min(Booking.starts_at))
        .join(Booking, Booking.pilot_id == Pilot.id)
        .join(Resource, Booking.resource_id == Resource.id)
        .join(Facility, Resource.facility_id == Facility.id)
        .where(
            visible_to(who),
            there,
            Pilot.company_id.not_in(who.companies),
            Pilot.state == "confirmed",
            Booking.state == "firm",
        )
        .group_by(Pilot.id, Pilot.ref, Pilot.title)
        .having(func.min(Booking.starts_at) <= until)
        .order_by(func.min(Booking.starts_at), Pilot.ref)
        .limit(limit)
    )
    return [Arrival(*row) for row in rows]


def offer_ends(session: Session, pilot_ids: Collection[int]) -> datetime | None:
    """When the first open offer to these pilots ends."""
    return session.scalar(
        select(func.min(Offer.expires_at)).where(
            Offer.pilot_id.in_(sorted(pilot_ids)), Offer.state == "open"
        )
    )
