"""The search over everything, from the head of every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from livinglab.services import search
from livinglab.web import context
from livinglab.web.access import public
from livinglab.web.asked import Asked
from livinglab.web.cards import kind_name
from livinglab.web.marking import marked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livinglab.services.search import Hits

pages = Blueprint("search", __name__)


@pages.get("/search")
@public()
def results() -> str:
    """Facilities, what they test, and the pilots and companies the reader may see."""
    text, who = Asked(request.args).text("q"), context.principal()
    places = context.world().places(context.session())
    hits = search.search(context.session(), places, who, text)
    return render_template(
        "search/results.html",
        text=text,
        hits=hits,
        kind_name=kind_name,
        mark=lambda told: marked(told or "", hits.words),
        ways=list(_ways(hits, text, signed_in=who is not None)),
    )


def _ways(hits: Hits, text: str, *, signed_in: bool) -> Iterator[dict[str, str]]:
    """How to go on where nothing was found."""
    if hits.total or not hits.words:
        return
    if len(hits.words) > 1:
        for word in dict.fromkeys(text.split()[: search.MOST_WORDS]):
            label = gettext("Only “%(word)s”", word=word)
            yield {"label": label, "href": url_for("search.results", q=word)}
    yield {"label": gettext("All facilities"), "href": url_for("catalogue.listing")}
    if not signed_in:
        here = url_for("search.results", q=text)
        yield {
            "label": gettext("Sign in to search your pilots"),
            "href": url_for("security.login", next=here),
        }
