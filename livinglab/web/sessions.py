"""Browser sessions: a random key in the signed cookie, and the row that says it still counts.

Flask-Login keeps the person in the cookie. Beside them stands a random key whose hash is a row of
``sign_in``: a cookie counts only while that row has not ended, so that a copy of it is worthless
after signing out (docs/adr/0003).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, cast

from flask import current_app, g, request
from flask import session as cookie
from flask_login import current_user
from flask_security.utils import login_user, set_request_attr

from livinglab.adapters.secrets import token_hash
from livinglab.db.queries import accounts as people
from livinglab.db.tables import User
from livinglab.domain.errors import TryLater
from livinglab.services import accounts, tokens
from livinglab.web import context

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask, Response

    from livinglab.db.tables import SignIn

KEY = "key"
LIFETIME = timedelta(days=14)
FRESH = timedelta(minutes=15)
"""How long after signing in somebody may change what their account hangs on."""


@dataclass(frozen=True, slots=True)
class Current:
    """The session of this request; ``second_factor`` says whether one was shown in it."""

    id: int
    started_at: datetime
    how: str
    second_factor: bool
    organisation_id: int | None


def load_user(user_id: str) -> User | None:
    """The person of the cookie, while its session has neither ended nor run out."""
    key = token_hash(cookie.get(KEY, ""))
    found = people.signed_in(context.session(), key, context.today())
    if found is None or found.user.fs_uniquifier != user_id:
        return None
    row = found.session
    if row.started_at + LIFETIME <= context.now():
        return None
    set_request_attr("fs_authn_via", "session")
    g.sign_in = _facts(row)
    g.signed_in = found
    if accounts.worth_noting(row.seen_at, context.now()):
        g.sign_in_used = row.id
    return found.user


def current() -> Current | None:
    """The session of this request; None for who is not signed in by one."""
    return g.get("sign_in") if current_user.is_authenticated else None


def is_fresh() -> bool:
    """Whether the person showed who they are in the last quarter of an hour."""
    now = current()
    return now is not None and context.now() - now.started_at <= FRESH


def proof() -> accounts.Proof:
    """How the person of this session showed who they are."""
    now = current()
    if now is None:
        return accounts.BY_PASSWORD
    return accounts.Proof(
        cast("Literal['password', 'passkey', 'oidc']", now.how),
        now.second_factor,
        now.organisation_id,
    )


def begin_again(user_id: int, shown: accounts.Proof) -> None:
    """Go on in a session with a new key, as somebody who just showed who they are."""
    g.proof = shown
    login_user(context.session().get_one(User, user_id), authn_via=[shown.how])


def forget() -> None:
    """Sign this browser out when the person and all their sessions are gone from the database."""
    cookie.clear()
    g.pop("_login_user", None)
    g.pop("sign_in_used", None)
    g.pop("sign_in", None)
    g.pop("signed_in", None)
    g.principal = None


def begin(_app: Flask, user: User) -> None:
    """Start a session with a fresh key and a fresh form token.

    ``g.proof`` says how they showed who they are, when it was not by their password.
    A hash that was renewed while the password was checked would be lost with the read transaction.
    """
    user_id, renewed = user.id, user.password
    with context.work() as work:
        cookie[KEY] = accounts.sign_in(
            work,
            user_id,
            g.pop("proof", accounts.BY_PASSWORD),
            ended_key=cookie.get(KEY, ""),
            agent=request.user_agent.string,
        )
        accounts.keep_hash(work, user_id, renewed)
    cookie.pop("csrf_token", None)
    g.pop("csrf_token", None)
    cookie.permanent = True
    g.pop("principal", None)
    g.pop("signed_in", None)
    g.pop("sign_in_used", None)
    found = people.signed_in(context.session(), token_hash(cookie[KEY]), context.today())
    g.sign_in = _facts(found.session) if found else None


def end(_app: Flask, **_: Any) -> None:  # noqa: ANN401  # what the signal carries
    """End the session of the browser that signs out."""
    key = cookie.pop(KEY, "")
    if key:
        with context.work() as work:
            accounts.sign_out(work, key)
    g.pop("principal", None)
    g.pop("signed_in", None)


def note_use(response: Response) -> Response:
    """Write down the use of a session or token, at most once a minute, after the work is done."""
    for name, note in (
        ("sign_in_used", accounts.note_sign_in_use),
        ("token_used", tokens.note_token_use),
    ):
        if (row_id := g.pop(name, None)) is not None:
            try:
                with context.work() as work:
                    note(work, row_id)
            except TryLater:
                current_app.logger.info("The last use could not be written down")
    return response


def _facts(row: SignIn) -> Current:
    shown = row.second_factor_at is not None
    return Current(row.id, row.started_at, row.how, shown, row.organisation_id)
