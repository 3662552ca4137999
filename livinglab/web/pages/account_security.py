"""How somebody signs in: what is set up, what is missing, the app, the recovery codes."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext
from markupsafe import Markup

from livinglab.adapters.qr import qr_svg
from livinglab.db.tables import User
from livinglab.domain.errors import InvalidInput
from livinglab.services import passkeys, second_factor
from livinglab.web import context, limits, second_step, sessions
from livinglab.web.access import requires
from livinglab.web.fresh import fresh
from livinglab.web.sealed import sealed, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal
    from livinglab.domain.errors import Problem

pages = Blueprint("account_security", __name__)
PENDING = "app_to_add"
"""Under this name the sealed secret of an app waits for its first code."""


@pages.get("/account/security")
@requires("signed_in")
def overview() -> ResponseReturnValue:
    """What is set up, what is missing, and the way to each."""
    who = cast("Principal", context.principal())
    user = _reader()
    return render_template(
        "security/overview.html",
        email=user.email,
        has_password=bool(user.password),
        has_app=bool(user.tf_totp_secret),
        passkeys=passkeys.of(context.session(), user.id),
        codes_left=second_factor.codes_left(user),
        missing=second_step.is_missing(who),
        demanded=context.settings().require_mfa and who.is_host,
        identities=bool(context.settings().identity_providers),
    )


@pages.get("/account/authenticator")
@requires("signed_in")
@fresh
def app() -> ResponseReturnValue:
    """The code to scan, or the way to take the app away."""
    if _reader().tf_totp_secret:
        return sealed(render_template("security/app_off.html", **told(())))
    cookie[PENDING] = cookie.get(PENDING) or second_step.codes().new()
    return sealed(_setup())


@pages.post("/account/authenticator")
@requires("signed_in")
@fresh
def add_app() -> ResponseReturnValue:
    """Take the app whose first code is right, and show the recovery codes, once."""
    user = _reader()
    secret = cookie.get(PENDING)
    if user.tf_totp_secret or not secret:
        return redirect(url_for("account_security.app"), 303)
    user_id, shown = user.id, sessions.proof()
    limits.count("app", user.email)
    code = "".join(filter(str.isdigit, request.form.get("code", "")))
    try:
        with context.work() as work:
            fresh_codes = second_factor.turn_on(work, user_id, second_step.codes(), secret, code)
    except InvalidInput as refusal:
        return sealed((_setup(refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY))
    cookie.pop(PENDING)
    sessions.begin_again(user_id, replace(shown, second_factor=True))
    return sealed(render_template("security/recovery_codes.html", codes=fresh_codes, new_app=True))


@pages.post("/account/authenticator/off")
@requires("signed_in")
@fresh
def remove_app() -> ResponseReturnValue:
    """Take the app away, if a code of it, or a recovery code, counts."""
    user = _reader()
    limits.count("code", user.email)
    try:
        with context.work() as work:
            code = request.form.get("code", "")
            second_factor.turn_off(work, user.id, second_step.codes(), code)
    except InvalidInput as refusal:
        page = render_template("security/app_off.html", **told(refusal.problems))
        return sealed((page, HTTPStatus.UNPROCESSABLE_ENTITY))
    flash(gettext("The app is taken away. Its codes are not asked for any more."), "ok")
    return redirect(url_for("account_security.overview"), 303)


@pages.post("/account/recovery-codes")
@requires("signed_in")
@fresh
def renew_codes() -> ResponseReturnValue:
    """Make new recovery codes, shown once; the earlier ones are worthless."""
    user = _reader()
    if not user.tf_totp_secret:
        return redirect(url_for("account_security.app"), 303)
    with context.work() as work:
        fresh_codes = second_factor.renew_codes(work, user.id)
    return sealed(render_template("security/recovery_codes.html", codes=fresh_codes, new_app=False))


def _setup(problems: Sequence[Problem] = ()) -> str:
    made, secret = second_step.codes(), cookie[PENDING]
    drawn = qr_svg(made.address(secret, _reader().email), gettext("Code for the app"))
    return render_template(
        "security/app_on.html",
        drawing=Markup(drawn.decode()),  # noqa: S704  # drawn by ourselves
        typed_key=made.typed_key(secret),
        **told(problems),
    )


def _reader() -> User:
    return context.session().get_one(User, cast("Principal", context.principal()).user_id)
