"""What is left to do until the first real facility stands in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.db.queries import setup as queries
from livinglab.domain.messages import N_, Message
from livinglab.services.completeness import missing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.domain.errors import Problem
    from livinglab.services.places import PlacedFacility, Places
    from livinglab.services.world import World

TITLES: dict[str, str] = {
    "demo": N_("Leave demo mode"),
    "host": N_("Make the first host"),
    "facility": N_("Describe the first facility"),
    "hours": N_("Set its opening hours"),
    "deciders": N_("Name who decides"),
    "papers": N_("Say which papers firms must send"),
    "prices": N_("Set its prices"),
    "facts": N_("Say where it is and what can be tested"),
    "photo": N_("Show a photo"),
    "mail": N_("Set up mail"),
    "published": N_("Put it into the catalogue"),
}
OPTIONAL = frozenset({"papers", "photo"})
OF_PROBLEMS = {
    "hours_missing": "hours",
    "decider_missing": "deciders",
    "price_missing": "prices",
}
"""Which step a fault that stands against publishing belongs to; all others are facts."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do. ``lacking`` are sentences about what is still missing."""

    code: str
    title: Message
    done: bool
    lacking: tuple[Problem, ...] = ()

    @property
    def optional(self) -> bool:
        """Whether the first facility can be public without it."""
        return self.code in OPTIONAL


@dataclass(frozen=True, slots=True)
class Checklist:
    """All steps, and the real facility that is nearest to the catalogue (None: there is none)."""

    steps: tuple[Step, ...]
    place: PlacedFacility | None

    @property
    def next_step(self) -> Step | None:
        """The first thing that must still be done."""
        return next((s for s in self.steps if not s.done and not s.optional), None)

    @property
    def done(self) -> int:
        """How many of the steps that must be done are."""
        return sum(step.done for step in self.steps if not step.optional)

    @property
    def needed(self) -> int:
        """How many steps must be done."""
        return sum(not step.optional for step in self.steps)


def checklist(session: Session, world: World, now: datetime, *, mail: bool) -> Checklist:
    """Where the start stands; ``mail`` says whether a mail server is set. ≤ 5 statements."""
    facts = queries.facts(session)
    place = _first(world.places(session), now)
    lacking: dict[str, list[Problem]] = {}
    if place is not None and not place.published:
        for problem in missing(session, world, now, place):
            lacking.setdefault(OF_PROBLEMS.get(problem.code, "facts"), []).append(problem)
    there = place is not None
    done = {
        "demo": not facts.examples,
        "host": facts.hosts > 0,
        "facility": there,
        **{
            code: there and code not in lacking for code in ("hours", "deciders", "prices", "facts")
        },
        "papers": place is not None and bool(place.facility.papers),
        "photo": place is not None and place.id in queries.with_photo(session, [place.id]),
        "mail": mail,
        "published": place is not None and place.published,
    }
    steps = (
        Step(code, Message(title), done[code], tuple(lacking.get(code, ())))
        for code, title in TITLES.items()
    )
    return Checklist(tuple(steps), place)


def is_open(session: Session) -> bool:
    """Whether a real facility is public; one statement."""
    return queries.is_open(session)


def _first(places: Places, now: datetime) -> PlacedFacility | None:
    """The real facility that is public, or told most of."""

    def told(place: PlacedFacility) -> tuple[bool, bool, int, int]:
        facility = place.facility
        priced = facility.price_on(now.date()) is not None
        return place.published, priced, len(facility.capabilities), len(facility.papers)

    real = [place for place in places.facilities.values() if not place.facility.is_example]
    return max(real, key=told, default=None)
