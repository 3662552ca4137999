"""What must be known to change a facility: both descriptions, what is booked, what is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from livinglab.db.queries import upkeep as queries
from livinglab.domain.access import sees_who
from livinglab.domain.agreed import Closed
from livinglab.domain.article_json import article_from_json
from livinglab.domain.calendar import Busy, Length, OpenCalendar
from livinglab.domain.consequences import Agreed, Described, Wanted
from livinglab.domain.policy import Wish
from livinglab.domain.zones import local_date, zone

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.db.queries.upkeep import AgreedRow, WantedRow
    from livinglab.domain.access import Principal
    from livinglab.domain.facility import Facility
    from livinglab.domain.opening import OpeningRules
    from livinglab.services.world import World

RUN_ON = timedelta(days=7)
"""Stays and nights that have begun, and those that end after the last day asked about."""
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Upkeep:
    """A facility before and after, and everything there that a change could touch.

    ``coming`` are bookings that are not over; ``agreed`` those whose buffers still run as well.
    ``elsewhere`` are pilots for which the place is one that would do besides, and no more yet.
    """

    before: Described
    after: Described
    agreed: tuple[Agreed, ...]
    coming: tuple[Agreed, ...]
    wanted: tuple[Wanted, ...]
    closed: tuple[Closed, ...]
    busy: dict[str, Busy]
    cases: dict[str, tuple[int, str, str]]
    elsewhere: frozenset[str]

    @classmethod
    def read(
        cls,
        session: Session,
        world: World,
        now: datetime,
        facility_id: int,
        sides: tuple[Facility, Facility],
    ) -> Upkeep:
        """What the database holds of a place, beside its old and new description."""
        agreed = queries.agreed_rows(session, facility_id, now)
        wanted = queries.wanted_rows(session, facility_id)
        zone_name = sides[0].zone
        pilots = {row.pilot_id for row in agreed} | {row.pilot_id for row in wanted}
        papers = _by_pilot(queries.papers_of(session, pilots))
        gates = _by_pilot(queries.gates_at(session, facility_id, pilots))
        blocks = queries.blocks_after(session, facility_id, now)
        days = _days(world, now, zone_name, agreed, wanted)
        stays = tuple(
            _agreed(row, papers.get(row.pilot_id, NONE), gates.get(row.pilot_id, NONE))
            for row in agreed
        )
        moment = now.timestamp()
        return cls(
            _described(world, sides[0], days),
            _described(world, sides[1], days),
            stays,
            tuple(stay for stay in stays if stay.end > moment),
            _wanted(wanted, zone_name, papers, gates),
            tuple(Closed(slug, _epoch(start), _epoch(end)) for slug, start, end in blocks),
            _busy(agreed, blocks),
            _cases(agreed) | _cases(wanted),
            _elsewhere(agreed, wanted, gates),
        )

    def named(self, who: Principal, ref: str, facility: str) -> tuple[str | None, str | None]:
        """Firm and title of a pilot, as far as the reader may see who has the time."""
        company_id, company, title = self.cases[ref]
        where = "" if ref in self.elsewhere else facility
        return (company, title) if sees_who(who, company_id, where) else (None, None)


def _by_pilot(pairs: Iterable[tuple[int, str]]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for pilot, code in pairs:
        found.setdefault(pilot, set()).add(code)
    return {pilot: frozenset(codes) for pilot, codes in found.items()}


def _days(
    world: World,
    now: datetime,
    zone_name: str,
    agreed: Iterable[AgreedRow],
    wanted: Iterable[WantedRow],
) -> tuple[date, date]:
    """The dates in which anything agreed or asked for lies, from now on."""
    today = world.today(now, zone_name)
    last = [local_date(row.ends_at, zone(zone_name)) for row in agreed]
    last += [row.last for row in wanted]
    return today - RUN_ON, max([today, *last]) + RUN_ON


def _cases(rows: Iterable[AgreedRow] | Iterable[WantedRow]) -> dict[str, tuple[int, str, str]]:
    return {row.ref: (row.company_id, row.company, row.title) for row in rows}


def _elsewhere(
    agreed: Iterable[AgreedRow], wanted: Iterable[WantedRow], gates: dict[int, frozenset[str]]
) -> frozenset[str]:
    known = {row.ref for row in agreed}
    known |= {row.ref for row in wanted if not row.alternative or row.pilot_id in gates}
    return frozenset(row.ref for row in wanted) - known


def _described(world: World, facility: Facility, days: tuple[date, date]) -> Described:
    made: dict[OpeningRules, OpenCalendar] = {}
    for resource in facility.resources:
        if resource.opening not in made:
            made[resource.opening] = OpenCalendar.build(resource.opening, *days, world.almanac)
    calendars = {resource.slug: made[resource.opening] for resource in facility.resources}
    notice = facility.stay.notice_working_days
    return Described(
        facility, calendars, lambda asked_on: world.almanac.add_working_days(asked_on, notice)
    )


def _agreed(row: AgreedRow, papers: frozenset[str], gates: frozenset[str]) -> Agreed:
    return Agreed(
        key=row.id,
        ref=row.ref,
        stay=-row.id if row.period_id is None else row.period_id,
        resource=row.resource,
        start=_epoch(row.starts_at),
        end=_epoch(row.ends_at),
        blocked=(_epoch(row.blocked_from), _epoch(row.blocked_to)),
        length=Length(row.halves or 0, row.hours or 0),
        article=article_from_json(row.article),
        also=tuple(row.also or ()),
        papers=papers,
        gates=gates,
    )


def _wanted(
    rows: Iterable[WantedRow],
    zone_name: str,
    papers: dict[int, frozenset[str]],
    gates: dict[int, frozenset[str]],
) -> tuple[Wanted, ...]:
    found: list[Wanted] = []
    for _, windows in groupby(rows, key=lambda row: row.period_id):
        first, *others = windows
        found.append(
            Wanted(
                ref=first.ref,
                resource=first.resource,
                length=Length(first.halves, first.hours),
                article=article_from_json(first.article),
                windows=tuple(Wish(row.first, row.last) for row in (first, *others)),
                asked_on=local_date(first.submitted_at, zone(zone_name)),
                also=tuple(first.also),
                capabilities=tuple(first.capabilities),
                papers=papers.get(first.pilot_id, NONE),
                gates=gates.get(first.pilot_id, NONE),
            )
        )
    return tuple(found)


def _busy(
    agreed: Iterable[AgreedRow], blocks: Iterable[tuple[str, datetime, datetime]]
) -> dict[str, Busy]:
    taken: dict[str, list[tuple[int, int]]] = {}
    held = ((row.resource, row.blocked_from, row.blocked_to) for row in agreed)
    for resource, start, end in (*held, *blocks):
        taken.setdefault(resource, []).append((_epoch(start), _epoch(end)))
    return {resource: Busy(intervals) for resource, intervals in taken.items()}


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
