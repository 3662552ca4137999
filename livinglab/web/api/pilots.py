"""Pilots: made, read and changed by their firm, moved by whoever's turn it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, jsonify

from livinglab.db.queries import pilots as queries
from livinglab.domain.errors import NotFound
from livinglab.domain.instants import instant_of
from livinglab.domain.pilot import Action, State
from livinglab.domain.reading import Node
from livinglab.domain.request_json import LABELS, PERIOD_LIMIT, PilotInput, pilot_from_json
from livinglab.services import actions, answering, moves, pilot
from livinglab.services.availability import Finder
from livinglab.services.idempotency import Reply
from livinglab.services.placement import ChosenSlot
from livinglab.web import context, readings
from livinglab.web.access import requires
from livinglab.web.api import offer_json
from livinglab.web.api.describe import PREFIX, Api
from livinglab.web.api.paging import CURSOR, NUMBERED, cut, limit, page
from livinglab.web.api.pilot_json import tell
from livinglab.web.api.reading import (
    LARGEST_ID,
    Query,
    body,
    code,
    row_number,
    text,
    version,
)
from livinglab.web.api.schemas.offers import TakeBackBody
from livinglab.web.api.schemas.pilots import (
    ACTIONS,
    ActionPath,
    OfferPath,
    PilotJson,
    PilotPage,
    PilotPath,
)
from livinglab.web.api.schemas.requests import ActionBody, PilotBody
from livinglab.web.api.writes import IF_MATCH, KEY, acting, etag, reply, write

if TYPE_CHECKING:
    from livinglab.db.tables import Pilot
    from livinglab.services.work import Work

api = Api("pilots", "Requests for time, from draft to reference.")

STATE = code("state", "Only pilots in this state.", [state.value for state in State])
FACILITY = text("facility", "Only pilots that ask for this place first.")
TEXT = text("q", "Words that the title, the reference or the company must have.")
REFUSES = (409, 412, 422, 428)


@api.call("GET", "/pilots", answers={200: PilotPage}, query=(STATE, FACILITY, TEXT, *NUMBERED))
@requires("signed_in")
def list_pilots() -> Response:
    """The pilots you may see, newest first."""
    ask = Query()
    state, facility, words, cursor = ask(STATE), ask(FACILITY), ask(TEXT), ask(CURSOR)
    count = limit(ask)
    ask.finish()
    who, session = acting(), context.session()
    query = queries.pilots(
        who,
        states=(state,) if state else (),
        facility=facility,
        before_id=cursor,
        text=words or "",
    )
    rows, last = cut(session.scalars(query.limit(count + 1)).all(), count)
    readings.plans(rows)
    finder = Finder.read(context.world(), session, context.now())
    return page(tell(session, finder, who, rows), last.id if last else None)


@api.call("POST", "/pilots", answers={201: PilotJson}, takes=PilotBody, query=(KEY,), etag=True)
@requires("company")
def create_pilot() -> Response:
    """A new draft. Rules are judged in `problems`, and refuse only when it is submitted."""
    given, _ = _given()
    return write(lambda work: _told(work, pilot.create(work, given), status=201))


@api.call("GET", "/pilots/<ref>", answers={200: PilotJson}, etag=True)
@requires("signed_in")
def show_pilot(path: PilotPath) -> Response:
    """One pilot."""
    who, session = acting(), context.session()
    found = queries.pilot_by_ref(session, path.ref, who)
    if found is None:
        raise NotFound
    readings.plans([found])
    finder = Finder.read(context.world(), session, context.now())
    response = jsonify(tell(session, finder, who, [found])[0])
    response.headers["ETag"] = etag(found.version)
    return response


@api.call(
    "PATCH",
    "/pilots/<ref>",
    answers={200: PilotJson},
    takes=PilotBody,
    query=(IF_MATCH, KEY),
    refuses=REFUSES,
    etag=True,
)
@requires("signed_in")
def change_pilot(path: PilotPath) -> Response:
    """Change a draft, or a request that was asked for more. What is absent stays."""
    given, seen = _given()
    return write(lambda work: _told(work, pilot.change(work, path.ref, given, version=seen)))


@api.call(
    "POST",
    "/pilots/<ref>/actions/<action>",
    answers={200: PilotJson},
    takes=ActionBody,
    query=(IF_MATCH, KEY),
    refuses=REFUSES,
    etag=True,
)
@requires("signed_in")
def move_pilot(path: ActionPath) -> Response:
    """Move a pilot: its `actions` say how it may be moved by you now."""
    if path.action not in ACTIONS:
        raise NotFound
    command = _command(body(LABELS, optional=True))
    action = Action(path.action)
    return write(lambda work: _told(work, actions.perform(work, path.ref, action, command)))


@api.call(
    "POST",
    "/pilots/<ref>/offers/<int:offer>/withdraw",
    answers={200: PilotJson},
    takes=TakeBackBody,
    query=(IF_MATCH, KEY),
    refuses=REFUSES,
    etag=True,
)
@requires("host")
def take_offer_back(path: OfferPath) -> Response:
    """Take an open offer back: its time is free again, and the firm is told."""
    node = body(LABELS, optional=True).record(("version", "note"))
    command = moves.Command(version=version(node["version"]), note=_note(node["note"]))
    node.finish()
    number = row_number(path.offer)
    return write(lambda work: _told(work, answering.take_back(work, path.ref, number, command)))


def _given() -> tuple[PilotInput, int | None]:
    node = body(LABELS)
    given = pilot_from_json(node.value)
    seen = version(node["version"])
    node.finish()
    return given, seen


def _told(work: Work, row: Pilot, status: int = 200) -> Reply:
    if State(row.state) in pilot.EDITABLE:
        finder = pilot.finder_for(work, row)
    else:  # only what can be changed is judged, and needs to know what is taken
        finder = Finder.fresh(work.world, work.session, work.now, ())
    return reply(
        tell(work.session, finder, acting(), [row])[0],
        status,
        version=row.version,
        location=f"{PREFIX}/pilots/{row.ref}" if status == 201 else None,  # noqa: PLR2004
    )


def _command(raw: Node) -> moves.Command:
    names = ("version", "note", "gate", "slots", "conditions", "condition")
    node = raw.record((*names, *offer_json.NAMES))
    command = moves.Command(
        version=version(node["version"]),
        note=_note(node["note"]),
        gate=node["gate"].maybe(Node.text),
        slots=tuple(slot for slot in node["slots"].each(_slot) if slot is not None),
        conditions=node["conditions"].each(_condition),
        condition=node["condition"].maybe(lambda n: n.whole(1, LARGEST_ID)),
        **offer_json.given(node, _slot),
    )
    node.finish()
    return command


def _condition(node: Node) -> moves.ConditionAsked:
    """A text, or an object of a text and the day it is due."""
    if not isinstance(node.value, dict):
        return moves.ConditionAsked(node.text(moves.CONDITION_LIMIT))
    entry = node.record(("text", "due"))
    text = entry["text"].text(moves.CONDITION_LIMIT)
    return moves.ConditionAsked(text, entry["due"].maybe(Node.day))


def _note(node: Node) -> str:
    """Text that may be empty: whether a reason is needed is the move's question."""
    if isinstance(node.value, str) and not node.value.strip():
        return ""
    return node.maybe(lambda n: n.text(moves.NOTE_LIMIT, lines=True)) or ""


def _slot(raw: Node) -> ChosenSlot | None:
    node = raw.record(("period", "resource", "start", "end"))
    period = node["period"].whole(0, PERIOD_LIMIT - 1)
    resource = node["resource"].text(128)
    start, end = instant_of(node["start"]), instant_of(node["end"])
    if start is None or end is None:
        return None
    return ChosenSlot(period, resource, start, end)
