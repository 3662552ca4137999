"""A firm's pilots: the list, one of them, and the firm's moves. Hosts see the same address."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext

from livinglab.db.queries import conversation as queries
from livinglab.db.queries.offers import open_offers
from livinglab.db.queries.pilots import history, last_audit, pilot_by_ref, pilots
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotFound,
    Refusal,
    SlotTaken,
    StaleVersion,
    VersionMissing,
)
from livinglab.domain.pilot import TRANSITIONS, Action, State
from livinglab.services import (
    actions,
    attendance,
    confidence,
    conversation,
    declined_place,
    evidence,
    gates,
    moves,
    owing,
    papers,
    reopening,
    waiting_list,
)
from livinglab.services.moves import Command
from livinglab.web import (
    calendar_links,
    context,
    fit_view,
    lane_view,
    library_view,
    pilot_view,
    readings,
    request_store,
)
from livinglab.web.access import requires
from livinglab.web.asked import Asked
from livinglab.web.errors import status_of
from livinglab.web.filters import sentence
from livinglab.web.move_words import AFTER, CONSEQUENCES, LABELS
from livinglab.web.request_store import Stored

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

    from livinglab.db.tables import Pilot
    from livinglab.domain.access import Principal
    from livinglab.services.evidence import Known
    from livinglab.services.places import Places
    from livinglab.services.work import Work

pages = Blueprint("pilots", __name__)
PAGE = 50
LARGEST_ID = 2**31 - 1
OF_FIRM = (Action.ACCEPT, Action.DECLINE, Action.SUSPEND, Action.WITHDRAW, Action.CANCEL)
"""What a firm does on a pilot's page; sending is the form's."""
KEPT = (StaleVersion, VersionMissing, IllegalTransition, InvalidInput, SlotTaken)
"""Refusals after which the page is shown again with what was typed."""


@pages.get("/pilots")
@requires("signed_in")
def listing() -> str:
    """Pilots the reader may see, newest first, those that wait for the reader on top."""
    who, session = _who(), context.session()
    asked = Asked(request.args)
    query = pilots(who, before_id=_before(asked), text=asked.text("q"))
    found = list(session.scalars(query.limit(PAGE + 1)))
    places = context.world().places(session)
    knows = evidence.known(session, evidence.kinds_of(session), found[:PAGE])
    unread = queries.unread(session, who, [pilot.id for pilot in found[:PAGE]])
    rows = [_row(pilot, places, knows) for pilot in found[:PAGE]]
    if not who.is_host:
        rows.sort(key=lambda row: not row["yours"])
    return render_template(
        "pilot/list.html",
        rows=rows,
        unread=unread,
        debts=owing.debts(session, who),
        today=context.world().today(context.now()),
        text=asked.text("q"),
        next=url_for("pilots.listing", before=found[PAGE - 1].id, q=asked.text("q") or None)
        if len(found) > PAGE
        else None,
    )


@pages.get("/pilots/<ref>")
@requires("signed_in")
def detail(ref: str) -> str:
    """One pilot: whose move it is, gates, times, papers, history."""
    return _page(_pilot(ref))


@pages.post("/pilots/<ref>/actions/<any(" + ", ".join(f'"{a}"' for a in OF_FIRM) + "):action>")
@requires("company")
def act(ref: str, action: str) -> ResponseReturnValue:
    """The firm's move. A second click does nothing more; a stale one keeps the note."""
    done = Action(action)
    command = Command(
        request.form.get("version", type=int),
        note=request.form.get("note", "").strip(),
    )
    try:
        with context.work() as work:
            actions.perform(work, ref, done, command)
    except KEPT as refusal:
        pilot = _pilot(ref)
        if _done_already(pilot, done):
            return redirect(url_for("pilots.detail", ref=ref), 303)
        return _page(pilot, refusal, done), status_of(refusal, page=True)
    flash(AFTER[done](), "ok")
    return redirect(url_for("pilots.detail", ref=ref), 303)


@pages.post("/pilots/<ref>/papers")
@requires("company")
def add_papers(ref: str) -> ResponseReturnValue:
    """Add papers to a request that was sent."""
    version = request.form.get("version", type=int) or 0
    pilot = _pilot(ref)
    stored = Stored(ref, version, State(pilot.state))
    try:
        uploads = request_store.uploads()
        request_store.attach(stored, uploads)
    except KEPT as refusal:
        return _page(_pilot(ref), refusal), status_of(refusal, page=True)
    if not uploads and not library_view.chosen_papers():
        flash(gettext("Choose a file first."), "warn")
    return redirect(url_for("pilots.detail", ref=ref, _anchor="papers"), 303)


@pages.get("/pilots/<ref>/papers/<int:paper_id>")
@requires("signed_in")
def paper(ref: str, paper_id: int) -> Response:
    """Download a paper.

    Raises:
        NotFound: there is none, or not for this person.
    """
    if paper_id > LARGEST_ID:
        raise NotFound
    found = papers.read_paper(context.session(), _who(), ref, paper_id)
    readings.paper(ref, found)
    return send_file(
        BytesIO(found.content),
        mimetype=found.media_type,
        as_attachment=True,
        download_name=found.file_name,
        max_age=0,
    )


