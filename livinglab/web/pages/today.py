"""The day at the sites, as hosts and gates read it: who is there, what is loud, what is due."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, cast

from flask import Blueprint, render_template, request, url_for

from livinglab.domain.errors import NotFound
from livinglab.services import today
from livinglab.web import context, today_words
from livinglab.web.access import requires
from livinglab.web.asked import Asked
from livinglab.web.board_view import AHEAD, BACK

if TYPE_CHECKING:
    from datetime import date

    from livinglab.domain.access import Principal

pages = Blueprint("today", __name__)
A_DAY = timedelta(days=1)


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
    there = today.sites(world.places(session), who)
    if site and site not in there:
        raise NotFound
    present = world.today(now)
    asked = Asked(request.args)
    day = min(max(asked.day("day") or present, present - BACK), present + AHEAD)
    days = today.read(session, world, who, now, {site: there[site]} if site else there, day)
    return render_template(
        "today/day.html",
        day=day,
        present=present,
        site=site,
        faults=asked.faults,
        sites=[(slug, today_words.site_name(some)) for slug, some in there.items()],
        shown=[found for found in days if site or not found.quiet],
        silent=[found for found in days if not site and found.quiet],
        visits=[visit for found in days for visit in found.visits],
        before=_address(site, day - A_DAY, present),
        after=_address(site, day + A_DAY, present),
        home=_address(site, present, present),
        words=today_words,
    )


def _address(site: str, day: date, present: date) -> str:
    wanted = None if day == present else day.isoformat()
    if site:
        return url_for("today.at_site", site=site, day=wanted)
    return url_for("today.overview", day=wanted)
