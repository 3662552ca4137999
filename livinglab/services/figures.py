"""How full places are, where firms come from and how fast they are answered.

What counts is said in ``domain.figures``. Stays count when they take place, requests when they
were sent first, at the facility of each of their stays: sending settles it.
Six statements, however many facilities there are.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from livinglab.db.queries import figures as queries
from livinglab.db.queries.occupancy import block_rows, held_rows
from livinglab.domain.calendar import Busy, OpenCalendar
from livinglab.domain.figures import (
    AnswerTimes,
    Case,
    Load,
    answer_times,
    loads,
    month_of,
    parts,
    total,
    week_of,
)
from livinglab.domain.pilot import State
from livinglab.domain.zones import local_date, midnight, zone
from livinglab.services import rules

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.domain.opening import OpenDay
    from livinglab.services.places import PlacedFacility, PlacedResource, Places
    from livinglab.services.world import World

PORI = "Europe/Helsinki"
YEAR_MONTHS, MONTHS_BACK = 12, 5
DAY = timedelta(days=1)


class Span(NamedTuple):
    """Local dates, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """Of one facility: its load in each month and week, and the requests for it."""

    place: PlacedFacility
    months: Mapping[date, Load]
    weeks: Mapping[date, Load]
    cases: Sequence[Case]
    answers: AnswerTimes

    @property
    def load(self) -> Load:
        """Over all months."""
        return total(self.months.values())


@dataclass(frozen=True)
class Figures:
    """Of some facilities together, and of each; ``months`` and ``weeks`` are those of the span.

    ``promised``: the working days to the first answer, by the rules in force.
    The first and the last week are whole weeks, so they may reach beyond the span.
    """

    span: Span
    months: tuple[date, ...]
    weeks: tuple[date, ...]
    places: tuple[PlaceFigures, ...]
    cases: tuple[Case, ...]
    answers: AnswerTimes
    promised: int

    @cached_property
    def by_month(self) -> dict[date, Load]:
        """The load of all facilities together, month by month."""
        return {m: total(p.months[m] for p in self.places) for m in self.months}

    @property
    def load(self) -> Load:
        """Of all facilities over the whole span."""
        return total(self.by_month.values())

    def only(self, places: Iterable[PlaceFigures]) -> Figures:
        """The same requests and answers, but the time of these facilities alone."""
        return replace(self, places=tuple(places))


def around(today: date) -> Span:
    """Twelve months, each of the year once: five before this one, and six after it."""
    return Span(_month(today, -MONTHS_BACK), _month(today, YEAR_MONTHS - MONTHS_BACK) - DAY)


def calendar_year(year: int) -> Span:
    """January to December."""
    return Span(date(year, 1, 1), date(year, 12, 31))


def years(session: Session, today: date) -> list[int]:
    """The years in which there is any stay, and this one; the last first."""
    first, last = queries.first_and_last_time(session)
    tz = zone(PORI)
    early = local_date(first, tz).year if first else today.year
    late = local_date(last, tz).year if last else today.year
    return list(range(max(late, today.year), min(early, today.year) - 1, -1))


def read(
    session: Session,
    world: World,
    now: datetime,
    span: Span,
    chosen: Iterable[PlacedFacility],
) -> Figures:
    """The figures of these facilities, together and each."""
    places = list(chosen)
    months, weeks = (parts(*span, part_of) for part_of in (month_of, week_of))
    wide = Span(weeks[0], weeks[-1] + timedelta(days=6))
    known = world.places(session)
    units = {place.id: known.bookable(place.slug) for place in places}
    taken = _taken(session, [item for items in units.values() for item in items], wide)
    reader = _Reader(world, now, taken)
    cases, at_places = _cases(session, span)
    shown = tuple(
        PlaceFigures(
            place,
            reader.loads(units[place.id], span, months, month_of),
            reader.loads(units[place.id], wide, weeks, week_of),
            [cases[pilot] for pilot in at_places[place.id]],
            answer_times((cases[p] for p in at_places[place.id]), world.almanac),
        )
        for place in places
    )
    ours = {pilot for place in places for pilot in at_places[place.id]}
    counted = tuple(case for pilot, case in cases.items() if pilot in ours)
    answers = answer_times(counted, world.almanac)
    promised = rules.current(session).book.clocks.facility_manager
    return Figures(span, months, weeks, shown, counted, answers, promised)


