"""Asking for time: a form that is saved as a draft, judged as it stands, and sent.

Every button is a submit of the one form, so nothing typed is lost and no script is needed.
What is written ends with 303; a page that only shows the form again writes nothing.
"""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotFound,
    Problem,
    Refusal,
    RulesBroken,
    SlotTaken,
    StaleVersion,
    VersionMissing,
)
from livinglab.domain.pilot import Action, State
from livinglab.domain.request_json import pilot_from_json
from livinglab.services import actions
from livinglab.services.availability import Finder
from livinglab.services.moves import Command
from livinglab.services.pilot import EDITABLE
from livinglab.web import (
    context,
    fit_view,
    lane_view,
    library_view,
    request_store,
    request_visit,
    visitors,
)
from livinglab.web.access import public, requires
from livinglab.web.filters import date_text, sentence
from livinglab.web.request_begun import begun_by, described
from livinglab.web.request_form import from_json, from_post
from livinglab.web.request_options import Options
from livinglab.web.request_store import Stored, Target
from livinglab.web.request_view import view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.db.tables import Pilot
    from livinglab.domain.access import Principal
    from livinglab.web.request_form import RequestForm

pages = Blueprint("request", __name__)
KEY_LENGTH = 16
LONGEST_KEY = 64
MOST_DIGITS = 18


@pages.get("/pilots/new")
@public()
def new() -> ResponseReturnValue:
    """An empty form, with the place and days somebody came with, signed in or not.

    Its key stands in the address: who goes back to it after saving comes to what was saved.
    """
    who = context.principal()
    if who is not None and who.is_host:
        return _for_companies()
    key = request.args.get("key", "")[:LONGEST_KEY]
    if not key:
        asked = [pair for pair in request.args.items(multi=True) if pair[0] != "key"]
        address = urlencode([*asked, ("key", secrets.token_urlsafe(KEY_LENGTH))])
        return redirect(f"{url_for('request.new')}?{address}", 303)
    if who and (made := request_store.made_before(who, key)):
        return redirect(url_for("request.edit", ref=made), 303)
    finder = _finder()
    begun = visitors.content(key)
    form = from_json(begun) if begun else begun_by(finder)
    if who is None:
        return request_visit.show(form, finder, key, saved=begun is not None)
    return _show(form, finder, Target(None, None, key))


@pages.post("/pilots/new")
@public()
def create() -> ResponseReturnValue:
    """Do what the pressed button says with a request that is not saved yet."""
    who = context.principal()
    if who is not None and who.is_host:
        return _for_companies()
    key = request.form.get("key", "")[:LONGEST_KEY] or secrets.token_urlsafe(KEY_LENGTH)
    return request_visit.press(key, _finder()) if who is None else _press(Target(None, None, key))


@pages.get("/pilots/<ref>/edit")
@requires("signed_in")
def edit(ref: str) -> ResponseReturnValue:
    """The form of a draft, or of a request about which more was asked."""
    if _who().is_host:
        return _for_companies()
    pilot = _pilot(ref)
    if State(pilot.state) not in EDITABLE:
        return redirect(url_for("pilots.detail", ref=ref), 303)
    finder = _finder()
    form = from_json(request_store.document(pilot, finder.places))
    target = Target(ref, pilot.version, "")
    return _show(form, finder, target, pilot=pilot, complete="check" in request.args)


@pages.post("/pilots/<ref>/edit")
@requires("signed_in")
def change(ref: str) -> ResponseReturnValue:
    """Do what the pressed button says with a saved request."""
    if _who().is_host:
        return _for_companies()
    _pilot(ref)
    return _press(Target(ref, request.form.get("version", type=int), ""))


def _press(target: Target) -> ResponseReturnValue:
    form, finder = from_post(request.form), _finder()
    pressed = request.form.get("do", "save")
    if "fix" in request.form:
        form.apply(request.form["fix"])
        pressed = "refresh"
    if library_view.fill(form, pressed) or form.edit(pressed):
        return _show(form, finder, target)
    return _keep(form, finder, target, pressed)


