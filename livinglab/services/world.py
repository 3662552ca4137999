"""What a process keeps in memory between requests: parsed places, open days, taken time.

Every entry is keyed by the version it was made from, so a change in any process is seen by all at
their next read. Values are immutable and replaced whole: threads need no lock.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache, partial
from math import ceil, floor
from secrets import token_bytes
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from livinglab.adapters.daylight import daylight
from livinglab.adapters.holidays_fi import public_holidays
from livinglab.db.queries import places as place_queries
from livinglab.domain.calendar import Busy, OpenCalendar
from livinglab.domain.messages import Localised
from livinglab.domain.opening import Almanac
from livinglab.domain.retention import Keep
from livinglab.domain.zones import local_date, zone
from livinglab.services.kept import Seen, Tables
from livinglab.services.places import KnownPlaces

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from pathlib import Path

    from sqlalchemy.orm import Session

    from livinglab.adapters.erasures import Erasures
    from livinglab.domain.facility import Facility
    from livinglab.services.places import PlacedResource, Places

PAST_DAYS = 400
SPARE_DAYS = 120
"""Beyond the horizon: a long stay and its buffers must find their open days."""
FORGET_AFTER = timedelta(days=45)
"""What ended longer ago is in nobody's way: the longest set-up time is a thousand hours."""
MANY = 100


def _holiday(day: date) -> Localised | None:
    names = public_holidays(day.year).get(day)
    return None if names is None else Localised(dict(names))


@dataclass(frozen=True, slots=True)
class World:
    """Caches and fixed facts of one application.

    ``audit_key`` seals the audit chain: one not given is good for this process only. Heads of the
    chain are noted in the file ``audit_heads``, if there is one, and erased people in ``erasures``.
    """

    base_url: str
    mail_from: str
    ref_prefix: str = "PLL"
    audit_key: bytes = field(default_factory=partial(token_bytes, 32), repr=False)
    audit_heads: Path | None = None
    erasures: Erasures | None = None
    keep: Keep = field(default_factory=Keep)
    almanac: Almanac = field(default_factory=lambda: Almanac(lru_cache(4000)(_holiday), daylight))
    known_places: KnownPlaces = field(default_factory=KnownPlaces)
    _calendars: dict[object, OpenCalendar] = field(default_factory=dict)
    _busy: dict[tuple[int, int], tuple[int, datetime, Busy]] = field(default_factory=dict)
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
        """All places; one row tells whether any changed since last time."""
        return self.known_places.read(session, place_queries.revision(session))

    def seen(self, session: Session, now: datetime) -> Seen:
        """Places and taken time for a read; one row tells whether they changed since last time.

        A unit of work must not ask: what it has not committed must never be kept.
        """
        revision, since = place_queries.revision(session), (now - FORGET_AFTER).date()
        for last in self._seen:
            if last.revision == revision and last.since == since:
                return last
        seen = Seen(
            revision,
            since,
            self.known_places.read(session, revision),
            self._taken(session, now, revision.era),
        )
        self._seen.append(seen)
        return seen

    def calendar(self, item: PlacedResource, today: date) -> OpenCalendar:
        """The open days of a resource around today, from a year back to past the horizon.

        Resources with equal rules share one, wherever they are: only daylight asks for the place.
        """
        month = today.replace(day=1)
        key = (item.place.era, item.id, item.place.version, month)
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
        if not ids:
            return {}
        taken = place_queries.taken_times(
            session, ids, now - FORGET_AFTER, without_pilot=without_pilot
        )
        return _by_resource(ids, taken)

    def _taken(self, session: Session, now: datetime, era: int) -> dict[int, Busy]:
        """Taken time of every resource from now on; reads only what changed since last time."""
        since = now - FORGET_AFTER
        revisions = place_queries.resource_revisions(session)
        stale = {
            key: rev
            for key, rev in revisions.items()
            if (known := self._busy.get((era, key))) is None or known[0] != rev or known[1] > since
        }
        if stale:
            wanted = None if len(stale) > MANY else stale
            taken = place_queries.taken_times(session, wanted, since)
            for key, intervals in _by_resource(stale, taken).items():
                self._busy[era, key] = (stale[key], since, intervals)
        return {key: self._busy[era, key][2] for key in revisions}

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
