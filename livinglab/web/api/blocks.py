"""Blocks: closures, maintenance, outages; time closed for everybody."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Response

from livinglab.db.queries import calendar
from livinglab.domain.instants import instant_of
from livinglab.domain.vocabulary import BLOCK_KINDS, LANGUAGES
from livinglab.services import blocks
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.api.describe import PREFIX, Api
from livinglab.web.api.paging import BY_START, START_CURSOR, calendar_limit, cut, page, start_cursor
from livinglab.web.api.reading import Query, body, row_number, text
from livinglab.web.api.schemas.calendar import (
    BlockBody,
    BlockJson,
    BlockPage,
    BlockPath,
    Clash,
    NewBlockJson,
)
from livinglab.web.api.telling import texts, when
from livinglab.web.api.times import FROM, TO, in_order
from livinglab.web.api.writes import KEY, NOTHING, reply, write

if TYPE_CHECKING:
    from livinglab.db.tables import Block, Booking
    from livinglab.domain.reading import Node
    from livinglab.services.idempotency import Reply
    from livinglab.services.places import PlacedResource
    from livinglab.services.work import Work

api = Api("blocks", "Time that a place's people close.")

FACILITY = text("facility", "Only at this place.")
NEVER = datetime(2000, 1, 1, tzinfo=UTC)


@api.call("GET", "/blocks", answers={200: BlockPage}, query=(FROM, TO, FACILITY, *BY_START))
@requires("host")
def list_blocks() -> Response:
    """Closed time, by start."""
    ask = Query()
    start, end = ask(FROM), ask(TO)
    in_order(ask, start, end)
    query = calendar.blocks(start=start, end=end, facility=ask(FACILITY), after=ask(START_CURSOR))
    count = calendar_limit(ask)
    ask.finish()
    session = context.session()
    places = context.world().places(session)
    rows, last = cut(session.scalars(query.limit(count + 1)).all(), count)
    items = [_block(row, places.by_id[row.resource_id]) for row in rows]
    return page(items, start_cursor(last))


@api.call("POST", "/blocks", answers={201: NewBlockJson}, takes=BlockBody, query=(KEY,))
@requires("facility_manager", "coordinator", "admin")
def create_block() -> Response:
    """Close time at a resource. Bookings that lie there stay, and are told as clashes."""
    given = _given()

    def act(work: Work) -> Reply:
        row = blocks.add(work, given)[0]
        item = work.world.places(work.session).by_id[row.resource_id]
        lying = blocks.clashes(work, [item], row.starts_at, row.ends_at)
        told: NewBlockJson = {
            **_block(row, item),
            "clashes": [_clash(booking, item) for booking in lying],
        }
        return reply(told, 201, location=f"{PREFIX}/blocks/{row.id}")

    return write(act)


@api.call("DELETE", "/blocks/<int:block>", answers={204: None})
@requires("facility_manager", "coordinator", "admin")
def remove_block(path: BlockPath) -> Response:
    """Open the time again."""

    def act(work: Work) -> Reply:
        blocks.remove(work, row_number(path.block))
        return NOTHING

    return write(act)


def _given() -> blocks.BlockInput:
    node = body({}).record(("resource", "kind", "start", "end", "reason"))
    start, end = instant_of(node["start"]), instant_of(node["end"])
    given = blocks.BlockInput(
        resources=(node["resource"].text(128),),
        kind=node["kind"].choice(BLOCK_KINDS),
        start=start or NEVER,
        end=end or NEVER,
        reason=_reason(node["reason"]),
    )
    node.finish()
    return given


def _reason(node: Node) -> dict[str, str]:
    """One text for all, or one per language."""
    if not isinstance(node.value, dict):
        return {"en": node.text(blocks.REASON_LIMIT)}
    entry = node.record(LANGUAGES)
    others = {
        tag: text
        for tag in LANGUAGES[1:]
        if (text := entry[tag].maybe(lambda n: n.text(blocks.REASON_LIMIT)))
    }
    return {"en": entry["en"].text(blocks.REASON_LIMIT), **others}


def _block(row: Block, item: PlacedResource) -> BlockJson:
    return {
        "id": row.id,
        "resource": item.slug,
        "facility": item.place.slug,
        "kind": row.kind,
        "start": when(row.starts_at, item.facility.zone),
        "end": when(row.ends_at, item.facility.zone),
        "reason": texts(row.reason),
    }


def _clash(booking: Booking, item: PlacedResource) -> Clash:
    return {
        "ref": booking.pilot.ref,
        "resource": item.slug,
        "start": when(booking.starts_at, item.facility.zone),
        "end": when(booking.ends_at, item.facility.zone),
    }
