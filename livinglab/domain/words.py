"""Opening rules as sentences, one fact each: hours by weekday, holidays, daylight, closures.

Weekdays, days of the year and dates are parameters, so that each language writes its own. Hours
are digits of the 24-hour clock, as they stand on Finnish doors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.domain.messages import N_, Message, Weekday
from livinglab.domain.opening import DAY_MINUTES, WEEK_DAYS, YearDay

if TYPE_CHECKING:
    from livinglab.domain.opening import Closure, OpeningRules, Span


def opening_in_words(rules: OpeningRules) -> list[Message]:
    """The rules as sentences, in the order in which one asks for them.

    Weekdays with the same hours share a sentence: “Mon–Fri 08–18”, “Sun–Thu 20–06, into the next
    morning”. Parameters are :class:`Weekday`, ``YearDay``, ``date``, ``Localised`` and messages.
    """
    sentences = _hours(rules)
    if rules.daylight_only:
        sentences.append(Message(N_("Only in daylight")))
    if not rules.round_the_clock:
        sentences.append(
            Message(N_("Open on public holidays too"))
            if rules.open_on_holidays
            else Message(N_("Closed on public holidays"))
        )
    return [*sentences, *map(_closure, rules.closures)]


def _hours(rules: OpeningRules) -> list[Message]:
    if rules.round_the_clock:
        return [Message(N_("Open round the clock, every day"))]
    groups: dict[tuple[Span, ...], list[int]] = {}
    for weekday, spans in enumerate(rules.week):
        if spans:
            groups.setdefault(tuple(sorted(spans)), []).append(weekday)
    if not groups:
        return [Message(N_("No regular opening hours"))]
    return [_hours_of(_days(weekdays), spans) for spans, weekdays in groups.items()]


def _hours_of(days: Message | Weekday, spans: tuple[Span, ...]) -> Message:
    hours = ", ".join(f"{_clock(span.start)}–{_clock(span.end)}" for span in spans)
    params = {"days": days, "hours": hours}
    if max(span.end for span in spans) > DAY_MINUTES:
        return Message(N_("%(days)s %(hours)s, into the next morning"), params)
    return Message(N_("%(days)s %(hours)s"), params)


def _clock(minutes: int) -> str:
    """``08``, ``07:30``, and ``24`` for the midnight at a day's end."""
    hour, minute = divmod(minutes if minutes <= DAY_MINUTES else minutes - DAY_MINUTES, 60)
    return f"{hour:02}:{minute:02}" if minute else f"{hour:02}"


def _days(weekdays: list[int]) -> Message | Weekday:
    """Weekdays as runs, Monday first; a run may pass from Sunday to Monday."""
    if len(weekdays) == WEEK_DAYS:
        return Message(N_("Every day"))
    runs = [_run(day, weekdays) for day in weekdays if (day - 1) % WEEK_DAYS not in weekdays]
    words = runs.pop()
    while runs:
        words = Message(N_("%(days)s, %(more)s"), {"days": runs.pop(), "more": words})
    return words


def _run(first: int, weekdays: list[int]) -> Message | Weekday:
    last = first
    while (last + 1) % WEEK_DAYS in weekdays:
        last = (last + 1) % WEEK_DAYS
    if last == first:
        return Weekday(first)
    return Message(N_("%(first)s–%(last)s"), {"first": Weekday(first), "last": Weekday(last)})


def _closure(closure: Closure) -> Message:
    one_day = closure.first == closure.last
    params = {"first": closure.first, "last": closure.last, "reason": closure.reason}
    if isinstance(closure.first, YearDay):
        if one_day:
            return Message(N_("Closed every year on %(first)s: %(reason)s"), params)
        return Message(N_("Closed %(first)s – %(last)s every year: %(reason)s"), params)
    if one_day:
        return Message(N_("Closed on %(first)s: %(reason)s"), params)
    return Message(N_("Closed %(first)s – %(last)s: %(reason)s"), params)
