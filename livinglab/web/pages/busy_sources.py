"""Busy calendars of a place: what is read in from others, and what it closes."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from livinglab.adapters import ical_read
from livinglab.db.queries import busy as queries
from livinglab.domain.busy import MOST_OCTETS, UnreadableCalendar, problem_message, window
from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.vocabulary import BLOCK_KINDS
from livinglab.services import busy_sources
from livinglab.services.busy_sources import SourceInput
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.errors import problem_list
from livinglab.web.filters import localised
from livinglab.web.hosting.mine import MANAGERS, managed, reader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.db.tables import BusySource
    from livinglab.domain.busy import Busy
    from livinglab.services.places import PlacedFacility, PlacedResource

pages = Blueprint("busy_sources", __name__)
ONE = "/hosting/<slug>/calendars/<int(max=2147483647):number>"
FILE = "file"
"""The name of the form's file, and of its problems."""


@pages.get("/hosting/<slug>/calendars")
@requires(*MANAGERS)
def listing(slug: str) -> str:
    """The calendars, how they were read last, and the form that adds one."""
    return _page(_place(slug))


@pages.post("/hosting/<slug>/calendars")
@requires(*MANAGERS)
def add(slug: str) -> ResponseReturnValue:
    """Read a file in and close what it says."""
    place = _place(slug)
    given = SourceInput(*(request.form.get(name, "") for name in ("resource", "name", "kind")))
    try:
        places = context.world().places(context.session())
        item = busy_sources.checked(places, reader(), slug, given)
        busy = _read(item)
        with context.work() as work:
            row = busy_sources.add(work, slug, given, busy)
            _tell(row)
    except InvalidInput as refusal:
        return _page(place, refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(url_for("busy_sources.listing", slug=slug), 303)


@pages.post(f"{ONE}/read")
@requires(*MANAGERS)
def read(slug: str, number: int) -> ResponseReturnValue:
    """Take in a newer file of a calendar."""
    row, item = _found(slug, number)
    try:
        busy = _read(item)
    except InvalidInput as refusal:
        return _page(_place(slug), refusal.problems, row.id), HTTPStatus.UNPROCESSABLE_ENTITY
    with context.work() as work:
        _tell(busy_sources.read_again(work, slug, number, busy))
    return redirect(url_for("busy_sources.listing", slug=slug), 303)


@pages.get(f"{ONE}/remove")
@requires(*MANAGERS)
def ask(slug: str, number: int) -> str:
    """What removing a calendar opens again, before it is removed."""
    row, item = _found(slug, number)
    since, _ = window(context.now())
    return render_template(
        "hosting/calendar_remove.html",
        place=_place(slug),
        row=row,
        item=item,
        blocks=len(queries.blocks_of(context.session(), row.id, since)),
    )


@pages.post(f"{ONE}/remove")
@requires(*MANAGERS)
def remove(slug: str, number: int) -> ResponseReturnValue:
    """Remove a calendar and open what it closed."""
    _place(slug)
    with context.work() as work:
        name = busy_sources.remove(work, slug, number)
    flash(gettext("“%(name)s” is removed. What it closed is open again.", name=name), "ok")
    return redirect(url_for("busy_sources.listing", slug=slug), 303)


def _read(item: PlacedResource) -> Busy:
    """The busy times of the file in the form.

    Raises:
        InvalidInput: there is no file, or it is no calendar that can be read.
    """
    upload = request.files.get(FILE)
    if upload is None or not upload.filename:
        raise InvalidInput.of(Problem("missing", FILE, Message(N_("Choose a file."))))
    data = upload.stream.read(MOST_OCTETS + 1)
    try:
        return ical_read.read(data, item.facility.zone, window(context.now()))
    except UnreadableCalendar as fault:
        raise InvalidInput.of(Problem(fault.code, FILE, problem_message(fault.code))) from fault


def _tell(row: BusySource) -> None:
    told = ngettext(
        "“%(name)s” is read: it closes one time.",
        "“%(name)s” is read: it closes %(num)d times.",
        row.events,
        name=row.name,
    )
    flash(told, "ok")


def _found(slug: str, number: int) -> tuple[BusySource, PlacedResource]:
    _place(slug)
    places = context.world().places(context.session())
    return busy_sources.found(context.session(), places, reader(), slug, number)


def _page(place: PlacedFacility, problems: Sequence[Problem] = (), of: int = 0) -> str:
    """The page; ``of``: the calendar whose form has the problems, else the one that adds."""
    session, now = context.session(), context.now()
    places = context.world().places(session)
    items = [item for item in places.bookable() if item.place.slug == place.slug]
    told = problem_list(problems)
    return render_template(
        "hosting/calendars.html",
        place=place,
        rows=queries.sources_at(session, place.id, now),
        clashes=queries.clashes(session, place.id, now),
        by_id=places.by_id,
        resources=[(item.slug, localised(item.resource.name)) for item in items],
        kinds=[(code, gettext(name)) for code, name in BLOCK_KINDS.items()],
        kind_names=BLOCK_KINDS,
        megabytes=MOST_OCTETS // 1_000_000,
        values={} if of else request.form,
        problems=told,
        of=of,
    )


def _place(slug: str) -> PlacedFacility:
    return managed(context.world().places(context.session()), slug)
