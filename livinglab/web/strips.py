"""Availability strips: rows for the drawing, and the table beside it that says the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from flask_babel import gettext

from livinglab.adapters import texts
from livinglab.domain.messages import Weekday
from livinglab.domain.opening import ClosedBecause
from livinglab.domain.zones import midnight, zone
from livinglab.services import occupancy
from livinglab.services.world import from_epoch
from livinglab.web.context import session
from livinglab.web.drawing.layout import layout
from livinglab.web.drawing.strip import WEEKS, availability
from livinglab.web.drawing.timeline import Bar, Row, twin
from livinglab.web.drawing.words import labels
from livinglab.web.filters import date_text, day_range, localised, sentence, time_range
from livinglab.web.language import language

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from livinglab.domain.availability import Taken, TakenKind
    from livinglab.services.availability import Finder, Slot
    from livinglab.services.occupancy import ClosedDates
    from livinglab.services.places import PlacedResource
    from livinglab.web.drawing.drawn import Drawing
    from livinglab.web.drawing.timeline import Kind, Timeline

MINI_HEIGHT, ROW_HEIGHT, WIDTH = 18, 34, 700
KINDS: dict[TakenKind, Kind] = {
    "firm": "firm",
    "tentative": "tentative",
    "buffer": "buffer",
    "block": "block",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table: where, when in words, why it is not free, and when time is free again.

    ``day`` is the first day of it.
    """

    where: str
    when: str
    why: str
    kind: Kind
    day: date


@dataclass(frozen=True, slots=True)
class Strip:
    """Twelve weeks of some resources: drawing, lines of the table, and what is drawn."""

    drawing: Drawing
    lines: tuple[Line, ...]
    kinds: tuple[Kind, ...]
    first: date
    last: date


def strip(finder: Finder, items: Sequence[PlacedResource], marked: Slot | None = None) -> Strip:
    """Twelve weeks of one facility; ``marked`` is drawn as the reader's wish."""
    timeline = _timeline(finder, items, marked)
    shown = twin(timeline)
    kinds: list[Kind] = ["firm", "tentative", "wish", "buffer", "closed"]
    seen = {"closed" if line.bar.kind == "block" else line.bar.kind for line in shown}
    return Strip(
        layout(
            timeline,
            labels(language(), "quarter", gettext("week")),
            width=WIDTH,
            row_height=ROW_HEIGHT,
        ),
        tuple(
            Line(
                _where(line.rows, items),
                _when(line.bar, items[0].facility.zone),
                ", ".join(part for part in (line.bar.label, line.bar.title) if part),
                line.bar.kind,
                line.bar.start.astimezone(zone(items[0].facility.zone)).date(),
            )
            for line in sorted(shown, key=lambda line: line.bar.start)
            if line.bar.kind not in {"buffer", "wish"}
        ),
        tuple(kind for kind in kinds if kind in seen),
        timeline.start,
        timeline.end - timedelta(days=1),
    )


def minis(finder: Finder, items: Iterable[PlacedResource]) -> dict[str, Drawing]:
    """One bare row for each resource, by slug."""
    wanted = list(items)
    taken = _taken(finder, wanted)
    return {item.slug: _mini_of(finder, item, taken[item.id]) for item in wanted}


def _mini_of(finder: Finder, item: PlacedResource, taken: Sequence[Taken]) -> Drawing:
    first, last = range_of(finder, item)
    never = occupancy.never_open([item])
    closed = occupancy.closed_dates(finder, item, first, last, never | occupancy.WEEKEND)
    return _mini(
        first,
        item.facility.zone,
        never,
        tuple(occupancy.span_of(dates, item.facility.zone) for dates in closed),
        tuple((entry.kind, entry.start, entry.end) for entry in taken),
    )


@lru_cache(maxsize=1000)  # a page of the catalogue has dozens, the same for every reader
def _mini(
    first: date,
    zone_name: str,
    never: frozenset[int],
    closed: tuple[tuple[datetime, datetime], ...],
    taken: tuple[tuple[TakenKind, int, int], ...],
) -> Drawing:
    """A row without words, which nobody could read in it."""
    bars = [Bar("closed", *span, "") for span in closed]
    bars += (Bar(KINDS[kind], from_epoch(start), from_epoch(end), "") for kind, start, end in taken)
    rest = _rest(first, first + timedelta(weeks=WEEKS), never)
    timeline = availability([Row("", "", "", bars=tuple(bars))], first, zone(zone_name), None, rest)
    return layout(timeline, None, row_height=MINI_HEIGHT)


def range_of(finder: Finder, item: PlacedResource) -> tuple[date, date]:
    """First and last day of the twelve weeks."""
    today = finder.world.today(finder.now, item.facility.zone)
    first = today - timedelta(days=today.weekday())
    return first, first + timedelta(weeks=WEEKS) - timedelta(days=1)


