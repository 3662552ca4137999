"""The second step of signing in: a code of the app, a recovery code, or a passkey instead."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, g, redirect, render_template, request, url_for

from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.services import passkeys, second_factor
from livinglab.services.accounts import Proof
from livinglab.web import ceremony, context, limits, second_step, sessions
from livinglab.web.access import public
from livinglab.web.sealed import sealed, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.db.tables import User

pages = Blueprint("second_step", __name__)
UNFIT = HTTPStatus.UNPROCESSABLE_ENTITY


@pages.get("/login/code")
@public()
def form() -> ResponseReturnValue:
    """The form for a code; who did not give the right password lately begins again."""
    user = second_step.waiting()
    return _again() if user is None else sealed(_form(user))


@pages.post("/login/code")
@public()
def check() -> ResponseReturnValue:
    """Sign the person in, if the code counts."""
    user = second_step.waiting()
    if user is None:
        return _again()
    limits.count("code", user.email)
    try:
        with context.work() as work:
            second_factor.use(work, user.id, second_step.codes(), request.form.get("code", ""))
    except InvalidInput as refusal:
        waiting = second_step.waiting()
        return _again() if waiting is None else sealed((_form(waiting, refusal.problems), UNFIT))
    second_step.finish(user.id)
    return second_step.onward(request.form.get("next"))


@pages.get("/login/passkey")
@public()
def passkey() -> ResponseReturnValue:
    """Where somebody signs in with a passkey alone."""
    return sealed(_passkey())


@pages.post("/login/passkey")
@public()
def by_passkey() -> ResponseReturnValue:
    """Sign in whoever's passkey answered: it is both factors."""
    try:
        with context.work() as work:
            user_id = passkeys.owner(
                work,
                ceremony.relying_party(),
                request.form.get("credential", ""),
                ceremony.challenge(),
            )
    except InvalidInput as refusal:
        return sealed((_passkey(refusal.problems), UNFIT))
    if not second_step.may_sign_in(user_id):
        text = Message(N_("No account here takes this passkey now."))
        return sealed((_passkey([Problem("shut_out", "passkey", text)]), UNFIT))
    g.pop("principal", None)
    sessions.begin_again(user_id, Proof("passkey", second_factor=True))
    return second_step.onward(request.form.get("next"))


def _form(user: User, problems: Sequence[Problem] = ()) -> str:
    return render_template(
        "security/code.html",
        has_app=bool(user.tf_totp_secret),
        has_passkey=bool(user.webauthn),
        next=request.values.get("next", ""),
        **told(problems),
    )


def _passkey(problems: Sequence[Problem] = ()) -> str:
    onward = request.values.get("next", "")
    return render_template("security/passkey.html", next=onward, **told(problems))


def _again() -> ResponseReturnValue:
    return redirect(url_for("security.login", next=request.values.get("next")), 303)
