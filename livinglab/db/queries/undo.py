"""Decisions that may still be taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import Pilot, Undo

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal


def standing(session: Session, who: Principal, now: datetime) -> Sequence[tuple[Undo, Pilot]]:
    """What the person decided within the last minute and nobody has changed since, latest first."""
    found = (
        select(Undo, Pilot)
        .join(Pilot, Undo.pilot_id == Pilot.id)
        .where(
            Undo.made_by_id == who.user_id,
            Undo.until > now,
            Undo.version == Pilot.version,
            visible_to(who),
        )
        .order_by(Undo.until.desc(), Pilot.id)
    )
    return [(kept, pilot) for kept, pilot in session.execute(found)]


def over(now: datetime) -> Select[int]:
    """Pilots' ids of decisions whose minute is over."""
    return select(Undo.pilot_id).where(Undo.until <= now)
