"""Opening hours and closures as people type them: ``8–16, 18–20``, and dates with “every year”."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from livinglab.domain.profile.hours import WEEKDAYS
from livinglab.web.hosting.kinds import FLAG, WORDS, Kind, each, record

if TYPE_CHECKING:
    from livinglab.web.hosting.tree import Typed

WORKING_DAYS = WEEKDAYS[1:5]
MIDNIGHT = "24:00"
LEAP_YEAR, USUAL_YEAR = 2028, 2027
"""Years in which days that come every year are shown; only a leap year has 29 February."""

_CLOCK = r"([0-9]{1,2})(?:[:.]?([0-9]{2}))?"
_SPAN = re.compile(rf"\s*{_CLOCK}\s*[-–—]\s*{_CLOCK}\s*")
_APART = re.compile(r"[,;]")
_DATE = re.compile(r"[0-9]{4}-([0-9]{2}-[0-9]{2})")


def _read_day(typed: Typed) -> list[list[str]]:
    text = typed.strip() if isinstance(typed, str) else ""
    return [_read_span(part) for part in _APART.split(text)] if text else []


def _read_span(text: str) -> list[str]:
    """Two times; what is no span stands alone, for the domain to refuse."""
    found = _SPAN.fullmatch(text)
    if found is None:
        return [text]
    hour, minute, to_hour, to_minute = found.groups()
    end = _clock(to_hour, to_minute)
    return [_clock(hour, minute), MIDNIGHT if end == "00:00" else end]


def _clock(hour: str, minute: str | None) -> str:
    return f"{int(hour):02}:{minute or '00'}"


def _show_day(spans: Any) -> str:  # noqa: ANN401  # a value of a JSON document
    return ", ".join("–".join(edge.removesuffix(":00") for edge in span) for span in spans or ())


def _read_closure(typed: Typed) -> Any:  # noqa: ANN401  # a value of a JSON document
    given = typed if isinstance(typed, dict) else {}
    yearly = given.get("yearly") == "y"
    edges = {}
    for name in ("from", "to"):
        text = str(given.get(name, "")).strip()
        found = _DATE.fullmatch(text)
        edges[name] = (found[1] if yearly and found else text) or None
    return {"reason": WORDS.read(given.get("reason")), **edges}


def _show_closure(value: Any) -> Typed:  # noqa: ANN401  # a value of a JSON document
    first, last = value["from"], value["to"]
    yearly = len(first) == len("12-21")
    if yearly:
        wraps = last < first
        leap = LEAP_YEAR - (wraps and last == "02-29")
        year = leap if "02-29" in {first, last} else USUAL_YEAR
        last = f"{year + wraps}-{last}"
        first = f"{year}-{first}"
    return {
        "from": first,
        "to": last,
        "yearly": FLAG.show(yearly),
        "reason": WORDS.show(value["reason"]),
    }


DAY = Kind(_read_day, _show_day)
CLOSURE = Kind(
    _read_closure, _show_closure, {"from": "", "to": "", "yearly": "", "reason": WORDS.blank}
)
_WEEK = record(dict.fromkeys(WEEKDAYS, DAY))
WEEK = Kind(
    lambda typed: {name: spans for name, spans in _WEEK.read(typed).items() if spans}, _WEEK.show
)
OPENING = record(
    {
        "week": WEEK,
        "round_the_clock": FLAG,
        "open_on_holidays": FLAG,
        "daylight_only": FLAG,
        "closures": each(CLOSURE),
    }
)


def copy_monday(opening: dict[str, Typed]) -> None:
    """Give Tuesday to Friday the hours typed for Monday."""
    week = opening["week"]
    week |= dict.fromkeys(WORKING_DAYS, week.get("mon", ""))