def _keep(form: RequestForm, finder: Finder, target: Target, pressed: str) -> ResponseReturnValue:
    """Save the form and its papers; send it where the button says so."""
    form.tidy()
    try:
        given = pilot_from_json(form.to_json(finder.places))
        uploads = request_store.uploads()
        stored = request_store.save(_who(), target, given)
        target = Target(stored.ref, stored.version, "")
        request_store.attach(stored, uploads, _detached(pressed))
        if pressed == "keep-article" and given.article is not None:
            library_view.keep(given.article)
    except InvalidInput as refusal:
        return _show(form, _finder(), target, refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    except (StaleVersion, VersionMissing, IllegalTransition) as refusal:
        return _show_changed(form, target, refusal), HTTPStatus.CONFLICT
    if pressed == "send" and stored.open:
        return _send(stored)
    if not stored.open:
        return redirect(url_for("pilots.detail", ref=stored.ref), 303)
    where = "papers" if pressed.startswith(("attach", "detach")) else None
    return redirect(url_for("request.edit", ref=stored.ref, _anchor=where), 303)


def _send(stored: Stored) -> ResponseReturnValue:
    again = url_for("request.edit", ref=stored.ref, check=1)
    try:
        with context.work() as work:
            command = Command(stored.version)
            pilot = actions.perform(work, stored.ref, Action.SUBMIT, command)
            due = min((gate.due_on for gate in pilot.gates if gate.due_on), default=None)
    except RulesBroken:
        return redirect(again, 303)
    except SlotTaken as refusal:
        flash(sentence(refusal.message), "bad")
        return redirect(again, 303)
    told = (
        gettext("Sent. You will hear by %(day)s.", day=date_text(due)) if due else gettext("Sent.")
    )
    flash(told, "ok")
    return redirect(url_for("pilots.detail", ref=stored.ref), 303)


def _show(
    form: RequestForm,
    finder: Finder,
    target: Target,
    faults: Sequence[Problem] = (),
    *,
    pilot: Pilot | None = None,
    complete: bool = False,
    **further: Any,  # noqa: ANN401  # values of the template
) -> str:
    """The form as typed, judged as far as it can be read."""
    if pilot is None and target.ref is not None:
        pilot = _pilot(target.ref)
    drawn, wrong = described(form, finder, faults)
    attached = list(pilot.papers) if pilot else []
    judged = lane_view.sketched(finder, drawn, pilot)
    shown = view(form, finder, drawn, wrong, attached=attached, complete=complete, judged=judged)
    return render_template(
        "request/form.html",
        view=shown,
        form=form,
        options=Options(finder.places, form),
        target=target,
        pilot=pilot,
        complete=complete,
        start=fit_view.asked(finder, drawn),
        **further,
    )


def _show_changed(form: RequestForm, target: Target, refusal: Refusal) -> str:
    """Somebody was faster: what is stored now, and what was typed, kept."""
    ref = target.ref or request_store.made_before(_who(), target.key) or ""
    pilot, finder = _pilot(ref), _finder()
    typed = form.to_json(finder.places)
    return _show(
        form,
        finder,
        Target(ref, pilot.version, ""),
        pilot=pilot,
        changed=sentence(refusal.message),
        differences=request_store.differences(pilot, finder.places, typed),
        locked=State(pilot.state) not in EDITABLE,
    )


def _detached(pressed: str) -> int | None:
    verb, _, number = pressed.partition(":")
    found = verb == "detach" and number.isdecimal() and len(number) < MOST_DIGITS
    return int(number) if found else None


def _for_companies() -> ResponseReturnValue:
    return render_template("request/for_companies.html"), HTTPStatus.FORBIDDEN


def _who() -> Principal:
    return cast("Principal", context.principal())


def _finder() -> Finder:
    return Finder.read(context.world(), context.session(), context.now())


def _pilot(ref: str) -> Pilot:
    pilot = pilot_by_ref(context.session(), ref, _who())
    if pilot is None:
        raise NotFound
    return pilot
