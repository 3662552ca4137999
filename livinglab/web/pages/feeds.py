"""Calendars: secret addresses to subscribe to, and passwords for programs that sign in."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask import session as cookie
from flask_babel import gettext

from livinglab.db.queries.feeds import feeds_of
from livinglab.services import accounts, app_passwords, feeds
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.filters import localised
from livinglab.web.fresh import fresh

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from livinglab.domain.access import Principal

pages = Blueprint("calendar_feeds", __name__)
FRESH = "new_feed"
"""Under this name the address waits in the session for the one page that shows it."""
FRESH_PASSWORD = "new_app_password"  # noqa: S105  # where it waits, not what it is


@pages.get("/calendar-feeds")
@requires("signed_in")
def listing() -> str:
    """The reader's feeds, the form for another, and once the address of a new one."""
    session = context.session()
    who = cast("Principal", context.principal())
    places = context.world().places(session)
    token = cookie.pop(FRESH, None)
    return render_template(
        "feeds/list.html",
        feeds=[
            (feed, slug, feeds.is_dormant(feed, context.now()))
            for feed, slug in feeds_of(session, who.user_id)
        ],
        names={slug: place.facility.name for slug, place in places.facilities.items()},
        facilities=[
            (slug, localised(p.facility.name))
            for slug, p in places.seen_by(context.principal()).items()
        ],
        organisations=dict(who.organisations),
        details=details(),
        addresses=_addresses(token) if token else None,
        caldav_address=f"{context.settings().base_url.rstrip('/')}/dav/",
        app_passwords=app_passwords.app_passwords_of(session, who.user_id),
        app_password=cookie.pop(FRESH_PASSWORD, None),
        user_name=who.email,
    )


@pages.post("/calendar-feeds")
@requires("signed_in")
@fresh
def create() -> ResponseReturnValue:
    """Make a feed; its address is shown on the next page and never again."""
    who = cast("Principal", context.principal())
    facility = request.form.get("facility") or None
    with context.work() as work:
        token = accounts.make_feed(work, who.email, facility, request.form.get("detail", "full"))
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


def details() -> list[tuple[str, str]]:
    """How much a feed tells."""
    return [
        ("full", gettext("Everything: firm, title and, where not confidential, purpose")),
        ("title", gettext("Title only")),
        ("busy", gettext("Only that the time is reserved")),
    ]


def _addresses(token: str) -> dict[str, str]:
    base = context.settings().base_url.rstrip("/")
    address = f"{base}/feeds/{token}.ics"
    return {"web": address, "webcal": "webcal" + address.removeprefix(urlsplit(base).scheme)}
