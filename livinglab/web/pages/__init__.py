"""Pages of the service. Each module has a blueprint ``pages``; all are named here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.web import feeds, health
from livinglab.web.pages import catalogue, facility, home, pilot, request

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    """Register every page."""
    for module in (health, feeds, home, catalogue, facility, request, pilot):
        app.register_blueprint(module.pages)
