"""Signing in and out, and finding out who acts.

Flask-Security checks passwords and owns ``/login`` and ``/logout``; Flask-Login keeps the person
in the signed cookie. Beside the person stands a random key whose hash is a row of ``sign_in``: a
cookie counts only while that row has not ended, so that a copy of it is worthless after signing
out (docs/adr/0003). Programs send a bearer token instead (RFC 6750) and need no form token.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

from flask import current_app, g, request
from flask import session as cookie
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import current_user, user_logged_in, user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore
from flask_security.utils import set_request_attr
from flask_wtf.csrf import CSRFProtect

from livinglab.adapters.secrets import token_hash
from livinglab.adapters.texts import TRANSLATIONS
from livinglab.db.flask_db import db
from livinglab.db.queries import accounts as people
from livinglab.db.tables import User
from livinglab.db.tables.people import NoRole
from livinglab.domain.errors import NotSignedIn, TryLater
from livinglab.services import accounts
from livinglab.web import context
from livinglab.web.access import SAFE_METHODS, is_api

if TYPE_CHECKING:
    from flask import Flask, Response

    from livinglab.domain.access import Principal

KEY = "key"
LIFETIME = timedelta(days=14)
csrf = CSRFProtect()


def install(app: Flask) -> None:
    """Set up sign-in, form tokens, rate limits, and the search for who acts."""
    settings = context.settings(app)
    https = settings.base_url.startswith("https:")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_PROTECTION=None,  # the key stands for the session, whatever the address
        PERMANENT_SESSION_LIFETIME=LIFETIME,
        SESSION_REFRESH_EACH_REQUEST=False,  # the row ends at a fixed time, so does the cookie
        WTF_CSRF_CHECK_DEFAULT=False,  # check_form_token says when
        WTF_CSRF_TIME_LIMIT=None,  # a form lives as long as its session
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106  # a scheme's name
        SECURITY_PASSWORD_SALT="",  # argon2 salts by itself
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_LOGOUT_METHODS=["POST"],
        SECURITY_FRESHNESS=timedelta(minutes=-1),
        SECURITY_FLASH_MESSAGES=False,
        SECURITY_JOIN_USER_ROLES=False,
        SECURITY_CACHE_CONTROL=None,
        SECURITY_I18N_DIRNAME=[str(TRANSLATIONS)],
        SECURITY_I18N_DOMAIN="messages",
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
    )
    csrf.init_app(app)
    security = Security(app, People(db, User, NoRole))
    security.principal.identity_loaders.clear()  # rights are ours; no user for static files
    security.login_manager.user_loader(_load_user)
    security.login_manager.request_loader(lambda _request: None)
    user_logged_in.connect(_begin, app)
    user_logged_out.connect(_end, app)
    app.extensions[context.PRINCIPAL] = find_principal
    _limit(app, settings.sign_in_tries_per_minute, settings.api_calls_per_minute)
    app.after_request(_note_use)


class People(SQLAlchemyUserDatastore):
    """Finds who signs in: only people who act for some organisation today."""

    def find_user(
        self,
        case_insensitive: bool = False,  # noqa: FBT001, FBT002  # the library's signature
        **by: Any,  # noqa: ANN401  # what the library asks by
    ) -> User | None:
        """The person, or None where there is nobody or they have no rights today."""
        user = cast("User | None", super().find_user(case_insensitive, **by))
        if user is None or not accounts.principal_for(
            context.session(), user.id, on=context.today()
        ):
            return None
        return user


def find_principal() -> Principal | None:
    """Who acts: the holder of a bearer token (API only), else who is signed in.

    Raises:
        NotSignedIn: a bearer token was sent that does not count.
    """
    token = bearer_token()
    if token is not None:
        return _holder(token)
    if not current_user.is_authenticated:
        return None
    return accounts.principal_for(context.session(), current_user.id, on=context.today())


def bearer_token() -> str | None:
    """The bearer token of an API call; None when it sends none."""
    authorization = request.authorization
    if not is_api() or authorization is None or authorization.type != "bearer":
        return None
    return authorization.token or ""


def check_form_token() -> None:
    """Demand the form token on unsafe methods, unless the call carries no cookie of a session.

    A bearer token is not sent by browsers on their own, so no foreign page can use it.

    Raises:
        flask_wtf.csrf.CSRFError: the token is missing or wrong.
    """
    if request.method in SAFE_METHODS or request.endpoint is None:
        return
    if is_api() and (bearer_token() is not None or KEY not in cookie):
        return
    csrf.protect()


def _holder(token: str) -> Principal:
    found = people.token_holder(context.session(), token_hash(token))
    if found is None:
        raise NotSignedIn
    user, row = found
    who = accounts.principal_for(
        context.session(),
        user.id,
        row.organisation_id,
        cast("accounts.Scope", row.scope),
        on=context.today(),
    )
    if who is None:
        raise NotSignedIn
    if accounts.worth_noting(row.used_at, context.now()):
        g.token_used = row.id
    return who


def _load_user(user_id: str) -> User | None:
    key = token_hash(cookie.get(KEY, ""))
    found = people.signed_in(context.session(), key, context.today())
    if found is None or found[0].fs_uniquifier != user_id:
        return None
    user, row = found
    if row.started_at + LIFETIME <= context.now():
        return None
    set_request_attr("fs_authn_via", "session")
    if accounts.worth_noting(row.seen_at, context.now()):
        g.sign_in_used = row.id
    return user


def forget() -> None:
    """Sign this browser out when the person and all their sessions are gone from the database."""
    cookie.clear()
    g.pop("_login_user", None)
    g.pop("sign_in_used", None)
    g.principal = None


def _begin(_app: Flask, user: User) -> None:
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


def _end(_app: Flask, **_: Any) -> None:  # noqa: ANN401  # what the signal carries
    key = cookie.pop(KEY, "")
    if key:
        with context.work() as work:
            accounts.sign_out(work, key)
    g.pop("principal", None)


def _note_use(response: Response) -> Response:
    """Write down the use of a session or token, at most once a minute, after the work is done."""
    for name, note in (
        ("sign_in_used", accounts.note_sign_in_use),
        ("token_used", accounts.note_token_use),
    ):
        if (row_id := g.pop(name, None)) is not None:
            try:
                with context.work() as work:
                    note(work, row_id)
            except TryLater:
                current_app.logger.info("The last use could not be written down")
    return response


def _limit(app: Flask, sign_ins: int, calls: int) -> None:
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
