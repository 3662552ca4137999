"""How often somebody may try: sign-ins per address, secrets per account, calls of the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse_many
from werkzeug.exceptions import TooManyRequests

from livinglab.adapters.secrets import token_hash
from livinglab.web import context
from livinglab.web.access import is_api
from livinglab.web.callers import bearer_token

if TYPE_CHECKING:
    from flask import Flask

EXTENSION = "livinglab.limiter"
PER_ACCOUNT = "10 per minute; 60 per hour"
"""Tries of a password, code or link on one account: a code of six digits lasts for years."""
MAILS = "4 per hour"
"""Mails that somebody can have sent to one address."""


def install(app: Flask, sign_ins: int, calls: int) -> None:
    """Bound sign-in tries per address and API calls per caller."""
    limiter = Limiter(
        _caller,
        app=app,
        storage_uri="memory://",
        application_limits=[f"{calls} per minute"],
        application_limits_exempt_when=lambda: not is_api(),
    )
    app.extensions[EXTENSION] = limiter
    login: Any = app.view_functions["security.login"]
    limited: Any = limiter.limit(
        f"{sign_ins} per minute", key_func=get_remote_address, methods=["POST"]
    )
    app.view_functions["security.login"] = limited(login)


def count(purpose: str, account: str, often: str = PER_ACCOUNT) -> None:
    """Count a try on an account, and on the address it comes from.

    Raises:
        TooManyRequests: there were too many of either.
    """
    storage = current_app.extensions[EXTENSION].limiter
    tries = f"{context.settings().sign_in_tries_per_minute} per minute"
    for allowed, whose in ((tries, get_remote_address()), (often, token_hash(account.lower()))):
        for limit in parse_many(allowed):
            if not storage.hit(limit, purpose, whose):
                raise TooManyRequests


def _caller() -> str:
    token = bearer_token()
    return token_hash(token) if token else get_remote_address()
