"""What the log says about requests: attempts that failed (ASVS 5.0, 16.3), and never a secret.

Addresses with a secret end in ``<token>``; Flask names the address where an error happened.
"""

from __future__ import annotations

import logging
import re
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import current_app, g, request
from flask_limiter.util import get_remote_address

from livinglab.web import context

if TYPE_CHECKING:
    from flask import Flask, Response

TOLD: dict[int, str] = {
    HTTPStatus.UNAUTHORIZED: "not signed in",
    HTTPStatus.FORBIDDEN: "not allowed",
    HTTPStatus.TOO_MANY_REQUESTS: "too many tries",
}
"""Answers that are written down: somebody tried what they may not."""


class WithoutSecrets(logging.Filter):
    """Takes the secret out of addresses."""

    def __init__(self, starts: set[str]) -> None:
        super().__init__()
        self._secret = re.compile(f"({'|'.join(map(re.escape, sorted(starts)))})[^/\\s\\]]+")

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record, and let it through."""
        record.msg = self._secret.sub(r"\1…", record.getMessage())
        record.args = None
        return True


def install(app: Flask) -> None:
    """Guard the application's log, once however many applications share it.

    To be called when all addresses are known.
    """
    rules = (rule.rule for rule in app.url_map.iter_rules() if "token" in rule.arguments)
    starts = {rule.partition("<")[0] for rule in rules}
    for known in [f for f in app.logger.filters if isinstance(f, WithoutSecrets)]:
        app.logger.removeFilter(known)
    app.logger.addFilter(WithoutSecrets(starts))
    app.after_request(_tell)


def _tell(response: Response) -> Response:
    """Write down who was refused what; people by number, so that a log names nobody."""
    told = TOLD.get(response.status_code)
    if request.endpoint == "security.login" and request.method == "POST":
        told = "wrong sign-in" if response.status_code == HTTPStatus.OK else told
    if told is not None:
        who = g.get("principal")
        current_app.logger.info(
            "Refused (%s): %s %s from %s, person %s, request %s",
            told,
            request.method,
            request.endpoint or "unknown address",
            get_remote_address(),
            who.user_id if who else "unknown",
            context.request_id(),
        )
    return response
