"""API tokens: keys for programs that act for a person, shown once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext, ngettext

from livinglab.domain.errors import InvalidInput
from livinglab.services import tokens
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.errors import problem_list
from livinglab.web.fresh import fresh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal
    from livinglab.domain.errors import Problem

pages = Blueprint("tokens", __name__)
FRESH = "new_token"


@pages.get("/tokens")
@requires("signed_in")
def listing() -> str:
    """The reader's tokens, the form for another, and once a new one."""
    return _page()


@pages.post("/tokens")
@requires("signed_in")
@fresh
def create() -> ResponseReturnValue:
    """Make a token for the organisation the reader acts for; it is shown once."""
    who = cast("Principal", context.principal())
    form = request.form
    scope: tokens.Scope = "write" if form.get("scope") == "write" else "read"
    days = {str(days): days for days in tokens.DAYS}.get(
        form.get("days", str(tokens.USUAL_DAYS)), 0
    )
    try:
        with context.work() as work:
            cookie[FRESH] = tokens.make_token(
                work, who.email, scope, who.organisation_id, name=form.get("name", ""), days=days
            )
    except InvalidInput as refusal:
        return _page(refusal.problems), 422
    return redirect(url_for("tokens.listing", _anchor="new"), 303)


@pages.post("/tokens/<int(max=2147483647):token_id>/revoke")
@requires("signed_in")
def revoke(token_id: int) -> ResponseReturnValue:
    """End a token."""
    with context.work() as work:
        tokens.revoke_token(work, token_id)
    flash(gettext("The token is dead: programs that send it are refused from now on."), "ok")
    return redirect(url_for("tokens.listing"), 303)


def _page(problems: Sequence[Problem] = ()) -> str:
    who = cast("Principal", context.principal())
    now = context.now()
    rows = tokens.tokens_of(context.session(), who.user_id)
    names = dict(who.organisations)
    return render_template(
        "tokens/list.html",
        tokens=[(row, tokens.ended_at(row, now), names.get(row.organisation_id)) for row in rows],
        several=len(names) > 1,
        problems=problem_list(problems),
        lengths=[(str(n), ngettext("%(num)d day", "%(num)d days", n)) for n in tokens.DAYS],
        usual=str(tokens.USUAL_DAYS),
        fresh=cookie.pop(FRESH, None),
        api=f"{context.settings().base_url.rstrip('/')}/api/v1/pilots",
    )
