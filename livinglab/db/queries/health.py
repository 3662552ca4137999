"""How the service is doing, read from its own tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from livinglab.db.queries.outbox import UNSENT
from livinglab.db.tables import Booking, JobRun, Outbox, Pilot, SignIn

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

Gauge = tuple[str, str, list[tuple[dict[str, str], float]]]
"""Name, meaning, and values with their labels."""


def outbox_age(session: Session, now: datetime) -> float:
    """Seconds for which the oldest mail that is due has been waiting; 0 when none is."""
    oldest = session.scalar(select(func.min(Outbox.due_at)).where(UNSENT, Outbox.due_at <= now))
    return 0.0 if oldest is None else (now - oldest).total_seconds()


def last_job(session: Session) -> datetime | None:
    """When a job last ran."""
    return session.scalar(select(func.max(JobRun.ran_at)))


def gauges(session: Session, now: datetime) -> list[Gauge]:
    """Counts worth a graph."""
    pilots = session.execute(select(Pilot.state, func.count()).group_by(Pilot.state)).all()
    bookings = session.execute(select(Booking.state, func.count()).group_by(Booking.state)).all()
    unsent = session.scalar(select(func.count()).select_from(Outbox).where(UNSENT)) or 0
    failed = select(func.count()).select_from(Outbox).where(Outbox.failed_at.is_not(None))
    open_sessions = select(func.count()).select_from(SignIn).where(SignIn.ended_at.is_(None))
    return [
        ("pilots", "Pilots by state.", [({"state": s}, n) for s, n in pilots]),
        ("bookings", "Bookings by state.", [({"state": s}, n) for s, n in bookings]),
        ("outbox_unsent", "Mails not yet handed over.", [({}, unsent)]),
        ("outbox_failed", "Mails given up.", [({}, session.scalar(failed) or 0)]),
        (
            "outbox_oldest_seconds",
            "Seconds for which the oldest due mail has waited.",
            [({}, outbox_age(session, now))],
        ),
        (
            "sign_ins_open",
            "Browser sessions not ended.",
            [({}, session.scalar(open_sessions) or 0)],
        ),
    ]
