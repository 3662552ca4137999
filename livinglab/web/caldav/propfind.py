"""PROPFIND (RFC 4918, 9.1): what a resource is, and what stands in it."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import request

from livinglab.adapters.davxml import BadXml, parse
from livinglab.domain.calendar_query import CalendarQuery
from livinglab.web.caldav.answers import Refused, Wanted, found, multistatus
from livinglab.web.caldav.resources import (
    CALENDAR,
    HOME,
    OBJECT,
    ROOT,
    CalendarAt,
    Home,
    Object,
    Root,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Response

    from livinglab.adapters.davxml import Element
    from livinglab.web.caldav.resources import Resource

STANDING = ("D:displayname", "D:resourcetype")
OF_OBJECTS = (
    *("D:getcontentlength", "D:getcontenttype", "D:getetag", "D:getlastmodified"),
    "D:resourcetype",
)
"""What ``allprop`` tells; the rest must be asked for by name (RFC 4791, 5.2)."""


def answer(resource: Resource) -> Response:
    """The properties asked for, of the resource alone or of what stands in it, too.

    Raises:
        BadXml: the body is no question.
        Refused: everything below was asked for, however deep.
    """
    wanted = _wanted(request.get_data())
    depth = request.headers.get("Depth", "infinity").strip().lower()
    if depth not in {"0", "1"}:
        raise Refused(HTTPStatus.FORBIDDEN, "D:propfind-finite-depth")
    responses = [_told(resource, wanted)]
    if depth == "1":
        responses += [_told(one, wanted) for one in _inside(resource)]
    return multistatus(responses)


def _inside(resource: Resource) -> Iterator[Resource]:
    match resource:
        case Root():
            yield Home(resource.site)
        case Home():
            yield from resource.site.calendars()
        case CalendarAt():
            for stored in resource.reader.objects(CalendarQuery()):
                yield Object(resource, stored)


def _told(resource: Resource, wanted: Wanted) -> str:
    match resource:
        case Root():
            return found(resource.site.root, resource, wanted, ROOT, STANDING)
        case Home():
            return found(resource.site.home, resource, wanted, HOME, STANDING)
        case CalendarAt():
            return found(resource.path, resource, wanted, CALENDAR, STANDING)
        case Object():
            path = resource.calendar.at(resource.stored.uid)
            return found(path, resource, wanted, OBJECT, OF_OBJECTS)


def _wanted(body: bytes) -> Wanted:
    """What a body asks for; without one, what stands (9.1)."""
    if not body:
        return Wanted(standing=True)
    root = parse(body)
    if root.name != "D:propfind":
        raise BadXml("no propfind")
    return wanted_in(root)


def wanted_in(element: Element) -> Wanted:
    """What the children of a request's root ask for.

    Raises:
        BadXml: nothing.
    """
    minimal = "return=minimal" in request.headers.get("Prefer", "").replace(" ", "").lower()
    asked, further = element.first("D:prop"), element.first("D:include")
    if asked is not None:
        return Wanted(_names(asked), minimal=minimal)
    if element.first("D:propname") is not None:
        return Wanted(only_names=True)
    if element.first("D:allprop") is not None:
        return Wanted(() if further is None else _names(further), standing=True, minimal=minimal)
    raise BadXml("no property")


def _names(element: Element) -> tuple[str, ...]:
    return tuple(dict.fromkeys(child.name for child in element.children))
