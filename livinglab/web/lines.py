"""Lines of the calendar as rows of a drawing, and as the table beside it that says the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import request
from flask_babel import gettext, ngettext

from livinglab.domain.messages import N_, Localised, Message
from livinglab.domain.zones import zone
from livinglab.web.context import principal
from livinglab.web.drawing.timeline import Bar, Row, twin
from livinglab.web.filters import day_range, instant_text, localised, sentence, time_range
from livinglab.web.sheets import wall_time

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from livinglab.services.board import Case, Entry, Line
    from livinglab.services.places import PlacedResource
    from livinglab.web.drawing.drawn import Drawing
    from livinglab.web.drawing.timeline import Timeline

KINDS = ("firm", "tentative", "wish", "buffer", "closed", "clash")
WORDS: dict[str, str] = {
    "firm": N_("Firm"),
    "tentative": N_("Tentative"),
    "wish": N_("Wish"),
    "clash": N_("Clash"),
    "block": N_("Closed"),
    "closed": N_("Closed"),
}
Shown = dict[Bar, tuple["PlacedResource", "Entry"]]
"""What each bar of a drawing stands for."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A line of the table twin, in words. ``about`` is what identifies it: reference and firm."""

    title: str
    about: str
    href: str | None
    facility: str
    resources: tuple[str, ...]
    when: str
    kind: str
    state: str
    beside: str
    move: str | None


def rows(
    lines: Sequence[Line], *, grouped: bool = True, closable: Collection[str] = ()
) -> tuple[tuple[Row, ...], Shown]:
    """A row for each line, under its facility unless ``grouped`` is off, and what bars mean.

    At facilities that are ``closable`` (slugs) the reader may close time and move stays.
    """
    shown: Shown = {}
    drawn = []
    for line in lines:
        bars = []
        for entry in line.entries:
            for bar in _bars(entry, line.item):
                bars.append(bar)
                shown.setdefault(bar, (line.item, entry))
        facility = line.item.facility
        drawn.append(
            Row(
                line.item.slug,
                localised(facility.name) if grouped else "",
                localised(line.item.resource.name),
                facility_page(facility.slug) if grouped else None,
                tuple(bars),
                facility.slug in closable,
            )
        )
    return tuple(drawn), shown


def table(timeline: Timeline, shown: Shown) -> list[TableRow]:
    """The table twin of a time line; buffers stand with the booking they belong to."""
    found = []
    for line in twin(timeline):
        if line.bar.kind == "buffer" or line.bar not in shown:
            continue
        item, entry = shown[line.bar]
        named = entry.case is not None and entry.case.named
        several = len({row.group for row in line.rows}) > 1
        found.append(
            TableRow(
                title=entry.case.title if entry.case and named else line.bar.label,
                about=f"{entry.case.ref} · {entry.case.company}" if entry.case and named else "",
                href=line.bar.href,
                facility="" if several else localised(item.facility.name),
                resources=_count(line.rows) if several else tuple(r.label for r in line.rows),
                when=when(entry, item),
                kind=entry.kind,
                state=entry.case.state if entry.case and named else "",
                beside=", ".join(_beside(entry, item.facility.zone)),
                move=move_page(entry),
            )
        )
    return found


def _count(lines: Sequence[Row]) -> tuple[str]:
    """What closes many places at once needs no list of them."""
    return (ngettext("%(num)d resource", "%(num)d resources", len(lines)),)


def key(drawing: Drawing) -> list[str]:
    """What the shapes in a drawing mean, each kind once."""
    seen = {bar.kind for row in drawing.rows for bar in row.bars}
    kinds = [kind for kind in KINDS if kind in seen or (kind == "closed" and "block" in seen)]
    return [*kinds, "today"] if drawing.today else kinds


def when(entry: Entry, item: PlacedResource) -> str:
    """The time of an entry: days for wishes and closed days, else with hours."""
    if entry.kind == "wish":
        return day_range(*entry.dates)
    if entry.kind == "closed":
        return day_range(*_dates(entry.start, entry.end, item.facility.zone))
    return time_range(entry.start, entry.end, item.facility.zone)


