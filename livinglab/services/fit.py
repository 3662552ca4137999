"""A test article against every place: does it fit, why, what is asked for, and from when on.

All in memory: the places a process knows, the rules, and the free time of one
:class:`~livinglab.services.availability.Finder`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from livinglab.domain.earliest import (
    Asks,
    Decision,
    Earliest,
    Paper,
    WorkingDays,
    ready,
    with_free_time,
)
from livinglab.domain.facts import OF_PLACE, facts_of, facts_there
from livinglab.domain.fit import Reason, Verdict, reasons, verdict
from livinglab.domain.gates import lane_of, papers_asked, required
from livinglab.domain.narrowing import narrowed
from livinglab.domain.rules import judge
from livinglab.services.availability import Slot
from livinglab.services.catalogue import usual_length

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from livinglab.domain.article import TestArticle
    from livinglab.domain.calendar import Length
    from livinglab.domain.facility import Facility
    from livinglab.domain.facts import Facts
    from livinglab.domain.gates import Reason as LaneReason
    from livinglab.domain.rules import GateAsked, Judgement, RuleBook
    from livinglab.services.availability import Finder
    from livinglab.services.places import PlacedFacility, PlacedResource

HALVES = 2
ROUNDS = 3
"""Rules may change with the days of the stay, and these with the rules; this often at most."""
LATER = OF_PLACE | {"days"}
ORDER = {Verdict.YES: 0, Verdict.ASK: 1, Verdict.NO: 2}
"""Places that fit come first, then those to ask."""


@dataclass(frozen=True, slots=True)
class Start:
    """The earliest start at a place: its chain, and the stay found, of the length asked for."""

    facility: Facility
    triggers: frozenset[str]
    judgement: Judgement
    gates: tuple[GateAsked, ...]
    earliest: Earliest
    slot: Slot | None

    def lane(self) -> tuple[str, tuple[LaneReason, ...]]:
        """The lane, and what put the stay there."""
        return lane_of(self.facility, self.triggers, self.judgement)


@dataclass(frozen=True, slots=True)
class Fit:
    """How one place stands to an article; ``start`` is None where it does not fit."""

    place: PlacedFacility
    verdict: Verdict
    reasons: Sequence[Reason]
    start: Start | None

    @property
    def day(self) -> date | None:
        """The earliest start, where there is one."""
        return self.start.earliest.day if self.start else None


class Checker:
    """An article held against places: what they have in common is worked out once."""

    def __init__(
        self,
        finder: Finder,
        article: TestArticle,
        book: RuleBook,
        *,
        country: str | None = None,
        asks_aid: bool = False,
    ) -> None:
        self._finder, self._article = finder, article
        self._triggers = article.triggers()
        known = facts_of(article, country=country, asks_aid=asks_aid)
        self._book = narrowed(book, known, LATER)
        self._days: dict[str, WorkingDays] = {}
        self._asked = sorted({test.fact for rule in self._book.rules for test in rule.when})
        self._dated = [rule for rule in self._book.rules if rule.since or rule.until]
        self._judgements: dict[tuple[object, ...], Judgement] = {}

    def fit(self, place: PlacedFacility) -> Fit:
        """How one place stands to the article, for its usual length of stay."""
        facility = place.facility
        found = reasons(self._article, facility)
        judged = verdict(found)
        items = self._finder.places.bookable(place.slug)
        start = None if judged is Verdict.NO else self.start(items, usual_length(facility))
        return Fit(place, judged, found, start)

    def start(
        self, items: Sequence[PlacedResource], length: Length, also: Iterable[str] = ()
    ) -> Start | None:
        """The earliest start of a stay at one facility's resources; None where there are none."""
        if not items:
            return None
        facility, days = items[0].facility, self._working_days(items[0].facility)
        facts = facts_there(self._article, facility)
        facts["days"] = length.halves / HALVES if length.halves else 1.0
        first = last = days.after(facility.stay.notice_working_days)
        found: Start | None = None
        for _ in range(ROUNDS):
            judgement = self._judge(facts, first, last)
            if found is not None and judgement is found.judgement:
                break
            found = self._judged(items, length, judgement, tuple(also))
            if found.slot is None:
                break
            first, last = found.slot.stay.first_day, found.slot.stay.last_day
        return found

    def _judge(self, facts: Facts, first: date, last: date) -> Judgement:
        """What the rules say; worked out once for all places alike in what they ask about."""
        told = [facts.get(name) for name in self._asked]
        key = (*told, *(rule.in_force(first, last) for rule in self._dated))
        found = self._judgements.get(key)
        if found is None:
            found = self._judgements[key] = judge(self._book, facts, first, last)
        return found

    def _judged(
        self,
        items: Sequence[PlacedResource],
        length: Length,
        judgement: Judgement,
        also: tuple[str, ...],
    ) -> Start:
        """The earliest start as the rules that hold then say."""
        facility = items[0].facility
        gates = tuple(required(facility, self._triggers, judgement, self._book.clocks))
        asks = Asks(
            max(facility.stay.notice_working_days, judgement.notice),
            tuple(
                Decision(gate.title, gate.working_days, self._slowest(gate.evidence))
                for gate in gates
            ),
            tuple(self._papers(facility, gates)),
        )
        days = self._working_days(facility)
        before = ready(days, asks)
        slot = self._first_slot(items, length, before.start, also)
        found = with_free_time(days, before, slot.stay.first_day if slot else None)
        return Start(facility, self._triggers, judgement, gates, found, slot)

    def _slowest(self, codes: Iterable[str]) -> Paper | None:
        """The evidence that takes longest to get; None where all is at hand."""
        known = (self._book.evidence[code] for code in codes if code in self._book.evidence)
        slowest = max(known, key=lambda item: item.working_days, default=None)
        if slowest is None or not slowest.working_days:
            return None
        return Paper(slowest.name, slowest.working_days)

    def _papers(self, facility: Facility, gates: Iterable[GateAsked]) -> Iterator[Paper]:
        """Papers of the place that take time to get and that no gate waits for."""
        waited = {code for gate in gates for code in gate.evidence}
        for asked in papers_asked(facility, self._triggers):
            known = self._book.evidence.get(asked.code)
            if known is not None and known.working_days and asked.code not in waited:
                yield Paper(asked.name, known.working_days)

    def _working_days(self, facility: Facility) -> WorkingDays:
        known = self._days.get(facility.zone)
        if known is None:
            world = self._finder.world
            today = world.today(self._finder.now, facility.zone)
            known = self._days[facility.zone] = WorkingDays(world.almanac, today)
        return known

    def _first_slot(
        self, items: Sequence[PlacedResource], length: Length, first: date, also: tuple[str, ...]
    ) -> Slot | None:
        window = (first, date.max)
        linked = [item for item in items if also or item.resource.requires]
        plain = items if not linked else [item for item in items if item not in linked]
        best = self._finder.first_slots(plain, length, window).get(items[0].place.slug)
        for item in linked:
            stay = self._finder.first_stay(item, length, window, also=also, triggers=self._triggers)
            if stay is not None and (best is None or stay.start < best.stay.start):
                best = Slot(item, stay)
        return best


