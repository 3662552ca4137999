"""One stay of a pilot as a calendar file."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response

from livinglab.adapters import ics
from livinglab.db.queries.feeds import event_text
from livinglab.domain.errors import NotFound
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.language import language

if TYPE_CHECKING:
    from livinglab.domain.access import Principal

pages = Blueprint("pilot_calendar", __name__)


@pages.get("/pilots/<ref>/stays/<int(max=2147483647):booking_id>.ics")
@requires("signed_in")
def stay(ref: str, booking_id: int) -> Response:
    """The stay as it is now (RFC 5546 PUBLISH), to open in a calendar program.

    Raises:
        NotFound: the pilot is not there for the reader, or has no such stay.
    """
    who = cast("Principal", context.principal())
    text = event_text(context.session(), who, ref, booking_id, language())
    if text is None:
        raise NotFound
    response = Response(
        ics.message("PUBLISH", text), content_type="text/calendar; charset=utf-8; method=PUBLISH"
    )
    name = f"{ref}-{booking_id}.ics"  # of the address, which has found a row: letters and digits
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response
