"""Mails that wait: which are due, and taking the next one so that nobody else does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import defer

from livinglab.db.tables import Outbox, Pilot

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

UNSENT = Outbox.sent_at.is_(None) & Outbox.failed_at.is_(None)
FRESH = Outbox.attempts == 0
"""Never tried yet."""
HELD_FOR = ":held:"
"""Stands in the intent of a notice that waits for a digest, before the id of its reader."""
HELD = Outbox.intent.contains(HELD_FOR, autoescape=True)


@dataclass(frozen=True, slots=True)
class Mail:
    """A claimed mail. ``attempt`` numbers the claim; a later claim has a higher number."""

    id: int
    attempt: int
    message_id: str
    recipient: str
    language: str
    subject: str
    body: str
    calendar: str
    calendar_method: str
    created_at: datetime


def due(now: datetime, *, fresh: bool = True) -> ColumnElement[bool]:
    """Unsent, due, and in nobody's hands; without ``fresh`` only those tried before."""
    free = Outbox.lease_until.is_(None) | (Outbox.lease_until <= now)
    found = UNSENT & (Outbox.due_at <= now) & free & ~HELD
    return found if fresh else found & ~FRESH


def held_until(now: datetime) -> ColumnElement[bool]:
    """Unsent notices that wait for a digest which is due."""
    return UNSENT & (Outbox.due_at <= now) & HELD


def forget_held(session: Session, user_id: int, company_id: int | None) -> None:
    """Delete what waits for a person's digest about pilots, of that company or (None) of all."""
    about = select(Pilot.id)
    if company_id is not None:
        about = about.where(Pilot.company_id == company_id)
    held = Outbox.intent.endswith(f"{HELD_FOR}{user_id}", autoescape=True)
    session.execute(delete(Outbox).where(UNSENT, held, Outbox.pilot_id.in_(about)))


def reader_of(held: Outbox) -> int:
    """The id of the person for whom a notice is held."""
    return int(held.intent.rpartition(HELD_FOR)[2])


def any_due(session: Session, now: datetime, *, fresh: bool) -> bool:
    """Whether there is something to claim."""
    return session.scalar(select(Outbox.id).where(due(now, fresh=fresh)).limit(1)) is not None


def recipients_of(session: Session, ref: str, version: int) -> list[str]:
    """To whom mail was written when the pilot came to that version, each once, by address."""
    written = select(Outbox.recipient).where(_about(ref, version))
    return list(session.scalars(written.distinct().order_by(Outbox.recipient)))


def postpone(session: Session, ref: str, version: int, until: datetime) -> None:
    """Let the mails about that version of a pilot wait until then, if they would not anyway."""
    waiting = update(Outbox).where(_about(ref, version), UNSENT, FRESH, Outbox.due_at < until)
    session.execute(waiting.values(due_at=until))


def withdraw(
    session: Session, ref: str, version: int, recipients: Collection[str] | None = None
) -> list[str]:
    """Take back the mails about that version of a pilot which nobody has claimed; to whom.

    Only those to ``recipients``, where given. A claimed one may be with a server already.
    """
    unclaimed = delete(Outbox).where(_about(ref, version), UNSENT, FRESH)
    if recipients is not None:
        unclaimed = unclaimed.where(Outbox.recipient.in_(recipients))
    return list(session.scalars(unclaimed.returning(Outbox.recipient)))


def count_fresh(session: Session, now: datetime) -> int:
    """How many mails would go out for the first time."""
    return _count(session, due(now) & FRESH)


def count_waiting(session: Session) -> int:
    """How many mails are not yet handed over."""
    return _count(session, UNSENT)


def count_failed(session: Session) -> int:
    """How many mails were given up."""
    return _count(session, Outbox.failed_at.is_not(None))


STATES = {
    "waiting": UNSENT,
    "failed": Outbox.failed_at.is_not(None),
    "sent": Outbox.sent_at.is_not(None),
}


def latest(
    session: Session, state: str, limit: int, before_id: int | None = None
) -> Sequence[Outbox]:
    """Mails of a state (one of ``STATES``, else all), the newest first, without their text."""
    query = (
        select(Outbox)
        .options(defer(Outbox.body), defer(Outbox.calendar))
        .order_by(Outbox.id.desc())
        .limit(limit)
    )
    if state in STATES:
        query = query.where(STATES[state])
    if before_id is not None:
        query = query.where(Outbox.id < before_id)
    return session.scalars(query).all()


def claim(session: Session, now: datetime, until: datetime, *, fresh: bool) -> Mail | None:
    """Take the longest due mail until that moment, and count the attempt; None: nothing is left.

    A scalar subquery: PostgreSQL may run one behind IN again and again, and lock more than one row.
    """
    longest_due = (
        select(Outbox.id)
        .where(due(now, fresh=fresh))
        .order_by(Outbox.due_at, Outbox.id)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    row = session.execute(
        update(Outbox)
        .where(Outbox.id == longest_due)
        .values(attempts=Outbox.attempts + 1, lease_until=until)
        .returning(
            Outbox.id,
            Outbox.attempts.label("attempt"),
            Outbox.message_id,
            Outbox.recipient,
            Outbox.language,
            Outbox.subject,
            Outbox.body,
            Outbox.calendar,
            Outbox.calendar_method,
            Outbox.created_at,
        )
        .execution_options(synchronize_session=False)
    ).one_or_none()
    return None if row is None else Mail(**row._asdict())


def failed_mails(session: Session, limit: int = 200) -> list[Outbox]:
    """The mails that were given up, the last one first."""
    found = select(Outbox).where(Outbox.failed_at.is_not(None))
    ordered = found.order_by(Outbox.failed_at.desc(), Outbox.id.desc())
    return list(session.scalars(ordered.limit(limit)))


def _about(ref: str, version: int) -> ColumnElement[bool]:
    return Outbox.intent.startswith(f"{ref}:{version}:")


def _count(session: Session, condition: ColumnElement[bool]) -> int:
    return session.scalar(select(func.count()).select_from(Outbox).where(condition)) or 0