def busy_months(
    session: Session, world: World, now: datetime, place: PlacedFacility, places: Places
) -> dict[date, Load]:
    """The load of one facility in the months of :func:`around`; two statements."""
    items = places.bookable(place.slug)
    span = around(world.today(now, place.facility.zone))
    reader = _Reader(world, now, _taken(session, items, span))
    return reader.loads(items, span, parts(*span, month_of), month_of)


def _month(day: date, later: int) -> date:
    """The first of the month so many months later."""
    years, month = divmod(day.month - 1 + later, YEAR_MONTHS)
    return date(day.year + years, month + 1, 1)


class _Taken(NamedTuple):
    """Time closed by the host, firm and tentative stays of one resource."""

    closed: Busy
    firm: Busy
    tentative: Busy


NOTHING = _Taken(Busy(), Busy(), Busy())


def _taken(session: Session, items: Sequence[PlacedResource], span: Span) -> dict[int, _Taken]:
    """What holds or closes each resource, by its id; a day more on both sides for every zone."""
    tz = zone(PORI)
    start, end = midnight(span.first, tz), midnight(span.last + DAY, tz)
    start, end = start - DAY, end + 2 * DAY
    ids = [item.id for item in items]
    found: dict[int, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    for held in held_rows(session, ids, start, end):
        found[held.resource_id][held.state].append(_epoch(held.starts_at, held.ends_at))
    for block in block_rows(session, ids, start, end):
        found[block.resource_id]["closed"].append(_epoch(block.starts_at, block.ends_at))
    return {
        key: _Taken(*(Busy(kinds[kind]) for kind in ("closed", "firm", "tentative")))
        for key, kinds in found.items()
    }


def _epoch(start: datetime, end: datetime) -> tuple[int, int]:
    return int(start.timestamp()), int(end.timestamp())


@dataclass(frozen=True, slots=True)
class _Reader:
    """Loads of resources; calendars of equal rules are worked out once."""

    world: World
    now: datetime
    taken: Mapping[int, _Taken]
    built: dict[object, OpenCalendar] = field(default_factory=dict)

    def loads(
        self,
        items: Iterable[PlacedResource],
        span: Span,
        wanted: Iterable[date],
        part_of: Callable[[date], date],
    ) -> dict[date, Load]:
        """The load of the resources together in each wanted month or week of the span."""
        found = [
            loads(self._days(item, span), *self.taken.get(item.id, NOTHING), part_of)
            for item in items
        ]
        return {part: total(f[part] for f in found if part in f) for part in wanted}

    def _days(self, item: PlacedResource, span: Span) -> Sequence[OpenDay]:
        rules = item.resource.opening
        calendar = self.world.calendar(item, self.world.today(self.now, rules.zone))
        if not calendar.first <= span.first <= span.last <= calendar.last:
            key = rules, span
            if key not in self.built:
                self.built[key] = OpenCalendar.build(rules, *span, self.world.almanac)
            calendar = self.built[key]
        return calendar.days[calendar.day_index(span.first) : calendar.index_after(span.last)]


def _cases(session: Session, span: Span) -> tuple[dict[int, Case], dict[int, list[int]]]:
    """Requests first sent in the span, by pilot id, and the pilots of each facility, by its id."""
    tz = zone(PORI)
    asked = midnight(span.first, tz), midnight(span.last + DAY, tz)
    cases = {
        row.pilot_id: Case(
            row.company_id,
            row.country,
            State(row.state),
            local_date(row.sent_at, tz),
            local_date(row.answered_at, tz) if row.answered_at else None,
            approved=bool(row.approved),
            tested=bool(row.tested),
        )
        for row in queries.cases(session, *asked)
    }
    at_places: dict[int, list[int]] = defaultdict(list)
    for pilot_id, facility_id in sorted(queries.places_of_cases(session, *asked)):
        if pilot_id in cases:
            at_places[facility_id].append(pilot_id)
    return cases, at_places
