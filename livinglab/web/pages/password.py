"""A new password: by a mailed link, or in place of the one known.

No page tells whether an address is known. The page of a link does nothing until its form is sent:
mail scanners open links.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.adapters.secrets import password_hash
from livinglab.db.tables import User
from livinglab.domain.errors import InvalidInput
from livinglab.domain.passwords import SHORTEST
from livinglab.services import passwords
from livinglab.services.accounts import checked_email
from livinglab.web import context, limits, sessions
from livinglab.web.access import public, requires
from livinglab.web.sealed import sealed, secret_key, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal
    from livinglab.domain.errors import Problem

pages = Blueprint("password", __name__)
UNFIT = HTTPStatus.UNPROCESSABLE_ENTITY


@pages.get("/reset")
@public()
def ask() -> ResponseReturnValue:
    """Where somebody without a password asks for a link."""
    return sealed(_ask())


@pages.post("/reset")
@public()
def send() -> ResponseReturnValue:
    """Mail a link, if the address belongs to an account; the answer is the same for all."""
    try:
        email = checked_email(request.form.get("email", ""))
    except InvalidInput as refusal:
        return sealed((_ask(refusal.problems), UNFIT))
    limits.count("reset", email, limits.MAILS)
    with context.work() as work:
        passwords.ask_reset(work, email, secret_key())
    return redirect(url_for("password.sent"), 303)


@pages.get("/reset/sent")
@public()
def sent() -> ResponseReturnValue:
    """What to do now; the same for known and unknown addresses."""
    return sealed(render_template("security/reset_sent.html"))


@pages.get(passwords.RESET, defaults={"token": ""})
@pages.get(f"{passwords.RESET}<token>")
@public()
def look(token: str) -> ResponseReturnValue:
    """The form for a new password. Looking does nothing."""
    user = _account(token)
    return _over() if user is None else _choose(user)


@pages.post(f"{passwords.RESET}<token>")
@public()
def reset(token: str) -> ResponseReturnValue:
    """Take the new password; every session ends, and its owner signs in with it."""
    user = _account(token)
    if user is None:
        return _over()
    password = request.form.get("password", "")
    try:
        passwords.check_new(user, password)
    except InvalidInput as refusal:
        return _choose(user, refusal.problems)
    limits.count("reset-link", user.email)
    hashed = password_hash(password)
    with context.work() as work:
        passwords.reset(work, token, secret_key(), hashed)
    sessions.forget()
    flash(gettext("The new password counts. Sign in with it."), "ok")
    return sealed(redirect(url_for("security.login"), 303))


@pages.get("/account/password")
@requires("signed_in")
def form() -> ResponseReturnValue:
    """The form for another password."""
    return sealed(_form())


@pages.post("/account/password")
@requires("signed_in")
def change() -> ResponseReturnValue:
    """Take another password; every other session ends, this one gets a new key."""
    user = _reader()
    limits.count("password", user.email)
    password = request.form.get("password", "")
    problems: list[Problem] = []
    for check, value in (("current", "current"), ("password", "password")):
        try:
            if check == "current":
                passwords.check_known(user, request.form.get(value, ""))
            else:
                passwords.check_new(user, password)
        except InvalidInput as refusal:
            problems += refusal.problems
    if problems:
        return sealed((_form(problems), UNFIT))
    hashed, kept = password_hash(password), sessions.proof()
    user_id = user.id
    with context.work() as work:
        passwords.change(work, user_id, hashed)
    sessions.begin_again(user_id, kept)
    flash(gettext("The new password counts. Your other sessions have ended."), "ok")
    return sealed(redirect(url_for("account_security.overview"), 303))


def _account(token: str) -> User | None:
    return passwords.account_of(context.session(), token, secret_key(), context.now())


def _reader() -> User:
    return context.session().get_one(User, cast("Principal", context.principal()).user_id)


def _ask(problems: Sequence[Problem] = ()) -> str:
    values = {"email": request.form.get("email", "")}
    return render_template("security/reset.html", values=values, **told(problems))


def _choose(user: User, problems: Sequence[Problem] = ()) -> ResponseReturnValue:
    page = render_template(
        "security/reset_new.html", email=user.email, shortest=SHORTEST, **told(problems)
    )
    return sealed((page, UNFIT if problems else HTTPStatus.OK))


def _form(problems: Sequence[Problem] = ()) -> str:
    email = _reader().email
    return render_template(
        "security/password.html", email=email, shortest=SHORTEST, **told(problems)
    )


def _over() -> ResponseReturnValue:
    return sealed((render_template("security/reset_over.html"), HTTPStatus.GONE))
