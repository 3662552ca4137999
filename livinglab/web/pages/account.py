"""One's own settings, for which organisation one acts, and leaving one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, gettext

from livinglab.adapters.countries import ZONES
from livinglab.db.queries import people as queries
from livinglab.db.tables import User
from livinglab.domain.errors import IllegalTransition, InvalidInput, NotFound
from livinglab.domain.mails import KINDS, WHEN, choices, chosen
from livinglab.services import own_settings, people
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.errors import problem_list
from livinglab.web.filters import sentence
from livinglab.web.language import forget_choice, language
from livinglab.web.sessions import current

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal
    from livinglab.domain.errors import Problem

pages = Blueprint("account", __name__)
DIGITS = 9
"""Of an organisation's number, at most: more do not fit its column."""


@pages.get("/account")
@requires("signed_in")
def form() -> str:
    """Name, language, time zone, mails; the organisations one belongs to."""
    return _page()


@pages.post("/account")
@requires("signed_in")
def save() -> ResponseReturnValue:
    """Keep the settings."""
    try:
        with context.work() as work:
            own_settings.keep(work, request.form)
    except InvalidInput as refusal:
        return _page(refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    forget_choice()
    with force_locale(request.form["language"]):
        flash(gettext("Saved."), "ok")
    return redirect(url_for("account.form"), 303)


@pages.post("/account/organisation")
@requires("signed_in")
def switch() -> ResponseReturnValue:
    """Act for another organisation of one's own in this browser."""
    browser, given = current(), request.form.get("organisation", "")
    if browser is None or not given.isdecimal() or len(given) > DIGITS:
        raise NotFound
    with context.work() as work:
        people.act_for(work, browser.id, int(given))
    name = dict(_who().organisations)[int(given)]
    flash(gettext("You act for %(organisation)s now.", organisation=name), "ok")
    return redirect(url_for("home.front"), 303)


@pages.post("/account/leave")
@requires("signed_in")
def leave() -> ResponseReturnValue:
    """Leave the organisation one acts for; this browser's session ends with it."""
    name = _who().organisation_name
    try:
        with context.work() as work:
            people.leave(work)
    except IllegalTransition as refusal:
        flash(sentence(refusal.message), "bad")
        return redirect(url_for("account.form"), 303)
    flash(gettext("You have left %(organisation)s.", organisation=name), "ok")
    return redirect(url_for("home.front"), 303)


def _page(problems: Sequence[Problem] = ()) -> str:
    who, session = _who(), context.session()
    user = session.get_one(User, who.user_id)
    told = problem_list(problems)
    kept = {
        "name": user.name,
        "language": user.language,
        "timezone": user.timezone,
        **{f"mails_{kind}": chosen(user.mails, kind) for kind in KINDS},
    }
    ours = queries.roles(session, queries.of_organisation(who.organisation_id))
    return render_template(
        "account/form.html",
        who=who,
        values={**kept, **request.form},
        elsewhere=language() != user.language,
        zones=[(name, name.replace("_", " ")) for name in ZONES],
        kinds={kind: name for kind, name in KINDS.items() if _concerns(kind, who)},
        others=[kind for kind in KINDS if not _concerns(kind, who)],
        choices={kind: [(when, gettext(WHEN[when])) for when in choices(kind)] for kind in KINDS},
        may_leave=people.may_leave(ours, who.user_id, who.organisation_kind),
        problems=told,
        at={problem["field"]: [problem] for problem in told},
    )


def _concerns(kind: str, who: Principal) -> bool:
    """Whether mails of the kind come to people like this reader."""
    return kind in {"searches", "messages", "calendar"} or (kind == "decisions") == who.is_host


def _who() -> Principal:
    return cast("Principal", context.principal())
