"""What a browser keeps of requests begun before signing in: a secret, and the keys of drafts.

Both stand in the signed cookie; a draft's row is named by the hash of the two. Signing in for a
company makes the drafts of the browser that company's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from flask import current_app, flash, g
from flask import session as cookie
from flask_babel import gettext
from flask_security.signals import user_authenticated

from livinglab.adapters.secrets import new_token, token_hash
from livinglab.domain.errors import Refusal
from livinglab.services import visitor_drafts
from livinglab.web import context, limits, request_store

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask

SECRET = "visitor"  # noqa: S105  # a name in the cookie
KEYS = "drafts"
MOST = 5
"""Drafts of one browser; the oldest is forgotten first."""


OFTEN = "120 per hour"
"""How often a browser may keep its drafts."""


class Draft(NamedTuple):
    """A draft of this browser: the key of its address, and what it is called."""

    key: str
    title: str
    changed_at: datetime


def install(app: Flask) -> None:
    """Take drafts over whenever somebody has signed in, in whatever way."""
    user_authenticated.connect(_adopt, app)


def begin() -> None:
    """Give the browser its secret, so that a form sent twice makes one draft."""
    if SECRET not in cookie:
        cookie[SECRET] = new_token()


def keep(key: str, content: dict[str, Any]) -> None:
    """Write a draft down under the key of its form.

    Raises:
        InvalidInput: the content is no request.
    """
    begin()
    limits.count("draft", cookie[SECRET], OFTEN)
    with context.work() as work:
        visitor_drafts.keep(work, _hash(key), content)
    others = [other for other in cookie.get(KEYS, []) if other != key]
    cookie[KEYS] = [*others, key][-MOST:]
    cookie.permanent = True


def content(key: str) -> dict[str, Any] | None:
    """What stands in this browser's draft under that key."""
    if key not in cookie.get(KEYS, []):
        return None
    name = _hash(key)
    row = visitor_drafts.found(context.session(), [name]).get(name)
    return None if row is None else row.content


def drafts() -> list[Draft]:
    """The drafts of this browser, the last changed first; at most one statement."""
    names = {_hash(key): key for key in cookie.get(KEYS, [])}
    rows = visitor_drafts.found(context.session(), names) if names else {}
    listed = [Draft(names[n], row.content["title"], row.changed_at) for n, row in rows.items()]
    return sorted(listed, key=lambda draft: draft.changed_at, reverse=True)


def adopted() -> list[str]:
    """References of the drafts that became pilots in this request."""
    return list(g.get("adopted_drafts", ()))


def _adopt(_app: Flask, **_: Any) -> None:  # noqa: ANN401  # what the signal carries
    who = context.principal()
    if who is None or who.is_host or not cookie.get(KEYS):
        return
    g.adopted_drafts, left = [], []
    for key in cookie[KEYS]:
        attempt = request_store.attempt(who, key)
        try:
            with context.work() as work:
                ref = visitor_drafts.adopt(work, _hash(key), attempt)
        except Refusal as refusal:  # whoever signs in gets in; the draft can still be opened
            current_app.logger.info("A visitor's draft was not taken over: %s", refusal.code)
            left.append(key)
        else:
            g.adopted_drafts += [ref] if ref else []
    cookie[KEYS] = left
    if g.adopted_drafts:
        flash(gettext("What you wrote before signing in is kept: see My pilots."), "ok")


def _hash(key: str) -> str:
    return token_hash(f"{cookie.get(SECRET, '')}:{key}")
