"""A review in words and drawings, ready for the templates of the decision page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from babel import Locale
from flask_babel import gettext, ngettext

from livinglab.domain.article_json import LABELS
from livinglab.domain.messages import Localised
from livinglab.domain.pilot import HOLDS, Holds, State
from livinglab.domain.vocabulary import ARTICLE_KINDS, CONFORMITIES
from livinglab.domain.zones import zone
from livinglab.web.context import now
from livinglab.web.drawing.layout import layout
from livinglab.web.drawing.timeline import Bar, Row, Timeline
from livinglab.web.drawing.words import labels
from livinglab.web.filters import brief, date_text, localised, number, person, time_range
from livinglab.web.language import language
from livinglab.web.lines import case_page, key, rows, table, when

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from livinglab.domain.article import TestArticle
    from livinglab.services.board import Entry, Line
    from livinglab.services.choices import Choice
    from livinglab.services.places import PlacedResource
    from livinglab.services.review import GateView, Review, StayView
    from livinglab.web.drawing.drawn import Drawing
    from livinglab.web.drawing.timeline import Scale
    from livinglab.web.lines import Shown, TableRow

WIDTH = 620
MONTHLY = 63
"""Up to so many days the picture numbers every day."""
RIVALS = 6


@dataclass(frozen=True, slots=True)
class Around:
    """The calendar around a stay: picture, table and what its shapes mean."""

    drawing: Drawing
    entries: list[TableRow]
    key: list[str]


def around(stay: StayView, *, asking: bool) -> Around | None:
    """The resources of the place, and while ``asking`` the windows wished for; None: no place."""
    if stay.place is None or not stay.lines:
        return None
    tz = zone(stay.place.facility.zone)
    booked = [_without_wishes(line) for line in stay.lines]
    drawn, shown = rows(booked, grouped=False)
    item = stay.lines[0].item
    own = (
        []
        if not asking
        else [
            _wish_row(
                "this",
                gettext("This request"),
                [(entry, str(entry.rank + 1)) for entry in stay.wishes],
                item,
                shown,
            )
        ]
    )
    others = [
        _wish_row(
            f"rival-{number}",
            rival.entry.case.company if rival.entry.case else "",
            [
                (entry, entry.case.title if entry.case else "")
                for line in stay.lines
                for entry in line.entries
                if entry.kind == "wish" and entry.case == rival.entry.case
            ],
            item,
            shown,
        )
        for number, rival in enumerate(stay.rivals[:RIVALS])
    ]
    first, last = stay.days
    scale: Scale = "month" if (last - first).days < MONTHLY else "quarter"
    timeline = Timeline(first, last + timedelta(days=1), tz, now(), scale, (*drawn, *own, *others))
    drawing = layout(
        timeline, labels(language(), scale, gettext("week")), width=WIDTH, row_height=34
    )
    return Around(drawing, table(timeline, shown), key(drawing))


def choice_days(choice: Choice, *, place: bool = False) -> str:
    """1–5 Feb; with its ``place``: Hall south, 1–5 Feb."""
    days = brief(choice.stay.first_day, choice.stay.last_day)
    return f"{localised(choice.item.resource.name)}, {days}" if place else days


def choice_text(choice: Choice) -> str:
    """Hall south, Mon 1 – Fri 5 Feb 2027, 07:00–21:00."""
    slot = choice.slot
    span = time_range(slot.start, slot.end, choice.item.facility.zone)
    return f"{localised(choice.item.resource.name)}, {span}"


def choice_hours(choice: Choice) -> str:
    """07:00–14:00; of stays over several days with the days."""
    slot, where = choice.slot, choice.item.facility.zone
    return time_range(slot.start, slot.end, where).rpartition(", ")[2]


def choice_value(choice: Choice) -> str:
    """As a form sends it; read by ``web.pages.decision``."""
    return f"{choice.period}|{choice.item.slug}|{choice.stay.start}|{choice.stay.end}"


def gates(review: Review) -> list[dict[str, str]]:
    """Gates as the macro draws them: who decides, by when, or what was decided.

    Of a pilot that has ended nobody is asked any more.
    """
    names = {place.id: localised(place.facility.name) for place, _ in review.fits}
    asked = HOLDS[State(review.pilot.state)] is not Holds.RELEASED
    return [
        {
            "label": _gate_label(view, names if len(names) > 1 else {}, asked=asked),
            "state": "waiting" if view.gate.state == "open" and not asked else view.gate.state,
            "detail": _gate_detail(view) if asked or view.gate.decided_at else "",
            "glyph": "shield" if view.gate.role == "safety_owner" else "gate",
        }
        for view in review.gates
    ]


def gate_title(view: GateView) -> str:
    """The title the place uses for who decides."""
    return localised(Localised(view.gate.title))


def facts(article: TestArticle) -> list[tuple[str, str]]:
    """What the firm brings, as far as it has told."""
    return [(gettext(LABELS[name]), text) for name, text in _told(article) if text]


def country(code: str) -> str:
    """A country's name in the reader's language."""
    return str(Locale(language()).territories.get(code, code))


def _told(article: TestArticle) -> Iterator[tuple[str, str]]:
    kind = gettext(ARTICLE_KINDS.get(article.kind, article.kind))
    count = f" × {article.count}" if article.count > 1 else ""
    yield "name", f"{article.name}{count}"
    yield "kind", kind
    for name in ("mass_kg", "battery_kwh", "speed_m_s", "noise_dba"):
        value = getattr(article, name)
        yield name, "" if value is None else number(value)
    if article.dimensions_mm:
        yield "dimensions_mm", " × ".join(number(side) for side in article.dimensions_mm)
    if article.power and article.power.current_a:
        need = article.power
        phases = ngettext("%(num)d phase", "%(num)d phases", need.phases)
        yield "power", f"{phases}, {need.voltage}\u00a0V, {number(need.current_a)}\u00a0A"
    yield "laser_class", article.laser_class or ""
    yield "conformity", gettext(CONFORMITIES[article.conformity]) if article.conformity else ""
    for name in ("uses_ai", "people_in_view", "mixed_traffic", "hot_work", "new_materials"):
        yield name, gettext("yes") if getattr(article, name) else ""


def _gate_label(view: GateView, places: dict[int, str], *, asked: bool) -> str:
    title = gate_title(view)
    if asked and view.mine and view.gate.state == "open":
        title = gettext("%(title)s (you)", title=title)
    place = places.get(view.gate.facility_id)
    return f"{title}, {place}" if place else title


def _gate_detail(view: GateView) -> str:
    gate = view.gate
    if gate.decided_at is not None:
        who = person(gate.decided_by.name) if gate.decided_by else gettext("The clock")
        day = date_text(gate.decided_at.astimezone(zone("Europe/Helsinki")).date())
        return f"{who}, {day}" + (f": {gate.note}" if gate.note else "")
    names = ", ".join(view.owners[:2]) or gettext("nobody decides this yet")
    by = gettext("by %(day)s", day=date_text(gate.due_on)) if gate.due_on else ""
    return ", ".join(part for part in (names, by) if part)


def _without_wishes(line: Line) -> Line:
    return type(line)(line.item, tuple(e for e in line.entries if e.kind != "wish"))


def _wish_row(
    key: str, label: str, entries: Sequence[tuple[Entry, str]], item: PlacedResource, shown: Shown
) -> Row:
    """A row of its own for the windows of one request."""
    bars = []
    for entry, text in entries:
        href = case_page(entry.case) if entry.case and key != "this" else None
        bar = Bar("wish", entry.start, entry.end, text, when(entry, item), href)
        shown.setdefault(bar, (item, entry))
        bars.append(bar)
    return Row(key, "", label, None, tuple(bars))
