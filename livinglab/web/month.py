"""A month as a table of weeks, to print and hang up: each day with what lies on it."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from flask_babel import format_date, gettext

from livinglab.adapters import written
from livinglab.adapters.written import clock_time
from livinglab.domain.zones import midnight, zone
from livinglab.web.filters import localised
from livinglab.web.language import language
from livinglab.web.lines import case_page, kind_word, label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from livinglab.services.board import Entry, Line
    from livinglab.services.places import PlacedResource

MONDAY_FIRST = Calendar(firstweekday=0)
SHOWN = ("firm", "tentative", "block", "closed")


@dataclass(frozen=True, slots=True)
class Item:
    """Something on a day: when, where, what; ``href`` leads to its pilot where there is one."""

    kind: str
    word: str
    when: str
    where: str
    what: str
    href: str | None


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the table; those of the months beside are there to fill the weeks."""

    date: date
    within: bool
    items: list[Item]


def days_of(first: date) -> list[date]:
    """The days of the month's weeks, from a Monday to a Sunday."""
    return list(MONDAY_FIRST.itermonthdates(first.year, first.month))


def weeks(lines: Sequence[Line], first: date, *, one_place: bool) -> list[list[Day]]:
    """The month that begins on ``first``, a list of seven days for each week.

    Of all places it shows what the reader may know by name; closed days and what others hold would
    fill the paper. What lies on several spaces alike stands once, with all of them.
    """
    found: dict[date, list[tuple[datetime, Item]]] = {day: [] for day in days_of(first)}
    for line in lines:
        for entry in line.entries:
            named = entry.case is not None and entry.case.named
            if entry.kind not in SHOWN or not (one_place or named):
                continue
            for day, item in _on_days(entry, line.item, one_place=one_place):
                if day in found:
                    found[day].append((entry.start, item))
    told = [Day(day, day.month == first.month, _together(on)) for day, on in found.items()]
    return [told[start : start + 7] for start in range(0, len(told), 7)]


def _together(on: Sequence[tuple[datetime, Item]]) -> list[Item]:
    """The items of a day by start; those that differ by their space alone are one."""
    found: dict[Item, list[str]] = {}
    for _, item in sorted(on, key=lambda pair: (pair[0], pair[1].where)):
        found.setdefault(replace(item, where=""), []).append(item.where)
    return [replace(item, where=", ".join(places)) for item, places in found.items()]


def name(first: date) -> str:
    """Such as “January 2027”, in the reader's language."""
    text = written.month(first, language())
    return text[:1].upper() + text[1:]


def weekdays(first: date) -> list[str]:
    """Monday to Sunday in the reader's language."""
    return [format_date(day, "EEEE") for day in days_of(first)[:7]]


def _on_days(entry: Entry, item: PlacedResource, *, one_place: bool) -> Iterable[tuple[date, Item]]:
    tz = zone(item.facility.zone)
    start, end = entry.start.astimezone(tz), entry.end.astimezone(tz)
    where = localised(item.resource.name)
    if not one_place:
        where = f"{localised(item.facility.name)}: {where}"
    day = start.date()
    while midnight(day, tz) < entry.end:
        after = day + timedelta(days=1)
        begins = start if start.date() == day else None
        ends = end if entry.end < midnight(after, tz) else None
        yield (
            day,
            Item(
                entry.kind,
                kind_word(entry.kind),
                _when(begins, ends, whole=entry.start <= midnight(day, tz)),
                where,
                label(entry),
                case_page(entry.case) if entry.case else None,
            ),
        )
        day = after


def _when(begins: datetime | None, ends: datetime | None, *, whole: bool) -> str:
    """The part of a day: from when, to when, or all of it."""
    start = clock_time(begins, language()) if begins and not whole else ""
    end = clock_time(ends, language()) if ends else ""
    if start and end:
        return f"{start}–{end}"
    if start:
        return str(gettext("from %(time)s", time=start))
    return str(gettext("to %(time)s", time=end) if end else gettext("all day"))