@pages.post("/pilots/<ref>/confidential")
@requires("company")
def confide(ref: str) -> ResponseReturnValue:
    """Say whether only those who decide read the plan."""
    on = "confidential" in request.form
    return _set(
        ref, lambda work, version: confidence.set_plan(work, ref, version=version, confidential=on)
    )


@pages.post("/pilots/<ref>/papers/<int:paper_id>/confidential")
@requires("company")
def confide_paper(ref: str, paper_id: int) -> ResponseReturnValue:
    """The same for one paper."""
    on = "confidential" in request.form
    return _set(
        ref,
        lambda work, version: confidence.set_paper(
            work, ref, paper_id, version=version, confidential=on
        ),
    )


def _set(ref: str, change: Callable[[Work, int | None], None]) -> ResponseReturnValue:
    try:
        with context.work() as work:
            change(work, request.form.get("version", type=int))
    except KEPT as refusal:
        return _page(_pilot(ref), refusal), status_of(refusal, page=True)
    flash(gettext("Changed. Your trail shows who reads it."), "ok")
    return redirect(url_for("pilots.detail", ref=ref, _anchor="confidential"), 303)


def _page(pilot: Pilot, refusal: Refusal | None = None, tried: Action | None = None) -> str:
    who, session = _who(), context.session()
    readings.plans([pilot])
    plan = confidence.plan_of(who, pilot)
    places = context.world().places(session)
    needs = evidence.of(session, places, pilot)
    vacant = gates.vacant(session, pilot, context.world().today(context.now()))
    moves_made = history(session, pilot.id)
    over = pilot.state in evidence.OVER
    offered = [action for action in moves.actions_for(pilot, who) if action in OF_FIRM]
    estimates = pilot_view.prices(pilot, places, context.world().today(context.now()))
    return render_template(
        "pilot/detail.html",
        pilot=pilot,
        unread=conversation.news(session, who, pilot),
        state=State(pilot.state),
        open_offers=len(open_offers(session, pilot.id)),
        declined=[pilot_view.wished(p, places)[0] for p in declined_place.declined_stays(pilot)],
        waiting=waiting_list.positions(session, [pilot]).get(pilot.id),
        needs=needs,
        times=pilot_view.booked(pilot, places, who.timezone),
        exports=calendar_links.exports(pilot, places, who.timezone),
        coming=pilot_view.coming(attendance.who_comes(session, who, pilot), places, who.timezone),
        stays=[(period, *pilot_view.wished(period, places)) for period in pilot.periods],
        gates=pilot_view.gate_lines(pilot, vacant),
        vacant=[gate.title for gate in vacant],
        reopened=[] if over else reopening.explained(pilot, moves_made),
        start=fit_view.stands(pilot) if plan.open else None,
        lane=lane_view.of_pilot(places, pilot) if plan.open else None,
        step=pilot_view.next_step(pilot, needs, vacant),
        yours=not who.is_host and pilot_view.is_yours(pilot, needs),
        moves=[] if who.is_host else [_move(action, pilot) for action in offered],
        prices=pilot_view.price_rows(estimates),
        total=sum(found.total for found in estimates),
        article=pilot_view.article_rows(plan.article) if plan.open else [],
        plan=plan,
        history=moves_made,
        gate_titles={f"{g.role}@{g.facility.slug}": g.title for g in pilot.gates},
        over=over,
        paper_switches=[
            (paper, url_for("pilots.confide_paper", ref=pilot.ref, paper_id=paper.id))
            for paper in pilot.papers
        ],
        length=pilot_view.length_text,
        refused=sentence(refusal.message) if refusal else "",
        stale=isinstance(refusal, StaleVersion | VersionMissing),
        tried=tried,
        note=request.form.get("note", ""),
    )


def _row(pilot: Pilot, places: Places, knows: Known) -> dict[str, object]:
    needs = evidence.pieces(places, pilot, knows)
    times = pilot_view.booked(pilot, places, _who().timezone)
    stays = [pilot_view.wished(period, places) for period in pilot.periods]
    return {
        "pilot": pilot,
        "times": times,
        "stays": stays,
        "step": pilot_view.next_step(pilot, needs),
        "yours": pilot_view.is_yours(pilot, needs),
    }


def _move(action: Action, pilot: Pilot) -> dict[str, object]:
    row = TRANSITIONS[(State(pilot.state), action)]
    return {
        "action": action,
        "label": LABELS[action](),
        "needs_note": row.needs_note,
        "consequence": CONSEQUENCES[action](),
        "main": action is Action.ACCEPT,
    }


def _done_already(pilot: Pilot, action: Action) -> bool:
    """Whether this person's last move was just this one: the button was pressed twice."""
    last = last_audit(context.session(), pilot.id)
    return last is not None and last.action == action.value and last.actor_id == _who().user_id


def _before(asked: Asked) -> int | None:
    text = asked.text("before", 10)
    return min(int(text), LARGEST_ID) if text.isdecimal() else None


def _who() -> Principal:
    return cast("Principal", context.principal())


def _pilot(ref: str) -> Pilot:
    pilot = pilot_by_ref(context.session(), ref, _who())
    if pilot is None:
        raise NotFound
    return pilot
