"""Mails on their way out: claimed one by one, handed over, and marked.

An intent is exactly one row; its hand-over happens at least once (RFC 1047: the line may die
between a server's acceptance and its answer), always under the same Message-ID. Nothing is sent
inside a transaction. Each mail is taken by a lease of its own, so one that hangs or is refused
stands in nobody's way; the attempt's number is its fence, so a process that was stopped and wakes
up cannot undo what another one did meanwhile.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from zlib import crc32

from sqlalchemy import select, update

from livinglab.adapters.mail import CalendarPart, NoServerError, PermanentMailError, compose
from livinglab.adapters.secrets import new_message_id
from livinglab.db.queries import outbox as queries
from livinglab.db.queries.health import outbox_age
from livinglab.db.tables import Outbox
from livinglab.domain.errors import IllegalTransition, NotFound, TryLater
from livinglab.domain.messages import N_, Message
from livinglab.services import holds
from livinglab.services.records import audit
from livinglab.services.work import begin_work

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Update
    from sqlalchemy.orm import Session

    from livinglab.adapters.mail import Transport
    from livinglab.db.tables import Pilot, User
    from livinglab.services.work import Work
    from livinglab.services.world import World

MAIL = "mail"
"""Name under which mails are held and released."""
HOLD_ABOVE = 500
"""More first mails at once than a living lab writes in its busiest week."""
ROUND = 100
"""Mails in one round, so that other jobs get their turn."""
LEASE = timedelta(minutes=5)
"""Longer than the slowest server may take over one mail."""
FIRST_DELAY = timedelta(seconds=30)
DOUBLINGS = 4
"""Delays grow to eight minutes: after an outage the queue drains within ten."""
TRIES = 600
"""Refusals "for now" before a mail is given up: about three days (RFC 5321 4.5.4.1)."""
RECORD_TRIES = 3
ERROR_LENGTH = 1000
SUBJECT_LENGTH = 300
NOBODY = "@erased.invalid"
"""How addresses of people end who were erased: no mail is written to them (RFC 2606)."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody to write to who may have no account."""

    email: str
    language: str


@dataclass(frozen=True, slots=True)
class OutboxState:
    """How the mail is doing: counts of mails, and how long the oldest due one has waited."""

    waiting: int
    held: int
    failed: int
    oldest_seconds: float


def queue(
    work: Work,
    user: User | Addressee,
    *,
    intent: str,
    subject: str,
    body: str,
    pilot: Pilot | None = None,
    due_at: datetime | None = None,
    calendar: CalendarPart | None = None,
) -> None:
    """Write a mail down, to go out once the work is committed; ``intent`` may be used once.

    ``due_at`` lets it wait until then; ``calendar`` is the iTIP object it carries.
    """
    if work.quiet or user.email.endswith(NOBODY):
        return
    work.session.add(
        Outbox(
            intent=intent,
            message_id=new_message_id(work.world.host),
            recipient=user.email,
            language=user.language,
            subject=subject[:SUBJECT_LENGTH],
            body=body,
            calendar=calendar.text if calendar else "",
            calendar_method=calendar.method if calendar else "",
            pilot_id=pilot.id if pilot else None,
            created_at=work.now,
            due_at=due_at or work.now,
        )
    )


def state(session: Session, now: datetime) -> OutboxState:
    """Counts for people who watch. Held mails are among those waiting."""
    fresh = queries.count_fresh(session, now)
    return OutboxState(
        waiting=queries.count_waiting(session),
        held=fresh if _held(session, now, fresh, HOLD_ABOVE) else 0,
        failed=queries.count_failed(session),
        oldest_seconds=outbox_age(session, now),
    )


def dispatch(
    session: Session,
    world: World,
    transport: Transport,
    *,
    clock: Callable[[], datetime],
    keep_on: Callable[[], bool] = lambda: True,
    hold_above: int = HOLD_ABOVE,
) -> int:
    """Hand over what is due, the longest due first; how many mails went out.

    Ends when nothing is due, after ``ROUND`` mails, when no server is there to take them, or when
    ``keep_on`` says so. Mails that go out for the first time are held while more than
    ``hold_above`` of them are due.
    """
    now = clock()
    fresh = not _held(session, now, queries.count_fresh(session, now), hold_above)
    if not fresh:
        holds.alarm(session, world, MAIL, now)
    sent = 0
    if not queries.any_due(session, now, fresh=fresh):
        return sent
    for _ in range(ROUND):
        if not keep_on():
            break
        now = clock()
        with begin_work(session, world, now=now) as work:
            mail = queries.claim(work.session, now, now + LEASE, fresh=fresh)
        if mail is None:
            break
        error = _hand_over(transport, world.mail_from, mail)
        _record(session, world, clock, mail, error)
        sent += error is None
        if isinstance(error, NoServerError):
            break
    return sent


