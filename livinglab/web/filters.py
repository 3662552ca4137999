"""Jinja filters: the formats of ``adapters.texts`` in the reader's language.

Instants are shown in the facility's zone; :func:`both_clocks` adds the reader's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from babel.numbers import format_percent
from flask_babel import gettext, ngettext

from livinglab.adapters import texts, written
from livinglab.adapters.texts import PORI
from livinglab.domain.vocabulary import MOVES_MADE
from livinglab.web.context import now
from livinglab.web.language import language

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime
    from decimal import Decimal

    from flask import Flask

    from livinglab.domain.facility import Facility
    from livinglab.domain.messages import Localised, Message

PLAIN_DAYS = 300
"""Days within which a date without its year is understood."""


def install(app: Flask) -> None:
    """Register the filters under the names of :data:`FILTERS`."""
    for name, function in FILTERS.items():
        app.add_template_filter(function, name)


def sentence(message: Message, zone: str = PORI) -> str:
    """A message of the domain."""
    return texts.sentence(message, language(), zone)


def localised(text: Localised | dict[str, str]) -> str:
    """A text kept in several languages (as :class:`Localised`, or as stored)."""
    return text.get(language()) or text.get("en") or ""


def person(name: str) -> str:
    """A person's name; an erased person's is told in the reader's language."""
    return texts.person_text(name, language())


def falls_back(text: dict[str, str]) -> bool:
    """Whether :func:`localised` gives the English text to somebody who reads another language."""
    return not text.get(language())


def date_text(day: date) -> str:
    """Mon 1 Feb 2027."""
    return texts.date_text(day, language())


def instant_text(moment: datetime, zone: str = PORI) -> str:
    """Mon 1 Feb 2027, 07:00 in ``zone``."""
    return texts.instant_text(moment, language(), zone)


def day_range(first: date, last: date) -> str:
    """Mon 1 – Fri 5 Feb 2027."""
    return texts.day_range_text(first, last, language())


def brief(first: date, last: date) -> str:
    """1–5 Feb, kept on one line; with the year where the days are too far off to do without."""
    far = abs((first - texts.local(now()).date()).days) > PLAIN_DAYS
    text = written.brief_days(first, last, language(), year=far)
    return text.replace(" ", texts.NO_BREAK)


def days_left(due: date, today: date) -> str:
    """How a clock stands: 2 days late, today, tomorrow, or Fri 27 Nov."""
    left = (due - today).days
    if left < 0:
        late: str = ngettext("%(num)d day late", "%(num)d days late", -left)
        return late
    words: dict[int, str] = {0: gettext("today"), 1: gettext("tomorrow")}
    return words.get(left) or written.short_date(due, language())


def done(action: str) -> str:
    """What was done, by an audit row's action; the person's name stands before it."""
    words: str = gettext(MOVES_MADE.get(action, action))
    return words


def time_range(start: datetime, end: datetime, zone: str = PORI) -> str:
    """Mon 1 – Wed 3 Feb 2027, 07:00–21:00 in ``zone``."""
    return texts.time_range_text(start, end, language(), zone)


def number(value: float | Decimal) -> str:
    """2,500.5."""
    return texts.number_text(value, language())


def percent(share: float) -> str:
    """27%, 27 %: whole per cent of a share from 0 to 1; what is not nothing is at least 1."""
    rounded = max(round(share, 2), 0.01) if share else 0.0
    return format_percent(rounded, locale=language())


def money(euros: Decimal) -> str:
    """€1,200."""
    return texts.money_text(euros, language())


def duration(halves: int, hours: int = 0) -> str:
    """Half a day, 1.5 days, 4 h."""
    return texts.duration_text(language(), halves=halves, hours=hours)


def position(facility: Facility) -> str:
    """61.4912, 21.7995 (degrees WGS 84, as maps take them); empty where nobody told."""
    if not (facility.latitude or facility.longitude):
        return ""
    return f"{facility.latitude:.4f}, {facility.longitude:.4f}"


def both_clocks(moment: datetime, zone: str | None = None) -> dict[str, Any]:
    """The instant at the facility and, where clocks differ, in the reader's zone.

    The shape is that of ``_macros/time.html``: ``here`` and ``there``.
    """
    here = _clock(moment, PORI, "Pori")
    if not zone or texts.local(moment, zone).utcoffset() == texts.local(moment).utcoffset():
        return {"here": here, "there": None}
    there = _clock(moment, zone, zone.rpartition("/")[2].replace("_", " "))
    ours, theirs = texts.local(moment).utcoffset(), texts.local(moment, zone).utcoffset()
    hours = 0.0 if ours is None or theirs is None else (theirs - ours).total_seconds() / 3600
    amount = texts.number_text(abs(hours), language())
    there["note"] = (
        gettext("%(hours)s h ahead", hours=amount)
        if hours > 0
        else gettext("%(hours)s h behind", hours=amount)
    )
    return {"here": here, "there": there}


def _clock(moment: datetime, zone: str, city: str) -> dict[str, str]:
    there = texts.local(moment, zone)
    return {
        "city": city,
        "time": written.clock_time(there, language()),
        "day": written.full_date(there, language()),
        "iso": there.isoformat(timespec="minutes"),
    }


FILTERS: dict[str, Callable[..., Any]] = {
    "sentence": sentence,
    "localised": localised,
    "person": person,
    "falls_back": falls_back,
    "date": date_text,
    "instant": instant_text,
    "day_range": day_range,
    "brief": brief,
    "days_left": days_left,
    "done": done,
    "time_range": time_range,
    "number": number,
    "percent": percent,
    "money": money,
    "duration": duration,
    "position": position,
    "both_clocks": both_clocks,
}
