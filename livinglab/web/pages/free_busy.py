"""The free and busy times of a facility as a calendar file, where its host tells them."""

from __future__ import annotations

from flask import Blueprint, Response, request

from livinglab.services import free_busy
from livinglab.web import context
from livinglab.web.access import public

pages = Blueprint("free_busy", __name__)


@pages.get("/facilities/<slug>.ifb")
@public()
def of_facility(slug: str) -> Response:
    """VFREEBUSY of each space (RFC 5545), in English: the address is one for all languages."""
    text = free_busy.of_facility(
        context.session(), context.world(), context.now(), slug, language="en"
    )
    response = Response(text, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = f'inline; filename="{slug}.ifb"'
    response.headers["Cache-Control"] = "public, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response
