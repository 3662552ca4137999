"""When one resource is free, and why it is not: its open calendar with what is taken laid over.

Instants are integer seconds since 1970 UTC. Of several reasons for the same time the strongest
is told: a block of the host, then what is booked, then the rules of opening; notice and horizon
only for time that would otherwise be free.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import timedelta
from enum import StrEnum
from heapq import heappop, heappush
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from livinglab.domain.messages import N_, Message
from livinglab.domain.opening import ClosedBecause, ClosedReason
from livinglab.domain.zones import midnight

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from zoneinfo import ZoneInfo

    from livinglab.domain.calendar import OpenCalendar
    from livinglab.domain.opening import OpenDay

TakenKind = Literal["firm", "tentative", "buffer", "block"]


class Taken(NamedTuple):
    """Time that a booking, its set-up or take-down, or a block of the host takes."""

    start: int
    end: int
    kind: TakenKind
    message: Message | None = None


class Segment(NamedTuple):
    """A stretch that is free, or closed for one reason."""

    start: int
    end: int
    free: bool
    reason: ClosedReason | None


class Fill(StrEnum):
    """What is left of a day or a half-day: all, some, or nothing because booked or closed."""

    FREE = "free"
    PARTLY = "partly"
    TAKEN = "taken"
    CLOSED = "closed"


class Cell(NamedTuple):
    """A half-day in the calendar strip; ``reason`` is the strongest one in it."""

    state: Fill
    reason: ClosedReason | None


class DayState(NamedTuple):
    """One local date in the calendar strip, with its two half-days."""

    date: date
    state: Fill
    reason: ClosedReason | None
    halves: tuple[Cell, Cell]


OUTSIDE_HOURS = ClosedReason(ClosedBecause.HOURS, Message(N_("Outside opening hours")))
TOO_SOON = ClosedReason(ClosedBecause.NOTICE, Message(N_("Sooner than can be asked for")))
TOO_FAR = ClosedReason(ClosedBecause.HORIZON, Message(N_("Further ahead than can be asked for")))

_TAKEN: dict[TakenKind, tuple[int, ClosedBecause, str]] = {
    "block": (0, ClosedBecause.BLOCK, N_("Closed by the host")),
    "firm": (1, ClosedBecause.BUSY, N_("Booked")),
    "tentative": (2, ClosedBecause.BUSY, N_("Held for another request")),
    "buffer": (3, ClosedBecause.BUSY, N_("Set-up or take-down")),
}
"""Rank (0 is the strongest), code and usual sentence of each kind of taken time."""
_OPEN_RANK, _DATE_RANK = 4, 5
_TELLING = (ClosedBecause.BLOCK, ClosedBecause.BUSY, ClosedBecause.NOTICE, ClosedBecause.HORIZON)
"""What open time may be wanted for or closed by, the strongest first."""


class _Layer(NamedTuple):
    start: int
    end: int
    rank: int
    reason: ClosedReason | None


def segments(
    calendar: OpenCalendar,
    tz: ZoneInfo,
    first: date,
    last: date,
    taken: Iterable[Taken],
    not_before: int,
    horizon_end: int,
) -> list[Segment]:
    """The time from the midnight of ``first`` to that after ``last``, without gap or overlap.

    Neighbouring segments differ. Open time before ``not_before`` is too soon to be asked for,
    open time from ``horizon_end`` on too far ahead.

    Raises:
        ValueError: the calendar does not cover these dates.
    """
    days = _open_days(calendar, first, last)
    layers = [
        *_closed_dates(calendar, tz, first, last),
        *_open_time(days, not_before, horizon_end),
        *map(_layer_of, taken),
    ]
    return _flat(layers, _midnight(first, tz), _midnight(last + timedelta(days=1), tz))


def day_states(
    calendar: OpenCalendar,
    first: date,
    last: date,
    taken: Iterable[Taken],
    not_before: int,
    horizon_end: int,
) -> list[DayState]:
    """Each date's state and those of its two halves, judged by their open time alone.

    Free if all of it can be asked for, partly if some can; else taken or closed, as the
    strongest reason says.

    Raises:
        ValueError: the calendar does not cover these dates.
    """
    days = _open_days(calendar, first, last)
    layers = [*_open_time(days, not_before, horizon_end), *map(_layer_of, taken)]
    flat = _flat(layers, days[0].start, days[-1].end) if days else []
    starts = [segment.start for segment in flat]
    states: list[DayState] = []
    for offset in range((last - first).days + 1):
        local = first + timedelta(days=offset)
        day = calendar.open_on(local)
        if day is None:
            shut = Cell(Fill.CLOSED, calendar.closed[local])
            states.append(DayState(local, *shut, (shut, shut)))
            continue
        morning, afternoon = (
            [
                segment.reason
                for start, end in day.spans
                for segment in _within(flat, starts, max(start, half[0]), min(end, half[1]))
            ]
            for half in day.halves
        )
        cells = _cell(morning), _cell(afternoon)
        states.append(DayState(local, *_cell(morning + afternoon), cells))
    return states


def _open_days(calendar: OpenCalendar, first: date, last: date) -> list[OpenDay]:
    """The open days of these dates, and the one before: its night may reach into the first."""
    if not calendar.first <= first <= last <= calendar.last:
        raise ValueError("the calendar does not cover these dates")
    index = calendar.day_index(first)
    inside = calendar.days[index : calendar.index_after(last)]
    return [*(calendar.days[index - 1 : index] or calendar.earlier[-1:]), *inside]


def _midnight(day: date, tz: ZoneInfo) -> int:
    return int(midnight(day, tz).timestamp())


def _closed_dates(
    calendar: OpenCalendar, tz: ZoneInfo, first: date, last: date
) -> Iterator[_Layer]:
    for day, reason in calendar.closed.items():
        if first <= day <= last:
            end = _midnight(day + timedelta(days=1), tz)
            yield _Layer(_midnight(day, tz), end, _DATE_RANK, reason)


def _open_time(days: Iterable[OpenDay], not_before: int, horizon_end: int) -> Iterator[_Layer]:
    for day in days:
        for start, end in day.spans:
            soon = min(max(start, not_before), end)
            far = max(min(end, horizon_end), soon)
            yield _Layer(start, soon, _OPEN_RANK, TOO_SOON)
            yield _Layer(soon, far, _OPEN_RANK, None)
            yield _Layer(far, end, _OPEN_RANK, TOO_FAR)


def _layer_of(taken: Taken) -> _Layer:
    rank, code, sentence = _TAKEN[taken.kind]
    reason = ClosedReason(code, taken.message or Message(sentence))
    return _Layer(taken.start, taken.end, rank, reason)


def _flat(layers: Iterable[_Layer], begin: int, end: int) -> list[Segment]:
    """What the strongest layer says at each instant; where there is none, it is out of hours."""
    waiting = sorted(
        (max(layer.start, begin), layer.rank, order, min(layer.end, end), layer.reason)
        for order, layer in enumerate(layers)
        if max(layer.start, begin) < min(layer.end, end)
    )
    edges = sorted({begin, end, *(item[0] for item in waiting), *(item[3] for item in waiting)})
    active: list[tuple[int, int, int, ClosedReason | None]] = []
    result: list[Segment] = []
    following = 0
    for start, stop in pairwise(edges):
        while following < len(waiting) and waiting[following][0] <= start:
            heappush(active, waiting[following][1:])
            following += 1
        while active and active[0][2] <= start:
            heappop(active)
        reason = active[0][3] if active else OUTSIDE_HOURS
        if result and result[-1].reason == reason:
            result[-1] = result[-1]._replace(end=stop)
        else:
            result.append(Segment(start, stop, reason is None, reason))
    return result


def _within(flat: list[Segment], starts: list[int], start: int, end: int) -> list[Segment]:
    """The segments that share time with ``[start, end)``."""
    if start >= end:
        return []
    return flat[bisect_right(starts, start) - 1 : bisect_left(starts, end)]


def _cell(reasons: Sequence[ClosedReason | None]) -> Cell:
    told = [reason for reason in reasons if reason is not None]
    if not told:
        return Cell(Fill.FREE, None)
    strongest = min(told, key=lambda reason: _TELLING.index(reason.code))
    if len(told) < len(reasons):
        return Cell(Fill.PARTLY, strongest)
    taken = strongest.code is ClosedBecause.BUSY
    return Cell(Fill.TAKEN if taken else Fill.CLOSED, strongest)
