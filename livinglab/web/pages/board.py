"""The calendar: all resources on one time line, and the same as a table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from livinglab.domain.access import may_manage_facility
from livinglab.domain.vocabulary import FACILITY_KINDS
from livinglab.domain.zones import zone
from livinglab.services import board
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.drawing.layout import layout
from livinglab.web.drawing.timeline import Timeline
from livinglab.web.drawing.words import labels
from livinglab.web.filters import localised
from livinglab.web.language import language
from livinglab.web.lines import case_page, key, rows, table, when

if TYPE_CHECKING:
    from livinglab.domain.access import Principal
    from livinglab.services.board import Line
    from livinglab.services.places import PlacedResource, Places
    from livinglab.web.drawing.timeline import Scale

pages = Blueprint("board", __name__)
PORI = zone("Europe/Helsinki")
DAYS: dict[Scale, int] = {"week": 7, "month": 28, "quarter": 91}
BACK, AHEAD = timedelta(days=364), timedelta(days=420)
"""How far from today the board can be turned: what the process keeps of open days."""


@dataclass(frozen=True, slots=True)
class View:
    """What part of the calendar is shown; kept in the address."""

    scale: Scale
    first: date
    facility: str
    kind: str

    @property
    def last(self) -> date:
        """The last day shown."""
        return self.first + timedelta(days=DAYS[self.scale] - 1)

    def address(self, *, scale: str | None = None, shift: int = 0, today: bool = False) -> str:
        """The same view at another scale, or turned by so many of its lengths."""
        first = self.first + shift * timedelta(days=DAYS[self.scale])
        asked: dict[str, Any] = {
            "scale": scale or self.scale,
            "facility": self.facility or None,
            "kind": self.kind or None,
            "from": None if today else first.isoformat(),
        }
        return url_for("board.overview", **asked)


@pages.get("/board")
@requires("signed_in")
def overview() -> str:
    """The board."""
    who = cast("Principal", context.principal())
    session, world, now = context.session(), context.world(), context.now()
    places = world.places(session)
    view = _view(places, world.today(now))
    items = _items(places, view)
    lines = board.read(session, world, who, now, items, (view.first, view.last))
    if not who.is_host:
        lines = [_without_foreign_clashes(line) for line in lines]
    drawn, shown = rows(lines)
    timeline = Timeline(
        view.first, view.last + timedelta(days=1), PORI, now, view.scale, drawn, _holidays(view)
    )
    drawing = layout(timeline, labels(language(), view.scale, gettext("week")))
    entries = table(timeline, shown)
    return render_template(
        "board/board.html",
        view=view,
        drawing=drawing,
        entries=entries,
        key=key(drawing),
        clashes=[
            {
                "case": entry.case,
                "href": case_page(entry.case) if entry.case else None,
                "place": item.resource.name,
                "when": when(entry, item),
                "reason": entry.reason,
            }
            for item, entry in board.clashes(lines)
        ],
        facilities=[(slug, localised(p.facility.name)) for slug, p in places.seen_by(who).items()],
        kinds=[(code, gettext(name)) for code, name in FACILITY_KINDS.items()],
        facility_count=len({item.place.id for item in items}),
        resource_count=len(items),
        manages=any(may_manage_facility(who, slug) for slug in places.facilities),
    )


def _view(places: Places, today: date) -> View:
    """What the address asks for; whatever it says wrong is left out."""
    asked = request.args
    scale = cast("Scale", asked.get("scale"))
    first = _day(asked.get("from", ""), today)
    first = min(max(first, today - BACK), today + AHEAD)
    facility, kind = asked.get("facility", ""), asked.get("kind", "")
    return View(
        scale if scale in DAYS else "month",
        first - timedelta(days=first.weekday()),
        facility if places.seen(facility, context.principal()) else "",
        kind if kind in FACILITY_KINDS else "",
    )


def _day(text: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return otherwise


def _items(places: Places, view: View) -> list[PlacedResource]:
    return [
        item
        for slug in ([view.facility] if view.facility else places.seen_by(context.principal()))
        for item in places.bookable(slug)
        if not view.kind or item.facility.kind == view.kind
    ]


def _without_foreign_clashes(line: Line) -> Line:
    """A firm learns of the clashes of its own stays only."""
    kept = tuple(
        e for e in line.entries if e.kind != "clash" or (e.case is not None and e.case.named)
    )
    return type(line)(line.item, kept)


def _holidays(view: View) -> frozenset[date]:
    almanac = context.world().almanac
    days = (view.first + timedelta(days=n) for n in range(DAYS[view.scale]))
    return frozenset(day for day in days if almanac.holiday(day) is not None)
