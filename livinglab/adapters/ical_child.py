"""Foreign iCalendar on standard input to busy times in JSON: a process of its own, with limits.

What is hostile (a rule for every second, a zone that changes for ever) costs this process its life,
not the server's. It is started by ``ical_read`` with its seconds of processor time, the zone of the
place, the window, and the most days of a time, times, and octets.
"""

from __future__ import annotations

import json
import resource
import sys
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # ships no types
from icalendar import Calendar

if TYPE_CHECKING:
    from collections.abc import Iterator

Part = Any
"""A component or value of icalendar's: what it holds is what somebody wrote."""
MEMORY_OCTETS = 512_000_000
FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
REFUSED = {"BYSECOND", "BYMINUTE", "BYHOUR"}
"""Parts by which a daily rule is one for every second."""
UNREADABLE = (
    *(ValueError, TypeError, KeyError, AttributeError, OverflowError, IndexError),
    *(ZeroDivisionError, RecursionError, LookupError, OSError),
)
"""What icalendar and dateutil raise over text that is not what it should be."""


class Reader:
    """Reads calendars for a place of that zone, within the window."""

    def __init__(self, zone: str, start: datetime, end: datetime, longest: timedelta) -> None:
        self.zone, self.start, self.end, self.longest = ZoneInfo(zone), start, end, longest
        self.floating = self.zone
        self.spans: set[tuple[datetime, datetime]] = set()
        self.left_out = self.assumed = 0

    def read(self, data: bytes) -> None:
        """Take in every event; those that cannot be read are counted."""
        for calendar in Calendar.from_ical(data, multiple=True):
            self.floating = self._floating(calendar)
            events = list(calendar.walk("VEVENT"))
            moved = {key for event in events if (key := self._moved(event))}
            for event in events:
                try:
                    self._take(event, moved)
                except UNREADABLE:
                    self.left_out += 1

    def _floating(self, calendar: Part) -> ZoneInfo:
        try:
            return ZoneInfo(str(calendar["X-WR-TIMEZONE"]).strip())
        except UNREADABLE:
            return self.zone

    def _moved(self, event: Part) -> tuple[str, datetime] | None:
        """Which occurrence of a series this event stands for (RFC 5545, 3.8.4.4)."""
        try:
            return str(event["UID"]), self._instant(event["RECURRENCE-ID"].dt)
        except UNREADABLE:
            return None

    def _take(self, event: Part, moved: set[tuple[str, datetime]]) -> None:
        free = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
        if free or str(event.get("STATUS", "")).upper() == "CANCELLED":
            return
        start = event["DTSTART"].dt
        whole = not isinstance(start, datetime)
        length = self._length(event, start)
        own = set() if "RECURRENCE-ID" in event else moved
        uid, found, assumed = str(event.get("UID", "")), set(), False
        for at in self._starts(event, start):
            begin, end = self._instant(at), self._end(at, length)
            if end <= begin or (uid, begin) in own:
                continue
            if end - begin > self.longest:
                raise ValueError("too long")
            if begin < self.end and end > self.start:
                found.add((begin, end))
                assumed = not whole and at.tzinfo is None and self.floating is self.zone
        self.assumed += assumed
        self.spans |= found

    def _length(self, event: Part, start: Part) -> timedelta:
        if "DURATION" in event:
            length: timedelta = event["DURATION"].dt
        elif "DTEND" in event:
            end = event["DTEND"].dt
            if isinstance(start, datetime):
                return self._instant(end) - self._instant(start)
            length = end - start
        else:
            length = timedelta(0) if isinstance(start, datetime) else timedelta(days=1)
        return length

    def _starts(self, event: Part, start: Part) -> Iterator[Any]:
        """The starts of all occurrences up to the end of the window."""
        skipped = {self._instant(day) for day in self._dates(event, "EXDATE")}
        rules = _listed(event, "RRULE")
        if "EXRULE" in event or len(rules) > 1:
            raise ValueError("more than one rule")
        found = self._ruled(rules[0], start) if rules else iter([start])
        for at in found:
            if self._instant(at) not in skipped:
                yield at
        for at in self._dates(event, "RDATE"):
            if self._instant(at) not in skipped:
                yield at

    def _ruled(self, rule: Part, start: Part) -> Iterator[Any]:
        """Occurrences on the wall of the event, so that clock changes do not move them."""
        parts = {name.upper() for name in rule}
        frequency = str(rule["FREQ"][0]).upper()
        interval = int(rule.get("INTERVAL", [1])[0])
        if frequency not in FREQUENCIES or parts & REFUSED or interval < 1:
            raise ValueError("a rule for every moment")
        whole = not isinstance(start, datetime)
        local = datetime.combine(start, time()) if whole else start.replace(tzinfo=None)
        tz = None if whole else start.tzinfo
        until = self._until(rule, tz or self.floating)
        text = ";".join(
            f"{name}={','.join(map(str, values))}"
            for name, values in _plain(rule)
            if name != "UNTIL"
        )
        last = (self.end + timedelta(days=2)).astimezone(tz or self.floating).replace(tzinfo=None)
        for at in rrulestr(text, dtstart=local):
            if at > last or (until is not None and at > until):
                return
            yield at.date() if whole else at.replace(tzinfo=tz)

    def _until(self, rule: Part, tz: Part) -> datetime | None:
        for until in rule.get("UNTIL", []):
            if not isinstance(until, datetime):
                return datetime.combine(until, time.max)
            return (until.astimezone(tz) if until.tzinfo else until).replace(tzinfo=None)
        return None

    def _dates(self, event: Part, name: str) -> Iterator[Any]:
        for listed in _listed(event, name):
            for entry in listed.dts:
                # A period (RDATE) has its own end; its start alone would be half the truth.
                if isinstance(entry.dt, tuple):
                    raise TypeError(name)
                yield entry.dt

    def _instant(self, at: date) -> datetime:
        if not isinstance(at, datetime):
            return datetime.combine(at, time(), self.zone).astimezone(UTC)
        return (at if at.tzinfo else at.replace(tzinfo=self.floating)).astimezone(UTC)

    def _end(self, at: date, length: timedelta) -> datetime:
        if isinstance(at, datetime):
            return self._instant(at) + length
        return self._instant(at + length)


