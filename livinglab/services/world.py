"""What a process keeps in memory between requests: parsed places, open days, taken time.

Every entry is keyed by the version it was made from, so a change in any process is seen by all at
their next read. Values are immutable and replaced whole: threads need no lock.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from functools import cached_property, lru_cache
from math import ceil, floor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from livinglab.adapters.daylight import daylight
from livinglab.adapters.holidays_fi import public_holidays
from livinglab.db.queries import places as place_queries
from livinglab.domain.calendar import Busy, OpenCalendar
from livinglab.domain.messages import Localised
from livinglab.domain.opening import Almanac
from livinglab.domain.profile import facility_from_json
from livinglab.domain.zones import local_date, zone
from livinglab.services.kept import Seen, Tables

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from sqlalchemy.orm import Session

    from livinglab.domain.facility import Facility, Resource

PAST_DAYS = 400
SPARE_DAYS = 120
"""Beyond the horizon: a long stay and its buffers must find their open days."""
FORGET_AFTER = timedelta(days=45)
"""What ended longer ago is in nobody's way: the longest set-up time is a thousand hours."""
MANY = 100


@dataclass(frozen=True, slots=True)
class PlacedFacility:
    """A facility with its database id and version."""

    id: int
    version: int
    facility: Facility
    host_id: int

    @property
    def slug(self) -> str:
        """Public id."""
        return self.facility.slug


@dataclass(frozen=True, slots=True)
class PlacedResource:
    """A resource with its database id, its facility, and the revision of its time."""

    id: int
    rev: int
    place: PlacedFacility
    resource: Resource

    @property
    def slug(self) -> str:
        """Public id."""
        return self.resource.slug

    @property
    def facility(self) -> Facility:
        """The facility it belongs to."""
        return self.place.facility


@dataclass(frozen=True)
class Places:
    """All places as one request sees them."""

    facilities: dict[str, PlacedFacility]
    resources: dict[str, PlacedResource]
    by_id: dict[int, PlacedResource]
    facilities_by_id: dict[int, PlacedFacility]

    def bookable(self, facility: str | None = None) -> list[PlacedResource]:
        """Resources people can ask for, by facility and position."""
        if facility is None:
            return [item for items in self._bookable.values() for item in items]
        return list(self._bookable.get(facility, ()))

    def able(self, capability: str | None = None) -> list[PlacedFacility]:
        """Facilities with a capability (its code), or all of them."""
        if not capability:
            return list(self.facilities.values())
        return list(self._able.get(capability, ()))

    @cached_property
    def _bookable(self) -> dict[str, list[PlacedResource]]:
        found: dict[str, list[PlacedResource]] = {slug: [] for slug in self.facilities}
        for item in self.resources.values():
            if item.resource.bookable:
                found[item.place.slug].append(item)
        return found

    @cached_property
    def _able(self) -> dict[str, list[PlacedFacility]]:
        found: dict[str, list[PlacedFacility]] = {}
        for place in self.facilities.values():
            for capability in place.facility.capabilities:
                found.setdefault(capability.code, []).append(place)
        return found

    def needed(
        self, item: PlacedResource, also: Iterable[str] = (), triggers: Iterable[str] = ("always",)
    ) -> list[PlacedResource]:
        """The resource and all that a booking of it books too, without repeats.

        ``also`` counts at the resource's own facility only: what stands elsewhere is needed there.
        """
        here = (s for s in also if (o := self.resources.get(s)) and o.place.id == item.place.id)
        wanted, seen = [item.slug, *here], dict[str, PlacedResource]()
        active = frozenset(triggers) | {"always"}
        while wanted:
            slug = wanted.pop(0)
            found = self.resources.get(slug)
            if found is None or slug in seen:
                continue
            seen[slug] = found
            wanted += [r.resource for r in found.resource.requires if r.when in active]
        return list(seen.values())


def _holiday(day: date) -> Localised | None:
    names = public_holidays(day.year).get(day)
    return None if names is None else Localised(dict(names))


