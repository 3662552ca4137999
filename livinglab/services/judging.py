"""What the rules say of a pilot: lane, gates, evidence and conditions, place by place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.domain import gates as gate_rules
from livinglab.domain.article_json import article_from_json
from livinglab.domain.facts import facts_of
from livinglab.domain.rules import judge_stays, slowest
from livinglab.services import evidence, rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Period, Pilot
    from livinglab.domain.facts import Facts
    from livinglab.domain.gates import Reason
    from livinglab.domain.messages import Localised
    from livinglab.domain.rules import GateAsked, Judgement
    from livinglab.services.places import PlacedFacility, Places
    from livinglab.services.rules import Numbered
    from livinglab.services.world import World

HALVES = 2
Span = tuple["Facts", "date", "date"]


@dataclass(frozen=True, slots=True)
class PlaceJudged:
    """What the stays at one place call for."""

    place: PlacedFacility
    judgement: Judgement
    gates: tuple[GateAsked, ...]
    lane: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What a pilot calls for, by the rules of the version ``by``."""

    by: Numbered
    places: tuple[PlaceJudged, ...]

    @property
    def lane(self) -> str:
        """The slowest lane of the places; the standard one where no place is known."""
        return slowest(one.lane for one in self.places) if self.places else "standard"

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What put it into its lane, each reason once."""
        found = {r.code: r for one in self.places for r in one.reasons if r.lane == self.lane}
        return tuple(found.values())

    @property
    def conditions(self) -> dict[str, Localised]:
        """What must be met before arrival, by the id of the rule."""
        return {k: text for one in self.places for k, text in one.judgement.conditions.items()}


def settled(places: Places, pilot: Pilot) -> list[PlacedFacility | None]:
    """The facility chosen for each stay."""
    return [places.facilities_by_id.get(period.facility_id or 0) for period in pilot.periods]


def judge_pilot(
    world: World,
    places: Places,
    pilot: Pilot,
    by: Numbered,
    now: datetime,
    *,
    there: Sequence[PlacedFacility | None] | None = None,
    country: str | None = None,
) -> Judged:
    """Judge every stay on the days it holds, else on those it wishes for.

    ``there``: the place of each stay; those that are settled unless given. ``country``: where the
    firm of a sketch is, which has no company.
    """
    where = settled(places, pilot) if there is None else there
    held = evidence.days_held(places, pilot)
    spans: dict[int, list[Span]] = {}
    for number, (period, place) in enumerate(zip(pilot.periods, where, strict=True)):
        if place is not None:
            days = held.get(number) or _wished(period) or _today(world, now)
            spans.setdefault(place.id, []).append((facts(pilot, place, period, country), *days))
    found = (_at(places.facilities_by_id[key], pilot, by, own) for key, own in spans.items())
    return Judged(by, tuple(found))


def facts(pilot: Pilot, place: PlacedFacility, period: Period, country: str | None = None) -> Facts:
    """What is known of one stay of a pilot."""
    return facts_of(
        article_from_json(pilot.test_article),
        place.facility,
        country=pilot.company.country if pilot.company_id else country,
        asks_aid=bool(pilot.asks_aid),
        days=period.halves / HALVES if period.halves else 1.0,
    )


def book_of(session: Session, pilot: Pilot) -> Numbered:
    """The version a pilot is judged by: its own once it was sent, else the one in force."""
    return rules.version(session, pilot.rules_number)


def told(places: Places, pilot: Pilot, by: Numbered) -> list[Reason]:
    """Why a pilot that was sent is in its lane, as kept with it."""
    return [
        reason
        for code in pilot.lane_reasons or ()
        if (reason := _reason(places, pilot.lane, code, by)) is not None
    ]


def _at(place: PlacedFacility, pilot: Pilot, by: Numbered, spans: Sequence[Span]) -> PlaceJudged:
    triggers = article_from_json(pilot.test_article).triggers()
    judgement = judge_stays(by.book, spans)
    gates = gate_rules.required(place.facility, triggers, judgement, by.book.clocks)
    lane, reasons = gate_rules.lane_of(place.facility, triggers, judgement)
    return PlaceJudged(place, judgement, tuple(gates), lane, reasons)


def _wished(period: Period) -> tuple[date, date] | None:
    return _span((w.first, w.last) for w in period.windows)


def _span(days: Iterable[tuple[date, date]]) -> tuple[date, date] | None:
    known = list(days)
    return (min(d for d, _ in known), max(d for _, d in known)) if known else None


def _today(world: World, now: datetime) -> tuple[date, date]:
    today = world.today(now)
    return today, today


def _reason(places: Places, lane: str, code: str, by: Numbered) -> Reason | None:
    rule = by.book.rule(code)
    if rule is not None:
        return gate_rules.Reason(code, lane, rule.why)
    slug, _, role = code.removeprefix(gate_rules.OF_PLACE).partition(":")
    place = places.facilities.get(slug)
    if place is None:
        return None
    if not role:
        return gate_rules.of_place(place.facility)
    approvers = (a for a in place.facility.approvers if a.role == role)
    approver = next(approvers, None)
    if approver is None:
        return None
    return gate_rules.of_decider(place.facility, role, approver.title)
