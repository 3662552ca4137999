"""Registrations whose link never came back, forgotten with their companies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, exists, select

from livinglab.db.tables import Membership, Organisation, Pilot, User
from livinglab.services.records import audit
from livinglab.services.registration import KEPT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, timedelta

    from sqlalchemy import Select

    from livinglab.services.work import Work


def expired(now: datetime, kept: timedelta = KEPT) -> Select[int]:
    """Ids of people whose account waited so long in vain, by the rule of ``registration.waits``."""
    return select(User.id).where(
        ~User.active,
        User.confirmed_at.is_(None),
        User.erased_at.is_(None),
        User.created_at <= now - kept,
    )


def forget(work: Work, people: Sequence[int] | None = None) -> int:
    """Delete them (these of them), and companies that nobody else belongs to; how many people."""
    session = work.session
    if people is None:
        people = session.scalars(expired(work.now)).all()
    if not people:
        return 0
    theirs = session.scalars(
        select(Membership.organisation_id).where(Membership.user_id.in_(people))
    ).all()
    session.execute(delete(User).where(User.id.in_(people)))
    left = session.execute(
        delete(Organisation)
        .where(
            Organisation.id.in_(theirs),
            Organisation.kind == "company",
            ~exists().where(Membership.organisation_id == Organisation.id),
            ~exists().where(Pilot.company_id == Organisation.id),
        )
        .returning(Organisation.slug)
    )
    for slug in left.scalars():
        audit(work, "expire", "organisation", slug)
    return len(people)
