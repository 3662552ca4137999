"""Jobs that come round: which are due is asked of the database, each occurrence happens once.

An occurrence is a span of UTC since the epoch, so a weekend on which clocks change is like any
other. Its row is written in the transaction of its effect: of several processes that try, one
commits, and a leader that was stopped and wakes up finds the row there. What searches for long
does so outside of any transaction, writes each result in one of its own, safe to be written again,
and has its row last. Occurrences missed while
nobody ran are not made up one by one; the present one stands for them.

Mails go out at every tick: each is a unique row already.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from livinglab.db.queries import jobs as queries
from livinglab.db.queries.attendance import due as stays_to_tell
from livinglab.db.queries.offers import lapsed
from livinglab.db.tables import IdempotencyKey
from livinglab.domain.errors import TryLater
from livinglab.services import (
    alarms,
    answering,
    attempts,
    attendance,
    audit_chain,
    clocks,
    digest,
    holds,
    outbox,
    photos,
    retention,
    waiting_list,
    watches,
)
from livinglab.services.work import begin_work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from livinglab.adapters.mail import Transport
    from livinglab.services.work import Work
    from livinglab.services.world import World

QUARTER = timedelta(minutes=15)
"""Every zone is so many quarters of an hour from UTC: at 8:00 somewhere a span begins."""
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KEEP_KEYS = timedelta(hours=48)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """A use case that comes round. A batch of more than ``most`` rows is held (see ``holds``).

    ``looks`` finds out, transaction by transaction, what to write; ``run`` does all in one.
    ``too_much`` judges by itself whether to hold it, whatever its rows.
    """

    name: str
    every: timedelta
    most: int
    rows: Callable[[datetime], Select[int]]
    run: Callable[[Work], None] | None = None
    looks: Callable[[Session, World, datetime], Iterator[Callable[[Work], object]]] | None = None
    too_much: Callable[[Session, World, datetime], bool] | None = None

    def occurrence(self, now: datetime, *, back: int = 0) -> str:
        """The span in which ``now`` lies, or one ``back`` spans earlier, by its beginning."""
        start = EPOCH + ((now - EPOCH) // self.every - back) * self.every
        return start.strftime("%Y-%m-%dT%H:%M:%SZ")


def old_keys(now: datetime) -> Select[int]:
    """Idempotency keys that no client will repeat any more."""
    return select(IdempotencyKey.id).where(IdempotencyKey.created_at < now - KEEP_KEYS)


def purge_keys(work: Work) -> None:
    """Forget those keys and the answers kept with them, and counts of tries that are over."""
    work.session.execute(delete(IdempotencyKey).where(IdempotencyKey.id.in_(old_keys(work.now))))
    attempts.forget_over(work)


RETENTION = Job(
    retention.NAME,
    DAY,
    0,
    audit_chain.no_rows,
    looks=retention.looks,
    too_much=retention.too_much,
)
"""What has been kept long enough goes; see ``services.retention``."""
JOBS = (
    Job("send-digests", QUARTER, 5_000, digest.due_rows, digest.send),
    Job("tell-watchers", HOUR, 5_000, watches.watched_rows, looks=watches.looks),
    Job(
        clocks.NAME,
        HOUR,
        0,
        audit_chain.no_rows,
        looks=clocks.looks,
        too_much=clocks.too_much,
    ),
    Job("purge-idempotency-keys", HOUR, 100_000, old_keys, purge_keys),
    Job("sweep-photos", DAY, 1_000, photos.removed_rows, photos.sweep),
    Job("note-audit-head", DAY, 0, audit_chain.no_rows, audit_chain.note_head),
    RETENTION,
)

STANDING = (
    Job("expire-offers", QUARTER, 5_000, lapsed, looks=answering.looks),
    Job(waiting_list.NAME, QUARTER, 5_000, waiting_list.rows, looks=waiting_list.looks),
    Job(attendance.NAME, QUARTER, 5_000, stays_to_tell, looks=attendance.looks),
)
"""Asked for at every tick: what each writes changes what it asks for, so nothing is done twice.

That one got through is noted once in each of its spans, so that one that rests is seen.
"""
ALL = (*JOBS, *STANDING)


def tick(
    session: Session,
    world: World,
    transport: Transport,
    *,
    clock: Callable[[], datetime],
    keep_on: Callable[[], bool] = lambda: True,
    jobs: Sequence[Job] = JOBS,
    standing: Sequence[Job] = STANDING,
) -> None:
    """Run what is due, then let mails out. What fails is logged and does not stop the rest.

    ``keep_on`` is asked before each piece of work: whether this process still leads.
    """
    now = clock()
    for job in standing:
        if keep_on():
            _guard(session, job.name, partial(stand, session, world, job, now))
    for job in due(session, now, jobs):
        if keep_on():
            _guard(session, job.name, partial(run, session, world, job, now))
    if keep_on():
        _guard(
            session,
            outbox.MAIL,
            partial(outbox.dispatch, session, world, transport, clock=clock, keep_on=keep_on),
        )


def due(session: Session, now: datetime, jobs: Sequence[Job] = JOBS) -> list[Job]:
    """Jobs whose present occurrence has not run."""
    done = queries.done(session, [(job.name, job.occurrence(now)) for job in jobs])
    return [job for job in jobs if (job.name, job.occurrence(now)) not in done]


def run(session: Session, world: World, job: Job, now: datetime) -> bool:
    """Run the present occurrence, unless it has run already or is held; whether it ran now."""
    if _held(session, world, job, now):
        return False
    occurrence = job.occurrence(now)
    if job.looks and not queries.done(session, [(job.name, occurrence)]):
        for write in job.looks(session, world, now):
            with begin_work(session, world, now=now) as work:
                write(work)
    with begin_work(session, world, now=now) as work:
        first = queries.first_claim(work.session, job.name, occurrence, now)
        if first and job.run:
            job.run(work)
    return first


def stand(session: Session, world: World, job: Job, now: datetime) -> None:
    """Write what a standing job finds, each in a transaction of its own, unless it is held."""
    if _held(session, world, job, now) or job.looks is None:
        return
    for write in job.looks(session, world, now):
        with begin_work(session, world, now=now) as work:
            write(work)
    if due(session, now, [job]):
        with begin_work(session, world, now=now) as work:
            queries.first_claim(work.session, job.name, job.occurrence(now), now)


def _held(session: Session, world: World, job: Job, now: datetime) -> bool:
    """Whether there is too much to do and nobody has let it through; an operator is told once."""
    if not _too_much(session, world, job, now) or holds.released(session, job.name, now):
        return False
    if holds.alarm(session, world, job.name, now):
        with begin_work(session, world, now=now) as work:
            alarms.tell_held(work, job.name)
    return True


def _too_much(session: Session, world: World, job: Job, now: datetime) -> bool:
    if job.too_much is not None:
        return job.too_much(session, world, now)
    return queries.more_than(session, job.rows(now), job.most)


def overdue(session: Session, now: datetime, jobs: Sequence[Job] = ALL) -> list[str]:
    """Jobs that ran neither in this span nor in the one before: held, failing, or no leader."""
    spans = [(job.name, job.occurrence(now, back=back)) for job in jobs for back in (0, 1)]
    ran = {name for name, _ in queries.done(session, spans)}
    return [job.name for job in jobs if job.name not in ran]


def _guard(session: Session, name: str, do: Callable[[], object]) -> None:
    try:
        do()
    except TryLater:
        log.warning("The database was busy or away: job %s waits for the next tick.", name)
    except Exception:
        log.exception("Job %s failed.", name)
    finally:
        session.rollback()
