"""How often somebody may try: sign-ins per address, calls of the API per caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from livinglab.adapters.secrets import token_hash
from livinglab.web.access import is_api
from livinglab.web.callers import bearer_token

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask, sign_ins: int, calls: int) -> None:
    """Bound sign-in tries per address and API calls per caller."""
    limiter = Limiter(
        _caller,
        app=app,
        storage_uri="memory://",
        application_limits=[f"{calls} per minute"],
        application_limits_exempt_when=lambda: not is_api(),
    )
    login: Any = app.view_functions["security.login"]
    limited: Any = limiter.limit(
        f"{sign_ins} per minute", key_func=get_remote_address, methods=["POST"]
    )
    app.view_functions["security.login"] = limited(login)


def _caller() -> str:
    token = bearer_token()
    return token_hash(token) if token else get_remote_address()
