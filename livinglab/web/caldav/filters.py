"""The filter of a calendar query, read from XML (RFC 4791, 9.7)."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from livinglab.domain.calendar_query import CalendarQuery, PropertyFilter, TextMatch
from livinglab.web.caldav.answers import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livinglab.adapters.davxml import Element

COLLATIONS = {"i;ascii-casemap": True, "i;octet": False}
"""Whether small and capital letters are alike (7.5)."""


def calendar_query(report: Element) -> CalendarQuery:
    """What the report's filter asks for.

    Raises:
        Refused: there is no filter, or one that cannot be judged here.
    """
    asked = report.first("C:filter")
    parts = [] if asked is None else asked.children
    if [(part.name, part.attributes.get("name")) for part in parts] != [
        ("C:comp-filter", "VCALENDAR")
    ]:
        raise _invalid()
    query = CalendarQuery()
    for part in parts[0].children:
        match part.name, part.attributes.get("name"):
            case "C:is-not-defined", _:
                query = _nothing()
            case "C:comp-filter", "VEVENT":
                query = _of_events(part, query)
            case "C:comp-filter", str():
                query = query if _is_absent(part) else _nothing()
            case _:
                raise _unsupported()
    return query


def time_range(element: Element) -> tuple[datetime | None, datetime | None]:
    """Start and end of a time (9.9): one of them may be left open.

    Raises:
        Refused: it is no such time.
    """
    start, end = (_instant(element.attributes.get(name)) for name in ("start", "end"))
    if (start is None and end is None) or (start and end and start >= end):
        raise _invalid()
    return start, end


def _of_events(element: Element, before: CalendarQuery) -> CalendarQuery:
    start, end, properties = before.start, before.end, list(before.properties)
    events = before.events
    for part in element.children:
        match part.name:
            case "C:is-not-defined":
                events = False
            case "C:time-range":
                start, end = time_range(part)
            case "C:prop-filter":
                properties.append(_property(part))
            case "C:comp-filter":  # no event here has a part of its own
                events = events and _is_absent(part)
            case _:
                raise _unsupported()
    return CalendarQuery(events, start, end, tuple(properties))


def _property(element: Element) -> PropertyFilter:
    name = element.attributes.get("name")
    if not name:
        raise _invalid()
    if _is_absent(element):
        return PropertyFilter(name, there=False)
    return PropertyFilter(name, text=_text(element.children))


def _text(parts: Iterable[Element]) -> TextMatch | None:
    found = None
    for part in parts:
        if part.name != "C:text-match":  # times and parameters of a property
            raise _unsupported()
        collation = part.attributes.get("collation", "i;ascii-casemap")
        if collation not in COLLATIONS:
            raise Refused(HTTPStatus.FORBIDDEN, "C:supported-collation")
        negated = part.attributes.get("negate-condition") == "yes"
        found = TextMatch(part.text, COLLATIONS[collation], negated)
    return found


def _is_absent(element: Element) -> bool:
    return element.first("C:is-not-defined") is not None


def _instant(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _invalid() from None


def _nothing() -> CalendarQuery:
    return CalendarQuery(events=False)


def _invalid() -> Refused:
    return Refused(HTTPStatus.FORBIDDEN, "C:valid-filter")


def _unsupported() -> Refused:
    return Refused(HTTPStatus.FORBIDDEN, "C:supported-filter")
