"""The people of a company: who they are, inviting and removing them, and leaving."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from livinglab.db.queries import people as queries
from livinglab.domain.access import COMPANY_ROLES
from livinglab.domain.errors import IllegalTransition, InvalidInput
from livinglab.domain.vocabulary import PEOPLE_ROLES
from livinglab.services import invitations, people
from livinglab.web import context, invited
from livinglab.web.access import requires
from livinglab.web.errors import problem_list
from livinglab.web.filters import sentence
from livinglab.web.fresh import fresh

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal
    from livinglab.domain.errors import Problem

pages = Blueprint("people", __name__)
NUMBER = "<int(max=2147483647):number>"


@pages.get("/company/people")
@requires("company")
def listing() -> str:
    """Everybody of the company; for its admins also what they may do with them."""
    return _page()


@pages.post("/company/people/invitations")
@requires("company_admin")
@fresh
def invite() -> ResponseReturnValue:
    """Invite somebody. The answer is the same whoever it is."""
    email = request.form.get("email", "")
    try:
        with context.work() as work:
            invitations.invite(work, email, request.form.get("role", "member"))
    except InvalidInput as refusal:
        return _page(refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    told = gettext("%(email)s is invited, unless they belong here already.", email=email.strip())
    flash(told, "ok")
    return _back()


@pages.post(f"/company/people/invitations/{NUMBER}/again")
@requires("company_admin")
def send_again(number: int) -> ResponseReturnValue:
    """Send a fresh link in place of the earlier one."""
    return invited.send_again(number, "people.listing")


@pages.post(f"/company/people/invitations/{NUMBER}/revoke")
@requires("company_admin")
def revoke(number: int) -> ResponseReturnValue:
    """Take an invitation back."""
    return invited.revoke(number, "people.listing")


@pages.post(f"/company/people/{NUMBER}/role")
@requires("company_admin")
@fresh
def change_role(number: int) -> ResponseReturnValue:
    """Give a colleague another role."""
    try:
        with context.work() as work:
            people.change_role(work, number, request.form.get("role", ""))
    except IllegalTransition as refusal:
        flash(sentence(refusal.message), "bad")
    else:
        flash(gettext("The role is changed. It counts from their next click."), "ok")
    return _back()


@pages.post(f"/company/people/{NUMBER}/remove")
@requires("company_admin")
def remove(number: int) -> ResponseReturnValue:
    """Take a colleague out of the company at once."""
    itself = number == _who().user_id
    try:
        with context.work() as work:
            people.remove(work, number)
    except IllegalTransition as refusal:
        flash(sentence(refusal.message), "bad")
        return _back()
    flash(gettext("Removed: this person is out at their next click."), "ok")
    return redirect(url_for("home.front"), 303) if itself else _back()


def _page(problems: Sequence[Problem] = ()) -> str:
    who, session = _who(), context.session()
    ours = queries.of_organisation(who.organisation_id)
    told = problem_list(problems)
    rows = queries.roles(session, ours)
    return render_template(
        "people/company.html",
        who=who,
        rows=rows,
        invited=queries.invitations(session, ours) if who.runs_company else [],
        moment=context.now(),
        roles=sorted(COMPANY_ROLES),
        names=PEOPLE_ROLES,
        last_admin=not people.may_leave(rows, who.user_id, "company"),
        values=request.form,
        problems=told,
        at={problem["field"]: [problem] for problem in told},
    )


def _who() -> Principal:
    return cast("Principal", context.principal())


def _back() -> ResponseReturnValue:
    return redirect(url_for("people.listing"), 303)
