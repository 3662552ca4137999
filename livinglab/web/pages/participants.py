"""Who comes for a pilot: the firm names them, those who decide read it. And what each side owes."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from livinglab.db.queries.participants import sources
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotFound,
    Refusal,
    RulesBroken,
    StaleVersion,
    VersionMissing,
)
from livinglab.domain.participants import read_lines
from livinglab.services import evidence, participants
from livinglab.web import context, evidence_view, readings
from livinglab.web.access import requires
from livinglab.web.errors import problem_list, status_of
from livinglab.web.filters import sentence
from livinglab.web.sheets import csv_answer

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

    from livinglab.db.tables import Pilot
    from livinglab.domain.access import Principal
    from livinglab.services.work import Work

pages = Blueprint("participants", __name__)
KEPT = (StaleVersion, VersionMissing, IllegalTransition, InvalidInput, RulesBroken)
"""Refusals after which the page is shown again with what was typed."""
LARGEST_ID = 2**31 - 1


@pages.get("/pilots/<ref>/people")
@requires("signed_in")
def listing(ref: str) -> str:
    """Who comes, their cards, and what is missing of whom."""
    return _page(ref)


@pages.get("/pilots/<ref>/people.csv")
@requires("signed_in")
def file(ref: str) -> Response:
    """The same as a file: a line for each card, one for each person without."""
    pilot, people = participants.read(context.session(), _who(), ref)
    readings.people(pilot)
    rows = [
        (person.name, person.task, card.code, card.number, card.expires_on)
        for person in people
        for card in person.cards
    ]
    rows += [(person.name, person.task, "", "", None) for person in people if not person.cards]
    names = (gettext("Name"), gettext("Task"), gettext("Card"), gettext("Card number"))
    return csv_answer(f"people-{ref}.csv", [*names, gettext("Valid until")], rows)


@pages.post("/pilots/<ref>/people")
@requires("company")
def add(ref: str) -> ResponseReturnValue:
    """Name one person."""

    def act(work: Work, version: int | None) -> str:
        codes = evidence_view.card_codes(work.session, work.world, _seen(ref))
        person = evidence_view.person_of(request.form, codes)
        participants.add(work, ref, [person], version=version)
        return str(gettext("Added: %(name)s.", name=person.name))

    return _do(ref, "add", act)


@pages.post("/pilots/<ref>/people/paste")
@requires("company")
def paste(ref: str) -> ResponseReturnValue:
    """Name many people at once, one a line."""

    def act(work: Work, version: int | None) -> str:
        people = read_lines(request.form.get("lines", ""), request.form.get("code", "")[:64])
        participants.add(work, ref, people, version=version)
        return str(ngettext("One person added.", "%(num)d people added.", len(people)))

    return _do(ref, "paste", act)


@pages.post("/pilots/<ref>/people/copy")
@requires("company")
def copy(ref: str) -> ResponseReturnValue:
    """Name whoever came for an earlier pilot."""

    def act(work: Work, version: int | None) -> str:
        participants.copy(work, ref, request.form.get("source", "")[:32], version=version)
        return str(gettext("Copied. See that the cards still last."))

    return _do(ref, "copy", act)


@pages.post("/pilots/<ref>/people/<int:person>")
@requires("company")
def change(ref: str, person: int) -> ResponseReturnValue:
    """Put somebody's name, task and cards right."""

    def act(work: Work, version: int | None) -> str:
        codes = evidence_view.card_codes(work.session, work.world, _seen(ref))
        given = evidence_view.person_of(request.form, codes)
        participants.change(work, ref, _number(person), given, version=version)
        return str(gettext("Changed: %(name)s.", name=given.name))

    return _do(ref, f"person-{person}", act)


@pages.post("/pilots/<ref>/people/<int:person>/remove")
@requires("company")
def remove(ref: str, person: int) -> ResponseReturnValue:
    """Take somebody off the list."""

    def act(work: Work, version: int | None) -> str:
        participants.remove(work, ref, _number(person), version=version)
        return str(gettext("Removed. Their name and cards are deleted."))

    return _do(ref, f"person-{person}", act)


@pages.post("/pilots/<ref>/people/erase")
@requires("company")
def erase(ref: str) -> ResponseReturnValue:
    """Take everybody of a name off all requests of the company."""

    def act(work: Work, _: int | None) -> str:
        count = participants.erase(work, request.form.get("name", ""))
        return str(ngettext("Deleted from one list.", "Deleted from %(num)d lists.", count))

    return _do(ref, "erase", act)


def _do(ref: str, form: str, act: Callable[[Work, int | None], str]) -> ResponseReturnValue:
    try:
        with context.work() as work:
            told = act(work, request.form.get("version", type=int))
    except KEPT as refusal:
        return _page(ref, refusal, form), status_of(refusal, page=True)
    flash(told, "ok")
    return redirect(url_for("participants.listing", ref=ref), HTTPStatus.SEE_OTHER)


def _page(ref: str, refusal: Refusal | None = None, form: str = "") -> str:
    session, world, who = context.session(), context.world(), _who()
    pilot, people = participants.read(session, who, ref)
    readings.people(pilot)
    codes = evidence_view.card_codes(session, world, pilot)
    pieces = evidence.of(session, world.places(session), pilot)
    return render_template(
        "participants/list.html",
        pilot=pilot,
        people=evidence_view.people(people, pieces, codes),
        codes=codes,
        due=evidence.due_day(world.almanac, world.places(session), pilot),
        sources=[] if who.is_host else sources(session, who, pilot.id),
        editable=not who.is_host and pilot.state not in evidence.OVER,
        refused=sentence(refusal.message) if refusal else "",
        problems=problem_list(refusal.problems) if refusal else [],
        tried=form,
        typed=request.form if refusal else {},
    )


def _seen(ref: str) -> Pilot:
    pilot, _ = participants.read(context.session(), _who(), ref)
    return pilot


def _number(person: int) -> int:
    if person > LARGEST_ID:
        raise NotFound
    return person


def _who() -> Principal:
    return cast("Principal", context.principal())
