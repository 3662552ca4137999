"""Opening hours, closures and buffers as JSON.

A window is ``["08:00", "16:00"]``; one that ends the next morning is ``["20:00", "06:00"]`` and
belongs to the day on which it begins. A closure runs between dates, both included: ``2027-05-10``
once, or ``12-21`` every year.
"""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from typing import TYPE_CHECKING

from livinglab.domain.calendar import EDGE_DAYS, Buffer
from livinglab.domain.messages import N_
from livinglab.domain.opening import DAY_MINUTES, Closure, OpeningRules, Span, YearDay
from livinglab.domain.profile.words import read_localised, write_localised

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.domain.reading import Node

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST_NIGHT_MINUTES = 12 * 60
"""A longer window over midnight is taken for opening and closing written the wrong way round."""
HALVES_PER = {"half_days": 1, "days": 2}
LONGEST_BUFFER_HOURS = 1000

_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_YEAR_DAY = re.compile(r"([0-9]{2})-([0-9]{2})")
_LEAP_YEAR = 2028


def read_opening(
    node: Node, place: tuple[float, float], zone: str, closures: tuple[Closure, ...]
) -> OpeningRules:
    """A resource's rules; ``place`` is its latitude and longitude."""
    rules = node.record(
        ("week", "round_the_clock", "open_on_holidays", "daylight_only", "closures")
    )
    round_the_clock = rules["round_the_clock"].flag()
    week = _read_week(rules["week"])
    if not round_the_clock and not any(week) and _is_blank(rules["week"].value):
        rules["week"].refuse(
            "never_open",
            N_("“%(field)s” has no opening hours. Add some, or set “round_the_clock”."),
        )
    return OpeningRules(
        zone=zone,
        week=week,
        round_the_clock=round_the_clock,
        open_on_holidays=rules["open_on_holidays"].flag(),
        daylight_only=rules["daylight_only"].flag(),
        latitude=place[0],
        longitude=place[1],
        closures=closures + read_closures(rules["closures"]),
    )


def _is_blank(week: object) -> bool:
    """Whether no hours are given at all; hours that are wrong are told elsewhere."""
    return week is None or (isinstance(week, dict) and not any(week.values()))


def write_opening(rules: OpeningRules, shared_closures: int) -> dict[str, object]:
    """The rules, without the first ``shared_closures`` closures: those are the facility's."""
    own = rules.closures[shared_closures:]
    return {
        "week": {
            name: [[_clock(span.start), _clock(span.end)] for span in spans]
            for name, spans in zip(WEEKDAYS, rules.week, strict=True)
            if spans
        },
        "round_the_clock": rules.round_the_clock,
        "open_on_holidays": rules.open_on_holidays,
        "daylight_only": rules.daylight_only,
        **({"closures": write_closures(own)} if own else {}),
    }


def _read_week(node: Node) -> tuple[tuple[Span, ...], ...]:
    if node.value is None:
        return ((),) * len(WEEKDAYS)
    days = node.record(WEEKDAYS)
    week = tuple(_read_day(days[name]) for name in WEEKDAYS)
    for index, spans in enumerate(week):
        following = (index + 1) % len(WEEKDAYS)
        if spans and week[following] and spans[-1].end - DAY_MINUTES > week[following][0].start:
            _refuse_overlap(days[WEEKDAYS[following]][0])
    return week


def _read_day(node: Node) -> tuple[Span, ...]:
    spans = node.each(_read_span)
    known = [(index, span) for index, span in enumerate(spans) if span is not None]
    for (_, before), (index, after) in pairwise(known):
        if after.start < before.end:
            _refuse_overlap(node[index])
    return tuple(span for _, span in known)


def _refuse_overlap(node: Node) -> None:
    node.refuse(
        "overlap",
        N_("“%(field)s” begins before the hours ahead of it end. Put them in order, apart."),
    )


def _read_span(node: Node) -> Span | None:
    edges = node.value
    start = end = None
    if isinstance(edges, list | tuple) and len(edges) == 2:  # noqa: PLR2004  # opening, closing
        start, end = (_minutes(edge) for edge in edges)
    if start is None or end is None or start == DAY_MINUTES:
        node.refuse("not_hours", N_("“%(field)s” must be two times, such as 08:00 and 16:00."))
        return None
    if end <= start:
        end += DAY_MINUTES
        if end - start > LONGEST_NIGHT_MINUTES:
            node.refuse(
                "reversed",
                N_(
                    "“%(field)s” closes before it opens. Swap the times; a window over midnight"
                    " lasts at most %(hours)s hours."
                ),
                hours=LONGEST_NIGHT_MINUTES // 60,
            )
            return None
    return Span(start, end)


def _minutes(value: object) -> int | None:
    found = _CLOCK.fullmatch(value) if isinstance(value, str) else None
    minutes = int(found[1]) * 60 + int(found[2]) if found else DAY_MINUTES + 1
    return minutes if minutes <= DAY_MINUTES else None


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES, 60)
    return f"{hour:02}:{minute:02}"


def read_closures(node: Node) -> tuple[Closure, ...]:
    """Closed stretches, dated or yearly."""
    return tuple(closure for closure in node.each(_read_closure) if closure is not None)


def _read_closure(node: Node) -> Closure | None:
    entry = node.record(("reason", "from", "to"))
    reason = read_localised(entry["reason"])
    first, last = _read_edge(entry["from"]), _read_edge(entry["to"])
    if first is None or last is None:
        return None
    if isinstance(first, date) != isinstance(last, date):
        entry["to"].refuse(
            "contradiction", N_("“%(field)s” must have a year if “from” has one, else none.")
        )
        return None
    if isinstance(first, date) and isinstance(last, date) and last < first:
        entry["to"].refuse("reversed", N_("“%(field)s” comes before “from”. Swap them."))
        return None
    return Closure(first, last, reason)


def _read_edge(node: Node) -> date | YearDay | None:
    found = _YEAR_DAY.fullmatch(node.value) if isinstance(node.value, str) else None
    if found is None:
        return node.day()
    day = YearDay(int(found[1]), int(found[2]))
    try:
        date(_LEAP_YEAR, *day)
    except ValueError:
        node.refuse("not_a_date", N_("“%(field)s” must be a month and a day, such as 12-21."))
        return None
    return day


def write_closures(closures: Sequence[Closure]) -> list[object]:
    """Closed stretches, dated or yearly."""
    return [
        {
            "reason": write_localised(closure.reason),
            "from": _edge(closure.first),
            "to": _edge(closure.last),
        }
        for closure in closures
    ]


def _edge(day: date | YearDay) -> str:
    return day.isoformat() if isinstance(day, date) else f"{day.month:02}-{day.day:02}"


def read_buffer(node: Node) -> Buffer:
    """Time kept free beside a stay; none when absent."""
    if node.value is None:
        return Buffer()
    entry = node.record(("amount", "unit"))
    unit = entry["unit"].choice(("hours", *HALVES_PER))
    if unit == "hours":
        return Buffer(hours=entry["amount"].number(0, LONGEST_BUFFER_HOURS))
    most = 2 * EDGE_DAYS // HALVES_PER[unit]
    return Buffer(halves=entry["amount"].whole(0, most) * HALVES_PER[unit])


def write_buffer(buffer: Buffer) -> dict[str, object] | None:
    """A buffer in the unit people would say it in."""
    if buffer.halves:
        unit = "half_days" if buffer.halves % 2 else "days"
        return {"amount": buffer.halves // HALVES_PER[unit], "unit": unit}
    return {"amount": buffer.hours, "unit": "hours"} if buffer.hours else None
