"""What a pilot must show: papers and cards, whether they are there, and what is still awaited.

Facilities ask for papers, gates and rules for papers and cards. What a passed gate rests on and is
not there is a condition due before arrival; it is met by the evidence itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from livinglab.db.queries import participants as queries
from livinglab.db.tables import Condition
from livinglab.domain.evidence import SOON, Flaw, Given, Person, Standing, flaws, standing_of
from livinglab.domain.gates import papers_asked
from livinglab.domain.messages import Localised
from livinglab.domain.pilot import HOLDS, Holds, State
from livinglab.domain.rules import CONDITION, EvidenceAsked
from livinglab.domain.zones import local_date, zone
from livinglab.services import rules
from livinglab.services.placement import triggers_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Gate, Paper, Pilot
    from livinglab.domain.opening import Almanac
    from livinglab.services.places import Places
    from livinglab.services.work import Work

MOMENT = timedelta(microseconds=1)
OVER = frozenset(state for state, holds in HOLDS.items() if holds in {Holds.RELEASED, Holds.PAST})
"""States in which nothing is awaited any more."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the rule book says of evidence by code, and who comes by pilot."""

    kinds: Mapping[str, EvidenceAsked] = field(default_factory=dict)
    people: Mapping[int, tuple[Person, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to show: who asks for it, the paper given, and what is wrong with it.

    ``place`` names the facility that asks; ``gates`` are the gates whose decision rests on it.
    ``people`` are those who each bring one.
    """

    asked: EvidenceAsked
    place: Localised
    paper: Paper | None
    flaws: tuple[Flaw, ...]
    gates: tuple[Gate, ...] = ()
    people: tuple[Person, ...] = ()

    @property
    def code(self) -> str:
        """Which evidence it is."""
        return self.asked.code

    @property
    def name(self) -> Localised:
        """How it is called."""
        return self.asked.name

    @property
    def standing(self) -> Standing:
        """How it stands as a whole."""
        return standing_of(self.flaws)

    @property
    def there(self) -> bool:
        """Whether it is there, accepted, and outlasts the stay."""
        return not self.flaws

    @property
    def expired(self) -> bool:
        """Whether it is there but ends before the stay does."""
        return self.standing is Standing.EXPIRED


NOTHING = Known()


def known(session: Session, kinds: Mapping[str, EvidenceAsked], pilots: Iterable[Pilot]) -> Known:
    """What must be read to judge the evidence of these pilots; two statements at most."""
    people: dict[int, list[Person]] = {}
    each = any(kind.per_person for kind in kinds.values())
    for one in queries.of_pilots(session, {p.id for p in pilots}) if each else ():
        cards = {card.code: card.expires_on for card in one.cards}
        people.setdefault(one.pilot_id, []).append(Person(one.name, cards))
    return Known(kinds, {key: tuple(found) for key, found in people.items()})


def pieces(
    places: Places,
    pilot: Pilot,
    knows: Known = NOTHING,
    attached: Sequence[Paper] | None = None,
    by_rules: Iterable[tuple[EvidenceAsked, Localised]] = (),
) -> list[Piece]:
    """Everything asked of the pilot in its case, with how it stands.

    ``attached`` stands for the pilot's own papers where the pilot is only a sketch; ``by_rules`` is
    what rules will ask of it, and for which place, since it has no gates yet.
    """
    given = pilot.papers if attached is None else attached
    last = last_day(places, pilot)
    people = knows.people.get(pilot.id, ())
    found = []
    wanted = {asked.code: (asked, place) for asked, place in _asked(places, pilot, knows)}
    wanted = {asked.code: (asked, place) for asked, place in by_rules} | wanted
    for asked, place in wanted.values():
        paper = next((p for p in reversed(given) if p.code == asked.code), None)
        lies = Given(paper.expires_on, paper.rejected_note or "") if paper else None
        wrong = tuple(flaws(asked, lies, people, last))
        gates = tuple(gate for gate in pilot.gates if asked.code in (gate.evidence or ()))
        comes = people if asked.per_person else ()
        found.append(Piece(asked, place, paper, wrong, gates, comes))
    return found


def of(session: Session, places: Places, pilot: Pilot) -> list[Piece]:
    """The pieces of one pilot, with what must be read for them: who comes, where it matters."""
    knows = Known(kinds_of(session))
    if any(asked.per_person for asked, _ in _asked(places, pilot, knows)):
        knows = known(session, knows.kinds, [pilot])
    return pieces(places, pilot, knows)


def days_held(places: Places, pilot: Pilot) -> dict[int, tuple[date, date]]:
    """First and last local date of each stay (by its number) that holds time."""
    numbers = {period.id: number for number, period in enumerate(pilot.periods)}
    found: dict[int, tuple[date, date]] = {}
    for booking in pilot.bookings:
        item = places.by_id.get(booking.resource_id)
        number = numbers.get(booking.period_id or 0)
        if booking.state == "released" or item is None or number is None:
            continue
        tz = zone(item.facility.zone)
        first, last = (
            local_date(booking.starts_at, tz),
            local_date(booking.ends_at - MOMENT, tz),
        )
        known_first, known_last = found.get(number, (first, last))
        found[number] = (min(first, known_first), max(last, known_last))
    return found


def last_day(places: Places, pilot: Pilot) -> date | None:
    """The last date, on the wall of the place, on which the pilot holds time."""
    return max((last for _, last in days_held(places, pilot).values()), default=None)


def due_day(almanac: Almanac, places: Places, pilot: Pilot) -> date | None:
    """The day by which everything must be there: some working days before the first held one."""
    first = min((day for day, _ in days_held(places, pilot).values()), default=None)
    for _ in range(SOON if first else 0):
        first = _working_day_before(almanac, first)
    return first


def outlived(session: Session, places: Places, pilot: Pilot) -> list[Flaw]:
    """What is there but ends before the stay does."""
    found = of(session, places, pilot)
    return [f for piece in found for f in piece.flaws if f.standing is Standing.EXPIRED]


def settle(work: Work, pilot: Pilot) -> None:
    """Bring the conditions that wait for evidence in line with what is there now.

    What a passed gate rests on and is not there is awaited, once; what has come is met; what
    does not hold any more (a card that ends before the new last day) is awaited again.
    """
    if State(pilot.state) in OVER:
        return
    places = work.world.places(work.session)
    stands = {piece.code: piece for piece in of(work.session, places, pilot)}
    due = due_day(work.world.almanac, places, pilot)
    for condition in pilot.conditions:
        piece = stands.get(condition.evidence) if condition.evidence else None
        if condition.evidence.startswith(CONDITION):
            condition.due_on = due or condition.due_on
        if piece is None:
            continue
        if piece.there and condition.fulfilled_at is None:
            condition.fulfilled_at = work.now
            condition.fulfilled_by_id = work.actor.user_id if work.actor else None
        elif not piece.there and condition.fulfilled_at is not None:
            condition.fulfilled_at = condition.fulfilled_by_id = None
        condition.due_on = due or condition.due_on
    awaited = {condition.evidence for condition in pilot.conditions}
    pilot.conditions += [
        Condition(text=p.name.en, first=False, evidence=p.code, due_on=due, gate_id=gate.id)
        for p in stands.values()
        if not p.there and p.code not in awaited
        for gate in [next((g for g in p.gates if g.state == "passed"), None)]
        if gate is not None
    ]


def seen(papers: Iterable[Paper]) -> list[dict[str, Any]]:
    """What a gate keeps of the papers that lay there at its decision."""
    return [
        {
            "code": paper.code,
            "sha256": paper.sha256,
            "file_name": paper.file_name,
            "expires_on": paper.expires_on.isoformat() if paper.expires_on else None,
        }
        for paper in papers
    ]


def _asked(places: Places, pilot: Pilot, knows: Known) -> Iterator[tuple[EvidenceAsked, Localised]]:
    """Each piece once, and the name of the place that asks: papers first, then those of gates."""
    done: set[str] = set()
    triggers = triggers_of(pilot)
    for facility_id in dict.fromkeys(p.facility_id for p in pilot.periods if p.facility_id):
        place = places.facilities_by_id.get(facility_id)
        for paper in papers_asked(place.facility, triggers) if place else ():
            if paper.code not in done and place is not None:
                done.add(paper.code)
                kind = knows.kinds.get(paper.code)
                per_person = kind is not None and kind.per_person
                asked = EvidenceAsked(paper.code, paper.name, per_person, expires=True)
                yield asked, place.facility.name
    for gate in pilot.gates:
        for code in gate.evidence or ():
            if code not in done:
                done.add(code)
                there = places.facilities_by_id.get(gate.facility_id)
                name = there.facility.name if there else Localised(gate.title)
                named = Localised({"en": code.replace("_", " ")})
                yield knows.kinds.get(code) or EvidenceAsked(code, named, expires=True), name


def _working_day_before(almanac: Almanac, day: date | None) -> date | None:
    while day is not None:
        day -= timedelta(days=1)
        if almanac.is_working_day(day):
            break
    return day


def kinds_of(session: Session) -> Mapping[str, EvidenceAsked]:
    """Every kind of evidence that the rule book in force knows, by code."""
    return rules.current(session).book.evidence
