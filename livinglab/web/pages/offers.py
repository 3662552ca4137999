"""A pilot's offers side by side. Reading changes nothing: every answer is a button of a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.db.queries.offers import offers_of
from livinglab.db.queries.pilots import last_audit, pilot_by_ref
from livinglab.domain.access import may_move
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotFound,
    Refusal,
    RulesBroken,
    SlotTaken,
    StaleVersion,
    VersionMissing,
)
from livinglab.domain.pilot import Action, By, State
from livinglab.services import actions, answering, moves
from livinglab.services.moves import Command
from livinglab.web import context, offer_form, offers_view, pilot_view
from livinglab.web.access import requires
from livinglab.web.errors import problem_list, status_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.db.tables import Pilot
    from livinglab.domain.access import Principal

pages = Blueprint("offers", __name__)
KEPT = (StaleVersion, VersionMissing, IllegalTransition, InvalidInput, RulesBroken, SlotTaken)
"""Refusals after which the page is shown again with what was typed."""


@pages.get("/pilots/<ref>/offers")
@requires("signed_in")
def listing(ref: str) -> str:
    """The offers of a pilot: times at both clocks, price, what differs, until when."""
    return _page(_pilot(ref))


@pages.post("/pilots/<ref>/offers")
@requires("signed_in")
def answer(ref: str) -> ResponseReturnValue:
    """Do what the pressed button says: accept, decline, propose other days, take back.

    Or go on without a stay that its place declined.
    """
    pilot = _pilot(ref)
    try:
        name, offer = offer_form.pressed(request.form)
        _answer(pilot, name, offer)
    except KEPT as refusal:
        again = _pilot(ref)
        if _done_already(again, request.form.get("do", "")):
            return redirect(url_for("pilots.detail", ref=ref), 303)
        return _page(again, refusal), status_of(refusal, page=True)
    flash(AFTER[name](), "ok")
    if name == "withdraw":
        return redirect(url_for("decision.show", ref=ref), 303)
    still = _pilot(ref).state == State.OFFERED
    return redirect(url_for("offers.listing" if still else "pilots.detail", ref=ref), 303)


def _answer(pilot: Pilot, name: str, offer: int | None) -> None:
    version, note = request.form.get("version", type=int), request.form.get("note", "")
    stays = len(pilot.periods)
    ref = pilot.ref
    windows = offer_form.proposals(request.form, stays) if name == "propose" else ()
    command = Command(version, note, offer=offer, windows=windows)
    with context.work() as work:
        if name == "withdraw":
            answering.take_back(work, ref, cast("int", offer), command)
        elif name == "accept":
            actions.perform(work, ref, Action.ACCEPT, command)
        elif name == "without":
            without = Command(version, without_declined=True)
            actions.perform(work, ref, Action.SUBMIT, without)
        else:
            actions.perform(work, ref, Action.DECLINE, command)


def _page(pilot: Pilot, refusal: Refusal | None = None) -> str:
    who = _who()
    found = offers_view.read(pilot, offers_of(context.session(), [pilot.id]), who.timezone)
    places = context.world().places(context.session())
    return render_template(
        "offers/list.html",
        pilot=pilot,
        offers=[view for view in found if view.state == "open"],
        ended=[view for view in found if view.state != "open"],
        answers=Action.ACCEPT in moves.actions_for(pilot, who),
        takes_back=may_move(who, By.GATE_OWNER, moves.facts_of(pilot)),
        stays=[pilot_view.wished(period, places)[0] for period in pilot.periods],
        rows=range(offer_form.WINDOWS),
        refused=None if refusal is None else refusal.message,
        problems=[] if refusal is None else problem_list(refusal.problems),
        stale=isinstance(refusal, StaleVersion | VersionMissing),
        typed=request.form if refusal is not None else {},
    )


def _done_already(pilot: Pilot, pressed: str) -> bool:
    """Whether this person's last move was just this one: the button was pressed twice."""
    last = last_audit(context.session(), pilot.id)
    name, _, number = pressed.partition(":")
    if last is None or last.actor_id != _who().user_id or last.action != AUDITED.get(name):
        return False
    return not number or number in {str(n) for n in (last.facts.get("offer"), *_offers(last.facts))}


def _offers(facts: dict[str, object]) -> list[object]:
    return list(cast("list[object]", facts.get("offers", [])))


def _who() -> Principal:
    return cast("Principal", context.principal())


def _pilot(ref: str) -> Pilot:
    pilot = pilot_by_ref(context.session(), ref, _who())
    if pilot is None:
        raise NotFound
    return pilot


AUDITED = {
    "accept": "accept",
    "decline": "decline",
    "propose": "decline",
    "withdraw": "withdraw-offer",
    "without": "submit",
}
"""How the audit calls what a button does."""
AFTER = {
    "accept": lambda: gettext("Accepted. The host is told, and the other times are free again."),
    "decline": lambda: gettext("Declined. The host is told and may offer another time."),
    "propose": lambda: gettext("Sent. The host sees the days you propose."),
    "without": lambda: gettext("Sent without that stay. The host is told."),
    "withdraw": lambda: gettext("Taken back. The time is free again, and the firm is told."),
}
