"""Adding, changing and removing one rule of the draft, in a form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.domain.errors import InvalidInput, NotFound, Refusal, StaleVersion
from livinglab.domain.facts import FACTS
from livinglab.domain.messages import Message
from livinglab.domain.rules_json import LABELS, OPERATORS
from livinglab.domain.vocabulary import LANES, OWNER_ROLES
from livinglab.services import rule_drafts
from livinglab.web import context, rule_form
from livinglab.web.access import requires
from livinglab.web.errors import problem_list, status_of
from livinglab.web.filters import localised, sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask.typing import ResponseReturnValue

    from livinglab.services.rule_drafts import Draft

pages = Blueprint("rule_edit", __name__)
LANGUAGE_NAMES = ("en", "fi", "sv")


@pages.get("/rules/new")
@requires("coordinator", "admin")
def new() -> str:
    """An empty form."""
    return _form(None, rule_form.typed_of({}))


@pages.post("/rules/new")
@requires("coordinator", "admin")
def add() -> ResponseReturnValue:
    """Add a rule to the draft."""
    return _save(None)


@pages.get("/rules/rule/<key>")
@requires("coordinator", "admin")
def edit(key: str) -> str:
    """The form of a rule as the draft has it."""
    return _form(key, rule_form.typed_of(_rule(key)))


@pages.post("/rules/rule/<key>")
@requires("coordinator", "admin")
def change(key: str) -> ResponseReturnValue:
    """Keep the rule as typed, or take it out of the draft."""
    _rule(key)
    if request.form.get("do") != "remove":
        return _save(key)
    try:
        with context.work() as work:
            rule_drafts.remove_rule(work, key, _version())
    except StaleVersion as refusal:
        return _form(key, rule_form.posted(request.form), refusal), status_of(refusal, page=True)
    flash(gettext("The rule is out of the draft."), "ok")
    return redirect(url_for("rules.listing"), 303)


def _save(key: str | None) -> ResponseReturnValue:
    typed = rule_form.posted(request.form)
    try:
        with context.work() as work:
            rule_drafts.put_rule(work, rule_form.to_json(typed), key, _version())
    except (InvalidInput, StaleVersion) as refusal:
        return _form(key, typed, refusal), status_of(refusal, page=True)
    flash(gettext("Kept in the draft. Publish the draft to put it into force."), "ok")
    return redirect(url_for("rules.listing"), 303)


def _form(key: str | None, typed: Mapping[str, Any], refusal: Refusal | None = None) -> str:
    found = rule_drafts.draft(context.session())
    problems = rule_form.by_field(refusal.problems if refusal else (), typed)
    told = {name: problem_list(some) for name, some in problems.items()}

    def field(name: str, label: str = "") -> dict[str, Any]:
        last = name.rpartition(".")[2]
        return {
            "name": name,
            "id": name,
            "label": label or sentence(Message(LABELS.get(last, last))),
            "value": typed.get(name, ""),
            "errors": told.get(name, []),
        }

    return render_template(
        "rules/edit.html",
        key=key,
        typed=typed,
        field=field,
        tests=rule_form.count(typed),
        options=_options(found),
        version=found.version,
        languages=LANGUAGE_NAMES,
        stale=isinstance(refusal, StaleVersion),
        refused=sentence(refusal.message) if refusal else "",
        told=[one for some in told.values() for one in some],
    )


def _options(found: Draft) -> dict[str, list[tuple[str, str]]]:
    operators = dict.fromkeys(op for ops in OPERATORS.values() for op in ops)
    return {
        "facts": [(name, sentence(Message(fact.label))) for name, fact in FACTS.items()],
        "operators": [(op, _operator(op)) for op in operators],
        "lanes": [(code, sentence(Message(name))) for code, name in LANES.items()],
        "roles": [(code, sentence(Message(name))) for code, name in OWNER_ROLES.items()],
        "evidence": [(code, localised(item.name)) for code, item in found.book.evidence.items()],
    }


def _operator(op: str) -> str:
    words = {
        "is": gettext("is"),
        "in": gettext("is one of"),
        "not_in": gettext("is none of"),
        "has": gettext("has"),
        ">": gettext("more than"),
        ">=": gettext("at least"),
        "<": gettext("less than"),
        "<=": gettext("at most"),
    }
    return str(words[op])


def _rule(key: str) -> Mapping[str, Any]:
    found = rule_drafts.draft(context.session()).document["rules"]
    for rule in found:
        if rule["id"] == key:
            return dict(rule)
    raise NotFound


def _version() -> int:
    return request.form.get("version", type=int) or 0
