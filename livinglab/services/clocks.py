"""Clocks: once an hour, who must be reminded, who is late, and what has run out.

What is due is asked of the database. Reminders are written a batch to a transaction, what ends a
request or frees time in one of its own each, so that one which cannot be done does not stop the
rest. What was said is noted with the batch, so nothing is said twice.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from livinglab.adapters.texts import PORI
from livinglab.db.queries import clocks as queries
from livinglab.db.queries.jobs import more_than
from livinglab.domain.clocks import CLOCKS, working_days_before
from livinglab.domain.errors import Refusal
from livinglab.domain.zones import midnight, zone
from livinglab.services import expiry, reminders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date, datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from livinglab.services.work import Work
    from livinglab.services.world import World

NAME = "clocks"
BATCH = 200
"""Rows dealt with in one transaction."""
MOST = 2_000
"""More of one kind at once than a living lab has under way: the clock of the service is wrong."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Today:
    """Now, the date at home, and dates so many working days away."""

    world: World
    now: datetime

    @property
    def day(self) -> date:
        """The date in Pori."""
        return self.world.today(self.now, PORI)

    def ahead(self, working_days: int) -> date:
        """So many working days from today."""
        return self.world.almanac.add_working_days(self.day, working_days)

    def back(self, working_days: int) -> date:
        """The last date from which so many working days have come, today among them."""
        return working_days_before(self.day, working_days, self.world.almanac)

    def end_of(self, day: date) -> datetime:
        """The instant at which the next date begins."""
        return midnight(day + timedelta(days=1), zone(PORI))


@dataclass(frozen=True, slots=True)
class Step:
    """One kind of thing that falls due. ``act`` takes a batch, ``each`` one at a time."""

    name: str
    rows: Callable[[Today], Select[int]]
    act: Callable[[Work, list[int]], None] | None = None
    each: Callable[[Work, int], object] | None = None


STEPS = (
    Step(
        "gates-due",
        lambda t: queries.gates_due(t.day, t.ahead(CLOCKS.remind)),
        reminders.gates_due,
    ),
    Step("gates-late", lambda t: queries.gates_late(t.day), reminders.gates_late),
    Step(
        "gates-escalated",
        lambda t: queries.gates_to_escalate(t.back(CLOCKS.escalate + 1)),
        reminders.escalate,
    ),
    Step(
        "questions-over",
        lambda t: queries.questions_over(t.end_of(t.back(CLOCKS.question_expires))),
        each=expiry.unanswered,
    ),
    Step(
        "questions-open",
        lambda t: queries.questions(t.end_of(t.back(CLOCKS.question_reminder))),
        reminders.questions,
    ),
    Step("holds-over", lambda t: queries.holds_over(t.now), each=expiry.free_held),
    Step(
        "holds-ending",
        lambda t: queries.holds_ending(t.end_of(t.ahead(CLOCKS.hold_reminder))),
        reminders.holds_ending,
    ),
    Step(
        "conditions-over",
        lambda t: queries.conditions_over(t.back(CLOCKS.condition_expires)),
        each=expiry.unmet,
    ),
    Step(
        "conditions-due",
        lambda t: queries.conditions_due(t.day, t.ahead(CLOCKS.condition_reminder)),
        reminders.conditions_due,
    ),
    Step("conditions-late", lambda t: queries.conditions_late(t.day), reminders.conditions_late),
    Step("wishes-over", lambda t: queries.wishes_over(t.day), each=expiry.no_day_left),
)
"""What has run out comes before what would be said of it."""


def too_much(session: Session, world: World, now: datetime) -> bool:
    """Whether something is due more often than it can be (see ``MOST``)."""
    today = Today(world, now)
    return any(more_than(session, step.rows(today), MOST) for step in STEPS)


def looks(session: Session, world: World, now: datetime) -> Iterator[Callable[[Work], object]]:
    """What to do, each a transaction of its own."""
    today = Today(world, now)
    for step in STEPS:
        last = 0
        while ids := _batch(session, step.rows(today), last):
            last = ids[-1]
            if step.act is not None:
                yield partial(_say, step.act, ids)
            if step.each is not None:
                for key in ids:
                    yield partial(_try, step.name, step.each, key)


def _batch(session: Session, rows: Select[int], after: int) -> list[int]:
    """The next ids: they only rise, so what could not be done does not hold up the rest."""
    key = rows.selected_columns[0]
    return list(session.scalars(rows.where(key > after).order_by(key).limit(BATCH)))


def _say(act: Callable[[Work, list[int]], None], ids: list[int], work: Work) -> None:
    act(work, ids)


def _try(name: str, each: Callable[[Work, int], object], key: int, work: Work) -> None:
    try:
        with work.session.begin_nested():
            each(work, key)
    except Refusal as error:
        log.warning("Clock “%s” left pilot %d as it is: %s", name, key, error)