class Fits:
    """Every published place: those that fit first, each group by its earliest start."""

    def __init__(self, found: Iterable[Fit]) -> None:
        self.all = sorted(
            found, key=lambda fit: (ORDER[fit.verdict], fit.day or date.max, fit.place.slug)
        )
        self._by_slug = {fit.place.slug: fit for fit in self.all}
        self._kept = Counter(
            reason.kind
            for fit in self.all
            for reason in fit.reasons
            if reason.verdict is Verdict.YES
        )
        self._able: dict[str, list[Fit]] = {}
        self._fitting = [fit for fit in self.all if fit.verdict is Verdict.YES]
        for fit in self._fitting:
            for capability in fit.place.facility.capabilities:
                self._able.setdefault(capability.code, []).append(fit)

    def at(self, slug: str) -> Fit | None:
        """How the place of that id stands to the article."""
        return self._by_slug.get(slug)

    def keeping(self, reason: Reason) -> int:
        """How many places keep what is compared there."""
        return self._kept[reason.kind]

    def next_place(self, fit: Fit) -> Fit | None:
        """The place a pilot that worked there goes to next."""
        return self._by_slug.get(fit.place.facility.next_place)

    def instead(self, fit: Fit) -> Fit | None:
        """Where an article goes that does not fit there as it is: most alike, then soonest."""
        if fit.verdict is Verdict.YES:
            return None
        able = [
            self._able[capability.code][0]
            for capability in fit.place.facility.capabilities
            if capability.code in self._able
        ]
        shared = Counter(other.place.slug for other in able)
        likely = max(able, key=lambda other: shared[other.place.slug], default=None)
        return likely or next(iter(self._fitting), None)


def fits(finder: Finder, article: TestArticle, book: RuleBook) -> Fits:
    """The article against every published place."""
    checker = Checker(finder, article, book)
    return Fits(checker.fit(place) for place in finder.places.published.values())
