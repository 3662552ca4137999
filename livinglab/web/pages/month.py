"""A month to print: what lies on each day, at one facility or at all the reader sees."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, cast

from flask import Blueprint, render_template, request

from livinglab.services import board
from livinglab.web import board_view, context, month
from livinglab.web.access import requires
from livinglab.web.filters import localised

if TYPE_CHECKING:
    from livinglab.domain.access import Principal

pages = Blueprint("month", __name__)


@pages.get("/board/month")
@requires("signed_in")
def overview() -> str:
    """The month of ``from``, with the filters of the board."""
    who = cast("Principal", context.principal())
    session, world, now = context.session(), context.world(), context.now()
    places, today = world.places(session), world.today(now)
    view = board_view.read(places, who, today)
    first = _first(request.args.get("from", ""), view)
    wanted = board_view.items(places, who, view)
    here, page, page_count = board_view.page_of(wanted, view.page)
    shown = month.days_of(first)
    lines = board.read(session, world, who, now, here, (shown[0], shown[-1]), with_wishes=False)
    lines = board_view.kept(lines, who, view)
    view = replace(view, page=page, first=first)
    return render_template(
        "board/month.html",
        view=view,
        first=first,
        name=month.name(first),
        weekdays=month.weekdays(first),
        weeks=month.weeks(lines, first, one_place=bool(view.facility)),
        place=localised(places.facilities[view.facility].facility.name) if view.facility else "",
        before=_address(view, first - timedelta(days=1), today),
        after=_address(view, first + timedelta(days=31), today),
        page_count=page_count,
        facilities=[(slug, localised(p.facility.name)) for slug, p in places.seen_by(who).items()],
        today=today,
    )


def _first(asked: str, view: board_view.View) -> date:
    """The first of the month asked for: that of the day named, else of today's board."""
    try:
        named = date.fromisoformat(asked)
    except ValueError:
        named = view.today
    earliest, latest = view.today - board_view.BACK, view.today + board_view.AHEAD
    return min(max(named, earliest), latest).replace(day=1)


def _address(view: board_view.View, day: date, today: date) -> str | None:
    """Another month, unless the board does not reach there."""
    first = day.replace(day=1)
    if not today - board_view.BACK <= day <= today + board_view.AHEAD:
        return None
    return replace(view, first=first).address("month.overview")
