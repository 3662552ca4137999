"""Several requests decided at once: what would happen to each is shown first, then done one by one.

Sending the form twice does nothing more, so its answer may be the page that tells what came of it.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.domain.errors import InvalidInput, NotFound, Problem, Refusal
from livinglab.domain.messages import N_, Message
from livinglab.domain.pilot import Action
from livinglab.services import bulk
from livinglab.services.bulk import Shown
from livinglab.web import context, decision_view, inbox_view, undoing_view
from livinglab.web.access import requires
from livinglab.web.errors import problem_list
from livinglab.web.filters import sentence
from livinglab.web.slot_form import slot_of, whole_of

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal

pages = Blueprint("bulk", __name__)


class Outcome(NamedTuple):
    """What came of one request; ``why`` it was left as it is."""

    ref: str
    title: str
    why: str


@pages.get("/inbox/several")
@requires("host")
def ask() -> ResponseReturnValue:
    """What would happen to each request chosen, before it does."""
    action, refs = _action(request.args.get("do", "")), request.args.getlist("ref")
    if not refs:
        flash(gettext("Choose requests first."), "warn")
        return redirect(_back(), 303)
    if len(set(refs)) > bulk.MOST:
        flash(gettext("Choose at most %(limit)s requests at once.", limit=bulk.MOST), "warn")
        return redirect(_back(), 303)
    return _ask(action, refs)


@pages.post("/inbox/several")
@requires("host")
def act() -> ResponseReturnValue:
    """Do it, each request in a unit of work of its own; the page tells what came of each."""
    action, note = _action(request.form.get("do", "")), request.form.get("note", "").strip()
    shown = _shown()
    if action is Action.REQUEST_INFO and not note:
        reason = Message(N_("Give the reason: the other side reads it."))
        faults = (Problem("note_missing", "note", reason),)
        return _ask(action, [one.ref for one in shown], faults), HTTPStatus.UNPROCESSABLE_ENTITY
    outcomes = [outcome for one in shown if (outcome := _carry_out(action, one, note))]
    return render_template(
        "bulk/done.html",
        action=action,
        done=[outcome for outcome in outcomes if not outcome.why],
        left=[outcome for outcome in outcomes if outcome.why],
        undoable=undoing_view.standing(),
        back=_back(),
    )


def _ask(action: Action, refs: list[str], faults: tuple[Problem, ...] = ()) -> str:
    with context.work() as work:
        found = bulk.plans(work, action, refs)
    return render_template(
        "bulk/ask.html",
        action=action,
        doing=[plan for plan in found if plan.left_out is None],
        left=[plan for plan in found if plan.left_out is not None],
        problems=problem_list(faults),
        note=request.form.get("note", ""),
        back=_back(),
        view=decision_view,
    )


def _carry_out(action: Action, shown: Shown, note: str) -> Outcome | None:
    """Decide one; None for a request that is not there for the reader."""
    try:
        with context.work() as work:
            bulk.carry_out(work, action, shown, note)
    except NotFound:
        return None
    except Refusal as refusal:
        return Outcome(shown.ref, _title(shown.ref), sentence(refusal.message))
    return Outcome(shown.ref, _title(shown.ref), "")


def _title(ref: str) -> str:
    return request.form.get(f"title-{ref}", ref)


def _shown() -> list[Shown]:
    found = []
    for text in request.form.getlist("row")[: bulk.MOST]:
        ref, _, version = text.partition("|")
        slots = tuple(slot_of(value) for value in request.form.getlist(f"slot-{ref}"))
        found.append(Shown(ref, whole_of(version) or 0, slots))
    return found


def _action(name: str) -> Action:
    if name not in bulk.KINDS:
        unknown = Message(N_("There is no such button. Read the page again."))
        raise InvalidInput.of(Problem("unknown_action", "do", unknown))
    return Action(name)


def _back() -> str:
    """The queue as it was shown."""
    kept: dict[str, Any] = inbox_view.read(cast("Principal", context.principal())).kept
    asked = {name: value for name, value in kept.items() if name in request.args}
    return url_for("inbox.listing", **asked)
