"""Everything a decision is made on: one pilot as its reviewer sees it now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.db.queries.board import ASKING
from livinglab.db.queries.decisions import TO_DECIDE, earlier_pilots, for_decision
from livinglab.db.queries.pilots import history_and_readings, pilot_by_ref
from livinglab.domain.access import SCHEDULERS, owns_gate
from livinglab.domain.article_json import article_from_json
from livinglab.domain.errors import NotFound
from livinglab.domain.fit import reasons
from livinglab.domain.pilot import Action
from livinglab.services import board, choices, confidence, evidence, moves, reopening
from livinglab.services.availability import Finder
from livinglab.services.pilot import judge
from livinglab.services.review_days import around

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.db.queries.decisions import EarlierPilot
    from livinglab.db.tables import Audit, Gate, Paper, Period, Pilot
    from livinglab.domain.access import Principal
    from livinglab.domain.article import TestArticle
    from livinglab.domain.errors import Problem
    from livinglab.domain.fit import Reason
    from livinglab.services.board import Entry, Line
    from livinglab.services.choices import Choice, Wished
    from livinglab.services.confidence import Plan
    from livinglab.services.evidence import Piece
    from livinglab.services.places import PlacedFacility
    from livinglab.services.reopening import Reopened
    from livinglab.services.world import World

OUTDATED = frozenset({"notice_too_short"})
"""Judged when the request was sent; the days that have passed since are not the firm's fault."""


@dataclass(frozen=True, slots=True)
class GateView:
    """A gate, whether it is the reader's to decide, and who else could."""

    gate: Gate
    mine: bool
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rival:
    """Another request for the same days at the same facility; ``same``: for the same resource."""

    entry: Entry
    line: Line
    same: bool


@dataclass(frozen=True, slots=True)
class StayView:
    """One stay: what is asked, what is held, what could be had, and what lies around it.

    ``wishes``: the windows as entries. ``settable``: the reader may choose its time when approving.
    """

    index: int
    period: Period
    place: PlacedFacility | None
    held: Choice | None
    wished: tuple[Wished, ...]
    others: tuple[Choice, ...]
    rivals: tuple[Rival, ...]
    lines: tuple[Line, ...]
    wishes: tuple[Entry, ...]
    days: tuple[date, date]
    settable: bool


