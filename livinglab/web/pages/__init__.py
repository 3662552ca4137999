"""Pages of the service. Each module has a blueprint ``pages``; all are named here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.web import health
from livinglab.web.pages import home

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """Register every page."""
    for module in (health, home):
        app.register_blueprint(module.pages)
