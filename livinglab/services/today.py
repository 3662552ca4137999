"""A day at the sites: who is there, who comes and goes, what is loud, closed and due.

What may be told of whom is the board's to say; whom to call, the robot and what is owed are told
of pilots that the reader may open.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from livinglab.db.queries import today as queries
from livinglab.domain.article_json import article_from_json
from livinglab.domain.zones import local_date, zone
from livinglab.services import board, confidence, evidence

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from livinglab.db.queries.today import GateRow
    from livinglab.db.tables import Pilot
    from livinglab.domain.access import Principal
    from livinglab.domain.article import TestArticle
    from livinglab.domain.messages import Localised
    from livinglab.services.board import Case, Entry, Line
    from livinglab.services.evidence import Known
    from livinglab.services.places import PlacedFacility, PlacedResource, Places
    from livinglab.services.world import World

T = TypeVar("T")
NOISY = "noisy"
"""The trigger (``vocabulary.TRIGGERS``) of articles and shared things that are loud."""
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Guest:
    """What is known of a pilot that is there: robot, whom to call, what is still owed.

    ``article`` is None where the plan is confidential and not for the reader. ``conditions`` and
    ``papers`` are those not met, not given or out of date.
    """

    article: TestArticle | None
    noisy: bool
    country: str
    name: str
    email: str
    conditions: tuple[str, ...]
    papers: tuple[Localised, ...]


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay on the day: at which resources, and whether it begins or ends then.

    ``guest`` is None where the reader may not open the pilot. ``loud``: hearing protection.
    """

    case: Case
    items: tuple[PlacedResource, ...]
    start: datetime
    end: datetime
    firm: bool
    arrives: bool
    leaves: bool
    loud: bool
    guest: Guest | None = None


@dataclass(frozen=True, slots=True)
class Closed:
    """Time closed on the day, and what it closes."""

    entry: Entry
    items: tuple[PlacedResource, ...]


@dataclass(frozen=True, slots=True)
class SiteDay:
    """A piece of ground with one gate on one day; ``ahead`` is who arrives on the next."""

    slug: str
    name: str
    places: tuple[PlacedFacility, ...]
    visits: tuple[Visit, ...]
    closed: tuple[Closed, ...]
    due: tuple[GateRow, ...]
    ahead: tuple[Visit, ...]

    @property
    def loud(self) -> tuple[Visit, ...]:
        """What is loud on the day."""
        return tuple(visit for visit in self.visits if visit.loud)

    @property
    def quiet(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.visits or self.closed or self.due or self.ahead)


def site_of(place: PlacedFacility) -> tuple[str, str]:
    """Slug and name of a place's site; a place without one is a site of its own."""
    facility = place.facility
    return (facility.site_id, facility.site) if facility.site_id else (facility.slug, "")


def sites(places: Places, who: Principal) -> dict[str, list[PlacedFacility]]:
    """The reader's sites by slug: those of their roles, else all that they may see."""
    seen = places.seen_by(who).values()
    own = [place for place in seen if place.slug in who.facilities]
    found: dict[str, list[PlacedFacility]] = {}
    for place in own or seen:
        found.setdefault(site_of(place)[0], []).append(place)
    return found


def read(
    session: Session,
    world: World,
    who: Principal,
    now: datetime,
    there: dict[str, list[PlacedFacility]],
    day: date,
) -> list[SiteDay]:
    """These sites on that day; who the guests are tells :func:`introduced`.

    As many statements however much is there.
    """
    places = world.places(session)
    at = {place.id: slug for slug, some in there.items() for place in some}
    items = [item for key in at for item in places.units(key)]
    lines = board.read(
        session, world, who, now, items, (day, day + timedelta(days=1)), with_wishes=False
    )
    loud = _loud_refs(lines, places)
    visits = _visits(lines, loud, day)
    ahead = [visit for visit in _visits(lines, loud, day + timedelta(days=1)) if visit.arrives]
    # What is late is a matter of today; another day lists what is due on it.
    since = date.min if day == world.today(now) else day
    due = queries.gates_due(session, who, at, (since, day))

    def by_site(things: Iterable[T], facility: Callable[[T], int]) -> dict[str, list[T]]:
        found: dict[str, list[T]] = {slug: [] for slug in there}
        for thing in things:
            found[at[facility(thing)]].append(thing)
        return found

    on_day, after = (by_site(found, lambda v: v.items[0].place.id) for found in (visits, ahead))
    by_line = by_site(lines, lambda line: line.item.place.id)
    by_gate = by_site(due, lambda row: row.facility_id)
    return [
        SiteDay(
            slug,
            site_of(some[0])[1],
            tuple(some),
            tuple(on_day[slug]),
            tuple(_closed(by_line[slug], day)),
            tuple(by_gate[slug]),
            tuple(after[slug]),
        )
        for slug, some in there.items()
    ]


