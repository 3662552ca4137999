"""One decision: everything it is made on, and the buttons that make it.

A refused decision comes back as the same page, freshly read, with the note that was typed.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for

from livinglab.db.queries.board import ASKING
from livinglab.domain import errors
from livinglab.domain.errors import InvalidInput, Problem, Refusal
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import Action
from livinglab.services import review, rules, undoing
from livinglab.services.moves import Command, ConditionAsked
from livinglab.services.review import Wanted
from livinglab.web import (
    context,
    decision_view,
    inbox_view,
    lane_view,
    offer_form,
    offers_view,
    outcome,
    readings,
    undoing_view,
)
from livinglab.web.access import requires
from livinglab.web.errors import problem_list, status_of
from livinglab.web.pages.inbox import queue_values
from livinglab.web.slot_form import slot_of, whole_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.typing import ResponseReturnValue
    from werkzeug.datastructures import MultiDict

    from livinglab.domain.access import Principal
    from livinglab.services.placement import ChosenSlot
    from livinglab.services.review import Review
    from livinglab.web.offers_view import Suggestion

pages = Blueprint("decision", __name__)
KEPT = (
    errors.StaleVersion,
    errors.VersionMissing,
    errors.SlotTaken,
    errors.IllegalTransition,
    errors.InvalidInput,
    errors.RulesBroken,
)
"""Refusals after which the page is shown again with what was typed."""


@pages.get("/inbox/<ref>")
@requires("host")
def show(ref: str) -> str:
    """The decision page."""
    return page(ref)


@pages.post("/inbox/<ref>")
@requires("host")
def act(ref: str) -> ResponseReturnValue:
    """Do what the pressed button says, then show where the pilot stands."""
    try:
        action, argument = _pressed(request.form.get("do", ""))
        command = _command(action, argument, request.form)
        with context.work() as work:
            pilot = undoing.decide(work, ref, action, command)
            told = outcome.sentence_after(action, pilot)
    except KEPT as refusal:
        return page(ref, refusal), status_of(refusal, page=True)
    flash(told, "ok")
    kept: dict[str, Any] = inbox_view.read(cast("Principal", context.principal())).kept
    asked = {name: value for name, value in kept.items() if name in request.args}
    return redirect(url_for("decision.show", ref=ref, **asked), 303)


def page(ref: str, refusal: Refusal | None = None) -> str:
    """The page, freshly read; after a refusal with what was typed."""
    who = cast("Principal", context.principal())
    session, world, now = context.session(), context.world(), context.now()
    found = review.read(session, world, who, now, ref, _wanted())
    readings.plans([found.pilot], found.noted)
    view = inbox_view.read(who)
    values = queue_values(who, replace(view, show="mine") if view.show == "decided" else view)
    following = values["queue"].after(ref)
    asking = found.pilot.state in ASKING
    return render_template(
        "inbox/decision.html",
        **values,
        review=found,
        pilot=found.pilot,
        lane=lane_view.of_pilot(world.places(session), found.pilot) if found.plan.open else None,
        today=values["queue"].today,
        following=following,
        typed=request.form if refusal is not None else {},
        refused=None if refusal is None else _refused(refusal, found),
        view=decision_view,
        around=[decision_view.around(stay, asking=asking) for stay in found.stays],
        deciding=[stay for stay in found.stays if stay.settable],
        approvable=_approvable(found),
        suggested=_suggested(found, who),
        offered=offers_view.read(found.pilot, found.pilot.offers, who.timezone),
        undoable=undoing_view.of(found.pilot),
        back="",
        asking=asking,
        hold_days=rules.clocks_of(session, found.pilot).hold,
        A=Action,
    )


def _suggested(found: Review, who: Principal) -> list[Suggestion]:
    if Action.OFFER not in found.actions:
        return []
    return offers_view.suggested(found.finder, found.pilot, who)


def _approvable(found: Review) -> bool:
    """Whether every stay whose time the reader sets has a time to set."""
    return all(
        stay.held or any(wish.choice for wish in stay.wished)
        for stay in found.stays
        if stay.settable
    )


def _refused(refusal: Refusal, found: Review) -> dict[str, Any]:
    """What went wrong, and for lost time the nearest way on."""
    stale = isinstance(refusal, errors.StaleVersion | errors.VersionMissing)
    lost = isinstance(refusal, errors.SlotTaken)
    ways = []
    if lost:
        free = [w.choice for stay in found.stays if stay.settable for w in stay.wished if w.choice]
        others = [choice for stay in found.stays for choice in stay.others]
        if free and found.mine:
            ways.append(("approve", free[0]))
        elif others and Action.OFFER in found.actions:
            ways.append(("offer", others[0]))
        elif others and Action.RESCHEDULE in found.actions:
            ways.append(("reschedule", others[0]))
    return {
        "kind": "stale" if stale else "lost" if lost else "other",
        "sentence": refusal.message,
        "problems": problem_list(refusal.problems),
        "ways": ways,
    }


def _wanted() -> Wanted | None:
    """Which further times the address asks for."""
    stay, day = request.args.get("stay", type=int), request.args.get("from", "")
    try:
        first = date.fromisoformat(day)
    except ValueError:
        return None
    if stay is None:
        return None
    return Wanted(stay, first, request.args.get("resource") or None)


def _pressed(value: str) -> tuple[Action, str]:
    """The button's action, and what it carries after a colon: a slot or a condition."""
    name, _, argument = value.partition(":")
    try:
        return Action(name), argument
    except ValueError:
        unknown = Message(N_("There is no such button. Read the page again."))
        raise InvalidInput.of(Problem("unknown_action", "do", unknown)) from None


def _command(action: Action, argument: str, form: MultiDict[str, str]) -> Command:
    return Command(
        version=whole_of(form.get("version", "")),
        note=form.get("note", ""),
        gate=form.get("gate") or None,
        slots=tuple(_slots(action, argument, form)),
        packages=offer_form.packages(form) if argument == offer_form.PACKAGES else (),
        expires_at=offer_form.until(form) if action is Action.OFFER else None,
        conditions=tuple(_conditions(action, form)),
        condition=whole_of(argument) if action is Action.FULFIL else None,
    )


def _conditions(action: Action, form: MultiDict[str, str]) -> Iterator[ConditionAsked]:
    """One a line, all of them by the same day, if one is given."""
    if action is not Action.APPROVE:
        return
    text = form.get("conditions_due", "").strip()
    try:
        due = date.fromisoformat(text) if text else None
    except ValueError:
        wrong = Message(N_("There is no such day. Write it as 2027-03-01."))
        raise InvalidInput.of(Problem("not_a_date", "conditions_due", wrong)) from None
    for line in form.get("conditions", "").splitlines():
        yield ConditionAsked(line, due)


def _slots(action: Action, argument: str, form: MultiDict[str, str]) -> Iterator[ChosenSlot]:
    """The time on the button, else what is chosen for each stay: at the gate's place only."""
    if action not in {Action.APPROVE, Action.OFFER, Action.RESCHEDULE}:
        return
    if argument == offer_form.PACKAGES:
        return
    if argument:
        yield slot_of(argument)
        return
    prefix = "slot-" if action is Action.APPROVE else "other-"
    _, _, gate_place = form.get("gate", "").partition("@")
    for name, value in form.items():
        index = name.removeprefix(prefix)
        if name == index or not value:
            continue
        if action is Action.APPROVE and form.get(f"place-{index}", gate_place) != gate_place:
            continue
        yield slot_of(value)
