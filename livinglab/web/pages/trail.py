"""Who did what: a company's own trail, and all of it for admins."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from livinglab.adapters.texts import PORI
from livinglab.db.queries import trail
from livinglab.db.queries.trail import Told, Wanted
from livinglab.domain.deeds import KINDS, NAMED, deed
from livinglab.domain.zones import midnight, zone
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.asked import Asked
from livinglab.web.filters import person
from livinglab.web.sheets import csv_answer, wall_time

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Response

    from livinglab.domain.access import Principal

pages = Blueprint("trail", __name__)
PAGE = 50
MOST_IN_FILE = 50_000
LARGEST_ID = 2**31 - 1
DAY = timedelta(days=1)


@pages.get("/company/trail")
@requires("company")
def of_company() -> str:
    """What happened to the company's pilots, papers and people."""
    who = cast("Principal", context.principal())
    before = _before(Asked(request.args))
    found = trail.of_company(context.session(), who, before, PAGE + 1)
    return render_template(
        "trail/company.html",
        rows=found[:PAGE],
        next=_next("trail.of_company", found, {}),
        deed=deed,
        named=NAMED,
    )


@pages.get("/audit")
@requires("admin")
def overview() -> str:
    """All of the audit, by thing, person and days."""
    asked = Asked(request.args)
    found = trail.everything(context.session(), _wanted(asked), PAGE + 1)
    given = {name: asked.text(name) or None for name in ("kind", "ref", "person", "from", "to")}
    return render_template(
        "trail/all.html",
        rows=found[:PAGE],
        next=_next("trail.overview", found, given),
        given=given,
        faults=asked.faults,
        kinds=[(kind, gettext(name)) for kind, name in KINDS.items()],
        deed=deed,
        named=NAMED,
    )


@pages.get("/audit.csv")
@requires("admin")
def file() -> Response:
    """What the page shows, as a file; at most the newest fifty thousand rows."""
    found = trail.everything(context.session(), _wanted(Asked(request.args)), MOST_IN_FILE)
    return csv_answer(
        "audit.csv",
        [
            *(gettext("When"), gettext("Who"), gettext("E-mail"), gettext("Organisation")),
            *(gettext("Role"), gettext("What"), gettext("Kind"), gettext("Of what")),
            *(gettext("From state"), gettext("To state"), gettext("Words"), gettext("Position")),
        ],
        [_cells(told) for told in found],
    )


def _cells(told: Told) -> Sequence[object]:
    row = told.row
    return (
        wall_time(row.at, PORI),
        person(row.actor.name) if row.actor else "",
        row.actor.email if row.actor else "",
        told.organisation,
        row.role,
        gettext(deed(row.object_kind, row.action)),
        row.object_kind,
        row.object_ref,
        row.from_state,
        row.to_state,
        told.words,
        row.position,
    )


def _wanted(asked: Asked) -> Wanted:
    here = zone(PORI)
    first, last = asked.day("from"), asked.day("to")
    return Wanted(
        asked.text("kind", 32),
        asked.text("ref", 128),
        asked.text("person"),
        midnight(first, here) if first else None,
        midnight(last + DAY, here) if last else None,
        _before(asked),
    )


def _before(asked: Asked) -> int | None:
    text = asked.text("before", 10)
    return min(int(text), LARGEST_ID) if text.isascii() and text.isdecimal() else None


def _next(endpoint: str, found: Sequence[Told], given: dict[str, str | None]) -> str | None:
    if len(found) <= PAGE:
        return None
    values: dict[str, Any] = {**given, "before": found[PAGE - 1].row.id}
    return url_for(endpoint, **values)
