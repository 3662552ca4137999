"""The calendar: all resources on one time line, the same as a table, and as a file."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, render_template
from flask_babel import gettext

from livinglab.domain.access import may_manage_facility
from livinglab.domain.zones import zone
from livinglab.services import board
from livinglab.web import board_view, context
from livinglab.web.access import requires
from livinglab.web.board_view import DAYS
from livinglab.web.drawing.layout import layout
from livinglab.web.drawing.timeline import Timeline
from livinglab.web.drawing.words import labels
from livinglab.web.filters import localised
from livinglab.web.language import language
from livinglab.web.lines import case_page, file_rows, key, move_page, rows, table, when
from livinglab.web.pages.moving import undoable
from livinglab.web.sheets import csv_answer

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from livinglab.domain.access import Principal
    from livinglab.services.board import Line
    from livinglab.services.places import PlacedResource
    from livinglab.web.board_view import View

pages = Blueprint("board", __name__)
PORI = zone("Europe/Helsinki")


@pages.get("/board")
@requires("signed_in")
def overview() -> str:
    """The board."""
    who = cast("Principal", context.principal())
    session, world, now = context.session(), context.world(), context.now()
    places = world.places(session)
    view = board_view.read(places, who, world.today(now))
    wanted = board_view.items(places, who, view)
    lines, view, page_count = _lines(wanted, view, who)
    managed = {slug for slug in places.facilities if may_manage_facility(who, slug)}
    drawn, shown = rows(lines, closable=managed)
    timeline = Timeline(
        view.first, view.last + timedelta(days=1), PORI, now, view.scale, drawn, _holidays(view)
    )
    drawing = layout(timeline, labels(language(), view.scale, gettext("week")))
    return render_template(
        "board/board.html",
        view=view,
        scales=list(DAYS),
        drawing=drawing,
        entries=table(timeline, shown),
        key=key(drawing),
        clashes=[
            {
                "case": entry.case,
                "href": case_page(entry.case) if entry.case else None,
                "move": move_page(entry),
                "place": item.resource.name,
                "when": when(entry, item),
                "reason": entry.reason,
            }
            for item, entry in board.clashes(lines)
        ],
        facilities=[(slug, localised(p.facility.name)) for slug, p in places.seen_by(who).items()],
        options=board_view.options(places, who),
        has_own=board_view.has_own(who),
        facility_count=len({item.place.id for item in wanted}),
        resource_count=len(wanted),
        page_count=page_count,
        manages=bool(managed),
        undo=undoable(),
    )


@pages.get("/board.csv")
@requires("signed_in")
def download() -> Response:
    """What the board shows on all its pages, as a table for spreadsheets."""
    who = cast("Principal", context.principal())
    session, world = context.session(), context.world()
    places = world.places(session)
    view = board_view.read(places, who, world.today(context.now()))
    lines = board_view.kept(_read(board_view.items(places, who, view), view, who), who, view)
    header = (
        *(gettext("Facility"), gettext("Resource"), gettext("Holds time")),
        *(gettext("From"), gettext("To"), gettext("Blocked from"), gettext("Blocked to")),
        *(gettext("Reference"), gettext("Company"), gettext("Title"), gettext("Reason")),
    )
    return csv_answer(f"calendar-{view.first}-{view.last}.csv", header, file_rows(lines))


def _lines(
    wanted: Sequence[PlacedResource], view: View, who: Principal
) -> tuple[list[Line], View, int]:
    """The lines of the page asked for, the view with that page, and the number of pages.

    Where what lies on a line decides whether it is shown, all are read to know the pages.
    """
    if view.state or (view.mine and not who.is_host):
        found = board_view.kept(_read(wanted, view, who), who, view)
        here, page, count = board_view.page_of([line.item for line in found], view.page)
        ids = {item.id for item in here}
        return [line for line in found if line.item.id in ids], replace(view, page=page), count
    here, page, count = board_view.page_of(wanted, view.page)
    return board_view.kept(_read(here, view, who), who, view), replace(view, page=page), count


def _read(items: Sequence[PlacedResource], view: View, who: Principal) -> list[Line]:
    days = (view.first, view.last)
    wishes = view.state in {"", "wish"}
    return board.read(
        *(context.session(), context.world(), who, context.now(), items, days), with_wishes=wishes
    )


def _holidays(view: View) -> frozenset[date]:
    almanac = context.world().almanac
    days = (view.first + timedelta(days=n) for n in range(DAYS[view.scale]))
    return frozenset(day for day in days if almanac.holiday(day) is not None)
