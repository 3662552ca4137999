"""Signing in and out: how Flask-Security is set up.

It checks passwords and owns ``/login`` and ``/logout``. ``web.sessions`` says what a cookie is
worth, ``web.callers`` who acts, ``web.limits`` how often somebody may try.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from flask_login import user_logged_in, user_logged_out
from flask_security import Security, SQLAlchemyUserDatastore

from livinglab.adapters.texts import TRANSLATIONS
from livinglab.db.flask_db import db
from livinglab.db.queries import accounts as people
from livinglab.db.tables import User
from livinglab.db.tables.people import NoRole
from livinglab.web import callers, ceremony, context, limits, second_step, sessions

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """Set up sign-in, form tokens, rate limits, and the search for who acts."""
    settings = context.settings(app)
    https = settings.base_url.startswith("https:")
    app.config.update(
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_PROTECTION=None,  # the key stands for the session, whatever the address
        PERMANENT_SESSION_LIFETIME=sessions.LIFETIME,
        SESSION_REFRESH_EACH_REQUEST=False,  # the row ends at a fixed time, so does the cookie
        WTF_CSRF_CHECK_DEFAULT=False,  # check_form_token says when
        WTF_CSRF_SSL_STRICT=False,  # pages with a secret in their address send no Referer
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
    callers.csrf.init_app(app)
    security = Security(app, People(db, User, NoRole))
    security.principal.identity_loaders.clear()  # rights are ours; no user for static files
    security.login_manager.user_loader(sessions.load_user)
    security.login_manager.request_loader(lambda _request: None)
    user_logged_in.connect(sessions.begin, app)
    user_logged_out.connect(sessions.end, app)
    app.extensions[context.PRINCIPAL] = callers.find_principal
    second_step.install(app)
    ceremony.install(app)
    limits.install(app, settings.api_calls_per_minute)
    app.after_request(sessions.note_use)


class People(SQLAlchemyUserDatastore):
    """Finds who signs in: only people who act for some organisation today."""

    def find_user(
        self,
        case_insensitive: bool = False,  # noqa: FBT001, FBT002  # the library's signature
        **by: Any,  # noqa: ANN401  # what the library asks by
    ) -> User | None:
        """The person, or None where there is nobody or they have no rights today."""
        ((attribute, value),) = by.items()
        return people.serving_user(
            context.session(), attribute, value, context.today(), any_case=case_insensitive
        )
