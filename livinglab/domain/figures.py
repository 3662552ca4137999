"""Figures of a season as pure arithmetic: how full places are, and what became of requests.

**Load.** Open time is what the opening rules of *today* leave open (hours, holidays, closures of
the rules, daylight), less what the host closed by a block, whether it was asked for or not. Booked
time is the part of it that lies in stays, firm or tentative, past ones too; set-up and take-down
do not count, nor nights and weekends in which the place is closed anyway. A night belongs to the
local date on which it begins, so a date, a week and a month are those on the facility's wall, and
a day of 23 or 25 hours counts what it has.

**Requests.** A case is a request that was sent, on the day it was sent first; drafts do not count.
The first answer is the host's first move after that: a gate passed, a question, an offer, the
waiting list, or no. Its time is counted in working days, 0 for the same day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import takewhile
from math import ceil
from statistics import median
from typing import TYPE_CHECKING, NamedTuple, Protocol

from livinglab.domain.pilot import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from livinglab.domain.calendar import Busy
    from livinglab.domain.opening import Almanac, OpenDay

FEWEST_ANSWERS = 5
"""Of fewer answers neither the middle nor the slowest tenth says anything."""
SLOW_SHARE = 0.9
"""Nine of ten answers came within what is told as the slow end."""


@dataclass(frozen=True, slots=True)
class Load:
    """Seconds of open time, and how many of them are booked: firm, or tentative."""

    open: int = 0
    firm: int = 0
    tentative: int = 0

    @property
    def booked(self) -> int:
        """Seconds of open time in a stay."""
        return self.firm + self.tentative

    @property
    def share(self) -> float | None:
        """Booked part of the open time, 0 to 1; None where nothing was open."""
        return self.booked / self.open if self.open else None


def total(loads: Iterable[Load]) -> Load:
    """All of them together: shares weigh by open time."""
    listed = list(loads)
    return Load(
        sum(load.open for load in listed),
        sum(load.firm for load in listed),
        sum(load.tentative for load in listed),
    )


def month_of(day: date) -> date:
    """The first of the month."""
    return day.replace(day=1)


def week_of(day: date) -> date:
    """The Monday of the week (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def parts(first: date, last: date, part_of: Callable[[date], date]) -> tuple[date, ...]:
    """The months or weeks that the days from ``first`` to ``last``, both included, lie in."""
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(dict.fromkeys(map(part_of, days)))


def loads(
    days: Sequence[OpenDay],
    closed: Busy,
    firm: Busy,
    tentative: Busy,
    part_of: Callable[[date], date],
) -> dict[date, Load]:
    """The load of one resource in each month or week of its open days.

    Args:
        days: Open days in order.
        closed: What the host closed: no longer open, and no stay counts in it.
        firm: Time in stays that are sure.
        tentative: Time in stays that are not.
        part_of: :func:`month_of` or :func:`week_of`.
    """
    opened: Counter[date] = Counter()
    for day in days:
        opened[part_of(day.date)] += sum(end - start for start, end in day.spans)
    shut = _within(days, closed, part_of)
    held = _within(days, closed.union(firm), part_of)
    asked = _within(days, closed.union(firm, tentative), part_of)
    return {
        part: Load(seconds - shut[part], held[part] - shut[part], asked[part] - held[part])
        for part, seconds in opened.items()
    }


def _within(days: Sequence[OpenDay], taken: Busy, part_of: Callable[[date], date]) -> Counter[date]:
    """Seconds of open time inside the taken time, by part."""
    found: Counter[date] = Counter()
    for start, end in zip(taken.starts, taken.ends, strict=True):
        index = bisect_right(days, start, key=lambda day: day.end)
        for day in takewhile(lambda day: day.start < end, days[index:]):  # noqa: B023  # used at once
            inside = sum(max(0, min(end, e) - max(start, s)) for s, e in day.spans)
            found[part_of(day.date)] += inside
    return found


class Case(NamedTuple):
    """A request that was sent: who sent it, when, and how far it came.

    ``answered_on`` is None while the first answer is open; ``approved`` and ``tested`` tell
    whether its time was ever confirmed, with or without conditions, and whether the firm came.
    """

    company: int
    country: str
    state: State
    sent_on: date
    answered_on: date | None
    approved: bool
    tested: bool


class Origin(NamedTuple):
    """A country (ISO 3166-1 alpha-2), how many firms came from it and how often they asked."""

    country: str
    firms: int
    requests: int


def origins(cases: Iterable[Case]) -> list[Origin]:
    """Where the firms come from, most firms first."""
    firms: dict[str, set[int]] = {}
    requests: Counter[str] = Counter()
    for case in cases:
        firms.setdefault(case.country, set()).add(case.company)
        requests[case.country] += 1
    found = (Origin(code, len(ids), requests[code]) for code, ids in firms.items())
    return sorted(found, key=lambda o: (-o.firms, -o.requests, o.country))


class Funnel(NamedTuple):
    """How many requests were sent, answered, decided, approved, and led to a test on the spot.

    Decided are those approved or declined; others are open, or ended before.
    """

    sent: int
    answered: int
    decided: int
    approved: int
    tested: int

    @property
    def approval(self) -> float | None:
        """Approved part of what was decided, 0 to 1; None where nothing was."""
        return self.approved / self.decided if self.decided else None


def funnel(cases: Iterable[Case]) -> Funnel:
    """What became of the requests."""
    listed = list(cases)
    approved = [case for case in listed if case.approved]
    declined = [c for c in listed if c.state is State.REJECTED and not c.approved]
    return Funnel(
        sent=len(listed),
        answered=sum(case.answered_on is not None for case in listed),
        decided=len(approved) + len(declined),
        approved=len(approved),
        tested=sum(case.tested for case in listed),
    )


def by_state(cases: Iterable[Case]) -> dict[State, int]:
    """How many requests stand in each state there is, in the order of the workflow."""
    count = Counter(case.state for case in cases)
    return {state: count[state] for state in State if count[state]}


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """Times to the first answer, in working days.

    ``counts[d]`` answers took ``d`` days. ``middle`` and ``slow`` (nine of ten came within it)
    are None below :data:`FEWEST_ANSWERS` answers.
    """

    counts: tuple[int, ...]
    middle: float | None
    slow: int | None

    @property
    def number(self) -> int:
        """How many answers there are."""
        return sum(self.counts)

    def within(self, days: int) -> int:
        """How many answers came in at most so many working days."""
        return sum(self.counts[: days + 1])


class Sent(Protocol):
    """What answer times are counted from; a :class:`Case` has it."""

    @property
    def sent_on(self) -> date:
        """The local date on which it was sent first."""

    @property
    def answered_on(self) -> date | None:
        """That of the first answer."""


def answer_times(cases: Iterable[Sent], almanac: Almanac) -> AnswerTimes:
    """How long first answers took."""
    days = sorted(
        sum(map(almanac.is_working_day, _after(case.sent_on, case.answered_on)))
        for case in cases
        if case.answered_on is not None
    )
    count = Counter(days)
    enough = len(days) >= FEWEST_ANSWERS
    return AnswerTimes(
        counts=tuple(count[day] for day in range(days[-1] + 1)) if days else (),
        middle=median(days) if enough else None,
        slow=days[ceil(SLOW_SHARE * len(days)) - 1] if enough else None,
    )


def _after(first: date, last: date) -> Iterator[date]:
    """The days after ``first`` up to ``last``."""
    return (first + timedelta(days=n + 1) for n in range((last - first).days))
