"""The inbox: what waits for a decision, oldest clock first, and what has been decided."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, render_template, request
from flask_babel import gettext

from livinglab.db.queries.owing import arrivals
from livinglab.services import inbox
from livinglab.web import context, inbox_view, undoing_view
from livinglab.web.access import requires
from livinglab.web.filters import localised
from livinglab.web.sheets import csv_answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livinglab.domain.access import Principal
    from livinglab.services.inbox import Queue
    from livinglab.web.inbox_view import View

pages = Blueprint("inbox", __name__)
LARGEST_KEY = 2**62
COMING = timedelta(days=14)
"""How far ahead the inbox tells what is to be marked as ready."""


@pages.get("/inbox")
@requires("host")
def listing() -> str:
    """The queue, as the address asks: the reader's own, all they may see, or decided."""
    who = cast("Principal", context.principal())
    view = inbox_view.read(who)
    if view.show == "decided":
        before = request.args.get("before", type=int)
        if before is not None and not 0 < before < LARGEST_KEY:
            before = None
        items, more = inbox.decided(context.session(), context.world(), who, before)
        return render_template("inbox/decided.html", show=view.show, items=items, more=more)
    return render_template(
        "inbox/list.html",
        **queue_values(who, view),
        undoable=undoing_view.standing(),
        arrivals=arrivals(context.session(), who, context.now() + COMING),
        back=view.address(),
    )


@pages.get("/inbox.csv")
@requires("host")
def download() -> Response:
    """The queue as it is shown, for spreadsheets."""
    who = cast("Principal", context.principal())
    found = queue_values(who, inbox_view.read(who))["queue"]
    header = (
        *(gettext("Reference"), gettext("Title"), gettext("Company"), gettext("Country")),
        *(gettext("State"), gettext("Place"), gettext("From"), gettext("To")),
        *(gettext("Gates"), gettext("Answer by"), gettext("Date sent")),
    )
    return csv_answer(f"decisions-{found.today}.csv", header, _rows(found))


def queue_values(who: Principal, view: View) -> dict[str, Any]:
    """The queue for a template. Decided gates are no queue: beside one stands the reader's own."""
    found = inbox.queue(
        *(context.session(), context.world(), who, context.now()), everything=view.show == "all"
    )
    return {
        "show": view.show,
        "kept": view.kept,
        "queue": inbox.sifted(found, view.sieve),
        "sieve": view.sieve,
        "download": view.address("inbox.download"),
        "total": len(found.all),
        "unread": {item.ref: item.unread for item in found.all if item.unread},
        "options": inbox_view.options(found.all),
    }


def _rows(found: Queue) -> Iterator[tuple[object, ...]]:
    for item in found.all:
        first, last = item.window or (None, None)
        yield (
            *(item.ref, item.title, item.company, item.country, item.state),
            *(localised(item.place) if item.place else None, first, last),
            *(", ".join(localised(gate) for gate in item.gates), item.due),
            item.sent_at.date() if item.sent_at else None,
        )
