"""Hosts keep their places: made, changed, taken back, shown and withdrawn, version by version.

These calls join those of ``facilities``, whose addresses they share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from flask import Response, jsonify

from livinglab.domain.errors import NotFound
from livinglab.services import editing
from livinglab.services.versions import NOTE_LIMIT
from livinglab.web import context
from livinglab.web.access import requires
from livinglab.web.api.describe import PREFIX
from livinglab.web.api.facilities import api, facility_json
from livinglab.web.api.paging import CURSOR, NUMBERED, limit, page
from livinglab.web.api.reading import Query, body, code, version
from livinglab.web.api.schemas.editing import (
    EDITS,
    ChangeJson,
    FacilityActionPath,
    VersionBody,
    VersionJson,
    VersionPage,
)
from livinglab.web.api.schemas.facility_body import FacilityBody
from livinglab.web.api.schemas.places import FacilityPath
from livinglab.web.api.schemas.profile import FacilityJson
from livinglab.web.api.telling import when
from livinglab.web.api.writes import IF_MATCH, KEY, acting, etag, reply, write
from livinglab.web.errors import problem_list
from livinglab.web.filters import sentence

if TYPE_CHECKING:
    from livinglab.domain.reading import Node
    from livinglab.services.editing import Consequences, VersionRow
    from livinglab.services.idempotency import Reply
    from livinglab.services.work import Work
    from livinglab.web.api.schemas.common import ProblemJson

__all__ = ["api"]

DRY_RUN = code(
    "dry_run", "“true”: tell what the change touches, and save nothing.", ("true", "false")
)
REFUSES = (409, 412, 422, 428)
NOT_OF_THE_PLACE = frozenset({"version", "note", "opening_in_words"})
MOVES = {"undo": editing.undo, "publish": editing.publish, "withdraw": editing.withdraw}


@api.call(
    "POST", "/facilities", answers={201: FacilityJson}, takes=FacilityBody, query=(KEY,), etag=True
)
@requires("facility_manager", "coordinator", "admin")
def create_facility() -> Response:
    """A new place as a draft: its host's people see it, nobody else."""
    document, _, _ = _given()

    def act(work: Work) -> Reply:
        return _made(work, editing.create(work, document).slug)

    return write(act)


@api.call(
    "PUT",
    "/facilities/<facility>",
    answers={200: ChangeJson},
    takes=FacilityBody,
    query=(DRY_RUN, IF_MATCH, KEY),
    refuses=REFUSES,
    etag=True,
)
@requires("facility_manager", "coordinator", "admin")
def change_facility(path: FacilityPath) -> Response:
    """Describe a place anew, whole. Tells the stays and wishes that the change touches."""
    ask = Query()
    dry_run = ask(DRY_RUN) == "true"
    ask.finish()
    document, seen, note = _given()
    if dry_run:
        return _dry_run(path.facility, document)

    def act(work: Work) -> Reply:
        found = editing.consequences(
            work.session, work.world, work.now, acting(), path.facility, document
        )
        zone_name = work.world.places(work.session).facilities[path.facility].facility.zone
        row = editing.change(work, path.facility, document, seen, note)
        told = _change(found, zone_name, saved=True, version=row.version)
        return reply(told, version=row.version)

    return write(act)


@api.call("GET", "/facilities/<facility>/versions", answers={200: VersionPage}, query=NUMBERED)
@requires("host")
def list_versions(path: FacilityPath) -> Response:
    """Who changed what of a place when, the newest first."""
    ask = Query()
    before, count = ask(CURSOR), limit(ask)
    ask.finish()
    session = context.session()
    rows = editing.versions(session, acting(), path.facility)
    older = [row for row in rows if before is None or row.number < before]
    more = older[count - 1].number if len(older) > count else None
    zone_name = context.world().places(session).facilities[path.facility].facility.zone
    return page([_version(row, zone_name) for row in older[:count]], more)


@api.call(
    "POST",
    "/facilities/<facility>/actions/<action>",
    answers={200: VersionJson},
    takes=VersionBody,
    query=(IF_MATCH, KEY),
    refuses=REFUSES,
    etag=True,
)
@requires("facility_manager", "coordinator", "admin")
def move_facility(path: FacilityActionPath) -> Response:
    """Take the last change back, put the place into the catalogue, or take it out."""
    if path.action not in EDITS:
        raise NotFound
    node = body({}, optional=True).record(("version",))
    seen = version(node["version"])
    node.finish()

    def act(work: Work) -> Reply:
        MOVES[path.action](work, path.facility, seen)
        newest = editing.versions(work.session, acting(), path.facility)[0]
        zone_name = work.world.places(work.session).facilities[path.facility].facility.zone
        return reply(_version(newest, zone_name), version=newest.number)

    return write(act)


def _given() -> tuple[dict[str, Any], int | None, str]:
    """The document of the place, the version it was made from, and why."""
    node = body({})
    seen = version(node["version"])
    note = node["note"].maybe(_note) or ""
    node.finish()
    whole = cast("dict[str, Any]", node.value)
    return {key: v for key, v in whole.items() if key not in NOT_OF_THE_PLACE}, seen, note


def _note(node: Node) -> str:
    """Text that may be empty."""
    if isinstance(node.value, str) and not node.value.strip():
        return ""
    return node.text(NOTE_LIMIT, lines=True)


def _dry_run(slug: str, document: dict[str, Any]) -> Response:
    session, world = context.session(), context.world()
    found = editing.consequences(session, world, context.now(), acting(), slug, document)
    place = world.places(session).facilities[slug]
    told = _change(found, place.facility.zone, saved=False, version=place.version)
    response = jsonify(told)
    response.headers["ETag"] = etag(place.version)
    return response


def _made(work: Work, slug: str) -> Reply:
    place = work.world.places(work.session).facilities[slug]
    return reply(
        facility_json(place),
        201,
        version=place.version,
        location=f"{PREFIX}/facilities/{slug}",
    )


def _change(found: Consequences, zone_name: str, *, saved: bool, version: int) -> ChangeJson:
    return {
        "saved": saved,
        "version": version,
        "changed": list(found.changed),
        "stays": [
            {
                "ref": stay.ref,
                "company": stay.company,
                "title": stay.title,
                "resource": stay.resource,
                "start": when(stay.start, zone_name),
                "end": when(stay.end, zone_name),
                "sentence": sentence(stay.why, zone_name),
            }
            for stay in found.stays
        ],
        "wishes": [
            {
                "ref": wish.ref,
                "company": wish.company,
                "title": wish.title,
                "first": wish.first.isoformat(),
                "last": wish.last.isoformat(),
                "sentence": sentence(wish.why, zone_name),
            }
            for wish in found.wishes
        ],
        "refused": cast("list[ProblemJson]", problem_list(found.refused)),
    }


def _version(row: VersionRow, zone_name: str) -> VersionJson:
    return {
        "number": row.number,
        "action": row.action,
        "at": when(row.at, zone_name),
        "by": row.by,
        "note": row.note,
        "changed": list(row.changed),
        "published": row.published,
    }
