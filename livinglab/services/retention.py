"""Retention: once a day, what has been kept long enough goes, a batch at a time.

It is held, and admins are told, when more is due than a day could bring, or when it last ran long
ago: a clock set a year ahead must not erase everybody. While records are frozen it rests.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from livinglab.db.queries import jobs as queries
from livinglab.services import freezing
from livinglab.services.retention_steps import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from livinglab.services.retention_steps import Step
    from livinglab.services.work import Work
    from livinglab.services.world import World

NAME = "retention"
BATCH = 200
"""Rows dealt with in one transaction."""
LONGEST_GAP = timedelta(days=40)
"""A service that did not run for longer is looked at by a person first."""
log = logging.getLogger(__name__)


def due(session: Session, world: World, now: datetime) -> list[tuple[str, int]]:
    """How much of what would go now; one statement for each kind."""
    return [
        (step.name, session.scalar(select(func.count()).select_from(rows.subquery())) or 0)
        for step, rows in _rows(session, world, now)
    ]


def too_much(session: Session, world: World, now: datetime) -> bool:
    """Whether it must be held: the clock has jumped, or one kind has more than a day brings."""
    if freezing.frozen(session):
        return False
    last = queries.last_run(session, NAME)
    if last is not None and abs(now - last) > LONGEST_GAP:
        return True
    return any(
        queries.more_than(session, rows, step.most) for step, rows in _rows(session, world, now)
    )


def looks(session: Session, world: World, now: datetime) -> Iterator[Callable[[Work], object]]:
    """What to do, batch by batch; nothing while records are frozen."""
    if freezing.frozen(session):
        log.warning("Records are frozen: nothing is thrown away.")
        return
    for step in STEPS:
        last = 0
        while ids := _batch(session, world, step, now, last):
            last = ids[-1]
            yield partial(_act, step, ids)


def _act(step: Step, ids: list[int], work: Work) -> None:
    step.act(work, ids)


def _batch(session: Session, world: World, step: Step, now: datetime, after: int) -> list[int]:
    """The next ids of a step: ids only rise, so what could not go does not hold up the rest."""
    rows = step.rows(session, world.keep, now)
    key = rows.selected_columns[0]
    found = session.scalars(rows.where(key > after).order_by(key).limit(BATCH))
    return list(found)


def _rows(session: Session, world: World, now: datetime) -> Iterator[tuple[Step, Select[int]]]:
    for step in STEPS:
        yield step, step.rows(session, world.keep, now)
