"""Who reads calendars: the holder of an app password, sent with each request."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Response, current_app, request

from livinglab.domain.errors import TryLater
from livinglab.services import app_passwords
from livinglab.services.accounts import worth_noting
from livinglab.web import context, limits

if TYPE_CHECKING:
    from livinglab.domain.access import Principal
    from livinglab.services.app_passwords import Holder

ASKED = 'Basic realm="Living Lab calendars", charset="UTF-8"'


def caller() -> Principal | None:
    """Who asks; None when nobody sends a password that counts.

    Wrong ones are counted per person named and per address they come from, reads per password.

    Raises:
        TooManyRequests: there were too many of either.
        TryLater: the database was busy, full or away.
    """
    sent = request.authorization
    if sent is None or sent.type != "basic":
        return None
    email, password = sent.username or "", sent.password or ""
    holder = None
    if "\0" not in email:
        holder = app_passwords.app_password_holder(
            context.session(), email, password, context.today()
        )
    if holder is None:
        limits.count("app-password", email)
        return None
    calls = f"{context.settings().api_calls_per_minute} per minute"
    limits.spend("caldav", calls, str(holder.password_id))
    _note_use(holder)
    return holder.who


def unknown() -> Response:
    """Ask for a password, whatever is wrong with the one that was sent."""
    response = Response("Not signed in\n", HTTPStatus.UNAUTHORIZED, mimetype="text/plain")
    response.headers["WWW-Authenticate"] = ASKED
    return response


def _note_use(holder: Holder) -> None:
    """Write down when and by what the password is used, at most once a minute."""
    if not worth_noting(holder.used_at, context.now()):
        return
    try:
        with context.work() as work:
            app_passwords.note_app_password_use(work, holder.password_id, request.user_agent.string)
    except TryLater:
        current_app.logger.info(
            "The last use of app password %s could not be written down", holder.password_id
        )
