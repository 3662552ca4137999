"""Holding what looks like a mistake: a batch too large to be believed waits for a person.

When a clock jumps a year ahead, everything falls due at once. A job whose batch is above its limit
is held and says so once an hour; a person who finds it right releases it for an hour. Both are
rows of ``job_run``, so that all processes know and it stays on record.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.db.queries import jobs as queries
from livinglab.services.records import audit
from livinglab.services.work import begin_work

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.services.work import Work
    from livinglab.services.world import World

RELEASE = timedelta(hours=1)
log = logging.getLogger(__name__)


def released(session: Session, job: str, now: datetime) -> bool:
    """Whether a person let batches of any size through within the last hour."""
    return queries.ran_between(session, f"release:{job}", now - RELEASE, now)


def release(work: Work, job: str) -> None:
    """Let the job's batches through for an hour, whatever their size."""
    queries.first_claim(work.session, f"release:{job}", work.now.isoformat(), work.now)
    audit(work, "release", "job", job)


def alarm(session: Session, world: World, job: str, now: datetime) -> bool:
    """Say that the job is held, once an hour whoever asks; whether it was said now."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    with begin_work(session, world, now=now) as work:
        first = queries.first_claim(work.session, f"held:{job}", hour.isoformat(), now)
    if first:
        log.error(
            "Job %s is held: more is due at once than ever should be. Look whether the clock is"
            " right (it says %s); if all is well, run `livinglab jobs --release %s`.",
            job,
            now.isoformat(timespec="seconds"),
            job,
        )
    return first
