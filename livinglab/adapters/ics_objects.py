"""Calendar objects of CalDAV (RFC 4791, 4.1): one event each, and no METHOD.

Each is made from a stored :func:`livinglab.adapters.ics.render_vevent` text.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from livinglab.adapters.ics import PRODUCT, calendar_tail, utc
from livinglab.domain.interval import merged

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from livinglab.domain.interval import Interval

_HEAD = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{PRODUCT}\r\nCALSCALE:GREGORIAN\r\n"
_TAIL = calendar_tail()
_FOLD = re.compile(r"\r\n[ \t]")
_LINE = re.compile(r'([\w-]+)(?:;(?:"[^"]*"|[^":])*)?:(.*)', re.DOTALL)
_ESCAPE = re.compile(r"\\(.)")


def object_of(event: str) -> str:
    """The calendar object around an event's text."""
    return _HEAD + event + _TAIL


def etag_of(event: str) -> str:
    """A strong validator of that object, without quotes: other octets, another tag."""
    return hashlib.sha256((_HEAD + event).encode()).hexdigest()[:32]


def properties(event: str) -> dict[str, list[str]]:
    """Values of the event's properties by name, unescaped as TEXT (RFC 5545, 3.3.11)."""
    found: dict[str, list[str]] = {}
    for line in _FOLD.sub("", event).split("\r\n"):
        parts = _LINE.fullmatch(line)
        if parts and parts[1] not in {"BEGIN", "END"}:
            found.setdefault(parts[1].upper(), []).append(_ESCAPE.sub(_unescaped, parts[2]))
    return found


def _unescaped(escape: re.Match[str]) -> str:
    return "\n" if escape[1] in "nN" else escape[1]


def free_busy_of(
    firm: Iterable[Interval],
    tentative: Iterable[Interval],
    window: Interval,
    *,
    uid: str,
    stamp: datetime,
) -> str:
    """The answer to a free-busy query (RFC 4791, 7.10): taken time within the window."""
    lines = [
        "BEGIN:VFREEBUSY",
        f"UID:{uid}",
        f"DTSTAMP:{utc(stamp)}",
        f"DTSTART:{utc(window.start)}",
        f"DTEND:{utc(window.end)}",
    ]
    for kind, taken in (("BUSY", firm), ("BUSY-TENTATIVE", tentative)):
        lines += [
            f"FREEBUSY;FBTYPE={kind}:{utc(part.start)}/{utc(part.end)}"
            for interval in merged(taken)
            if (part := interval.intersection(window))
        ]
    return _HEAD + "\r\n".join([*lines, "END:VFREEBUSY", ""]) + _TAIL
