"""The pipeline: every pilot between sent and closed, by where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from livinglab.adapters.texts import local
from livinglab.db.queries import pipeline as queries
from livinglab.db.queries.accounts import gate_owners
from livinglab.db.queries.decisions import TO_DECIDE
from livinglab.domain.messages import Localised
from livinglab.domain.pilot import State
from livinglab.services import asking

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.db.queries.pipeline import GateRow, PilotRow
    from livinglab.db.tables import Period
    from livinglab.domain.access import Principal
    from livinglab.services.places import PlacedFacility, Places
    from livinglab.services.world import World

COLUMNS: dict[State, frozenset[State]] = {
    **{
        state: frozenset({state})
        for state in (
            *(State.SUBMITTED, State.NEEDS_INFO, State.IN_REVIEW, State.OFFERED),
            *(State.WAITLISTED, State.CONDITIONAL, State.CONFIRMED, State.READY),
        )
    },
    State.IN_PROGRESS: frozenset({State.IN_PROGRESS, State.SUSPENDED}),
    State.COMPLETED: frozenset({State.COMPLETED}),
}
"""Columns from left to right, each with the states that stand in it."""
STATES = frozenset().union(*COLUMNS.values())
Stay = tuple["Period", "date | None"]


@dataclass(frozen=True, slots=True)
class Card:
    """A pilot: whose, where, since when in its state, and who decides next by when.

    ``days``: whole days in the state. ``price`` by the list, in euro, VAT 0 %; None: none told.
    """

    ref: str
    title: str
    company: str
    company_slug: str
    state: str
    lane: str
    facilities: frozenset[str]
    place: Localised | None
    days: int
    gate: Localised | None
    owner: str
    due: date | None
    overdue: bool
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class Column:
    """One state with its pilots, the longest there first."""

    state: State
    cards: tuple[Card, ...]

    @property
    def price(self) -> Decimal:
        """What all of them cost together."""
        return sum((card.price for card in self.cards if card.price is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which pilots are wanted; empty: all."""

    facility: str = ""
    company: str = ""
    lane: str = ""
    overdue: bool = False

    def keeps(self, card: Card) -> bool:
        """Whether a pilot is wanted."""
        return (
            (not self.facility or self.facility in card.facilities)
            and self.company in {"", card.company_slug}
            and self.lane in {"", card.lane}
            and (card.overdue or not self.overdue)
        )


def read(session: Session, world: World, who: Principal, now: datetime) -> list[Card]:
    """Every pilot that goes on and that the person may see, the longest in its state first."""
    wanted = queries.going_on(who, STATES)
    pilots = queries.pilots(session, wanted)
    gates = {gate.pilot_id: gate for gate in queries.open_gates(session, wanted)}
    entered, starts = queries.entered(session, wanted), queries.starts(session, wanted)
    stays: dict[int, list[Stay]] = {}
    for period, first in queries.stays(session, wanted):
        stays.setdefault(period.pilot_id, []).append((period, first))
    today = world.today(now)
    owners = gate_owners(session, {gate.facility_id for gate in gates.values()}, today)
    teller = _Teller(world.places(session), today, owners, starts)
    cards = [
        (
            since := entered.get(pilot.id) or pilot.submitted_at or now,
            teller.card(pilot, stays.get(pilot.id, ()), gates.get(pilot.id), since),
        )
        for pilot in pilots
    ]
    return [card for _, card in sorted(cards, key=lambda pair: pair[0])]


def columns(cards: Iterable[Card]) -> list[Column]:
    """All columns, also those with nothing in them."""
    found: dict[str, list[Card]] = {}
    for card in cards:
        found.setdefault(card.state, []).append(card)
    return [
        Column(state, tuple(c for one in sorted(states) for c in found.get(one.value, ())))
        for state, states in COLUMNS.items()
    ]


@dataclass(frozen=True, slots=True)
class _Teller:
    """What is the same for all cards."""

    places: Places
    today: date
    owners: dict[tuple[str, int | None], str]
    starts: dict[int, datetime]

    def card(
        self, pilot: PilotRow, stays: Sequence[Stay], gate: GateRow | None, since: datetime
    ) -> Card:
        there = self._facilities(stays, gate)
        due = gate.due_on if gate else None
        return Card(
            ref=pilot.ref,
            title=pilot.title,
            company=pilot.company,
            company_slug=pilot.company_slug,
            state=pilot.state,
            lane=pilot.lane,
            facilities=frozenset(place.slug for place in there),
            place=there[0].facility.name if there else None,
            days=(self.today - local(since).date()).days,
            gate=Localised(gate.title) if gate else None,
            owner=self._owner(gate),
            due=due,
            overdue=due is not None and due < self.today and pilot.state in TO_DECIDE,
            price=self._price(stays),
        )

    def _facilities(self, stays: Sequence[Stay], gate: GateRow | None) -> list[PlacedFacility]:
        ids = [period.facility_id for period, _ in stays]
        ids += [gate.facility_id] if gate else []
        known = self.places.facilities_by_id
        return [known[key] for key in dict.fromkeys(ids) if key is not None and key in known]

    def _owner(self, gate: GateRow | None) -> str:
        if gate is None:
            return ""
        here = self.owners.get((gate.role, gate.facility_id))
        return here or self.owners.get((gate.role, None), "")

    def _price(self, stays: Sequence[Stay]) -> Decimal | None:
        found = []
        for period, first in stays:
            start = self.starts.get(period.id)
            day = start.date() if start else first or self.today
            estimate = asking.price(self.places, period, day)
            if estimate is not None:
                found.append(estimate.total)
        return sum(found, Decimal(0)) if found else None
