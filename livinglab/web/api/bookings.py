"""Bookings that the caller may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from flask import Response

from livinglab.db.queries.calendar import bookings_of
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.api.describe import Api
from livinglab.web.api.paging import BY_START, START_CURSOR, calendar_limit, cut, page, start_cursor
from livinglab.web.api.reading import Query, code, text
from livinglab.web.api.schemas.calendar import BookingJson, BookingPage
from livinglab.web.api.telling import when
from livinglab.web.api.times import FROM, TO, in_order
from livinglab.web.api.writes import acting

if TYPE_CHECKING:
    from livinglab.db.queries.calendar import BookingRow
    from livinglab.services.places import PlacedResource

api = Api("bookings", "Time that is held.")

HOLDING = ("tentative", "firm")
FACILITY = text("facility", "Only at this place.")
STATE = code("state", "Usually what holds time, tentative or firm.", (*HOLDING, "released"))


@api.call(
    "GET",
    "/bookings",
    answers={200: BookingPage},
    query=(FROM, TO, FACILITY, STATE, *BY_START),
)
@requires("signed_in")
def list_bookings() -> Response:
    """The bookings you may see, by start."""
    ask = Query()
    start, end, state = ask(FROM), ask(TO), ask(STATE)
    in_order(ask, start, end)
    facility, after = ask(FACILITY), ask(START_CURSOR)
    count = calendar_limit(ask)
    ask.finish()
    session = context.session()
    found = bookings_of(
        session,
        acting(),
        start=start,
        end=end,
        facility=facility,
        states=HOLDING if state is None else (state,),
        after=after,
        most=count + 1,
    )
    places = context.world().places(session)
    rows, last = cut(found, count)
    items = [_booking(row, places.by_id[row.resource_id]) for row in rows]
    return page(items, start_cursor(last))


def _booking(row: BookingRow, item: PlacedResource) -> BookingJson:
    zone = item.facility.zone
    return {
        "id": row.id,
        "ref": row.ref,
        "title": row.title,
        "company": row.company,
        "resource": item.slug,
        "facility": item.place.slug,
        "state": cast("Literal['tentative', 'firm', 'released']", row.state),
        "start": when(row.starts_at, zone),
        "end": when(row.ends_at, zone),
        "blocked_from": when(row.blocked_from, zone),
        "blocked_to": when(row.blocked_to, zone),
    }