def _listed(event: Part, name: str) -> list[Any]:
    found = event.get(name, [])
    return found if isinstance(found, list) else [found]


def _plain(rule: Part) -> Iterator[tuple[str, list[Any]]]:
    for name, values in rule.items():
        yield name.upper(), values if isinstance(values, list) else [values]


def told(data: bytes, reader: Reader, most: int) -> dict[str, object]:
    """The answer: times and counts, or the code of what is wrong."""
    text = data.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not text[:15].upper().startswith(b"BEGIN:VCALENDAR"):
        return {"problem": "web_page" if text.startswith(b"<") else "not_calendar"}
    if not text.rstrip().upper().endswith(b"END:VCALENDAR"):
        return {"problem": "broken"}  # half a file would open what the other half closes
    try:
        reader.read(text)
    except (MemoryError, RecursionError):
        return {"problem": "too_much"}
    except UNREADABLE:
        return {"problem": "broken"}
    spans = sorted(reader.spans)
    return {
        "spans": [[begin.isoformat(), end.isoformat()] for begin, end in islice(spans, most)],
        "left_out": reader.left_out + max(0, len(spans) - most),
        "assumed": reader.assumed,
    }


def main() -> None:
    """Read standard input; arguments: CPU seconds, zone, start, end, and what is the most."""
    seconds, zone, start, end, longest, most, octets = sys.argv[1:]
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_OCTETS, MEMORY_OCTETS))
    window = datetime.fromisoformat(start), datetime.fromisoformat(end)
    data = sys.stdin.buffer.read(int(octets) + 1)
    reader = Reader(zone, *window, timedelta(days=int(longest)))
    answer = told(data, reader, int(most)) if len(data) <= int(octets) else {"problem": "too_large"}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
