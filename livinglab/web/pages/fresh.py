"""Showing once more who one is, before changing what an account hangs on."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Blueprint, render_template, request

from livinglab.db.tables import User
from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.services import passkeys, passwords
from livinglab.web import ceremony, context, limits, second_step, sessions
from livinglab.web.access import requires
from livinglab.web.sealed import sealed, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal

pages = Blueprint("fresh", __name__)


@pages.get("/account/confirm")
@requires("signed_in")
def form() -> ResponseReturnValue:
    """The form that asks once more."""
    return sealed(_form())


@pages.post("/account/confirm")
@requires("signed_in")
def check() -> ResponseReturnValue:
    """Begin the session anew by password or passkey, and go on."""
    user = _reader()
    user_id, shown = user.id, sessions.proof()
    limits.count("password", user.email)
    try:
        if "credential" in request.form:
            _check_passkey(user_id)
            shown = replace(shown, how="passkey", second_factor=True)
        else:
            passwords.check_known(user, request.form.get("password", ""), "password")
    except InvalidInput as refusal:
        return sealed((_form(refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY))
    sessions.begin_again(user_id, shown)
    return second_step.onward(request.form.get("next"))


def _check_passkey(user_id: int) -> None:
    with context.work() as work:
        party, answer = ceremony.relying_party(), request.form["credential"]
        if passkeys.owner(work, party, answer, ceremony.challenge()) != user_id:
            text = Message(N_("This passkey belongs to another account."))
            raise InvalidInput.of(Problem("foreign_passkey", "passkey", text))


def _form(problems: Sequence[Problem] = ()) -> str:
    user = _reader()
    return render_template(
        "security/fresh.html",
        email=user.email,
        has_password=bool(user.password),
        has_passkey=bool(user.webauthn),
        next=request.values.get("next", ""),
        **told(problems),
    )


def _reader() -> User:
    return context.session().get_one(User, cast("Principal", context.principal()).user_id)
