"""Dates, times and stays as each language writes them: with the weekday, in local order.

Locales are ``en``, ``fi`` and ``sv`` (regional forms such as ``en_GB`` count as their language).
Instants must already be in the zone in which they are to be read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from babel.dates import format_date

if TYPE_CHECKING:
    from datetime import date, time


@dataclass(frozen=True, slots=True)
class _Style:
    """Patterns of Unicode TR 35, and how times are joined to dates and to each other."""

    full: str
    short: str
    day: str
    dated: str
    number: str
    bare: str
    joiner: str
    clock: str
    month: str = "LLLL y"


_STYLES = {
    "en": _Style("EEE d MMM y", "EEE d MMM", "d MMM", "d MMM y", "d", "EEE d", " – ", ", "),
    "fi": _Style("ccc d.M.y", "ccc d.M.", "d.M.", "d.M.y", "d.", "", "–", " klo "),
    "sv": _Style("EEE d MMM y", "EEE d MMM", "d MMM", "d MMM y", "d", "EEE d", " – ", " kl. "),
}


def full_date(day: date, locale: str) -> str:
    """Mon 1 Feb 2027 · ma 1.2.2027 · mån 1 feb. 2027."""
    return _written(day, _style(locale).full, locale)


def short_date(day: date, locale: str) -> str:
    """Mon 1 Feb · ma 1.2. · mån 1 feb. (where the year is plain from the context)."""
    return _written(day, _style(locale).short, locale)


def day_and_month(day: date, locale: str) -> str:
    """1 Feb · 1.2. · 1 feb."""
    return _written(day, _style(locale).day, locale)


def month(day: date, locale: str) -> str:
    """February 2027 · helmikuu 2027 · februari 2027."""
    return _written(day, _style(locale).month, locale)


def clock_time(moment: datetime | time, locale: str) -> str:
    """07:00 · 7 (7.30) · 07.00; Finnish leaves out full hours' minutes."""
    if locale.startswith("fi"):
        return f"{moment.hour}" + (f".{moment.minute:02}" if moment.minute else "")
    return f"{moment.hour:02}{'.' if locale.startswith('sv') else ':'}{moment.minute:02}"


def instant(moment: datetime, locale: str) -> str:
    """Mon 1 Feb 2027, 07:00 · ma 1.2.2027 klo 7 · mån 1 feb. 2027 kl. 07.00."""
    return full_date(moment, locale) + _style(locale).clock + clock_time(moment, locale)


def days(first: date, last: date, locale: str) -> str:
    """Mon 1 – Fri 5 Feb 2027 · ma 1.2.–pe 5.2.2027; both days included."""
    if first == last:
        return full_date(first, locale)
    style = _style(locale)
    if first.year != last.year:
        start = style.full
    elif first.month == last.month and style.bare:
        start = style.bare
    else:
        start = style.short
    return _written(first, start, locale) + style.joiner + full_date(last, locale)


def brief_days(first: date, last: date, locale: str, *, year: bool = False) -> str:
    """1–5 Feb · 1.–5.2. · 1–5 feb., for rows and buttons; ``year`` adds it: 1–5 Feb 2027.

    Over New Year both ends have theirs.
    """
    style = _style(locale)
    end = _written(last, style.dated if year else style.day, locale)
    if first == last:
        return end
    if first.year != last.year:
        ends = (_written(day, style.dated, locale) for day in (first, last))
        return style.joiner.join(ends)
    if first.month == last.month:
        return f"{_written(first, style.number, locale)}–{end}"
    return _written(first, style.day, locale) + style.joiner + end


def stay(start: datetime, end: datetime, locale: str) -> str:
    """Days and hours of a stay, half-open: Mon 1 – Wed 3 Feb 2027, 07:00–21:00.

    A stay from midnight to midnight is days only. Hours are those of arrival and departure.
    """
    if start.time() == end.time() == start.time().min:
        return days(start.date(), (end - timedelta(days=1)).date(), locale)
    hours = f"{clock_time(start, locale)}–{clock_time(end, locale)}"
    return days(start.date(), end.date(), locale) + _style(locale).clock + hours


def _style(locale: str) -> _Style:
    return _STYLES[locale[:2]]


def _written(day: date, pattern: str, locale: str) -> str:
    return _kept(day.date() if isinstance(day, datetime) else day, pattern, locale)


@lru_cache(4000)
def _kept(day: date, pattern: str, locale: str) -> str:
    """A page writes the same days many times, each time from the same pattern."""
    return format_date(day, pattern, locale)
