"""The map: the places of a search of the catalogue, marked where they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for

from livinglab.services import catalogue
from livinglab.services.availability import Finder
from livinglab.web import context
from livinglab.web.access import public
from livinglab.web.asked import Asked
from livinglab.web.cards import cards
from livinglab.web.drawing.regionmap import Place, region_map
from livinglab.web.pages.catalogue import (
    PAGE,
    Names,
    address,
    page_of,
    pills,
    read_search,
    summary,
    views,
    ways_out,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livinglab.services.catalogue import Found

pages = Blueprint("region", __name__)
HERE = "region.overview"


@pages.get("/map")
@public()
def overview() -> str:
    """Where the places of a search are, with the list that says the same in words."""
    asked = Asked(request.args)
    wanted = read_search(asked)
    finder = Finder.read(context.world(), context.session(), context.now())
    result = catalogue.search(finder, wanted)
    count = len(result.found)
    page, start = page_of(asked, count)
    end = min(start + PAGE, count)
    named = result.found[start:end]
    names = Names(finder, result.values, HERE)
    return render_template(
        "region/map.html",
        search=wanted,
        faults=asked.faults,
        problems=asked.problems,
        given=request.args,
        target=url_for(HERE),
        map=region_map(_places(named), _places((*result.found[:start], *result.found[end:]))),
        cards=cards(finder, named, wanted),
        summary=summary(wanted, count, result.total, result.asks),
        pills=list(pills(wanted, names, HERE)),
        ways=ways_out(finder, wanted, names, HERE) if not count else [],
        names=names,
        view="map",
        views=views(wanted),
        span=(start + 1, end),
        count=count,
        previous=address(wanted, HERE, page=page - 1) if page > 1 else None,
        next=address(wanted, HERE, page=page + 1) if end < count else None,
    )


def _places(found: Iterable[Found]) -> list[Place]:
    facilities = (entry.place.facility for entry in found)
    return [Place(f.slug, f.latitude, f.longitude) for f in facilities]
