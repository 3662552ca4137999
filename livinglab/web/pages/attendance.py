"""The link of an invitation to a stay: whether one comes, said without signing in.

Its page does nothing until the button: mail scanners open links.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext, refresh

from livinglab.db.tables import User
from livinglab.domain.attendance import COMMENT_LIMIT, GIVEN
from livinglab.domain.errors import InvalidInput, NotFound
from livinglab.services import attending
from livinglab.services.attendance_mails import PATH
from livinglab.web import context, pilot_view
from livinglab.web.access import public
from livinglab.web.errors import problem_list
from livinglab.web.language import LANGUAGE_COOKIE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.domain.errors import Problem

pages = Blueprint("attendance", __name__)


@pages.get(f"{PATH}<token>")
@public()
def look(token: str) -> ResponseReturnValue:
    """To what one is invited, and what one has answered. Looking does nothing."""
    return _page(token)


@pages.post(f"{PATH}<token>")
@public()
def answer(token: str) -> ResponseReturnValue:
    """Say whether one comes; it can be said anew until the stay is over."""
    given = request.form
    try:
        with context.work() as work:
            attending.answer(work, token, given.get("answer", ""), given.get("comment", ""))
    except NotFound:
        return _over()
    except InvalidInput as refusal:
        return _page(token, refusal.problems)
    flash(gettext("Your answer is kept. You can change it here until the stay is over."), "ok")
    return redirect(url_for("attendance.look", token=token), 303)


def _page(token: str, problems: Sequence[Problem] = ()) -> ResponseReturnValue:
    session = context.session()
    try:
        row, booking = attending.opened(session, token, context.now())
    except NotFound:
        return _over()
    if context.principal() is None and LANGUAGE_COOKIE not in request.cookies:
        g.language = row.language  # that of the mail
        refresh()
    told = problem_list(problems)
    user = session.get_one(User, row.user_id)
    asked = request.values.get("answer", "")
    page = render_template(
        "attendance/answer.html",
        row=row,
        pilot=booking.pilot,
        time=pilot_view.time_of(booking, context.world().places(session), user.timezone),
        answers=[(value, gettext(words)) for value, words in GIVEN.items()],
        chosen=asked if asked in GIVEN else row.answer,
        comment=request.form.get("comment", row.comment),
        limit=COMMENT_LIMIT,
        problems=told,
        at={problem["field"]: [problem] for problem in told},
    )
    return page, HTTPStatus.UNPROCESSABLE_ENTITY if told else HTTPStatus.OK


def _over() -> ResponseReturnValue:
    return render_template("attendance/over.html"), HTTPStatus.GONE
