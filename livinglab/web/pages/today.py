"""The day at the sites, as hosts and gates read it: who is there, what is loud, what is due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from flask import Blueprint, render_template, request, url_for

from livinglab.domain.errors import NotFound
from livinglab.services import today
from livinglab.web import context, readings, today_words
from livinglab.web.access import requires
from livinglab.web.asked import Asked
from livinglab.web.board_view import AHEAD, BACK, MOST_DIGITS

if TYPE_CHECKING:
    from datetime import date

    from livinglab.domain.access import Principal

pages = Blueprint("today", __name__)
A_DAY = timedelta(days=1)
PAGE = 25
"""Sites on one page of a day: each has a table of its own."""
NAMED = 20
"""How many sites with nothing to tell are named; more are counted."""


@pages.get("/today")
@requires("host")
def overview() -> str:
    """All sites of the reader on a day."""
    return _page("")


@pages.get("/today/<site>")
@requires("host")
def at_site(site: str) -> str:
    """One site on a day: the list for its gate."""
    return _page(site)


def _page(site: str) -> str:
    who = cast("Principal", context.principal())
    session, world, now = context.session(), context.world(), context.now()
    places = world.places(session)
    there = today.sites(places, who)
    if site and site not in there:
        raise NotFound
    present = world.today(now)
    asked = Asked(request.args)
    day = min(max(asked.day("day") or present, present - BACK), present + AHEAD)
    days = today.read(session, world, who, now, {site: there[site]} if site else there, day)
    shown = [found for found in days if site or not found.quiet]
    count = max(1, -(-len(shown) // PAGE))
    number = min(_number(request.args.get("page", "")), count)
    here = shown[(number - 1) * PAGE : number * PAGE]
    met = today.pilots_of(session, who, here)
    readings.plans(met)  # their robots are named
    return render_template(
        "today/day.html",
        day=day,
        present=present,
        site=site,
        faults=asked.faults,
        site_count=len(there),
        sites=[
            (slug, today_words.site_name(some))
            for slug, some in there.items()
            if len(there) <= PAGE or slug == site
        ],
        shown=today.introduced(session, places, who, here, met),
        silent=[found for found in days if not site and found.quiet],
        named=NAMED,
        page=number,
        page_count=count,
        previous=_address(site, day, present, number - 1) if number > 1 else None,
        following=_address(site, day, present, number + 1) if number < count else None,
        visits=[visit for found in days for visit in found.visits],
        before=_address(site, day - A_DAY, present),
        after=_address(site, day + A_DAY, present),
        home=_address(site, present, present),
        words=today_words,
    )


def _number(text: str) -> int:
    """A page's number as the address gives it; the first where it makes no sense."""
    return (
        max(1, int(text)) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else 1
    )


def _address(site: str, day: date, present: date, page: int = 1) -> str:
    wanted = None if day == present else day.isoformat()
    if site:
        return url_for("today.at_site", site=site, day=wanted)
    return url_for("today.overview", day=wanted, page=page if page > 1 else None)
