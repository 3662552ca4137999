"""The REST API under ``/api/v1``. Each module has a blueprint ``api``; all are named here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.web.api import document

if TYPE_CHECKING:
    from flask_openapi import OpenAPI


def install(app: OpenAPI) -> None:
    """Register every part of the API, and its description."""
    app.register_blueprint(document.pages)
