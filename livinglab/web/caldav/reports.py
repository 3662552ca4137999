"""REPORT: queries, single objects, changes and taken time (RFC 4791, 7; RFC 6578, 3)."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from flask import Response, request

from livinglab.adapters.davxml import BadXml, parse
from livinglab.services.caldav import StaleToken
from livinglab.web.caldav.answers import Refused, Wanted, found, gone, multistatus
from livinglab.web.caldav.filters import calendar_query, time_range
from livinglab.web.caldav.propfind import OF_OBJECTS, wanted_in
from livinglab.web.caldav.resources import IN_REPORTS, SUFFIX, CalendarAt, Object

if TYPE_CHECKING:
    from livinglab.adapters.davxml import Element
    from livinglab.services.caldav import Stored
    from livinglab.web.caldav.resources import Resource

_NUMBER = re.compile(r"[0-9]{1,9}")
LEVELS = frozenset({"1", "infinite"})
"""Of synchronisation: a calendar has no collections, so both are the same."""


def answer(resource: Resource) -> Response:
    """The report that the body asks for.

    Raises:
        BadXml: the body is no report.
        Refused: there is no such report here, or what it asks for cannot be told.
    """
    root = parse(request.get_data())
    report = _REPORTS.get(root.name)
    if report is None or not isinstance(resource, CalendarAt):
        raise Refused(HTTPStatus.FORBIDDEN, "D:supported-report")
    return report(resource, root)


def _query(calendar: CalendarAt, root: Element) -> Response:
    wanted, query = _wanted(root), calendar_query(root)
    return multistatus(_told(calendar, one, wanted) for one in calendar.reader.objects(query))


def _multiget(calendar: CalendarAt, root: Element) -> Response:
    """Objects by their addresses; what is not in this calendar is not there, whosever it is."""
    wanted = _wanted(root)
    asked = {child.text.strip(): _uid(calendar, child.text) for child in root.each("D:href")}
    there = calendar.reader.named(uid for uid in asked.values() if uid)
    return multistatus(
        _told(calendar, there[uid], wanted) if uid in there else gone(path)
        for path, uid in asked.items()
    )


def _sync(calendar: CalendarAt, root: Element) -> Response:
    wanted, token, level = _wanted(root), root.first("D:sync-token"), root.first("D:sync-level")
    if token is None or level is None or level.text.strip() not in LEVELS:
        raise BadXml("no token or level")
    try:
        changes = calendar.reader.changes(token.text.strip())
    except StaleToken:
        raise Refused(HTTPStatus.FORBIDDEN, "D:valid-sync-token") from None
    if len(changes.there) + len(changes.gone) > _limit(root):
        raise Refused(HTTPStatus.INSUFFICIENT_STORAGE, "D:number-of-matches-within-limits")
    responses = [_told(calendar, one, wanted) for one in changes.there]
    responses += [gone(calendar.at(uid)) for uid in changes.gone]
    return multistatus(responses, token=changes.token)


def _free_busy(calendar: CalendarAt, root: Element) -> Response:
    span = root.first("C:time-range")
    start, end = (None, None) if span is None else time_range(span)
    if start is None or end is None:
        raise BadXml("no time from and to")
    text = calendar.reader.free_busy(start, end, calendar.site.now)
    return Response(text, content_type="text/calendar; charset=utf-8")


_REPORTS = {
    "C:calendar-query": _query,
    "C:calendar-multiget": _multiget,
    "C:free-busy-query": _free_busy,
    "D:sync-collection": _sync,
}


def _told(calendar: CalendarAt, stored: Stored, wanted: Wanted) -> str:
    one = Object(calendar, stored)
    return found(calendar.at(stored.uid), one, wanted, IN_REPORTS, OF_OBJECTS)


def _wanted(root: Element) -> Wanted:
    """The properties a report asks for; objects are told whole, in iCalendar only."""
    asked = root.first("D:prop")
    for data in asked.each("C:calendar-data") if asked is not None else ():
        form = (
            data.attributes.get("content-type", "text/calendar"),
            data.attributes.get("version", "2.0"),
        )
        if form != ("text/calendar", "2.0"):
            raise Refused(HTTPStatus.FORBIDDEN, "C:supported-calendar-data")
    return wanted_in(root)


def _uid(calendar: CalendarAt, path: str) -> str:
    """The UID in an object's address; empty when it is none of this calendar's."""
    try:
        plain = unquote(urlsplit(path.strip()).path)
    except ValueError:
        return ""
    base = unquote(calendar.path)
    inside = plain.startswith(base) and plain.endswith(SUFFIX) and "\0" not in plain
    return plain.removeprefix(base).removesuffix(SUFFIX) if inside else ""


def _limit(root: Element) -> float:
    """How many answers a program takes at most (RFC 6578, 3.7)."""
    limit = root.first("D:limit")
    most = None if limit is None else limit.first("D:nresults")
    if most is None:
        return float("inf")
    if not _NUMBER.fullmatch(most.text.strip()):
        raise BadXml("no number of results")
    return int(most.text)
