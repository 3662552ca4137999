"""The REST API under ``/api/v1``. Each module has a blueprint ``api``; all are named here.

``editing`` has that of ``facilities``: calls at one address are described in one place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.web.api import (
    blocks,
    bookings,
    comments,
    document,
    editing,
    feeds,
    figures,
    papers,
    people,
    pilots,
    slots,
)

if TYPE_CHECKING:
    from flask_openapi import OpenAPI

PARTS = (
    editing,
    slots,
    pilots,
    papers,
    people,
    comments,
    bookings,
    blocks,
    feeds,
    figures,
    document,
)


def install(app: OpenAPI) -> None:
    """Register every part of the API, and its description."""
    for module in PARTS:
        app.register_api(module.api)
