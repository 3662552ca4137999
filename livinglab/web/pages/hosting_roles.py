"""Who holds which role at the hosts: seen by coordinators, given and taken by admins."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.db.queries import people as queries
from livinglab.domain.access import HOST_ROLES, OVERSEERS
from livinglab.domain.errors import IllegalTransition, InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.vocabulary import PEOPLE_ROLES
from livinglab.services import invitations, people
from livinglab.web import context, invited
from livinglab.web.access import requires
from livinglab.web.errors import problem_list
from livinglab.web.filters import localised, sentence
from livinglab.web.fresh import fresh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal

pages = Blueprint("hosting_roles", __name__)
NUMBER = "<int(max=2147483647):number>"
SITE = "site:"
"""Before the id of a site in the form: the role at each facility on it."""


@pages.get("/hosting/people")
@requires("admin", "coordinator")
def listing() -> str:
    """Everybody with a role at a host; for admins also the form that invites."""
    return _page()


@pages.post("/hosting/people/invitations")
@requires("admin")
@fresh
def invite() -> ResponseReturnValue:
    """Invite somebody to a role everywhere, at a site, or at a facility."""
    email, role = request.form.get("email", ""), request.form.get("role", "")
    where = _facilities(request.form.get("place", ""))
    if where and role in OVERSEERS:
        text = Message(N_("This role counts for all facilities. Choose “All facilities”."))
        return _page([Problem("role_everywhere", "place", text)]), HTTPStatus.UNPROCESSABLE_ENTITY
    try:
        with context.work() as work:
            invitations.invite(work, email, role, where)
    except InvalidInput as refusal:
        return _page(refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    told = gettext("%(email)s is invited, unless they have this role.", email=email.strip())
    flash(told, "ok")
    return _back()


@pages.post(f"/hosting/people/invitations/{NUMBER}/again")
@requires("admin")
def send_again(number: int) -> ResponseReturnValue:
    """Send a fresh link in place of the earlier one."""
    return invited.send_again(number, "hosting_roles.listing")


@pages.post(f"/hosting/people/invitations/{NUMBER}/revoke")
@requires("admin")
def revoke(number: int) -> ResponseReturnValue:
    """Take an invitation back."""
    return invited.revoke(number, "hosting_roles.listing")


@pages.post(f"/hosting/people/{NUMBER}/end")
@requires("admin")
def end(number: int) -> ResponseReturnValue:
    """Take a role away at once."""
    try:
        with context.work() as work:
            people.end_role(work, number)
    except IllegalTransition as refusal:
        flash(sentence(refusal.message), "bad")
    else:
        flash(gettext("The role is taken away. It counts from their next click."), "ok")
    return _back()


def _facilities(place: str) -> list[str]:
    """The facilities that a choice of the form means; none for all of them."""
    if not place.startswith(SITE):
        return [place] if place else []
    seen = context.world().places(context.session()).seen_by(_who())
    site = place.removeprefix(SITE)
    return [slug for slug, item in seen.items() if item.facility.site_id == site] or [place]


def _page(problems: Sequence[Problem] = ()) -> str:
    who, session = _who(), context.session()
    places = context.world().places(session)
    seen = places.seen_by(who)
    sites = {p.facility.site_id: p.facility.site for p in seen.values() if p.facility.site_id}
    told = problem_list(problems)
    return render_template(
        "people/hosts.html",
        who=who,
        rows=queries.roles(session, queries.of_hosts()),
        invited=queries.invitations(session, queries.of_hosts()) if who.has("admin") else [],
        moment=context.now(),
        today=context.today(),
        places=places.facilities_by_id,
        facilities=places.facilities,
        names=PEOPLE_ROLES,
        roles=[
            (code, sentence(Message(name)))
            for code, name in PEOPLE_ROLES.items()
            if code in HOST_ROLES
        ],
        spots={
            gettext("Sites"): [(SITE + key, name) for key, name in sorted(sites.items())],
            gettext("Facilities"): [
                (slug, localised(p.facility.name)) for slug, p in sorted(seen.items())
            ],
        },
        values=request.form,
        problems=told,
        at={problem["field"]: [problem] for problem in told},
    )


def _who() -> Principal:
    return cast("Principal", context.principal())


def _back() -> ResponseReturnValue:
    return redirect(url_for("hosting_roles.listing"), 303)
