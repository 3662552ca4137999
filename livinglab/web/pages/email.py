"""Another mail address for the account. Links do nothing until their button is pressed."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from sqlalchemy.exc import IntegrityError

from livinglab.domain.errors import InvalidInput, NotFound
from livinglab.services import email_change
from livinglab.services.accounts import checked_email
from livinglab.web import context, limits
from livinglab.web.access import public, requires
from livinglab.web.fresh import fresh
from livinglab.web.sealed import sealed, secret_key, told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal
    from livinglab.domain.errors import Problem

pages = Blueprint("email", __name__)


@pages.get("/account/email")
@requires("signed_in")
@fresh
def form() -> ResponseReturnValue:
    """The form for another address."""
    return sealed(_form())


@pages.post("/account/email")
@requires("signed_in")
@fresh
def ask() -> ResponseReturnValue:
    """Mail a link to the new address; the answer is the same whoever has it."""
    who = cast("Principal", context.principal())
    try:
        email = checked_email(request.form.get("email", ""))
    except InvalidInput as refusal:
        return sealed((_form(refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY))
    limits.count("email", who.email, limits.MAILS)
    with context.work() as work:
        email_change.ask(work, who.user_id, email, secret_key())
    flash(gettext("A link is on its way to %(email)s. Follow it within a day.", email=email), "ok")
    return redirect(url_for("account_security.overview"), 303)


@pages.get(f"{email_change.CONFIRM}<token>")
@public()
def look(token: str) -> ResponseReturnValue:
    """What the link to the new address would do."""
    return _look(email_change.CONFIRM, token)


@pages.post(f"{email_change.CONFIRM}<token>")
@public()
def confirm(token: str) -> ResponseReturnValue:
    """Give the account its new address."""
    try:
        with context.work() as work:
            change = email_change.confirm(work, token, secret_key())
    except (NotFound, IntegrityError):  # somebody took the address in the same moment
        return _over()
    flash(gettext("Your account now has the address %(email)s.", email=change.new), "ok")
    return sealed(redirect(url_for("account_security.overview"), 303))


@pages.get(f"{email_change.UNDO}<token>")
@public()
def look_back(token: str) -> ResponseReturnValue:
    """What the link to the old address would do."""
    return _look(email_change.UNDO, token)


@pages.post(f"{email_change.UNDO}<token>")
@public()
def undo(token: str) -> ResponseReturnValue:
    """Give the account its old address back; a new password comes next."""
    try:
        with context.work() as work:
            email_change.undo(work, token, secret_key())
    except (NotFound, IntegrityError):
        return _over()
    flash(
        gettext("The old address is back and all sessions have ended. Now choose a new password."),
        "ok",
    )
    return sealed(redirect(url_for("password.ask"), 303))


def _form(problems: Sequence[Problem] = ()) -> str:
    values = {"email": request.form.get("email", "")}
    return render_template("security/email.html", values=values, **told(problems))


def _look(kind: str, token: str) -> ResponseReturnValue:
    change = email_change.pending(context.session(), kind, token, secret_key(), context.now())
    if change is None:
        return _over()
    undoing = kind == email_change.UNDO
    return sealed(render_template("security/email_link.html", change=change, undoing=undoing))


def _over() -> ResponseReturnValue:
    return sealed((render_template("security/email_over.html"), HTTPStatus.GONE))
