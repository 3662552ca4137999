"""What the frame of every page shows: language, menu, account, the example-data banner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import current_app, g, request, url_for
from flask_babel import lazy_gettext

from livinglab.db.queries.accounts import has_example_data
from livinglab.web.access import PUBLIC, allows
from livinglab.web.context import now, principal, request_id, session
from livinglab.web.filters import both_clocks
from livinglab.web.language import language, theme

if TYPE_CHECKING:
    from flask import Flask
    from flask_babel import LazyString


@dataclass(frozen=True, slots=True)
class Link:
    """A menu entry: shown when its endpoint exists and the reader is among ``who``."""

    label: LazyString
    endpoint: str
    who: frozenset[str] = PUBLIC


MENU = (
    Link(lazy_gettext("Facilities"), "catalogue.listing"),
    Link(lazy_gettext("Pilots"), "pilots.listing", frozenset({"signed_in"})),
    Link(lazy_gettext("Calendar"), "calendar.overview", frozenset({"signed_in"})),
    Link(lazy_gettext("Season plan"), "planning.listing", frozenset({"coordinator", "admin"})),
    Link(lazy_gettext("Results"), "reports.overview", frozenset({"coordinator", "admin"})),
)
ACCOUNT = (Link(lazy_gettext("Calendar feeds"), "feeds.listing", frozenset({"signed_in"})),)


def install(app: Flask) -> None:
    """Put the frame's values into every template."""
    app.context_processor(_frame)


def _frame() -> dict[str, Any]:
    if g.get("without_database"):
        return {
            "lang": language(),
            "theme": theme(),
            "request_id": request_id(),
            "nav_items": [],
            "account": None,
        }
    who = principal()
    return {
        "lang": language(),
        "theme": theme(),
        "request_id": request_id(),
        "has_example_data": has_example_data(session()),
        "nav_items": _links(MENU),
        "account": None if who is None else {"name": who.name, "links": _links(ACCOUNT)},
        "clocks": both_clocks(now(), who.timezone if who else None),
        "now": now(),
        "principal": who,
    }


def _links(links: tuple[Link, ...]) -> list[dict[str, Any]]:
    who = principal()
    shown = []
    for link in links:
        if link.endpoint not in current_app.view_functions:
            continue
        if link.who & PUBLIC or (who is not None and allows(link.who, who)):
            url = url_for(link.endpoint)
            current = request.path == url or request.path.startswith(url + "/")
            shown.append({"url": url, "label": str(link.label), "current": current})
    return shown
