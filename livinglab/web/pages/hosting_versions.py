"""How a place was described before: every version, what it changed, and the way back to one."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.domain.errors import InvalidInput, NotFound, RulesBroken
from livinglab.domain.profile import facility_from_json, facility_to_json
from livinglab.domain.vocabulary import EDITS_MADE
from livinglab.services import editing
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.hosting import keeping, words
from livinglab.web.hosting.difference import differences
from livinglab.web.hosting.mine import MANAGERS, managed, reader

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.domain.errors import Problem
    from livinglab.domain.facility import Facility
    from livinglab.services.editing import VersionRow
    from livinglab.services.places import PlacedFacility

pages = Blueprint("hosting_versions", __name__)


@pages.get("/hosting/<slug>/versions")
@requires(*MANAGERS)
def listing(slug: str) -> str:
    """Every version of the place, the newest first."""
    place = _place(slug)
    rows = _history(slug)
    return render_template(
        "hosting/versions.html",
        place=place,
        rows=[(row, words.changed_in_words(row.changed)) for row in rows],
        edits=EDITS_MADE,
    )


@pages.get("/hosting/<slug>/versions/<int(max=2147483647):number>")
@requires(*MANAGERS)
def show(slug: str, number: int) -> str:
    """What one version changed, or how it differs from another that the address names."""
    return _page(_place(slug), number)


@pages.post("/hosting/<slug>/versions/<int(max=2147483647):number>")
@requires(*MANAGERS)
def restore(slug: str, number: int) -> ResponseReturnValue:
    """Describe the place as it was in that version, as a new one."""
    place = _place(slug)
    if request.form.get("do") == "back":
        return redirect(url_for("hosting_versions.show", slug=slug, number=number), 303)
    if request.form.get("version", type=int) != place.version:
        flash(gettext("Somebody changed the place meanwhile. See what is stored now."), "bad")
        return redirect(url_for("hosting_versions.listing", slug=slug), 303)
    act = gettext("Go back to version %(number)s", number=number)
    try:
        return keeping.keep(place, act, facility_to_json(_facility(slug, number)), act)
    except (InvalidInput, RulesBroken) as refusal:
        page = _page(place, number, refusal.problems)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY


def _page(place: PlacedFacility, number: int, problems: tuple[Problem, ...] = ()) -> str:
    rows = {row.number: row for row in _history(place.slug)}
    row = rows.get(number)
    if row is None:
        raise NotFound
    earlier = [other for other in rows if other < number]
    wanted = request.args.get("against", type=int)
    against = wanted if wanted in rows and wanted != number else max(earlier, default=None)
    after = _facility(place.slug, number)
    return render_template(
        "hosting/version.html",
        place=place,
        row=row,
        against=against,
        others=[(other, _named(rows[other], place)) for other in rows if other != number],
        differences=differences(_facility(place.slug, against), after) if against else [],
        problems=words.told(problems),
        edits=EDITS_MADE,
    )


def _named(row: VersionRow, place: PlacedFacility) -> str:
    name = gettext("Version %(number)s", number=row.number)
    return (
        str(gettext("%(name)s, the present one", name=name))
        if row.number == place.version
        else name
    )


def _place(slug: str) -> PlacedFacility:
    return managed(context.world().places(context.session()), slug)


def _history(slug: str) -> list[VersionRow]:
    return editing.versions(context.session(), reader(), slug)


def _facility(slug: str, number: int) -> Facility:
    kept = editing.version(context.session(), reader(), slug, number)
    return facility_from_json(kept)
