"""Asking again for what was asked before."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext

from livinglab.services import duplicating
from livinglab.services.idempotency import Attempt, Reply, once
from livinglab.web import context, library_view
from livinglab.web.access import requires

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal
    from livinglab.services.duplicating import Again

pages = Blueprint("duplicating", __name__)
ROUTE = "/pilots/again"
LONGEST_KEY = 64


def again_key(ref: str) -> str:
    """A key of the form on a page, so that pressing its button twice makes one draft."""
    return f"{ref}.{secrets.token_urlsafe(8)}"


pages.add_app_template_global(again_key)


@pages.post("/pilots/<ref>/again")
@requires("company")
def ask_again(ref: str) -> ResponseReturnValue:
    """Make a new draft of a request, once for each form that asks for it."""
    who = cast("Principal", context.principal())
    key = request.form.get("key", "")[:LONGEST_KEY] or again_key(ref)
    made: list[Again] = []
    with context.work() as work:

        def act() -> Reply:
            made.append(duplicating.ask_again(work, ref))
            return Reply(HTTPStatus.CREATED, made[0].pilot.ref.encode())

        reply = once(work, Attempt(f"person:{who.user_id}", ROUTE, key, ref), act)
        told = [_told(again) for again in made]
    for sentences in told:
        for text, kind in sentences:
            flash(text, kind)
    return redirect(url_for("request.edit", ref=reply.body.decode()), 303)


def _told(again: Again) -> list[tuple[str, str]]:
    """What the draft has, and what is left to add."""
    found = [(gettext("A new draft. Look it through, then send it."), "ok")]
    if not again.has_days:
        found.append((gettext("No days like those are free: name new ones."), "warn"))
    names = library_view.kinds()
    if again.expired:
        papers = ", ".join(names.get(code, code.replace("_", " ")) for code in again.expired)
        told = gettext(
            "Papers that end before the new days were left out: %(papers)s.", papers=papers
        )
        found.append((told, "warn"))
    return found
