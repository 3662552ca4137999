"""Which occurrences of jobs have been, and claiming one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, func, select, text, tuple_

from livinglab.db.tables import JobRun
from livinglab.db.types import UtcDateTime

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

Occurrence = tuple[str, str]
"""Name of a job, and which time it is."""


def done(session: Session, occurrences: Collection[Occurrence]) -> set[Occurrence]:
    """Those of the occurrences that have run."""
    rows = session.execute(
        select(JobRun.job, JobRun.occurrence).where(
            tuple_(JobRun.job, JobRun.occurrence).in_(occurrences)
        )
    )
    return {(job, occurrence) for job, occurrence in rows}


def first_claim(session: Session, job: str, occurrence: str, now: datetime) -> bool:
    """Note that it runs; False when it has run already, in this or another process."""
    statement = text(
        "INSERT INTO job_run (job, occurrence, ran_at) VALUES (:job, :occurrence, :at)"
        " ON CONFLICT (job, occurrence) DO NOTHING RETURNING id"
    ).bindparams(bindparam("at", type_=UtcDateTime()))
    values = {"job": job, "occurrence": occurrence, "at": now}
    return session.execute(statement, values).one_or_none() is not None


def ran_between(session: Session, job: str, first: datetime, last: datetime) -> bool:
    """Whether an occurrence ran in that time, ends included."""
    found = select(JobRun.id).where(JobRun.job == job, JobRun.ran_at.between(first, last))
    return session.scalar(found.limit(1)) is not None


def last_run(session: Session, job: str) -> datetime | None:
    """When an occurrence of the job last ran; None before the first."""
    return session.scalar(select(func.max(JobRun.ran_at)).where(JobRun.job == job))


def more_than(session: Session, rows: Select[Any], most: int) -> bool:
    """Whether there are more rows than that; counts no further."""
    bounded = rows.limit(most + 1).subquery()
    return (session.scalar(select(func.count()).select_from(bounded)) or 0) > most
