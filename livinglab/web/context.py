"""What a view works with: the moment, the session, who acts, the unit of work.

The clock is a callable under ``app.extensions["livinglab.clock"]``; tests put their own there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import current_app, g

from livinglab.db.flask_db import db
from livinglab.services.work import begin_work

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from flask import Flask
    from sqlalchemy.orm import Session

    from config import Settings
    from livinglab.domain.access import Principal
    from livinglab.services.work import Work
    from livinglab.services.world import World

CLOCK = "livinglab.clock"
PRINCIPAL = "livinglab.principal"
"""Under this name ``web.security`` puts what finds out who acts."""
SETTINGS = "livinglab.settings"
WORLD = "livinglab.world"


def settings(app: Flask | None = None) -> Settings:
    """The settings of the running application, or of ``app``."""
    return cast("Settings", (app or current_app).extensions[SETTINGS])


def world() -> World:
    """What this process keeps in memory between requests."""
    return cast("World", current_app.extensions[WORLD])


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return cast("datetime", current_app.extensions[CLOCK]())


def today() -> date:
    """The present date in Helsinki."""
    return world().today(now())


def session() -> Session:
    """The request's database session."""
    return cast("Session", db.session())


def principal() -> Principal | None:
    """Who acts in this request, or None; found once: by one statement, of a token by two."""
    if "principal" not in g:
        g.principal = None  # also for the answer to a token that does not count
        g.principal = current_app.extensions[PRINCIPAL]()
    return cast("Principal | None", g.principal)


def request_id() -> str:
    """The name of this request in answers and logs."""
    return str(g.get("request_id", ""))


def work() -> AbstractContextManager[Work]:
    """A unit of work by whoever acts now: commits at its end, rolls back when it raises."""
    return begin_work(session(), world(), now=now(), actor=principal(), request_id=request_id())
