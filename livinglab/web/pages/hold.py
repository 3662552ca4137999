"""Keeping time that is held without a decision once more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext

from livinglab.domain import errors
from livinglab.services import hold_time
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.filters import instant_text, sentence
from livinglab.web.slot_form import whole_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("hold", __name__)
TOLD = (errors.StaleVersion, errors.VersionMissing, errors.IllegalTransition)
"""Refusals that are told on the decision page."""


@pages.post("/inbox/<ref>/hold")
@requires("host")
def renew(ref: str) -> ResponseReturnValue:
    """Keep the time once more from today, as long as the rules say."""
    answer = redirect(url_for("decision.show", ref=ref), 303)
    try:
        with context.work() as work:
            pilot = hold_time.renew(work, ref, whole_of(request.form.get("version", "")))
            until = pilot.hold_until
    except TOLD as refusal:
        flash(gettext("Not kept. %(why)s", why=sentence(refusal.message)), "bad")
        return answer
    if until is not None:
        flash(gettext("The time is held until %(when)s.", when=instant_text(until)), "ok")
    return answer