def delay(mail_id: int, attempt: int) -> timedelta:
    """How long to wait after that attempt: doubling, and spread by a number that never changes."""
    longest: timedelta = FIRST_DELAY * 2 ** min(attempt - 1, DOUBLINGS)
    return longest * (1 - crc32(f"{mail_id}.{attempt}".encode()) / 2**33)


def retry(work: Work, mail_id: int) -> None:
    """Try a mail again that was given up; one that was not is left alone.

    Raises:
        NotFound: there is no such mail.
        IllegalTransition: its text is no longer kept.
    """
    row = work.session.get(Outbox, mail_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.failed_at is None:
        return
    if not row.body:
        raise IllegalTransition(Message(N_("The text of this mail is no longer kept.")))
    row.failed_at, row.lease_until, row.due_at = None, None, work.now
    audit(work, "retry", "mail", str(mail_id))


def retry_all(work: Work) -> int:
    """Try all mails again that were given up and whose text is still kept; how many."""
    found = select(Outbox.id).where(Outbox.failed_at.is_not(None), Outbox.body != "")
    ids = work.session.scalars(found.order_by(Outbox.id)).all()
    for mail_id in ids:
        retry(work, mail_id)
    return len(ids)


_PLAIN = {"synchronize_session": False}


def _held(session: Session, now: datetime, fresh: int, hold_above: int) -> bool:
    return fresh > hold_above and not holds.released(session, MAIL, now)


def _hand_over(transport: Transport, sender: str, mail: queries.Mail) -> Exception | None:
    """Send; what went wrong, or None. Whatever it is, it concerns this mail only."""
    try:
        transport.send(
            compose(
                sender,
                mail.recipient,
                mail.subject,
                mail.body,
                mail.message_id,
                mail.created_at,
                language=mail.language,
                calendar=_calendar(mail),
            )
        )
    except Exception as error:  # noqa: BLE001  # the next mail must have its turn
        return error
    return None


def _calendar(mail: queries.Mail) -> CalendarPart | None:
    return CalendarPart(mail.calendar, mail.calendar_method) if mail.calendar else None


def _record(
    session: Session,
    world: World,
    clock: Callable[[], datetime],
    mail: queries.Mail,
    error: Exception | None,
) -> None:
    """Write down what became of it, insistently: a mail sent but not marked is sent again."""
    for left in reversed(range(RECORD_TRIES)):
        now = clock()
        try:
            with begin_work(session, world, now=now) as work:
                work.session.execute(_outcome(mail, error, now), execution_options=_PLAIN)
            return
        except TryLater:
            if not left:
                raise


def _outcome(mail: queries.Mail, error: Exception | None, now: datetime) -> Update:
    row = update(Outbox).where(Outbox.id == mail.id, Outbox.sent_at.is_(None))
    if error is None:
        # True whoever holds the lease by now: the mail is gone.
        return row.values(sent_at=now, failed_at=None, lease_until=None, error="")
    words = {"lease_until": None, "error": (str(error) or repr(error))[:ERROR_LENGTH]}
    row = row.where(Outbox.attempts == mail.attempt, Outbox.failed_at.is_(None))
    if _hopeless(error, mail.attempt):
        log.warning("Mail %d is given up after attempt %d: %s", mail.id, mail.attempt, error)
        return row.values(failed_at=now, **words)
    log.info("Mail %d waits after attempt %d: %s", mail.id, mail.attempt, error)
    return row.values(due_at=now + delay(mail.id, mail.attempt), **words)


def _hopeless(error: Exception, attempt: int) -> bool:
    if isinstance(error, (PermanentMailError, ValueError)):
        return True  # ValueError: what is written in the row cannot be a mail
    return attempt % TRIES == 0 and not isinstance(error, NoServerError)
