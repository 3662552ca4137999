"""Changing the clocks of the draft: the days of each lane, of each reminder and of each end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.domain.clocks_json import BOUNDS, write_clocks
from livinglab.domain.errors import InvalidInput, Refusal, StaleVersion
from livinglab.domain.messages import Message
from livinglab.domain.rules_json import LABELS, MAX_WORKING_DAYS
from livinglab.domain.vocabulary import LANES
from livinglab.services import rule_drafts
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.errors import problem_list, status_of
from livinglab.web.filters import sentence
from livinglab.web.request_form import number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

pages = Blueprint("rule_clocks", __name__)
PARTS = {"lanes": dict.fromkeys(LANES, MAX_WORKING_DAYS), "clocks": BOUNDS}
"""The fields of each part of the book, and the most working days of each."""


@pages.get("/rules/clocks")
@requires("coordinator", "admin")
def edit() -> str:
    """The clocks as the draft has them."""
    book = rule_drafts.draft(context.session()).book
    days = {"lanes": book.lanes, "clocks": write_clocks(book.clocks)}
    return _form({f"{part}.{name}": days[part][name] for part in PARTS for name in PARTS[part]})


@pages.post("/rules/clocks")
@requires("coordinator", "admin")
def change() -> ResponseReturnValue:
    """Keep the clocks as typed in the draft."""
    typed = {name: request.form.get(name, "") for part in PARTS for name in _names(part)}
    given = {
        part: {name.rpartition(".")[2]: number(typed[name].strip()) for name in _names(part)}
        for part in PARTS
    }
    try:
        with context.work() as work:
            version = request.form.get("version", type=int) or 0
            rule_drafts.put_clocks(work, given["lanes"], given["clocks"], version)
    except (InvalidInput, StaleVersion) as refusal:
        return _form(typed, refusal), status_of(refusal, page=True)
    flash(gettext("Kept in the draft. Publish the draft to put it into force."), "ok")
    return redirect(url_for("rules.listing"), 303)


def _names(part: str) -> list[str]:
    return [f"{part}.{name}" for name in PARTS[part]]


def _form(typed: Mapping[str, Any], refusal: Refusal | None = None) -> str:
    told: dict[str, list[Any]] = {}
    for problem in refusal.problems if refusal else ():
        told.setdefault(problem.field, []).extend(problem_list([problem]))

    def field(part: str, name: str) -> dict[str, Any]:
        path = f"{part}.{name}"
        return {
            "name": path,
            "id": path,
            "label": sentence(Message(LABELS[name])),
            "value": typed[path],
            "errors": told.get(path, []),
            "attrs": {"min": 1, "max": PARTS[part][name], "inputmode": "numeric"},
        }

    return render_template(
        "rules/clocks.html",
        parts={part: [field(part, name) for name in PARTS[part]] for part in PARTS},
        version=rule_drafts.draft(context.session()).version,
        stale=isinstance(refusal, StaleVersion),
        refused=sentence(refusal.message) if refusal else "",
        told=[one for some in told.values() for one in some],
    )
