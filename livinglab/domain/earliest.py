"""The earliest start of a stay, and the chain of what must come before it, in words.

Notice, decisions and papers run side by side, each from the day of asking; the slowest of them
says from when on a stay is possible, and the first free stay from then on is the earliest start.
A decision takes its evidence first, then its own clock, and a stay begins on a later day than the
one by whose end it is made. All of it counts Finnish working days.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from datetime import date

    from livinglab.domain.messages import Localised
    from livinglab.domain.opening import Almanac

NEXT_DAY = timedelta(days=1)


class Paper(NamedTuple):
    """Evidence that has to be got first: its name, and the working days that usually takes."""

    name: Localised
    working_days: int


class Decision(NamedTuple):
    """One gate: who decides, within how many working days once the slowest evidence is there."""

    who: Localised
    working_days: int
    evidence: Paper | None = None


class Asks(NamedTuple):
    """What a place asks for before a stay: notice in working days, decisions, papers."""

    notice: int = 0
    decisions: tuple[Decision, ...] = ()
    papers: tuple[Paper, ...] = ()


class WorkingDays:
    """Dates so many working days after one day; each is worked out once."""

    __slots__ = ("_almanac", "_days")

    def __init__(self, almanac: Almanac, today: date) -> None:
        self._almanac = almanac
        self._days = [today]

    def after(self, count: int) -> date:
        """The ``count``-th working day after the first day (that day itself for 0)."""
        while len(self._days) <= count:
            self._days.append(self._almanac.add_working_days(self._days[-1], 1))
        return self._days[count]

    def holds_one(self, first: date, before: date) -> bool:
        """Whether a working day lies from ``first`` up to before ``before``."""
        day = first - NEXT_DAY
        return self._almanac.add_working_days(day, 1) < before


class Link(NamedTuple):
    """One link of the chain: what it is, when it is done, and from when on it allows a stay.

    ``code``: notice, gate, paper, due (a gate that has a date), free, taken, none or booked.
    ``working_days`` count from the day of asking; None where a date alone is known. No date: there
    is no such day.
    """

    code: str
    day: date | None
    start: date
    working_days: int | None = None
    about: Decision | Paper | None = None

    @property
    def message(self) -> Message:
        """The link in words: “Ethics statement takes 30 working days → Mon 18 Jan 2027”."""
        if isinstance(self.about, Decision):
            return _decision(self, self.about)
        if isinstance(self.about, Paper):
            params = {"paper": self.about.name, "days": days_text(self.about.working_days)}
            return Message(
                N_("%(paper)s usually takes %(days)s → %(day)s"), {**params, "day": self.day}
            )
        if self.code == "notice":
            days = days_text(self.working_days or 0)
            return Message(N_("Notice of %(days)s → %(day)s"), {"days": days, "day": self.day})
        return Message(_TIME[self.code], {"day": self.day or self.start})


_TIME = {
    "free": N_("Free then → %(day)s"),
    "taken": N_("The first free stay after that → %(day)s"),
    "none": N_("Nothing is free from %(day)s on, as far ahead as can be asked for"),
    "booked": N_("Your time begins → %(day)s"),
}


def _decision(link: Link, decision: Decision) -> Message:
    params: dict[str, object] = {"who": decision.who, "day": link.day}
    if link.code == "due":
        return Message(N_("%(who)s decides → %(day)s"), params)
    params["days"] = days_text(decision.working_days)
    if decision.evidence is None:
        return Message(N_("%(who)s decides within %(days)s → %(day)s"), params)
    params |= {
        "paper": decision.evidence.name,
        "lead": days_text(decision.evidence.working_days),
    }
    return Message(
        N_("%(paper)s usually takes %(lead)s, then %(who)s decides within %(days)s → %(day)s"),
        params,
    )


def days_text(count: int) -> Message:
    """So many working days."""
    if count == 1:
        return Message(N_("1 working day"))
    return Message(N_("%(count)s working days"), {"count": count})


@dataclass(frozen=True, slots=True)
class Ready:
    """From when on a stay is possible as far as the place asks, and the link that decides it."""

    start: date
    links: tuple[Link, ...]
    cause: Link | None


@dataclass(frozen=True, slots=True)
class Earliest:
    """The earliest start, None where no stay is free; the whole chain; the link that decides it."""

    day: date | None
    links: tuple[Link, ...]
    cause: Link


def ready(days: WorkingDays, asks: Asks) -> Ready:
    """What the place asks for, each link counted from the first of ``days``."""
    links: list[Link] = []
    if asks.notice:
        day = days.after(asks.notice)
        links.append(Link("notice", day, day, asks.notice))
    for decision in asks.decisions:
        lead = decision.evidence.working_days if decision.evidence else 0
        total = lead + decision.working_days
        day = days.after(total)
        links.append(Link("gate", day, day + NEXT_DAY, total, decision))
    for paper in asks.papers:
        if paper.working_days:
            day = days.after(paper.working_days)
            links.append(Link("paper", day, day, paper.working_days, paper))
    return waiting(days, tuple(links))


def due(who: Localised, working_days: int, day: date) -> Link:
    """The link of a gate that is open already and due on a day."""
    return Link("due", day, day + NEXT_DAY, None, Decision(who, working_days))


def waiting(days: WorkingDays, links: tuple[Link, ...]) -> Ready:
    """From when on a stay is possible after these links, of which the slowest decides."""
    cause = max(links, key=lambda link: link.start, default=None)
    today = days.after(0)
    return Ready(today if cause is None else max(today, cause.start), links, cause)


def with_free_time(days: WorkingDays, before: Ready, first_free: date | None) -> Earliest:
    """The chain up to the first stay that is free from ``before.start`` on.

    Free time is the cause where a working day passes between the two.
    """
    if first_free is None:
        none = Link("none", None, before.start)
        return Earliest(None, (*before.links, none), none)
    waits = days.holds_one(before.start, first_free)
    link = Link("taken" if waits else "free", first_free, first_free)
    cause = link if waits or before.cause is None else before.cause
    return Earliest(first_free, (*before.links, link), cause)