@dataclass(frozen=True, slots=True)
class World:
    """Caches and fixed facts of one application."""

    base_url: str
    mail_from: str
    ref_prefix: str = "PLL"
    almanac: Almanac = field(default_factory=lambda: Almanac(lru_cache(4000)(_holiday), daylight))
    _facilities: dict[int, PlacedFacility] = field(default_factory=dict)
    _calendars: dict[object, OpenCalendar] = field(default_factory=dict)
    _busy: dict[int, tuple[int, datetime, Busy]] = field(default_factory=dict)
    _notice: dict[tuple[date, int], date] = field(default_factory=dict)
    _seen: deque[Seen] = field(default_factory=lambda: deque(maxlen=1))
    tables: Tables = field(default_factory=Tables)

    @property
    def host(self) -> str:
        """The host name in ``base_url``, used in UIDs and Message-IDs."""
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def mail_address(self) -> str:
        """The bare address of the sender."""
        return parseaddr(self.mail_from)[1]

    def places(self, session: Session) -> Places:
        """All places, read by one statement; a second one only for those that changed."""
        rows = place_queries.place_rows(session)
        stale = {
            row.facility_id
            for row in rows
            if (known := self._facilities.get(row.facility_id)) is None
            or known.version != row.facility_version
        }
        if stale:
            for row in place_queries.facilities_of(session, stale):
                self._facilities[row.id] = PlacedFacility(
                    row.id, row.version, facility_from_json(row.profile), row.host_id
                )
        facilities: dict[str, PlacedFacility] = {}
        resources: dict[str, PlacedResource] = {}
        for place_row in rows:
            place = self._facilities[place_row.facility_id]
            facilities[place.slug] = place
            resource = place.facility.resource(place_row.resource_slug)
            if resource is not None:
                resources[resource.slug] = PlacedResource(
                    place_row.resource_id, place_row.resource_rev, place, resource
                )
        return Places(
            facilities,
            resources,
            {item.id: item for item in resources.values()},
            {place.id: place for place in facilities.values()},
        )

    def seen(self, session: Session, now: datetime) -> Seen:
        """Places and taken time for a read; one row tells whether they changed since last time.

        A unit of work must not ask: what it has not committed must never be kept.
        """
        revision, since = place_queries.revision(session), (now - FORGET_AFTER).date()
        for last in self._seen:
            if last.revision == revision and last.since == since:
                return last
        places = self.places(session)
        busy = self.busy(session, places.resources.values(), now)
        seen = Seen(revision, since, places, busy)
        self._seen.append(seen)
        return seen

    def calendar(self, item: PlacedResource, today: date) -> OpenCalendar:
        """The open days of a resource around today, from a year back to past the horizon.

        Resources with equal rules share one, wherever they are: only daylight asks for the place.
        """
        month = today.replace(day=1)
        key = (item.id, item.place.version, month)
        found = self._calendars.get(key)
        if found is None:
            rules, horizon = item.resource.opening, item.facility.stay.horizon_days
            if not rules.daylight_only:
                rules = replace(rules, latitude=0.0, longitude=0.0)
            shared = (rules, horizon, month)
            found = self._calendars.get(shared)
            if found is None:
                found = OpenCalendar.build(
                    rules,
                    month - timedelta(days=PAST_DAYS),
                    month + timedelta(days=horizon + SPARE_DAYS),
                    self.almanac,
                )
                self._calendars[shared] = found
            self._calendars[key] = found
        return found

    def fresh_busy(
        self,
        session: Session,
        items: Iterable[PlacedResource],
        now: datetime,
        *,
        without_pilot: int | None = None,
    ) -> dict[int, Busy]:
        """Taken time of each resource as the open transaction sees it, kept nowhere.

        What ``without_pilot`` holds counts as free.

        A unit of work reads so: what it has not committed must never reach the shared cache.
        """
        ids = {item.id for item in items}
        taken = place_queries.taken_times(
            session, ids, now - FORGET_AFTER, without_pilot=without_pilot
        )
        return _by_resource(ids, taken)

    def busy(
        self, session: Session, items: Iterable[PlacedResource], now: datetime
    ) -> dict[int, Busy]:
        """Taken time of each resource from now on; reads only what changed since last time."""
        items = list(items)
        since = now - FORGET_AFTER
        stale = {
            item.id: item.rev
            for item in items
            if (known := self._busy.get(item.id)) is None
            or known[0] != item.rev
            or known[1] > since
        }
        if stale:
            wanted = None if len(stale) > MANY else stale
            taken = place_queries.taken_times(session, wanted, since)
            for key, intervals in _by_resource(stale, taken).items():
                self._busy[key] = (stale[key], since, intervals)
        return {item.id: self._busy[item.id][2] for item in items}

    def today(self, now: datetime, zone_name: str = "Europe/Helsinki") -> date:
        """The date on the wall at the facility."""
        return local_date(now, zone(zone_name))

    def first_day(self, facility: Facility, now: datetime) -> date:
        """The first date the notice period allows a stay to begin."""
        key = (self.today(now, facility.zone), facility.stay.notice_working_days)
        found = self._notice.get(key)
        if found is None:
            found = self._notice[key] = self.almanac.add_working_days(*key)
        return found

    def last_day(self, facility: Facility, now: datetime) -> date:
        """The last date on which a stay may begin (the horizon)."""
        return self.today(now, facility.zone) + timedelta(days=facility.stay.horizon_days)


def _by_resource(
    ids: Collection[int], taken: Iterable[tuple[int, datetime, datetime]]
) -> dict[int, Busy]:
    found: dict[int, list[tuple[int, int]]] = {key: [] for key in ids}
    for key, start, end in taken:
        if key in found:
            found[key].append((floor(start.timestamp()), ceil(end.timestamp())))
    return {key: Busy(intervals) for key, intervals in found.items()}


def from_epoch(seconds: int) -> datetime:
    """The aware UTC datetime of epoch seconds."""
    return datetime.fromtimestamp(seconds, UTC)
