"""The API's description: OpenAPI 3.1."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, current_app, jsonify

from livinglab.web.access import public

if TYPE_CHECKING:
    from flask import Response
    from flask_openapi import OpenAPI

pages = Blueprint("document", __name__)


@pages.get("/api/v1/openapi.json")
@public()
def openapi() -> Response:
    """The document, made from the views and their types."""
    return jsonify(cast("OpenAPI", current_app).api_doc)
