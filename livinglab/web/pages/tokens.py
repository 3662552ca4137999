"""API tokens: keys for programs that act for a person, shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext

from livinglab.db.queries.accounts import tokens_of
from livinglab.services import accounts
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.fresh import fresh

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal

pages = Blueprint("tokens", __name__)
FRESH = "new_token"


@pages.get("/tokens")
@requires("signed_in")
def listing() -> str:
    """The reader's tokens, the form for another, and once a new one."""
    who = cast("Principal", context.principal())
    return render_template(
        "tokens/list.html",
        tokens=tokens_of(context.session(), who.user_id),
        fresh=cookie.pop(FRESH, None),
        api=f"{context.settings().base_url.rstrip('/')}/api/v1/pilots",
    )


@pages.post("/tokens")
@requires("signed_in")
@fresh
def create() -> ResponseReturnValue:
    """Make a token for the organisation the reader acts for; it is shown once."""
    who = cast("Principal", context.principal())
    scope: accounts.Scope = "write" if request.form.get("scope") == "write" else "read"
    with context.work() as work:
        token = accounts.make_token(work, who.email, scope, who.organisation_id)
    cookie[FRESH] = token
    return redirect(url_for("tokens.listing", _anchor="new"), 303)


@pages.post("/tokens/<int(max=2147483647):token_id>/revoke")
@requires("signed_in")
def revoke(token_id: int) -> ResponseReturnValue:
    """End a token."""
    with context.work() as work:
        accounts.revoke_token(work, token_id)
    flash(gettext("The token is dead: programs that send it are refused from now on."), "ok")
    return redirect(url_for("tokens.listing"), 303)
