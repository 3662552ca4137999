"""Taking a decision back within its minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext

from livinglab.domain import errors
from livinglab.services import undoing
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.filters import sentence
from livinglab.web.safe import local_address
from livinglab.web.slot_form import whole_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

pages = Blueprint("undoing", __name__)
TOLD = (
    errors.StaleVersion,
    errors.VersionMissing,
    errors.SlotTaken,
    errors.IllegalTransition,
)
"""Refusals that are told on the page to which it leads back."""


@pages.post("/inbox/<ref>/undo")
@requires("host")
def take_back(ref: str) -> ResponseReturnValue:
    """Put the pilot back to what it was before the reader's decision."""
    back = request.form.get("back")
    answer = redirect(local_address(back) if back else url_for("decision.show", ref=ref), 303)
    try:
        with context.work() as work:
            title = undoing.take_back(work, ref, whole_of(request.form.get("version", ""))).title
    except TOLD as refusal:
        flash(gettext("Not taken back. %(why)s", why=sentence(refusal.message)), "bad")
        return answer
    flash(gettext("Taken back: %(title)s. Nobody was told of the decision.", title=title), "ok")
    return answer
