"""The request form for somebody who is not signed in: judged and kept, sent once they are."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.domain.errors import InvalidInput
from livinglab.web import fit_view, lane_view, visitors
from livinglab.web.request_begun import described
from livinglab.web.request_form import from_post
from livinglab.web.request_options import Options
from livinglab.web.request_store import Target
from livinglab.web.request_view import view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.domain.errors import Problem
    from livinglab.services.availability import Finder
    from livinglab.web.request_form import RequestForm


def press(key: str, finder: Finder) -> ResponseReturnValue:
    """Do what the pressed button says: keep the draft, and lead to the door if they want to send.

    Files are not taken: nobody knows whose they are.
    """
    form = from_post(request.form)
    pressed = request.form.get("do", "save")
    if "fix" in request.form:
        form.apply(request.form["fix"])
        pressed = "refresh"
    if form.edit(pressed):
        return show(form, finder, key)
    form.tidy()
    try:
        visitors.keep(key, form.to_json(finder.places))
    except InvalidInput as refusal:
        return show(form, finder, key, refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    back = url_for("request.new", key=key)
    if pressed == "send":
        return redirect(url_for("register.form"), 303)
    if pressed == "sign-in":
        return redirect(url_for("security.login", next=back), 303)
    flash(gettext("Kept in this browser for 14 days."), "ok")
    return redirect(back, 303)


def show(
    form: RequestForm,
    finder: Finder,
    key: str,
    faults: Sequence[Problem] = (),
    *,
    saved: bool = False,
) -> str:
    """The form as typed, with what fits, what is free and what it costs."""
    visitors.begin()
    drawn, wrong = described(form, finder, faults)
    drafts = [] if saved else [draft for draft in visitors.drafts() if draft.key != key]
    return render_template(
        "request/form.html",
        view=view(form, finder, drawn, wrong, judged=lane_view.sketched(finder, drawn)),
        form=form,
        options=Options(finder.places, form),
        target=Target(None, None, key),
        pilot=None,
        complete=False,
        start=fit_view.asked(finder, drawn),
        drafts=drafts,
    )
