"""What is kept about people, and how far everybody can use the service: two statements."""

from __future__ import annotations

from datetime import date
from email.utils import parseaddr
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_limiter.util import get_remote_address

from livinglab.domain.errors import InvalidInput
from livinglab.services import feedback
from livinglab.web import context, language, limits
from livinglab.web.access import public
from livinglab.web.filters import date_text
from livinglab.web.kept_words import kinds
from livinglab.web.sealed import told

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.domain.errors import Problem

pages = Blueprint("statements", __name__)
ASSESSED = date(2026, 11, 24)
"""When somebody last went through the accessibility statement and found it true."""
OFTEN = "5 per hour"
"""Feedback from one address."""


@pages.get("/privacy")
@public()
def privacy() -> str:
    """What is kept, why and how long, whom to ask, and which cookies there are."""
    settings = context.settings()
    return render_template(
        "statements/privacy.html",
        kinds=kinds(context.world().keep),
        controller=settings.controller,
        contact=settings.privacy_contact or parseaddr(settings.mail_from)[1],
        cookies=_cookies(),
    )


@pages.get("/accessibility")
@public()
def accessibility() -> str:
    """How far the service meets EN 301 549, what does not, and the form for feedback."""
    return _accessibility()


@pages.post("/accessibility")
@public()
def give_feedback() -> ResponseReturnValue:
    """Hand feedback on, and say by when it is answered."""
    limits.count("feedback", get_remote_address() or "", OFTEN)
    try:
        with context.work() as work:
            until = feedback.send(work, request.form)
    except InvalidInput as refusal:
        return _accessibility(refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    day = date_text(until)
    answer = gettext("Sent. Give an address next time if you want an answer.")
    if request.form.get("email", "").strip():
        answer = gettext("Sent. You get an answer by %(day)s.", day=day)
    flash(answer, "ok")
    return redirect(url_for("statements.accessibility", _anchor="feedback"), 303)


@pages.get("/tietosuoja")
@public()
def privacy_in_finnish() -> ResponseReturnValue:
    """The address Finns look for."""
    return redirect(url_for("statements.privacy"), HTTPStatus.MOVED_PERMANENTLY)


@pages.get("/saavutettavuusseloste")
@public()
def accessibility_in_finnish() -> ResponseReturnValue:
    """The address Finnish authorities use (Act 306/2019)."""
    return redirect(url_for("statements.accessibility"), HTTPStatus.MOVED_PERMANENTLY)


def _accessibility(problems: Sequence[Problem] = ()) -> str:
    settings = context.settings()
    return render_template(
        "statements/accessibility.html",
        assessed=ASSESSED,
        contact=parseaddr(settings.mail_from)[1],
        values=request.form or request.args,
        within=feedback.ANSWERED_WITHIN.days,
        **told(problems),
    )


def _cookies() -> list[tuple[str, str]]:
    """Every cookie there is: its name and what it is for."""
    session = str(current_app.config["SESSION_COOKIE_NAME"])
    return [
        (session, gettext("Keeps you signed in for two weeks, and forms safe from other sites")),
        (language.LANGUAGE_COOKIE, gettext("The language you chose, for a year")),
        (language.THEME_COOKIE, gettext("Light or dark, as you chose, for a year")),
        (language.KEYS_COOKIE, gettext("Whether single keys do something, for a year")),
    ]
