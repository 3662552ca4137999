"""The calendars of somebody who reads by CalDAV (RFC 4791), and what changed in them (RFC 6578).

Everybody has one with all they may see; hosts have one for each facility, too. They are read only.
An object is a booking's stored event, by its UID.

A sync token says up to which change (``calendar_changes``) a program has read, on which day, as the
window of calendars moves on at midnight, and with which rights. With other rights everything is
read anew: what changed meanwhile may never have been theirs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from livinglab.adapters import ics, ics_objects
from livinglab.adapters.texts import sentence
from livinglab.db.queries import caldav as queries
from livinglab.domain.errors import NotFound
from livinglab.domain.interval import Interval
from livinglab.domain.messages import N_, Message
from livinglab.domain.zones import midnight, zone
from livinglab.services.calendar_changes import TOKENS_LAST
from livinglab.services.calendar_texts import SHOWN_FOR
from livinglab.services.feeds import AHEAD

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal
    from livinglab.domain.calendar_query import CalendarQuery
    from livinglab.services.places import PlacedFacility
    from livinglab.services.world import World

ALL = "all"
AT = "at-"
"""How the name of a facility's calendar begins."""
TOKEN = "urn:x-livinglab:sync:"  # noqa: S105  # how one begins
_TOKEN = re.compile(re.escape(TOKEN) + r"([0-9]{1,18})-([0-9]{1,7})-([0-9a-f]{16})")
_TITLE = N_("Living Lab – %(name)s")


class StaleToken(Exception):
    """No sync token of this calendar as it is now: the program must read everything anew."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A calendar object."""

    uid: str
    event: str
    changed_at: datetime

    @property
    def etag(self) -> str:
        """Its strong validator, without quotes."""
        return ics_objects.etag_of(self.event)

    @property
    def text(self) -> str:
        """The object as iCalendar."""
        return ics_objects.object_of(self.event)


@dataclass(frozen=True, slots=True)
class Calendar:
    """One calendar of somebody's: of a facility, or (None) of everything."""

    place: PlacedFacility | None = None

    @property
    def name(self) -> str:
        """Its part of the address."""
        return ALL if self.place is None else AT + self.place.slug

    def title(self, who: Principal) -> str:
        """What programs call it."""
        name = who.organisation_name
        if self.place is not None:
            name = self.place.facility.name.get(who.language)
        return sentence(Message(_TITLE, {"name": name}), who.language)


@dataclass(frozen=True, slots=True)
class Changes:
    """What a program must fetch and forget, and the token from which it goes on."""

    token: str
    there: list[Stored]
    gone: list[str]


def calendars(session: Session, world: World, who: Principal) -> list[Calendar]:
    """The person's calendars: of everything, and, for hosts, of each facility they may see."""
    places = world.places(session).facilities
    mine = (place for slug, place in sorted(places.items()) if _reads(who, slug))
    return [Calendar(), *map(Calendar, mine)]


def calendar_named(session: Session, world: World, who: Principal, name: str) -> Calendar:
    """The person's calendar of that name.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    if name == ALL:
        return Calendar()
    slug = name.removeprefix(AT)
    place = world.places(session).facilities.get(slug)
    if slug == name or place is None or not _reads(who, slug):
        raise NotFound
    return Calendar(place)


def _reads(who: Principal, slug: str) -> bool:
    everywhere = who.sees_all_pilots or who.global_gate_roles
    return who.is_host and (bool(everywhere) or slug in who.facilities)


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads one of their calendars on a day (in Helsinki)."""

    session: Session
    who: Principal
    calendar: Calendar
    today: date

    def objects(self, query: CalendarQuery) -> list[Stored]:
        """The objects that are asked for, by start."""
        if not query.events:
            return []
        rows = queries.objects(self.session, self._scope(), start=query.start, end=query.end)
        found = [Stored(*row) for row in rows]
        if query.properties:
            known = ((one, ics_objects.properties(one.event)) for one in found)
            found = [one for one, has in known if all(p.holds(has) for p in query.properties)]
        return found

    def named(self, uids: Iterable[str]) -> dict[str, Stored]:
        """Those of these UIDs that are there."""
        rows = queries.named(self.session, self._scope(), uids)
        return {uid: Stored(*row) for uid, row in rows.items()}

    def token(self) -> str:
        """The sync token of the calendar as it is; it is the same until something changes."""
        newest = queries.newest(self.session, self._scope())
        return f"{TOKEN}{newest}-{self.today.toordinal()}-{self._rights()}"

    def changes(self, token: str) -> Changes:
        """What changed since a token; without one everything.

        Raises:
            StaleToken: no token of ours, one of other rights, or too old a one.
        """
        now = self.token()
        if token == now:
            return Changes(now, [], [])
        scope = self._scope()
        if not token:
            rows = queries.objects(self.session, scope)
            return Changes(now, [Stored(*row) for row in rows], [])
        after, day = self._read(token, now)
        uids = queries.changed(self.session, scope, after)
        if day != self.today:
            uids |= queries.rolled(self.session, scope, *window(day))
        there = self.named(uids)
        return Changes(now, list(there.values()), sorted(uids - there.keys()))

    def free_busy(self, start: datetime, end: datetime, now: datetime) -> str:
        """Taken time as iCalendar, without titles."""
        taken = queries.busy(self.session, self._scope(), start, end)
        firm, tentative = (
            [Interval(a, b) for state, a, b in taken if state == kind]
            for kind in ("firm", "tentative")
        )
        asked = Interval(start, end)
        uid = f"freebusy-{self.calendar.name}-{start:%Y%m%d}"
        return ics_objects.free_busy_of(firm, tentative, asked, uid=uid, stamp=now)

    def _scope(self) -> queries.Scope:
        place, (since, until) = self.calendar.place, window(self.today)
        facility_id = None if place is None else place.id
        return queries.Scope(self.who, facility_id, self.who.language, since, until)

    def _rights(self) -> str:
        roles = ",".join(sorted(f"{role}@{place}" for role, place in self.who.roles))
        whose = f"{self.who.user_id}|{self.who.organisation_id}|{self.who.language}|{roles}"
        seen = queries.gates_seen(self.session, self.who)
        facts = f"{ics.FORMAT_VERSION}|{self.calendar.name}|{whose}|{seen}"
        return sha256(facts.encode()).hexdigest()[:16]

    def _read(self, token: str, now: str) -> tuple[int, date]:
        """The change and the day of a token that counts."""
        told, present = _TOKEN.fullmatch(token), _TOKEN.fullmatch(now)
        if told is None or present is None or told[3] != present[3]:
            raise StaleToken
        age = self.today.toordinal() - int(told[2])
        if int(told[1]) > int(present[1]) or not timedelta() <= timedelta(age) <= TOKENS_LAST:
            raise StaleToken
        return int(told[1]), self.today - timedelta(age)


def window(day: date) -> tuple[datetime, datetime]:
    """What calendars show on a day: from 30 days before it to 400 after."""
    dawn = midnight(day, zone("Europe/Helsinki"))
    return dawn - SHOWN_FOR, dawn + AHEAD
