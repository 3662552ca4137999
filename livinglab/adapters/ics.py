"""Calendar text: events, feeds and free/busy (RFC 5545, RFC 7986, RFC 5546 PUBLISH).

An event is rendered once, when it changes, and stored; a feed is a head, the stored texts and
a tail. Nothing here reads the clock: the same input gives the same octets, so that an ETag
holds. Times are written in UTC, which every calendar program reads alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote
from zlib import crc32

from livinglab.domain.interval import merged

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from livinglab.domain.interval import Interval

FORMAT_VERSION = 2
"""Raised when the text of an unchanged event or feed changes: feeds carry it in their ETag."""

Status = Literal["TENTATIVE", "CONFIRMED", "CANCELLED"]
"""RFC 5545 3.8.1.11: awaiting approval, firm, called off."""

COLORS = (
    *("steelblue", "seagreen", "chocolate", "slateblue", "teal", "crimson", "olivedrab"),
    *("darkorchid", "cadetblue", "sienna", "royalblue", "darkgoldenrod", "mediumvioletred"),
)
"""Dark enough for white text, told apart side by side."""

LINE_OCTETS = 75
"""Longest line without its CRLF (RFC 5545 3.1)."""

PRODUCT = "-//Living Lab//Facility calendar//EN"

_OPENING = (
    ("VERSION", "2.0"),
    ("PRODID", PRODUCT),
    ("CALSCALE", "GREGORIAN"),
)
_PUBLISHED = (*_OPENING, ("METHOD", "PUBLISH"))

# Outlook takes the busy state from its own property, the others from TRANSP.
_SHOWN_AS: dict[Status, tuple[str, str]] = {
    "TENTATIVE": ("OPAQUE", "TENTATIVE"),
    "CONFIRMED": ("OPAQUE", "BUSY"),
    "CANCELLED": ("TRANSPARENT", "FREE"),
}

# A VCALENDAR must hold a component (3.6); this one says nothing that could be misread.
_EMPTY = (
    "BEGIN:VTIMEZONE\r\nTZID:Etc/UTC\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    "TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nTZNAME:UTC\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
)

_LINE_BREAK = re.compile("\r\n|[\r\n\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufffe\uffff]")  # XML has none either
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_TEXT_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\t": " "})
_PARAMETER_ESCAPES = str.maketrans({"^": "^^", '"': "^'", "\n": "^n", "\t": " "})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One booking as calendars see it. Empty texts leave their property out.

    Raises:
        ValueError: no ``uid``, a negative ``sequence``, a time without zone, or an end that is
            not after the start.
    """

    uid: str
    """Stable for the life of the booking, also over a move."""
    sequence: int
    """Raised by one on every change of time, place, status or summary (3.8.7.4)."""
    status: Status
    start: datetime
    end: datetime
    stamp: datetime
    """When the booking last changed; never the time of rendering."""
    created: datetime
    summary: str
    description: str = ""
    location: str = ""
    url: str = ""
    categories: tuple[str, ...] = ()
    color: str = ""
    """A colour name of CSS 3 (RFC 7986 5.9)."""
    organizer_name: str = ""
    organizer_email: str = ""
    """A role address, never the booker's: feeds are shared."""

    def __post_init__(self) -> None:
        if not esc(self.uid):
            raise ValueError("an event needs a uid")
        if self.sequence < 0:
            raise ValueError("a sequence starts at 0 and rises")
        if any(t.utcoffset() is None for t in (self.start, self.end, self.stamp, self.created)):
            raise ValueError("calendar times need a zone")
        if utc(self.start) >= utc(self.end):
            raise ValueError("an event ends at least one second after it starts")


def esc(text: str) -> str:
    """TEXT value (3.3.11): a line break becomes an escaped n, other controls are dropped."""
    return _plain(text).translate(_TEXT_ESCAPES)


def utc(instant: datetime) -> str:
    """DATE-TIME in UTC (3.3.5 form 2), whole seconds."""
    return instant.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def color_of(slug: str) -> str:
    """The colour of a facility: the same in every calendar, for as long as it keeps its id."""
    return COLORS[crc32(slug.encode()) % len(COLORS)]


def render_vevent(event: Event, *more: tuple[str, str]) -> str:
    """The VEVENT of a booking, folded, each line ended by CRLF; ``more`` are its last properties.

    No ATTENDEE and no VALARM: in a shared feed the first gives out addresses (RFC 5546 3.2.1
    forbids it), the second rings on everybody's phone.
    """
    transparency, busy_state = _SHOWN_AS[event.status]
    properties = [
        ("UID", esc(event.uid)),
        ("DTSTAMP", utc(event.stamp)),
        ("CREATED", utc(event.created)),
        ("LAST-MODIFIED", utc(event.stamp)),
        ("SEQUENCE", str(event.sequence)),
        ("STATUS", event.status),
        ("DTSTART", utc(event.start)),
        ("DTEND", utc(event.end)),
        ("SUMMARY", esc(event.summary)),
        ("TRANSP", transparency),
        ("X-MICROSOFT-CDO-BUSYSTATUS", busy_state),
        ("LOCATION", esc(event.location)),
        ("DESCRIPTION", esc(event.description)),
        ("CATEGORIES", ",".join(filter(None, map(esc, event.categories)))),
        ("COLOR", event.color),
        ("URL", _uri(event.url)),
        person("ORGANIZER", event.organizer_email, event.organizer_name),
        *more,
    ]
    return _component("VEVENT", properties)


