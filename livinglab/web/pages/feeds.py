"""Calendars: secret addresses to subscribe to, and passwords for programs that sign in."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from livinglab.domain.errors import InvalidInput, NotFound
from livinglab.services import app_passwords, feed_making, feeds
from livinglab.web import context, feed_view
from livinglab.web.access import requires
from livinglab.web.fresh import fresh
from livinglab.web.hosting.words import LANGUAGE_NAMES

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal
    from livinglab.domain.errors import Problem

pages = Blueprint("calendar_feeds", __name__)
FIELDS = ("scope", "states", "resources", "language", "name", "detail")
FRESH = "new_feed"
"""Under this name the address waits in the session for the one page that shows it."""
FRESH_PASSWORD = "new_app_password"  # noqa: S105  # where it waits, not what it is


@pages.get("/calendar-feeds")
@requires("signed_in")
def listing() -> str:
    """The reader's feeds, the form for another, and once the address of a new one."""
    return _page()


@pages.get("/calendar-feeds/<int(max=2147483647):feed_id>")
@requires("signed_in")
def detail(feed_id: int) -> str:
    """One feed: what it shows, which programs read it, and what is wrong there.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    who = cast("Principal", context.principal())
    line = next((line for line in feed_view.lines(who) if line.feed.id == feed_id), None)
    if line is None:
        raise NotFound
    return render_template(
        "feeds/detail.html", line=line, details=feed_view.details(), organisations=_homes(who)
    )


@pages.post("/calendar-feeds")
@requires("signed_in")
@fresh
def create() -> ResponseReturnValue:
    """Make a feed; its address is shown on the next page and never again."""
    who = cast("Principal", context.principal())
    try:
        with context.work() as work:
            _, token = feed_making.make(work, who, feed_view.read_wish(request.form))
    except InvalidInput as refusal:
        return _page(refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    cookie[FRESH] = token
    return redirect(url_for("calendar_feeds.listing", _anchor="new"), 303)


@pages.post("/calendar-feeds/<int(max=2147483647):feed_id>/rotate")
@requires("signed_in")
@fresh
def rotate(feed_id: int) -> ResponseReturnValue:
    """Give a feed another address; calendars that read the old one get nothing."""
    with context.work() as work:
        cookie[FRESH] = feeds.rotate(work, feed_id)
    return redirect(url_for("calendar_feeds.listing", _anchor="new"), 303)


@pages.post("/calendar-feeds/<int(max=2147483647):feed_id>/revoke")
@requires("signed_in")
def revoke(feed_id: int) -> ResponseReturnValue:
    """End a feed."""
    with context.work() as work:
        feeds.revoke(work, feed_id)
    flash(gettext("The address is dead. Calendars that read it keep their last copy."), "ok")
    return redirect(url_for("calendar_feeds.listing"), 303)


@pages.post("/calendar-feeds/apps")
@requires("signed_in")
@fresh
def create_app_password() -> ResponseReturnValue:
    """Make a password for one calendar program; it is shown on the next page and never again."""
    who = cast("Principal", context.principal())
    with context.work() as work:
        cookie[FRESH_PASSWORD] = app_passwords.make_app_password(
            work, who.email, who.organisation_id, name=request.form.get("name", "")
        )
    return redirect(url_for("calendar_feeds.listing", _anchor="new-app"), 303)


@pages.post("/calendar-feeds/apps/<int(max=2147483647):password_id>/revoke")
@requires("signed_in")
def revoke_app_password(password_id: int) -> ResponseReturnValue:
    """End the password of a calendar program."""
    with context.work() as work:
        app_passwords.revoke_app_password(work, password_id)
    flash(gettext("The password is dead: the program that has it gets nothing from now on."), "ok")
    return redirect(url_for("calendar_feeds.listing", _anchor="apps"), 303)


def _page(refusal: InvalidInput | None = None) -> str:
    who = cast("Principal", context.principal())
    token = cookie.pop(FRESH, None)
    given = request.form if refusal else MultiDict({"kept": "y", "cancelled": "y"})
    return render_template(
        "feeds/list.html",
        lines=feed_view.lines(who),
        scopes=feed_view.scopes(who),
        spaces=feed_view.spaces(who),
        states=feed_view.states(),
        details=feed_view.details(),
        languages=LANGUAGE_NAMES,
        given=given,
        chosen=given.getlist("resources"),
        problems=by_field(refusal),
        organisations=_homes(who),
        addresses=_addresses(token) if token else None,
        caldav_address=f"{context.settings().base_url.rstrip('/')}/dav/",
        app_passwords=app_passwords.app_passwords_of(context.session(), who.user_id),
        app_password=cookie.pop(FRESH_PASSWORD, None),
        user_name=who.email,
    )


def by_field(refusal: InvalidInput | None) -> dict[str, list[Problem]]:
    """Problems by the field of the form; what names a place or company is chosen as the scope."""
    found: dict[str, list[Problem]] = {}
    for problem in refusal.problems if refusal else ():
        field = problem.field if problem.field in FIELDS else "scope"
        found.setdefault(field, []).append(problem)
    return found


def _homes(who: Principal) -> dict[int, str]:
    """The organisations of somebody who has several."""
    return dict(who.organisations) if len(who.organisations) > 1 else {}


def _addresses(token: str) -> dict[str, str]:
    base = context.settings().base_url.rstrip("/")
    address = f"{base}/feeds/{token}.ics"
    return {"web": address, "webcal": "webcal" + address.removeprefix(urlsplit(base).scheme)}
