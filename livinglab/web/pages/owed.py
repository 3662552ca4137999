"""What each party owes for a pilot, and papers that a gate's owner does not accept."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotFound,
    StaleVersion,
    VersionMissing,
)
from livinglab.services import confidence, owing, papers
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.errors import status_of
from livinglab.web.pages import decision

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal

pages = Blueprint("owed", __name__)
LARGEST_ID = 2**31 - 1


@pages.get("/pilots/<ref>/owed")
@requires("signed_in")
def show(ref: str) -> str:
    """Who owes what, and by when."""
    session, world, now = context.session(), context.world(), context.now()
    who = cast("Principal", context.principal())
    pilot = pilot_by_ref(session, ref, who)
    if pilot is None:
        raise NotFound
    return render_template(
        "evidence/owed.html",
        pilot=pilot,
        parties=owing.parties(session, world, who, now, pilot),
        named=confidence.plan_of(who, pilot).confided,
        today=world.today(now),
    )


@pages.post("/pilots/<ref>/papers/<int:paper_id>/refuse")
@requires("host")
def refuse(ref: str, paper_id: int) -> ResponseReturnValue:
    """Do not accept a paper; the reason goes to the firm."""
    if paper_id > LARGEST_ID:
        raise NotFound
    note, version = request.form.get("note", ""), request.form.get("version", type=int)
    try:
        with context.work() as work:
            papers.refuse(work, ref, paper_id, note, version=version)
    except (StaleVersion, VersionMissing, IllegalTransition, InvalidInput) as refusal:
        return decision.page(ref, refusal), status_of(refusal, page=True)
    flash(gettext("Not accepted. The firm is told and gives another paper."), "ok")
    return redirect(url_for("decision.show", ref=ref), HTTPStatus.SEE_OTHER)
