"""The reader's browser sessions: where they are signed in, and ending it there."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext

from livinglab.services import own_sessions
from livinglab.web import context, sessions
from livinglab.web.access import requires
from livinglab.web.agents import device_words

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal

pages = Blueprint("own_sessions", __name__)


@pages.get("/account/sessions")
@requires("signed_in")
def listing() -> str:
    """Where the reader is signed in."""
    who = cast("Principal", context.principal())
    rows = own_sessions.of(context.session(), who.user_id, context.now() - sessions.LIFETIME)
    return render_template(
        "security/sessions.html",
        rows=[(row, device_words(row.agent)) for row in rows],
        current=_current_id(),
    )


@pages.post("/account/sessions/<int(max=2147483647):sign_in_id>/end")
@requires("signed_in")
def end(sign_in_id: int) -> ResponseReturnValue:
    """End one session; its cookie is worthless from now on."""
    who = cast("Principal", context.principal())
    with context.work() as work:
        own_sessions.end_one(work, who.user_id, sign_in_id)
    flash(gettext("Ended. Whoever uses that browser has to sign in again."), "ok")
    return redirect(url_for("own_sessions.listing"), 303)


@pages.post("/account/sessions/end-others")
@requires("signed_in")
def end_others() -> ResponseReturnValue:
    """End all sessions but this one."""
    who = cast("Principal", context.principal())
    with context.work() as work:
        own_sessions.end_others(work, who.user_id, _current_id())
    flash(gettext("All other sessions have ended."), "ok")
    return redirect(url_for("own_sessions.listing"), 303)


def _current_id() -> int | None:
    now = sessions.current()
    return None if now is None else now.id
