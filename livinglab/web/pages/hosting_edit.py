"""Editing one section of a place: every button is a submit of its form, so nothing typed is lost.

What is saved touches bookings and wishes: those are shown first, and the button that saves all the
same names what it does.
"""

from __future__ import annotations

from copy import deepcopy
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request

from livinglab.domain.errors import InvalidInput, NotFound, RulesBroken, StaleVersion
from livinglab.domain.profile import facility_from_json, facility_to_json
from livinglab.services.availability import Finder
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.hosting import keeping, words
from livinglab.web.hosting.commands import carry_out
from livinglab.web.hosting.difference import untranslated
from livinglab.web.hosting.mine import MANAGERS, managed
from livinglab.web.hosting.options import Options
from livinglab.web.hosting.preview import preview
from livinglab.web.hosting.sections import SECTIONS
from livinglab.web.hosting.spaces import folded
from livinglab.web.hosting.tree import grow
from livinglab.web.hosting.view import View

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask.typing import ResponseReturnValue

    from livinglab.domain.errors import Problem
    from livinglab.services.places import PlacedFacility
    from livinglab.web.hosting.preview import Preview
    from livinglab.web.hosting.sections import Document, Section
    from livinglab.web.hosting.tree import Typed

pages = Blueprint("hosting_edit", __name__)


@pages.get("/hosting/<slug>/<section>")
@requires(*MANAGERS)
def edit(slug: str, section: str) -> str:
    """The form of a section as it is stored."""
    finder, place, part = _opened(slug, section)
    tree = part.show(facility_to_json(place.facility))
    return _form(finder, place, part, tree)


@pages.post("/hosting/<slug>/<section>")
@requires(*MANAGERS)
def press(slug: str, section: str) -> ResponseReturnValue:
    """Do what the pressed button says with what is typed."""
    finder, place, part = _opened(slug, section)
    tree = grow(request.form.items(), part.names)
    options = Options(finder.places, place)
    today = finder.world.today(finder.now, place.facility.zone)
    done, focus = carry_out(part, tree, request.form.get("do", "save"), today, options)
    version = request.form.get("version", type=int)
    if done:
        return _form(finder, place, part, tree, version=version, focus=focus)
    part.tidy(tree)
    given = deepcopy(tree)
    options.settle_site(given)
    document = part.read(facility_to_json(place.facility), given)
    try:
        facility = facility_from_json(document)
        try:
            if version == place.version:
                return keeping.keep(place, str(part.act), document)
        except StaleVersion:  # somebody saved between our look and our write
            finder, place, part = _opened(slug, section)
        told = keeping.changed_since(place, part, facility, version)
        return _form(finder, place, part, tree, stale=told), HTTPStatus.CONFLICT
    except (InvalidInput, RulesBroken) as refusal:
        page = _form(finder, place, part, tree, refusal.problems, version=version)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY


@pages.post("/hosting/<slug>/hours/preview")
@requires(*MANAGERS)
def show_preview(slug: str) -> str:
    """The twelve weeks as the hours are typed, for the page to put in place."""
    finder, place, part = _opened(slug, "hours")
    tree = grow(request.form.items(), part.names)
    shown, problems = _preview(finder, place, part, tree)
    wrong = _told(facility_to_json(place.facility), place, tree, problems)
    return render_template("hosting/_preview.html", place=place, preview=shown, wrong=wrong)


def _opened(slug: str, section: str) -> tuple[Finder, PlacedFacility, Section]:
    if section not in SECTIONS:
        raise NotFound
    finder = Finder.read(context.world(), context.session(), context.now())
    return finder, managed(finder.places, slug), SECTIONS[section]


def _form(
    finder: Finder,
    place: PlacedFacility,
    part: Section,
    tree: dict[str, Typed],
    problems: Iterable[Problem] = (),
    *,
    version: int | None = None,
    **further: Any,  # noqa: ANN401  # values of the template
) -> str:
    """The section's page: what is typed, judged as far as it can be read."""
    document = facility_to_json(place.facility)
    shown, unread, told = None, [], words.told(problems)
    if part.name == "hours":
        shown, found = _preview(finder, place, part, tree)
        unread = _told(document, place, tree, found)
        asked = request.form.get("do") == "preview"
        told = _told(document, place, tree, problems) or (unread if asked else [])
    return render_template(
        f"hosting/{part.name}.html",
        place=place,
        facility=place.facility,
        view=View(part, tree, told, further.pop("focus", "")),
        options=Options(finder.places, place),
        version=place.version if version is None else version,
        preview=shown,
        wrong=unread,
        lacking=untranslated(document, part),
        today=finder.world.today(finder.now, place.facility.zone),
        **further,
    )


def _preview(
    finder: Finder, place: PlacedFacility, part: Section, tree: dict[str, Typed]
) -> tuple[Preview | None, list[Problem]]:
    """The twelve weeks as typed, or why they cannot be drawn."""
    typed = deepcopy(tree)
    part.tidy(typed)
    document = part.read(facility_to_json(place.facility), typed)
    try:
        facility = facility_from_json(document)
    except InvalidInput as refusal:
        return None, list(refusal.problems)
    touched = "" if facility == place.facility else keeping.would_touch(place, document)
    return preview(finder, facility, touched), []


def _told(
    document: Document,
    place: PlacedFacility,
    tree: dict[str, Typed],
    problems: Iterable[Problem],
) -> list[dict[str, Any]]:
    """Problems of hours by the names of spaces; those of weeks that are not shown are left out."""
    hidden = folded(document, tree)
    shown = [problem for problem in problems if not problem.field.startswith(hidden)]
    return words.told(shown, words.space_names(place.facility))