def shading(items: Sequence[PlacedResource]) -> str:
    """What the shaded days are: every Saturday and Sunday, and what else is never open."""
    never = occupancy.never_open(items)
    names = [texts.weekday_text(Weekday(day), language()) for day in sorted(never)]
    words: str = gettext("Shaded: Saturdays and Sundays.")
    if never == occupancy.WEEKEND:
        words = gettext("Shaded: Saturdays and Sundays, not open.")
    elif never:
        words = gettext(
            "Shaded: Saturdays, Sundays and other days of rest. Never open: %(days)s.",
            days=texts.list_text(names, language()),
        )
    return words


def _timeline(
    finder: Finder,
    items: Sequence[PlacedResource],
    marked: Slot | None,
) -> Timeline:
    found = _taken(finder, items)
    today = finder.world.today(finder.now, items[0].facility.zone)
    never = occupancy.never_open(items)
    rows = [
        Row(
            item.slug,
            "",
            localised(item.resource.name),
            bars=(
                *_closed(finder, item, never),
                *_bars(item, found[item.id]),
                *_wish(item, marked),
            ),
        )
        for item in items
    ]
    first, last = range_of(finder, items[0])
    rest = _rest(first, last + timedelta(days=1), never)
    return availability(rows, today, zone(items[0].facility.zone), finder.now, rest)


def _rest(first: date, end: date, never: frozenset[int]) -> frozenset[date]:
    days = (first + timedelta(days=n) for n in range((end - first).days))
    return frozenset(day for day in days if day.weekday() in never)


def _taken(finder: Finder, items: Sequence[PlacedResource]) -> dict[int, list[Taken]]:
    if not items:
        return {}
    first, last = range_of(finder, items[0])
    tz = zone(items[0].facility.zone)
    return occupancy.taken(
        session(), finder, items, midnight(first, tz), midnight(last + timedelta(days=1), tz)
    )


def _bars(item: PlacedResource, taken: Sequence[Taken]) -> Iterator[Bar]:
    for entry in taken:
        start, end = from_epoch(entry.start), from_epoch(entry.end)
        if entry.kind == "block":
            label = sentence(entry.message) if entry.message else gettext("Closed by the host")
            yield Bar("block", start, end, label)
        elif entry.kind == "buffer":
            yield Bar("buffer", start, end, gettext("Set-up or take-down"))
        else:
            label = gettext("Firm") if entry.kind == "firm" else gettext("Tentative")
            yield Bar(KINDS[entry.kind], start, end, label, _held_until(entry, taken, item))


def _wish(item: PlacedResource, marked: Slot | None) -> Iterator[Bar]:
    if marked is not None and marked.resource.slug == item.slug:
        stay = marked.stay
        yield Bar("wish", from_epoch(stay.start), from_epoch(stay.end), gettext("You"))


def _held_until(entry: Taken, taken: Sequence[Taken], item: PlacedResource) -> str:
    """The set-up and take-down around a booking, in words."""
    beside = [
        other
        for other in taken
        if other.kind == "buffer" and (other.end == entry.start or other.start == entry.end)
    ]
    if not beside:
        return ""
    start = min(entry.start, *(other.start for other in beside))
    end = max(entry.end, *(other.end for other in beside))
    span = time_range(from_epoch(start), from_epoch(end), item.facility.zone)
    return str(gettext("with set-up and take-down %(span)s", span=span))


def _closed(finder: Finder, item: PlacedResource, never: frozenset[int]) -> Iterator[Bar]:
    first, last = range_of(finder, item)
    usual = never | occupancy.WEEKEND
    for dates in occupancy.closed_dates(finder, item, first, last, usual):
        yield Bar("closed", *occupancy.span_of(dates, item.facility.zone), _reason(dates, item))


def _reason(dates: ClosedDates, item: PlacedResource) -> str:
    if dates.reason.code is ClosedBecause.NOTICE:
        days = item.facility.stay.notice_working_days
        return str(gettext("Too soon: ask %(days)s working days ahead", days=days))
    return sentence(dates.reason.message)


def _where(rows: Sequence[Row], items: Sequence[PlacedResource]) -> str:
    if len(items) == 1:
        return ""
    if len(rows) == len(items):
        return str(gettext("Everywhere"))
    return ", ".join(row.label for row in rows)


def _when(bar: Bar, zone_name: str) -> str:
    if bar.kind in {"closed", "wish"}:
        tz = zone(zone_name)
        first = bar.start.astimezone(tz).date()
        last = (bar.end.astimezone(tz) - timedelta(seconds=1)).date()
        return date_text(first) if first == last else day_range(first, last)
    return time_range(bar.start, bar.end, zone_name)
