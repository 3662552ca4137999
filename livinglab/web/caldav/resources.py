"""What stands below ``/dav/``: the root, the person and home, calendars, objects; their properties.

An address that is somebody else's is answered as one that is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import request
from werkzeug.http import http_date

from livinglab.adapters.davxml import href, tag, text
from livinglab.domain.errors import NotFound
from livinglab.services import caldav

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal
    from livinglab.services.caldav import Calendar, Reader, Stored
    from livinglab.services.world import World

SUFFIX = ".ics"
CONTENT_TYPE = "text/calendar; charset=utf-8; component=VEVENT"
REPORTS: Final = (
    *("C:calendar-query", "C:calendar-multiget", "C:free-busy-query"),
    "D:sync-collection",
)


@dataclass(frozen=True, slots=True)
class Site:
    """The server as one person sees it in one request."""

    session: Session
    world: World
    who: Principal
    now: datetime

    @property
    def root(self) -> str:
        """Path of the root, below whatever the proxy puts before it."""
        return f"{request.script_root}/dav/"

    @property
    def home(self) -> str:
        """Path of the person in the organisation they act for, and of their calendars."""
        return f"{self.root}{self.who.user_id}-{self.who.organisation_id}/"

    def calendars(self) -> list[CalendarAt]:
        """The person's calendars."""
        found = caldav.calendars(self.session, self.world, self.who)
        return [self.calendar(one) for one in found]

    def calendar(self, calendar: Calendar) -> CalendarAt:
        """One of them, with who reads it when."""
        today = self.world.today(self.now)
        reader = caldav.Reader(self.session, self.who, calendar, today)
        return CalendarAt(self, reader, f"{self.home}{quote(calendar.name)}/")


@dataclass(frozen=True, slots=True)
class Root:
    """Where programs begin."""

    site: Site


@dataclass(frozen=True, slots=True)
class Home:
    """The person, and the collection of their calendars."""

    site: Site


@dataclass(frozen=True, slots=True)
class CalendarAt:
    """A calendar at its path."""

    site: Site
    reader: Reader
    path: str

    def at(self, uid: str) -> str:
        """The path of an object."""
        return f"{self.path}{quote(uid, safe='@')}{SUFFIX}"


@dataclass(frozen=True, slots=True)
class Object:
    """A calendar object."""

    calendar: CalendarAt
    stored: Stored

    @property
    def site(self) -> Site:
        """Who reads it."""
        return self.calendar.site


Resource = Root | Home | CalendarAt | Object


def find(site: Site, path: str) -> Resource:
    """What is at a path below the root.

    Raises:
        NotFound: nothing, or nothing of this person's.
    """
    parts = path.removesuffix("/").split("/") if path else []
    if not parts:
        return Root(site)
    if f"{site.root}{parts[0]}/" != site.home:
        raise NotFound
    if not parts[1:]:
        return Home(site)
    name, *objects = parts[1:]
    calendar = site.calendar(caldav.calendar_named(site.session, site.world, site.who, name))
    match objects:
        case []:
            return calendar
        case [name] if name.endswith(SUFFIX):
            uid = name.removesuffix(SUFFIX)
            stored = calendar.reader.named([uid]).get(uid)
            if stored is not None:
                return Object(calendar, stored)
    raise NotFound


def _privileges(_: Resource) -> str:
    kinds = ("D:read", "D:read-current-user-privilege-set", "C:read-free-busy")
    return "".join(tag("D:privilege", tag(kind)) for kind in kinds)


def _reports(_: CalendarAt) -> str:
    each = (tag("D:report", tag(kind)) for kind in REPORTS)
    return "".join(tag("D:supported-report", kind) for kind in each)


def _addresses(home: Home) -> str:
    return href(f"mailto:{quote(home.site.who.email, safe='@')}") + href(home.site.home)


def _home(resource: Resource) -> str:
    return href(resource.site.home)


def _collations(_: CalendarAt) -> str:
    return "".join(tag("C:supported-collation", name) for name in ("i;ascii-casemap", "i;octet"))


EVERYWHERE: Final[Mapping[str, Callable[[Resource], str]]] = {
    "D:current-user-principal": _home,
    "D:current-user-privilege-set": _privileges,
    "D:owner": _home,
    "D:principal-collection-set": lambda resource: href(resource.site.root),
}
ROOT: Final[Mapping[str, Callable[[Root], str]]] = {
    **EVERYWHERE,
    "D:displayname": lambda _: "Living Lab",
    "D:resourcetype": lambda _: tag("D:collection"),
}
HOME: Final[Mapping[str, Callable[[Home], str]]] = {
    **EVERYWHERE,
    "C:calendar-home-set": _home,
    "C:calendar-user-address-set": _addresses,
    "D:displayname": lambda home: text(home.site.who.name),
    "D:principal-URL": _home,
    "D:resourcetype": lambda _: tag("D:collection") + tag("D:principal"),
}
CALENDAR: Final[Mapping[str, Callable[[CalendarAt], str]]] = {
    **EVERYWHERE,
    "C:supported-calendar-component-set": lambda _: '<C:comp name="VEVENT"/>',
    "C:supported-calendar-data": lambda _: (
        '<C:calendar-data content-type="text/calendar" version="2.0"/>'
    ),
    "C:supported-collation-set": _collations,
    "CS:getctag": lambda calendar: calendar.reader.token(),
    "D:displayname": lambda one: text(one.reader.calendar.title(one.site.who)),
    "D:resourcetype": lambda _: tag("D:collection") + tag("C:calendar"),
    "D:supported-report-set": _reports,
    "D:sync-token": lambda calendar: calendar.reader.token(),
}
OBJECT: Final[Mapping[str, Callable[[Object], str]]] = {
    **EVERYWHERE,
    "D:getcontentlength": lambda one: str(len(one.stored.text.encode())),
    "D:getcontenttype": lambda _: CONTENT_TYPE,
    "D:getetag": lambda one: f'"{one.stored.etag}"',
    "D:getlastmodified": lambda one: http_date(one.stored.changed_at),
    "D:resourcetype": lambda _: "",
}
IN_REPORTS: Final[Mapping[str, Callable[[Object], str]]] = {
    **OBJECT,
    "C:calendar-data": lambda one: text(one.stored.text),
}
"""What reports tell of an object besides (RFC 4791, 9.6)."""
