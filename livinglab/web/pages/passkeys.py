"""The reader's passkeys: adding one, and taking one away."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.db.tables import User
from livinglab.domain.errors import InvalidInput
from livinglab.services import passkeys
from livinglab.web import ceremony, context, limits, sessions
from livinglab.web.access import requires
from livinglab.web.fresh import fresh
from livinglab.web.sealed import sealed, secret_key, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal
    from livinglab.domain.errors import Problem

pages = Blueprint("passkeys", __name__)


@pages.get("/account/passkeys")
@requires("signed_in")
@fresh
def listing() -> ResponseReturnValue:
    """The passkeys, and the form for another."""
    return sealed(_listing())


@pages.post("/account/passkeys")
@requires("signed_in")
@fresh
def add() -> ResponseReturnValue:
    """Keep the passkey that the browser made."""
    who = cast("Principal", context.principal())
    shown = sessions.proof()
    limits.count("passkey", who.email)
    try:
        with context.work() as work:
            passkeys.add(
                work,
                ceremony.relying_party(),
                who.user_id,
                request.form,
                ceremony.challenge(),
                secret_key(),
            )
    except InvalidInput as refusal:
        return sealed((_listing(refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY))
    sessions.begin_again(who.user_id, replace(shown, second_factor=True))
    flash(gettext("The passkey is added. From now on you can sign in with it alone."), "ok")
    return redirect(url_for("passkeys.listing"), 303)


@pages.post("/account/passkeys/<int(max=2147483647):passkey_id>/remove")
@requires("signed_in")
@fresh
def remove(passkey_id: int) -> ResponseReturnValue:
    """Take a passkey away."""
    who = cast("Principal", context.principal())
    with context.work() as work:
        passkeys.remove(work, who.user_id, passkey_id)
    flash(gettext("The passkey is taken away: nobody signs in with it any more."), "ok")
    return redirect(url_for("passkeys.listing"), 303)


def _listing(problems: Sequence[Problem] = ()) -> str:
    session = context.session()
    user = session.get_one(User, cast("Principal", context.principal()).user_id)
    mine = passkeys.of(session, user.id)
    handle = passkeys.handle_of(user, secret_key())
    return render_template(
        "security/passkeys.html",
        passkeys=mine,
        options=ceremony.creation_options(user, handle, [key.credential_id for key in mine]),
        party=ceremony.relying_party(),
        values={"name": request.form.get("name", "")},
        **told(problems),
    )
