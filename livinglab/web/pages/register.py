"""Registering a company, and the link that opens its account.

No page tells whether an address is known: forms answer the same text for all, and a password is
hashed for each. A link's page does nothing until its button is pressed: mail scanners open links.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext
from flask_security.utils import login_user
from sqlalchemy.exc import IntegrityError

from livinglab.adapters.countries import countries
from livinglab.adapters.secrets import password_hash
from livinglab.db.tables import User
from livinglab.domain.errors import InvalidInput, Problem, TryLater
from livinglab.domain.messages import N_, Message
from livinglab.domain.passwords import SHORTEST
from livinglab.services import registration
from livinglab.services.accounts import checked_email
from livinglab.web import context, limits, visitors
from livinglab.web.access import public
from livinglab.web.errors import problem_list
from livinglab.web.language import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.services.registration import Waiting

pages = Blueprint("register", __name__)
PROOF = "registering"
"""Under this name the browser keeps that it was the one that registered."""
MAIL = "register"
"""What the mails of both forms are counted as."""


@pages.get("/register")
@public()
def form() -> ResponseReturnValue:
    """The form; who is signed in has an account."""
    if context.principal() is not None:
        return redirect(url_for("home.front"), 303)
    return _form()


@pages.post("/register")
@public()
def register() -> ResponseReturnValue:
    """Make the account that waits for its link, or tell its owner that there is one."""
    try:
        newcomer = registration.read(request.form)
    except InvalidInput as refusal:
        return _form(refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    limits.count(MAIL, newcomer.email, limits.MAILS)
    hashed = password_hash(request.form["password"])
    try:
        with context.work() as work:
            proof = registration.register(work, newcomer, hashed)
    except IntegrityError:  # somebody took the same address or name in the same moment
        raise TryLater from None
    cookie[PROOF] = proof
    cookie.permanent = True
    return redirect(url_for("register.sent"), 303)


@pages.get("/register/sent")
@public()
def sent() -> str:
    """What to do now, and a way to have the link sent again."""
    return _sent()


@pages.post("/register/again")
@public()
def again() -> ResponseReturnValue:
    """Send the link again, if there is an account that waits for it."""
    try:
        email = checked_email(request.form.get("email", ""))
    except InvalidInput as refusal:
        return _sent(refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    limits.count(MAIL, email, limits.MAILS)
    with context.work() as work:
        registration.send_again(work, email)
    flash(gettext("If an account waits for this address, the link is on its way."), "ok")
    return redirect(url_for("register.sent"), 303)


@pages.get(registration.CONFIRM, defaults={"token": ""})
@pages.get(f"{registration.CONFIRM}<token>")
@public()
def look(token: str) -> ResponseReturnValue:
    """What the link would do. Looking does nothing."""
    account = _waiting(token)
    return _over() if account is None else _confirm(account)


@pages.post(f"{registration.CONFIRM}<token>")
@public()
def confirm(token: str) -> ResponseReturnValue:
    """Open the account and sign its person in."""
    account = _waiting(token)
    if account is None:
        return _over()
    limits.count("confirm", account.email)
    if not registration.is_proven(account, cookie.get(PROOF, ""), request.form.get("password", "")):
        wrong = Message(N_("This is not the password chosen when registering."))
        told = [Problem("wrong_password", "password", wrong)]
        return _confirm(account, told), HTTPStatus.UNPROCESSABLE_ENTITY
    with context.work() as work:
        user_id = registration.confirm(work, token)
    cookie.pop(PROOF, None)
    login_user(context.session().get_one(User, user_id), authn_via=["password"])
    flash(gettext("Your mail address is confirmed and you are signed in."), "ok")
    if refs := visitors.adopted():
        return redirect(url_for("request.edit", ref=refs[0]), 303)
    return redirect(url_for("home.front"), 303)


def _form(problems: Sequence[Problem] = ()) -> str:
    values = {"language": language(), **request.form}
    return render_template(
        "register/form.html",
        countries=countries(language()),
        shortest=SHORTEST,
        drafts=visitors.drafts(),
        **_told(problems),
        values=values,
    )


def _sent(problems: Sequence[Problem] = ()) -> str:
    return render_template("register/sent.html", **_told(problems), values=request.form)


def _confirm(account: Waiting, problems: Sequence[Problem] = ()) -> str:
    ours = cookie.get(PROOF) == account.proof
    return render_template("register/confirm.html", newcomer=account, ours=ours, **_told(problems))


def _over() -> ResponseReturnValue:
    return render_template("register/over.html"), HTTPStatus.GONE


def _waiting(token: str) -> Waiting | None:
    return registration.waiting(context.session(), token, context.now())


def _told(problems: Sequence[Problem]) -> dict[str, Any]:
    told = problem_list(problems)
    return {"problems": told, "at": {problem["field"]: [problem] for problem in told}}
