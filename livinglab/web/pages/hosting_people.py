"""Stand-ins at a place from one day to another, and the name of the site it stands on."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.domain.errors import InvalidInput, NotAllowed, NotFound, StaleVersion
from livinglab.domain.messages import Message
from livinglab.domain.vocabulary import OWNER_ROLES
from livinglab.services import sites, stand_ins
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.asked import Asked
from livinglab.web.errors import problem_list
from livinglab.web.filters import day_range, person, sentence
from livinglab.web.fresh import fresh
from livinglab.web.hosting.mine import MANAGERS, managed, reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.db.tables import Audit
    from livinglab.services.places import PlacedFacility

pages = Blueprint("hosting_people", __name__)


@pages.app_template_global()
def stood_in_for(history: Iterable[Audit]) -> dict[int, str]:
    """Whom those who acted stood in for, by audit row, in words."""
    found = stand_ins.stood_in_for(context.session(), history)
    return {row: ", ".join(person(name) for name in names) for row, names in found.items()}


@pages.get("/hosting/<slug>/stand-ins")
@requires(*MANAGERS)
def listing(slug: str) -> str:
    """Who stands in for whom and when, and the form that adds somebody."""
    return _page(_place(slug), {})


@pages.post("/hosting/<slug>/stand-ins")
@requires(*MANAGERS)
@fresh
def add(slug: str) -> ResponseReturnValue:
    """Let a colleague decide on these days."""
    place, asked = _place(slug), Asked(request.form)
    first, last = asked.day("first"), asked.day("last")
    missing = [name for name in ("first", "last") if not asked.text(name)]
    faults = [{"field": name, "detail": text} for name, text in asked.faults.items()]
    faults += [{"field": name, "detail": gettext("Give a day.")} for name in missing]
    if first is None or last is None:
        return _page(place, request.form, faults), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with context.work() as work:
            stand_ins.add(work, slug, asked.text("role"), asked.text("email"), first, last)
    except InvalidInput as refusal:
        told = problem_list(refusal.problems)
        return _page(place, request.form, told), HTTPStatus.UNPROCESSABLE_ENTITY
    days = day_range(first, last)
    flash(gettext("%(email)s stands in, %(days)s.", email=asked.text("email"), days=days), "ok")
    return redirect(url_for("hosting_people.listing", slug=slug), 303)


@pages.post("/hosting/<slug>/stand-ins/<int(max=2147483647):number>/end")
@requires(*MANAGERS)
def end(slug: str, number: int) -> ResponseReturnValue:
    """Take the role away at once."""
    _place(slug)
    with context.work() as work:
        stand_ins.end(work, slug, number)
    flash(gettext("Ended: this person no longer stands in."), "ok")
    return redirect(url_for("hosting_people.listing", slug=slug), 303)


@pages.post("/hosting/<slug>/site")
@requires(*MANAGERS)
def rename_site(slug: str) -> ResponseReturnValue:
    """Call the site otherwise, for every facility on it."""
    place = _place(slug)
    if not place.facility.site_id:
        raise NotFound
    try:
        with context.work() as work:
            name, old = request.form.get("new_name", ""), request.form.get("old_name", "")
            site = sites.rename(work, place.facility.site_id, name, old)
            told = gettext(
                "The site is called “%(name)s” now, for every facility on it.", name=site.name
            )
        flash(told, "ok")
    except (InvalidInput, NotAllowed, StaleVersion) as refusal:
        flash(sentence(refusal.message), "bad")
    return redirect(url_for("hosting_edit.edit", slug=slug, section="place"), 303)


def _page(
    place: PlacedFacility, values: Mapping[str, str], problems: Sequence[dict[str, str]] = ()
) -> str:
    world, session = context.world(), context.session()
    roles = {approver.role for approver in place.facility.approvers} | {"facility_manager"}
    return render_template(
        "hosting/stand_ins.html",
        place=place,
        today=world.today(context.now(), place.facility.zone),
        rows=stand_ins.listed(session, world.places(session), reader(), place.slug),
        names=OWNER_ROLES,
        roles=[(c, sentence(Message(name))) for c, name in OWNER_ROLES.items() if c in roles],
        values=values,
        problems=problems,
    )


def _place(slug: str) -> PlacedFacility:
    return managed(context.world().places(context.session()), slug)