def calendar_head(
    name: str,
    description: str,
    refresh: str = "PT1H",
    url: str = "",
    *,
    zone: str = "Europe/Helsinki",
    color: str = "",
) -> str:
    """Opening of a published feed. The calendar has no UID: readers take it for an event's.

    Args:
        name: Shown as the calendar's name (RFC 7986 5.1 and X-WR-CALNAME).
        description: Shown below it (RFC 7986 5.2 and X-WR-CALDESC).
        refresh: How often to ask again, a DURATION of RFC 5545 3.3.6.
        url: Where the feed lives (RFC 7986 5.8); left out when empty.
        zone: IANA zone in which Google shows the calendar.
        color: A colour name of CSS 3 (RFC 7986 5.9); left out when empty.
    """
    properties = [
        *_PUBLISHED,
        ("NAME", esc(name)),
        ("X-WR-CALNAME", esc(name)),
        ("DESCRIPTION", esc(description)),
        ("X-WR-CALDESC", esc(description)),
        ("X-WR-TIMEZONE", esc(zone)),
        ("REFRESH-INTERVAL;VALUE=DURATION", refresh),
        ("X-PUBLISHED-TTL", refresh),
        ("COLOR", color),
        ("SOURCE;VALUE=URI", _uri(url)),
    ]
    return "BEGIN:VCALENDAR\r\n" + _lines(properties)


def calendar_tail() -> str:
    """Closing of a feed."""
    return "END:VCALENDAR\r\n"


def message(method: str, event: str) -> str:
    """An iTIP object (RFC 5546) of one :func:`render_vevent` text."""
    head = _lines([*_OPENING, ("METHOD", method)])
    return f"BEGIN:VCALENDAR\r\n{head}{event}{calendar_tail()}"


def join(head: str, texts: Iterable[str]) -> bytes:
    """A whole feed from :func:`calendar_head` and stored :func:`render_vevent` texts."""
    # Each part by itself: one wide character would widen all of a joined text.
    body = "".join(texts) or _EMPTY
    return b"".join(part.encode() for part in (head, body, calendar_tail()))


def render_freebusy(
    busy: Iterable[Interval],
    window: Interval,
    *,
    closed: Iterable[Interval] = (),
    uid: str,
    stamp: datetime,
    url: str,
    organizer: str,
    comment: str = "",
) -> str:
    """The VFREEBUSY of one calendar or place (RFC 5545 3.6.4), without titles.

    Args:
        busy: Taken intervals in any order; overlapping ones are merged, all cut to the window.
        window: The span spoken for; what is not busy in it is free.
        closed: Intervals at which the place is not to be had at all (BUSY-UNAVAILABLE).
        uid: Stable name of this calendar's free/busy object.
        stamp: When the busy time last changed.
        url: Where this object can be fetched again; left out when empty.
        organizer: E-mail address of the facility's desk.
        comment: Whose time it is, in words.
    """
    properties = [
        ("UID", esc(uid)),
        ("DTSTAMP", utc(stamp)),
        ("DTSTART", utc(window.start)),
        ("DTEND", utc(window.end)),
        person("ORGANIZER", organizer),
        ("URL", _uri(url)),
        ("COMMENT", esc(comment)),
    ]
    properties += [
        (f"FREEBUSY;FBTYPE={kind}", f"{utc(part.start)}/{utc(part.end)}")
        for kind, taken in (("BUSY", busy), ("BUSY-UNAVAILABLE", closed))
        for interval in merged(taken)
        if (part := interval.intersection(window))
    ]
    return _component("VFREEBUSY", properties)


def published(texts: Iterable[str]) -> bytes:
    """Published busy time (RFC 5546 3.3.1), from :func:`render_freebusy` texts."""
    return join("BEGIN:VCALENDAR\r\n" + _lines(_PUBLISHED), texts)


def person(role: str, email: str, name: str = "", parameters: str = "") -> tuple[str, str]:
    """ORGANIZER or ATTENDEE (3.8.4), its value empty without an address.

    ``parameters`` are written out, each after a semicolon.
    """
    # Parameter values cannot be escaped like TEXT; RFC 6868 has a way of its own.
    common_name = _plain(name).translate(_PARAMETER_ESCAPES)
    address = _uri(f"mailto:{email}") if email else ""
    return (f'{role};CN="{common_name}"' if common_name else role) + parameters, address


def _plain(text: str) -> str:
    text = _CONTROL.sub("", _LINE_BREAK.sub("\n", text))
    return _LONE_SURROGATE.sub("\ufffd", text)


def _uri(address: str) -> str:
    # Percent-encoding keeps line breaks and blanks out, and leaves what is encoded already.
    return quote(address, safe=":/?#[]@!$&'()*+,;=%~", errors="replace")


def _component(kind: str, properties: Iterable[tuple[str, str]]) -> str:
    return f"BEGIN:{kind}\r\n{_lines(properties)}END:{kind}\r\n"


def _lines(properties: Iterable[tuple[str, str]]) -> str:
    # Some programs take a property without a value for an error.
    return "".join(_fold(f"{name}:{value}") for name, value in properties if value)


def _fold(line: str) -> str:
    """Cut a line at 75 octets, never inside a character (3.1), and end it with CRLF."""
    octets = line.encode()
    if len(octets) <= LINE_OCTETS:
        return line + "\r\n"
    pieces = []
    start, room = 0, LINE_OCTETS
    while len(octets) - start > room:
        cut = start + room
        while octets[cut] & 0xC0 == 0x80:  # noqa: PLR2004 - UTF-8 continuation octet
            cut -= 1
        pieces.append(octets[start:cut])
        start, room = cut, LINE_OCTETS - 1
    pieces.append(octets[start:])
    return b"\r\n ".join(pieces).decode() + "\r\n"
