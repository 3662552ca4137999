"""Saved views between address and row: read by the page's own reader, shown by where they lead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs, urlsplit

from flask import request, url_for
from flask_babel import gettext

from livinglab.adapters.texts import local
from livinglab.domain.errors import NotFound
from livinglab.services.saved import SEARCHES
from livinglab.web import board_view, context, inbox_view
from livinglab.web.asked import Asked, days_text
from livinglab.web.filters import date_text, localised
from livinglab.web.pages import catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from livinglab.db.tables import SavedView
    from livinglab.domain.access import Principal
    from livinglab.services.places import PlacedFacility, Places

Query = dict[str, list[str]]
ENDPOINTS = {"catalogue": "catalogue.listing", "board": "board.overview", "inbox": "inbox.listing"}


@dataclass(frozen=True, slots=True)
class Row:
    """A saved view as the list shows it; ``free`` says what a watched search last found."""

    id: int
    name: str
    href: str
    watched: bool
    free: str


def read(page: str) -> Query:
    """What the address of this request asks of a page, as that page understands it.

    The calendar is kept without its day: it opens around the day on which it is opened.

    Raises:
        NotFound: there is no such page for this reader.
    """
    who = cast("Principal", context.principal())
    reader = READERS.get(page)
    if reader is None or (page == "inbox" and not who.is_host):
        raise NotFound
    return query_of(reader(who))


def query_of(address: str) -> Query:
    """The arguments of an address."""
    return parse_qs(urlsplit(address).query)


def read_facility(slug: str, asked: Asked) -> Query:
    """A search for time at one published facility; faults are noted in ``asked``.

    Raises:
        NotFound: there is no such facility in the catalogue.
    """
    place = published(slug)
    wanted = catalogue.read_search(asked)
    today = context.world().today(context.now(), place.facility.zone)
    if wanted.length is None and "days" not in asked.faults:
        asked.faults["days"] = gettext("Write a number of days, in halves: 0.5, 1, 3.")
    if wanted.last and wanted.last < today:
        asked.faults["free_to"] = gettext("These days are over. Choose a later last day.")
    given: dict[str, Any] = {
        "facility": slug,
        "days": days_text(wanted.length) if wanted.length else None,
        "free_from": wanted.first,
        "free_to": wanted.last,
    }
    return {name: [str(value)] for name, value in given.items() if value}


def published(slug: str) -> PlacedFacility:
    """The facility of that slug, in the catalogue.

    Raises:
        NotFound: there is none, or not in the catalogue.
    """
    place = context.world().places(context.session()).published.get(slug)
    if place is None:
        raise NotFound
    return place


def href(page: str, query: Mapping[str, Sequence[str]]) -> str:
    """Where a view opens: its page, or the facility that a search names."""
    for slug in query.get("facility", ()) if page == SEARCHES else ():
        names = {"from": "free_from", "days": "days"}
        given: dict[str, Any] = {
            name: list(query[kept]) for name, kept in names.items() if kept in query
        }
        return url_for("facility.detail", slug=slug, _anchor="ask", **given)
    arguments: dict[str, Any] = dict(query)
    return url_for(ENDPOINTS[page], **arguments)


def rows(places: Places, views: Sequence[SavedView]) -> dict[str, list[Row]]:
    """The views under the heading of their page."""
    groups: dict[str, list[Row]] = {}
    for page, heading in HEADINGS.items():
        found = [_row(places, view) for view in views if view.page == page]
        if found:
            groups[str(heading())] = found
    return groups


def _row(places: Places, view: SavedView) -> Row:
    return Row(
        view.id,
        view.name,
        href(view.page, view.query),
        view.watched,
        _free(places, view) if view.watched else "",
    )


def _free(places: Places, view: SavedView) -> str:
    """The first free start that was told or is known, and where it is."""
    known = [
        (datetime.fromisoformat(start), place)
        for slug, start in view.told.items()
        if (place := places.published.get(slug))
    ]
    if not known:
        return str(gettext("Nothing is free yet."))
    start, place = min(known, key=lambda one: (one[0], one[1].slug))
    if "facility" in view.query:
        day = date_text(local(start, place.facility.zone).date())
        return str(gettext("First free: %(day)s.", day=day))
    told: str = gettext(
        "First free: %(day)s, %(place)s.",
        day=date_text(local(start, place.facility.zone).date()),
        place=localised(place.facility.name),
    )
    return told


def _board(who: Principal) -> str:
    places = context.world().places(context.session())
    view = board_view.read(places, who, context.world().today(context.now()))
    return view.address(today=True)


def _search(_who: Principal) -> str:
    view = "table" if request.args.get("view") == "table" else "cards"
    return catalogue.address(catalogue.read_search(Asked(request.args)), view=view)


READERS: dict[str, Callable[[Principal], str]] = {
    "catalogue": _search,
    "board": _board,
    "inbox": lambda who: inbox_view.read(who).address(),
}
HEADINGS: dict[str, Callable[[], str]] = {
    "catalogue": lambda: gettext("Searches"),
    "board": lambda: gettext("Calendar"),
    "inbox": lambda: gettext("Decisions"),
}
