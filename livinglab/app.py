"""The composition root: settings in, application out."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import fields
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import g, render_template, request
from flask_openapi import Info, OpenAPI, SecurityScheme
from werkzeug.exceptions import SecurityError
from werkzeug.middleware.proxy_fix import ProxyFix

from livinglab.adapters.erasures import Erasures
from livinglab.adapters.secrets import derived_key
from livinglab.assets import PACKAGE, templates_path
from livinglab.db.engine import engine_options, prepare
from livinglab.db.flask_db import db
from livinglab.domain.retention import Keep
from livinglab.services.world import World
from livinglab.web import (
    access,
    api,
    callers,
    compress,
    context,
    errors,
    filters,
    frame,
    headers,
    intake,
    language,
    logs,
    look,
    oidc,
    pages,
    readings,
    security,
    visitors,
)

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from config import Settings

SECRET_LENGTH = 32
LOCAL_HOSTS = ("127.0.0.1", "localhost")


class UnsafeSettings(ValueError):
    """The settings would run an open door in production; the sentence names the way out."""


def create_app(settings: Settings) -> OpenAPI:
    """The whole application. It opens no connection and expects no tables yet.

    Raises:
        UnsafeSettings: ``production`` is on and another setting is not fit for it.
    """
    _check(settings)
    app = OpenAPI(
        "livinglab",
        info=Info(title="Living Lab Pori", version=version("livinglab")),
        security_schemes={"bearer": SecurityScheme(type="http", scheme="bearer")},
        doc_ui=False,
        template_folder=str(templates_path()),
        static_folder=str(PACKAGE / "web" / "static"),
        instance_path=str(settings.instance),
    )
    app.openapi_version = "3.1.0"
    settings.instance.mkdir(parents=True, exist_ok=True)
    secret = settings.secret_key or _kept_secret(settings)
    app.extensions[context.SETTINGS] = settings
    app.extensions[context.CLOCK] = lambda: datetime.now(UTC)
    app.extensions[context.WORLD] = World(
        settings.base_url,
        settings.mail_from,
        settings.pilot_ref_prefix,
        derived_key(secret, "audit chain"),
        settings.instance / "audit-heads.log",
        Erasures(settings.instance, derived_key(secret, "erasures")),
        Keep(**{kind.name: getattr(settings, f"keep_{kind.name}_days") for kind in fields(Keep)}),
    )
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.config.update(
        SECRET_KEY=secret,
        SQLALCHEMY_DATABASE_URI=settings.sqlalchemy_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.sqlalchemy_url),
        TRUSTED_HOSTS=_hosts(settings),
    )
    if settings.proxies:
        n = settings.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=n, x_proto=n, x_host=n, x_prefix=n
        )
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)
    _install(app, settings)
    return app


def _install(app: OpenAPI, settings: Settings) -> None:
    """Put the parts together; what is asked before each request runs in this order."""
    app.before_request(_begin)
    app.before_request(intake.allow_photos)
    app.before_request(intake.bound_form)
    app.before_request(intake.refuse_nul)
    compress.install(app)  # what is asked after each request runs from the last to the first
    headers.install(app)
    look.install(app)
    security.install(app)
    visitors.install(app)
    oidc.install(app)
    intake.install(app, settings.upload_limit_mb)  # Flask-Security brought a JSON of its own
    app.before_request(callers.check_form_token)
    app.before_request(access.check_access)
    language.install(app)
    errors.install(app)
    filters.install(app)
    frame.install(app)
    readings.install(app)
    pages.install(app)
    api.install(app)
    logs.install(app)


def _begin() -> ResponseReturnValue | None:
    """Name the request; answer at once when it asks for a host that is not ours.

    The page for that builds no address: there is no trusted host to build it from.
    """
    g.request_id = secrets.token_hex(8)
    if isinstance(request.routing_exception, SecurityError):
        g.without_database = True
        return render_template("errors/host.html"), 400
    return None


def _check(settings: Settings) -> None:
    if not settings.production:
        return
    if len(settings.secret_key) < SECRET_LENGTH:
        raise UnsafeSettings(
            f"LIVINGLAB_SECRET_KEY must be set to at least {SECRET_LENGTH} random characters"
            " when LIVINGLAB_PRODUCTION is on."
        )
    if not settings.base_url.startswith("https://"):
        raise UnsafeSettings(
            "LIVINGLAB_BASE_URL must begin with https:// when LIVINGLAB_PRODUCTION is on."
        )


def _hosts(settings: Settings) -> list[str]:
    named = [urlsplit(settings.base_url).hostname or "", *settings.trusted_hosts.split(",")]
    return [*LOCAL_HOSTS, *(host.strip() for host in named if host.strip())]


def _kept_secret(settings: Settings) -> str:
    """The secret of this installation, made on first use and readable by its owner only."""
    path = settings.instance / "secret_key"
    if not path.exists():
        fresh = path.with_name(f"secret_key.{os.getpid()}")
        fresh.touch(0o600)
        fresh.write_text(secrets.token_urlsafe(SECRET_LENGTH), "utf-8")
        with suppress(FileExistsError):  # another process was faster: its secret counts
            path.hardlink_to(fresh)
        fresh.unlink()
    return path.read_text("utf-8")