def pilots_of(session: Session, who: Principal, days: Sequence[SiteDay]) -> Sequence[Pilot]:
    """The pilots there or arriving that the reader may open."""
    refs = {visit.case.ref for found in days for visit in (*found.visits, *found.ahead)}
    return queries.pilots_there(session, who, refs)


def introduced(
    session: Session,
    places: Places,
    who: Principal,
    days: Sequence[SiteDay],
    there: Sequence[Pilot],
) -> list[SiteDay]:
    """The same with the guests of :func:`pilots_of`, and what is loud by them.

    As many statements however many there are.
    """
    knows = evidence.known(session, evidence.kinds_of(session), there)
    guests = {pilot.ref: _guest(places, who, pilot, knows) for pilot in there}

    def known(visits: Iterable[Visit]) -> tuple[Visit, ...]:
        return tuple(_known(visit, guests.get(visit.case.ref)) for visit in visits)

    return [replace(found, visits=known(found.visits), ahead=known(found.ahead)) for found in days]


def _loud_refs(lines: Sequence[Line], places: Places) -> set[tuple[str, datetime]]:
    """Stays (pilot and start) that hold something only loud tests need."""
    shared = {
        need.resource
        for line in lines
        for unit in places.units(line.item.place.id)
        for need in unit.resource.requires
        if need.when == NOISY
    }
    return {
        (entry.case.ref, entry.start)
        for line in lines
        if line.item.slug in shared
        for entry in _bookings(line)
        if entry.case is not None
    }


def _visits(
    lines: Sequence[Line], loud: Collection[tuple[str, datetime]], day: date
) -> list[Visit]:
    """The stays on a day, each once with all its resources: arrivals first, then by place."""
    found: dict[tuple[str, datetime, int], Visit] = {}
    for line in lines:
        tz = zone(line.item.facility.zone)
        if not line.item.resource.bookable:
            continue
        for entry in _bookings(line):
            first, last = local_date(entry.start, tz), local_date(entry.end - MOMENT, tz)
            if entry.case is None or not first <= day <= last:
                continue
            key = (entry.case.ref, entry.start, line.item.place.id)
            known = found.get(key)
            if known is not None:
                found[key] = replace(known, items=(*known.items, line.item))
                continue
            found[key] = Visit(
                entry.case,
                (line.item,),
                entry.start,
                entry.end,
                firm=entry.kind == "firm",
                arrives=first == day,
                leaves=last == day,
                loud=(entry.case.ref, entry.start) in loud,
            )
    return sorted(found.values(), key=lambda visit: (not visit.arrives, visit.items[0].slug))


def _known(visit: Visit, guest: Guest | None) -> Visit:
    return replace(visit, guest=guest, loud=visit.loud or (guest is not None and guest.noisy))


def _bookings(line: Line) -> Iterator[Entry]:
    return (entry for entry in line.entries if entry.kind in {"firm", "tentative"})


def _guest(places: Places, who: Principal, pilot: Pilot, knows: Known) -> Guest:
    article = article_from_json(pilot.test_article)
    owed = evidence.pieces(places, pilot, knows)
    return Guest(
        article if confidence.reads_plan(who, pilot) else None,
        NOISY in article.triggers(),
        pilot.company.country,
        pilot.created_by.name,
        pilot.created_by.email,
        tuple(c.text for c in pilot.conditions if c.fulfilled_at is None),
        tuple(piece.name for piece in owed if not piece.there),
    )


def _closed(lines: Sequence[Line], day: date) -> Iterator[Closed]:
    """What is closed on the day, one entry for all resources that share it."""
    found: dict[object, Closed] = {}
    for line in lines:
        tz = zone(line.item.facility.zone)
        if not line.item.resource.bookable:
            continue
        for entry in line.entries:
            ends = local_date(entry.end - MOMENT, tz)
            if entry.kind not in {"closed", "block"} or not (
                local_date(entry.start, tz) <= day <= ends
            ):
                continue
            # A reason is told by what it says: messages have no hash.
            key = (entry.kind, entry.start, entry.end, repr(entry.reason))
            known = found.get(key)
            items = (*known.items, line.item) if known else (line.item,)
            found[key] = Closed(entry, items)
    return iter(found.values())
