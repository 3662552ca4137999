"""iCalendar text of our own as jCal, its form in JSON (RFC 7265).

It reads what ``adapters.ics`` writes, no more: known properties, one value each but CATEGORIES.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

MEDIA_TYPE: Final = "application/calendar+json"

_TYPES: Final = {
    **dict.fromkeys(("dtstamp", "created", "last-modified", "dtstart", "dtend"), "date-time"),
    **dict.fromkeys(("tzoffsetfrom", "tzoffsetto"), "utc-offset"),
    "sequence": "integer",
    "url": "uri",
    "organizer": "cal-address",
}
"""Value types that are not text (RFC 5545 3.8); those of X- properties are unknown (5.1)."""

_LINE = re.compile(r'([^;:]+)((?:;[^=]+=(?:"[^"]*"|[^;:"]*))*):(.*)', re.DOTALL)
_PARAMETER = re.compile(r';([^=]+)=(?:"([^"]*)"|([^;]*))')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_CARET = re.compile(r"\^([n^'])")
_CARETS: Final = {"n": "\n", "^": "^", "'": '"'}
_LISTED = re.compile(r"(?:[^\\,]|\\.)+", re.DOTALL)
_TIME = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(Z?)")


def to_jcal(text: bytes) -> bytes:
    """The same calendar as JSON in UTF-8."""
    root: list[Any] = ["", [], []]
    above: list[list[Any]] = [root]
    for line in text.decode().replace("\r\n ", "").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            inner: list[Any] = [value.lower(), [], []]
            above[-1][2].append(inner)
            above.append(inner)
        elif name == "END":
            above.pop()
        else:
            above[-1][1].append(_property(line))
    return json.dumps(root[2][0], ensure_ascii=False, separators=(",", ":")).encode()


def _property(line: str) -> list[Any]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError("this is no content line")
    name, value = found[1].lower(), found[3]
    parameters = {
        match[1].lower(): _CARET.sub(lambda m: _CARETS[m[1]], match[2] or match[3] or "")
        for match in _PARAMETER.finditer(found[2])
    }
    usual = "unknown" if name.startswith("x-") else _TYPES.get(name, "text")
    kind = parameters.pop("value", usual).lower()
    values = _LISTED.findall(value) if name == "categories" else [value]
    return [name, parameters, kind, *(_value(kind, one) for one in values)]


def _value(kind: str, value: str) -> str | int:
    if kind == "integer":
        return int(value)
    if kind == "date-time":
        return _TIME.sub(r"\1-\2-\3T\4:\5:\6\7", value)
    if kind == "utc-offset":
        return f"{value[:3]}:{value[3:]}"
    if kind == "text":
        return _ESCAPE.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)
    return value
