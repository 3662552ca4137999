"""The inbox: what waits for a decision, oldest clock first, and what has been decided."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, render_template, request

from livinglab.services import inbox
from livinglab.web import context
from livinglab.web.access import requires

if TYPE_CHECKING:
    from livinglab.domain.access import Principal

pages = Blueprint("inbox", __name__)
SHOWN = ("mine", "all", "decided")
LARGEST_KEY = 2**62


@pages.get("/inbox")
@requires("host")
def listing() -> str:
    """The queue, as the address asks: the reader's own, all they may see, or decided."""
    who = cast("Principal", context.principal())
    show = shown(who)
    if show == "decided":
        before = request.args.get("before", type=int)
        if before is not None and not 0 < before < LARGEST_KEY:
            before = None
        items, more = inbox.decided(context.session(), context.world(), who, before)
        return render_template("inbox/decided.html", show=show, items=items, more=more)
    return render_template("inbox/list.html", **queue_values(who, show))


def shown(who: Principal) -> str:
    """Which part of the inbox the address asks for; people without gates see all at first."""
    asked = request.args.get("show", "")
    if asked in SHOWN:
        return asked
    owns = who.global_gate_roles or any(facility for _, facility in who.roles)
    return "mine" if owns else "all"


def queue_values(who: Principal, show: str) -> dict[str, Any]:
    """The queue for a template."""
    everything = show == "all"
    found = inbox.queue(
        context.session(), context.world(), who, context.now(), everything=everything
    )
    return {"show": show, "queue": found}
