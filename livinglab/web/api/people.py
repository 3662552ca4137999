"""Who comes on site for a pilot: for its firm, and for those who decide on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response, jsonify

from livinglab.services import participants
from livinglab.web import context, readings
from livinglab.web.access import requires
from livinglab.web.api.describe import Api
from livinglab.web.api.schemas.people import PeopleJson, PersonJson
from livinglab.web.api.schemas.pilots import PilotPath
from livinglab.web.api.telling import maybe_day
from livinglab.web.api.writes import acting

if TYPE_CHECKING:
    from livinglab.db.tables import Participant

api = Api("people", "Who comes on site for a pilot.")


@api.call("GET", "/pilots/<ref>/people", answers={200: PeopleJson})
@requires("signed_in")
def list_people(path: PilotPath) -> Response:
    """Who comes for a pilot, with their cards. The firm sees which host has read it."""
    pilot, people = participants.read(context.session(), acting(), path.ref)
    readings.people(pilot)
    answer: PeopleJson = {"items": [_told(person) for person in people]}
    return jsonify(answer)


def _told(person: Participant) -> PersonJson:
    return {
        "id": person.id,
        "name": person.name,
        "task": person.task,
        "cards": [
            {"code": card.code, "number": card.number, "expires": maybe_day(card.expires_on)}
            for card in person.cards
        ],
    }
