"""Clocks: once an hour, who must be reminded, who is late, and what has run out.

What is due is asked of the database, of each pilot by the clocks of the rules it is judged by.
Reminders are written a batch to a transaction, what ends a
request or frees time in one of its own each, so that one which cannot be done does not stop the
rest. What was said is noted with the batch, so nothing is said twice.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Self

from livinglab.adapters.texts import PORI
from livinglab.db.queries import clocks as queries
from livinglab.db.queries.jobs import more_than
from livinglab.domain.clocks import working_days_before
from livinglab.domain.errors import Refusal
from livinglab.domain.zones import midnight, zone
from livinglab.services import expiry, reminders, rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import date, datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from livinglab.domain.clocks import Clocks
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
    rows: Callable[[Today, Clocks], Select[int]]
    act: Callable[[Work, list[int]], None] | None = None
    each: Callable[[Work, int], object] | None = None


STEPS = (
    Step(
        "gates-due",
        lambda t, c: queries.gates_due(t.day, t.ahead(c.remind)),
        reminders.gates_due,
    ),
    Step("gates-late", lambda t, _: queries.gates_late(t.day), reminders.gates_late),
    Step(
        "gates-escalated",
        lambda t, c: queries.gates_to_escalate(t.back(c.escalate + 1)),
        reminders.escalate,
    ),
    Step(
        "questions-over",
        lambda t, c: queries.questions_over(t.end_of(t.back(c.question_expires))),
        each=expiry.unanswered,
    ),
    Step(
        "questions-open",
        lambda t, c: queries.questions(t.end_of(t.back(c.question_reminder))),
        reminders.questions,
    ),
    Step("holds-over", lambda t, _: queries.holds_over(t.now), each=expiry.free_held),
    Step(
        "holds-ending",
        lambda t, c: queries.holds_ending(t.end_of(t.ahead(c.hold_reminder))),
        reminders.holds_ending,
    ),
    Step(
        "conditions-over",
        lambda t, c: queries.conditions_over(t.back(c.condition_expires)),
        each=expiry.unmet,
    ),
    Step(
        "conditions-due",
        lambda t, c: queries.conditions_due(t.day, t.ahead(c.condition_reminder)),
        reminders.conditions_due,
    ),
    Step("conditions-late", lambda t, _: queries.conditions_late(t.day), reminders.conditions_late),
    Step("wishes-over", lambda t, _: queries.wishes_over(t.day), each=expiry.no_day_left),
)
"""What has run out comes before what would be said of it."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due today, each pilot by the clocks of the rules it is judged by.

    ``own``: clocks other than those in force, and the versions of the rules that have them.
    """

    today: Today
    newest: Clocks
    own: Mapping[Clocks, frozenset[int]]

    @classmethod
    def read(cls, session: Session, today: Today) -> Self:
        """Every version is read once, however many pilots are judged by it."""
        newest, own = rules.current(session).book.clocks, defaultdict(set)
        for number in session.scalars(queries.versions_under_way()):
            if number is not None:
                own[rules.version(session, number).book.clocks].add(number)
        own.pop(newest, None)
        return cls(today, newest, {clocks: frozenset(some) for clocks, some in own.items()})

    def rows(self, step: Step) -> Select[int]:
        """The ids of what is due in a step."""
        newest = step.rows(self.today, self.newest)
        if not self.own:
            return newest
        others = frozenset[int]().union(*self.own.values())
        return queries.together(
            queries.not_judged_by(newest, others),
            *(
                queries.judged_by(step.rows(self.today, clocks), numbers)
                for clocks, numbers in self.own.items()
            ),
        )


def too_much(session: Session, world: World, now: datetime) -> bool:
    """Whether something is due more often than it can be (see ``MOST``)."""
    due = Due.read(session, Today(world, now))
    return any(more_than(session, due.rows(step), MOST) for step in STEPS)


def looks(session: Session, world: World, now: datetime) -> Iterator[Callable[[Work], object]]:
    """What to do, each a transaction of its own."""
    due = Due.read(session, Today(world, now))
    for step in STEPS:
        last = 0
        while ids := _batch(session, due.rows(step), last):
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
