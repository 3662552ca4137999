"""Documents of new places: a copy of one that exists, or the least that a place must have."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from livinglab.domain.profile import facility_to_json
from livinglab.domain.profile.hours import WEEKDAYS
from livinglab.domain.profile.words import USUAL_ZONE
from livinglab.domain.vocabulary import OWNER_ROLES
from livinglab.web.hosting.names import free, plain

if TYPE_CHECKING:
    from collections.abc import Collection

    from livinglab.db.queries.hosting import Host
    from livinglab.domain.facility import Facility

RESERVED = frozenset({"new", "people"})
"""Ids that would be the address of another page."""
USUAL_HOURS = [["08:00", "16:00"]]
USUAL = {
    "zone": USUAL_ZONE,
    "latitude": 0,
    "longitude": 0,
    "default_lane": "standard",
    "min_halves": 1,
    "max_halves": 40,
    "notice_working_days": 5,
}
"""What a new place starts with; its host changes it."""


@dataclass(frozen=True, slots=True)
class Start:
    """What is asked of a new place: its name and summary by language, and where it stands."""

    name: dict[str, str] | None
    summary: dict[str, str] | None
    kind: str
    municipality: str | None
    host: Host


def slug_of(name: dict[str, str] | None, taken: Collection[str]) -> str:
    """An id made of the English name that no facility has."""
    return free(plain((name or {}).get("en", ""), "-", "place"), RESERVED | {*taken}, "-")


def empty(start: Start, slug: str) -> dict[str, Any]:
    """A place with one space, open on working days, whose manager decides."""
    week = {day: deepcopy(USUAL_HOURS) for day in WEEKDAYS[:5]}
    resource = {
        "id": f"{slug}-space",
        "name": start.name,
        "bookable": True,
        "opening": {"week": week},
    }
    decider = {"role": "facility_manager", "title": {"en": OWNER_ROLES["facility_manager"]}}
    return {**USUAL, **_said(start, slug), "approvers": [decider], "resources": [resource]}


def copy(source: Facility, start: Start, slug: str) -> dict[str, Any]:
    """The source's document under another name; its spaces get ids of the new place."""
    document: dict[str, Any] = facility_to_json(source)
    document |= _said(start, slug) | {"example": False, "next_place": None}
    if source.host_id != start.host.slug:
        document["site"] = None
    for resource in document["resources"]:
        resource["id"] = slug + resource["id"].removeprefix(source.slug)
        for link in resource["requires"]:
            link["resource"] = slug + link["resource"].removeprefix(source.slug)
    return document


def _said(start: Start, slug: str) -> dict[str, Any]:
    return {
        "id": slug,
        "name": start.name,
        "summary": start.summary,
        "kind": start.kind,
        "municipality": start.municipality,
        "host": {"id": start.host.slug, "name": start.host.name},
    }