@dataclass(frozen=True, slots=True)
class Review:
    """A pilot with all that bears on its decision and is open to its reader.

    ``finder`` knows the time that is free when the pilot holds none, ``noted`` what the reader was
    noted to have read of it today.
    """

    pilot: Pilot
    plan: Plan
    actions: tuple[Action, ...]
    gates: tuple[GateView, ...]
    stays: tuple[StayView, ...]
    problems: tuple[Problem, ...]
    article: TestArticle
    fits: tuple[tuple[PlacedFacility, tuple[Reason, ...]], ...]
    needs: tuple[Piece, ...]
    further_papers: tuple[Paper, ...]
    earlier: tuple[EarlierPilot, ...]
    history: tuple[Audit, ...]
    reopened: tuple[Reopened, ...]
    finder: Finder
    noted: frozenset[tuple[str, str]]

    @property
    def mine(self) -> tuple[GateView, ...]:
        """Open gates that are the reader's to decide now."""
        if Action.APPROVE not in self.actions:
            return ()
        return tuple(v for v in self.gates if v.mine and v.gate.state == "open")

    @property
    def due(self) -> date | None:
        """The nearest date of the clocks that run: the reader's, else anybody's."""
        if self.pilot.state not in TO_DECIDE:
            return None
        running = self.mine or tuple(v for v in self.gates if v.gate.state == "open")
        return min((v.gate.due_on for v in running if v.gate.due_on), default=None)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which further times the reader asks to see: for one stay, from a day on."""

    stay: int
    day: date
    resource: str | None = None


def read(
    session: Session,
    world: World,
    who: Principal,
    now: datetime,
    ref: str,
    wanted: Wanted | None = None,
) -> Review:
    """The review of a pilot.

    Raises:
        NotFound: there is no such pilot, or not for this person.
    """
    pilot = pilot_by_ref(session, ref, who, also=for_decision(world.today(now)))
    if pilot is None:
        raise NotFound
    finder = choices.without_own(session, Finder.read(world, session, now), pilot)
    asking = pilot.state in ASKING
    found = [p for p in judge(finder, pilot) if p.code not in OUTDATED] if asking else []
    plan = confidence.plan_of(who, pilot)
    article = article_from_json(plan.article)
    gates = _gates(pilot, who)
    actions = tuple(moves.actions_for(pilot, who))
    places = finder.places
    stays = tuple(_stays(session, finder, pilot, who, gates, found, wanted))
    settled = dict.fromkeys(p.facility_id for p in pilot.periods if p.facility_id)
    there = [places.facilities_by_id[key] for key in settled if key in places.facilities_by_id]
    needs = evidence.of(session, places, pilot)
    moves_made, readings = history_and_readings(
        session, pilot.id, who.user_id, confidence.day_begun(world, now)
    )
    named = {need.code for need in needs}
    return Review(
        pilot=pilot,
        plan=plan,
        actions=actions,
        gates=gates,
        stays=stays,
        problems=tuple(p for p in found if plan.open and _in_the_way(p, stays)),
        article=article,
        fits=tuple(
            (place, tuple(reasons(article, place.facility))) for place in there if plan.open
        ),
        needs=tuple(needs),
        further_papers=tuple(paper for paper in pilot.papers if paper.code not in named),
        earlier=tuple(earlier_pilots(session, who, pilot.company_id, pilot.id)),
        history=tuple(moves_made),
        reopened=tuple(reopening.explained(pilot, moves_made)),
        finder=finder,
        noted=frozenset((row.object_kind, row.object_ref) for row in readings),
    )


def _in_the_way(problem: Problem, stays: Sequence[StayView]) -> bool:
    """Whether it still matters: a window that does not work does not where another does."""
    return not any(
        problem.field.startswith(f"periods.{stay.index}.")
        and (stay.held or any(wish.choice for wish in stay.wished))
        for stay in stays
    )


def _gates(pilot: Pilot, who: Principal) -> tuple[GateView, ...]:
    return tuple(
        GateView(
            gate,
            owns_gate(who, gate.role, gate.facility.slug, pilot.company_id),
            _names(gate),
        )
        for gate in pilot.gates
    )


def _names(gate: Gate) -> tuple[str, ...]:
    """Whose the gate is today: stand-ins go before those they stand in for."""
    holding = [held for held in gate.holders if held.user.active]
    holding.sort(key=lambda held: (held.user.name, held.user_id))
    standing_in = [held for held in holding if held.first_day or held.last_day]
    return tuple(dict.fromkeys(held.user.name for held in standing_in or holding))


def _stays(
    session: Session,
    finder: Finder,
    pilot: Pilot,
    who: Principal,
    gates: Collection[GateView],
    found: Sequence[Problem],
    wanted: Wanted | None,
) -> list[StayView]:
    places, world = finder.places, finder.world
    helds = [choices.holding(finder, pilot, index) for index in range(len(pilot.periods))]
    spans = [
        around(period, held, world.today(finder.now))
        for period, held in zip(pilot.periods, helds, strict=True)
    ]
    slugs = {period.facility_id for period in pilot.periods}
    items = [item for item in places.bookable() if item.place.id in slugs]
    lines: list[Line] = []
    if spans and items:
        days = (min(first for first, _ in spans), max(last for _, last in spans))
        lines = board.read(session, world, who, finder.now, items, days)
    views = []
    for index, period in enumerate(pilot.periods):
        here = tuple(line for line in lines if line.item.place.id == period.facility_id)
        roles = {
            v.gate.role
            for v in gates
            if v.mine and v.gate.state == "open" and v.gate.facility_id == period.facility_id
        }
        place = places.facilities_by_id.get(period.facility_id or 0)
        views.append(
            StayView(
                index=index,
                period=period,
                place=place,
                held=helds[index],
                wished=tuple(choices.wished(finder, pilot, index, found)),
                others=tuple(_others(finder, pilot, index, wanted)),
                rivals=tuple(_rivals(pilot, period, here)),
                lines=here,
                wishes=board.wishes_of(pilot, period, place.facility) if place else (),
                days=spans[index],
                settable=bool(roles) and (helds[index] is None or bool(roles & SCHEDULERS)),
            )
        )
    return views


def _others(finder: Finder, pilot: Pilot, index: int, wanted: Wanted | None) -> list[Choice]:
    if wanted is not None and wanted.stay == index:
        return choices.starting(finder, pilot, index, wanted.resource, wanted.day)
    return choices.nearest(finder, pilot, index)


def _rivals(pilot: Pilot, period: Period, lines: Sequence[Line]) -> list[Rival]:
    """Wishes of others whose days meet the windows of this stay."""
    windows = [(w.first, w.last) for w in period.windows]
    found: dict[str, Rival] = {}
    for line in lines:
        for entry in line.entries:
            if entry.kind != "wish" or entry.case is None or entry.case.ref == pilot.ref:
                continue
            first, last = entry.dates
            if any(a <= last and first <= b for a, b in windows):
                same = entry.anywhere or period.resource_id in (None, line.item.id)
                found.setdefault(entry.case.ref, Rival(entry, line, same))
    return list(found.values())
