"""The link of an invitation. Its page does nothing until the button: mail scanners open links."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_security.utils import login_user
from sqlalchemy.exc import IntegrityError

from livinglab.adapters.secrets import password_hash
from livinglab.db.tables import User
from livinglab.domain.errors import InvalidInput, NotAllowed, NotFound, TryLater
from livinglab.domain.passwords import SHORTEST
from livinglab.domain.vocabulary import PEOPLE_ROLES
from livinglab.services import invitations, joining, people
from livinglab.services.accounts import Proof
from livinglab.services.joining import Newcomer
from livinglab.web import context
from livinglab.web.access import public
from livinglab.web.errors import problem_list
from livinglab.web.language import language
from livinglab.web.sessions import current

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

    from livinglab.db.tables import Invitation
    from livinglab.domain.errors import Problem

pages = Blueprint("invitations", __name__)


@pages.get(invitations.PATH, defaults={"token": ""})
@pages.get(f"{invitations.PATH}<token>")
@public()
def look(token: str) -> ResponseReturnValue:
    """Who invites to what. Looking does nothing."""
    invitation = _opened(token)
    return _over() if invitation is None else _page(invitation)


@pages.post(f"{invitations.PATH}<token>")
@public()
def accept(token: str) -> ResponseReturnValue:
    """Join: with the account one is signed in to, or with one made now."""
    invitation = _opened(token)
    if invitation is None:
        return _over()
    who, browser = context.principal(), current()
    newcomer = None
    if who is None:
        way = _way(invitation)
        if way == "sign in":
            return redirect(url_for("security.login", next=request.path), 303)
        try:
            newcomer = _newcomer(invitation) if way == "new" else None
        except InvalidInput as refusal:
            return _page(invitation, refusal.problems), HTTPStatus.UNPROCESSABLE_ENTITY
    name = invitation.organisation.name
    try:
        with context.work() as work:
            user_id, organisation_id = joining.accept(work, token, newcomer)
            if browser is not None and work.actor is not None:
                people.act_for(work, browser.id, organisation_id)
    except NotFound:
        return _over()
    except NotAllowed:  # the page says whose address is invited
        return _page(invitation), HTTPStatus.CONFLICT
    except IntegrityError:  # somebody took the same address in the same moment
        raise TryLater from None
    if newcomer is not None:
        g.proof = Proof(organisation_id=organisation_id)
        login_user(context.session().get_one(User, user_id), authn_via=["password"])
    flash(gettext("You belong to %(organisation)s now.", organisation=name), "ok")
    return redirect(url_for("home.front" if who or newcomer else "security.login"), 303)


def _way(invitation: Invitation) -> joining.Way:
    return joining.way_in(context.session(), invitation, context.today())


def _newcomer(invitation: Invitation) -> Newcomer:
    name = joining.checked_name(request.form, invitation.email, invitation.organisation.name)
    return Newcomer(name, language(), password_hash(request.form["password"]))


def _opened(token: str) -> Invitation | None:
    try:
        return invitations.opened(context.session(), token, context.now())
    except NotFound:
        return None


def _page(invitation: Invitation, problems: Sequence[Problem] = ()) -> str:
    told = problem_list(problems)
    places = context.world().places(context.session())
    place = places.facilities_by_id.get(invitation.facility_id or 0)
    return render_template(
        "people/invitation.html",
        invitation=invitation,
        place=place,
        role=PEOPLE_ROLES[invitation.role],
        who=context.principal(),
        way=_way(invitation),
        shortest=SHORTEST,
        values=request.form,
        problems=told,
        at={problem["field"]: [problem] for problem in told},
    )


def _over() -> ResponseReturnValue:
    return render_template("people/over.html"), HTTPStatus.GONE