def case_page(case: Case) -> str | None:
    """The page of a pilot for this reader: hosts decide on theirs; None where they may not."""
    if not case.open:
        return None
    who = principal()
    pages = "inbox" if who is not None and who.is_host else "pilots"
    return f"{request.script_root}/{pages}/{case.ref}"


def move_page(entry: Entry) -> str | None:
    """Where moving a booking or changing a block begins; None where the reader may not."""
    if not entry.movable:
        return None
    if entry.kind == "block":
        return f"{request.script_root}/blocks/{entry.block_id}/change"
    return f"{request.script_root}/board/move?booking={entry.booking_id}"


def file_rows(lines: Iterable[Line]) -> Iterator[tuple[str | None, ...]]:
    """Every entry in the order of the board, for a file; times are those on the wall there."""
    for line in lines:
        facility = line.item.facility
        where = (localised(facility.name), localised(line.item.resource.name))
        for entry in line.entries:
            span = (*(entry.start, entry.end), *entry.blocked)
            case = entry.case if entry.case is not None and entry.case.named else None
            about = (case.ref, case.company, case.title) if case else (None, None, None)
            reason = sentence(entry.reason) if entry.reason else None
            times = (wall_time(moment, facility.zone) for moment in span)
            yield (*where, kind_word(entry.kind), *times, *about, reason)


def facility_page(slug: str) -> str:
    """The public page of a facility."""
    return f"{request.script_root}/facilities/{slug}"


def _bars(entry: Entry, item: PlacedResource) -> Iterator[Bar]:
    called = label(entry)
    case = entry.case
    place = localised(item.resource.name)
    if entry.kind in {"closed", "block"}:
        told = f"{_closed_kind(entry)}, {when(entry, item)}"
        change = move_page(entry)
        yield Bar(entry.kind, entry.start, entry.end, called, told, change, resize=change)
        return
    href = (case_page(case) if case else None) or facility_page(item.place.slug)
    words = [place, when(entry, item), kind_word(entry.kind)]
    if entry.kind == "clash" and entry.reason is not None:
        words.append(sentence(entry.reason))
    if case is not None and case.named:
        words.append(case.ref)
    title = ", ".join(words)
    for start, end in ((entry.blocked[0], entry.start), (entry.end, entry.blocked[1])):
        if start < end:
            span = time_range(start, end, item.facility.zone)
            yield Bar("buffer", start, end, gettext("Buffer"), f"{place}, {span}", href)
    move = move_page(entry) if entry.kind != "clash" else None
    yield Bar(entry.kind, entry.start, entry.end, called, title, href, move)


def label(entry: Entry) -> str:
    """What an entry is called: firm and title where they may be known, else its kind."""
    if entry.case is not None and entry.case.named:
        return f"{entry.case.company} · {entry.case.title}"
    if entry.kind in {"closed", "block"} and entry.reason is not None:
        reason = entry.reason.params.get("reason") or entry.reason.params.get("name")
        return localised(reason) if isinstance(reason, Localised) else sentence(entry.reason)
    return kind_word(entry.kind)


def _closed_kind(entry: Entry) -> str:
    """Maintenance, vessel call …; of a rule's closed days only that they are closed."""
    kind = entry.reason.params.get("kind") if entry.reason else None
    return sentence(kind) if isinstance(kind, Message) else kind_word(entry.kind)


def kind_word(kind: str) -> str:
    """The word for a kind of entry."""
    word: str = gettext(WORDS[kind])
    return word


def _beside(entry: Entry, zone_name: str) -> Iterable[str]:
    if entry.blocked[0] < entry.start:
        yield gettext("set-up from %(when)s", when=instant_text(entry.blocked[0], zone_name))
    if entry.end < entry.blocked[1]:
        yield gettext("buffer to %(when)s", when=instant_text(entry.blocked[1], zone_name))


def _dates(start: datetime, end: datetime, zone_name: str) -> tuple[date, date]:
    tz = zone(zone_name)
    first, past = start.astimezone(tz).date(), end.astimezone(tz).date()
    return first, max(first, past.fromordinal(past.toordinal() - 1))
