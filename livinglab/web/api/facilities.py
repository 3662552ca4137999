"""Facilities: the catalogue, one place, and when it is free."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from flask import Response, jsonify

from livinglab.domain.availability import segments
from livinglab.domain.errors import NotFound
from livinglab.domain.fit import Verdict
from livinglab.domain.needs import MEASURES, PHASE_COUNTS, Needs, asked
from livinglab.domain.profile import facility_to_json
from livinglab.domain.vocabulary import FACILITY_KINDS, FOCUS_AREAS
from livinglab.domain.words import opening_in_words
from livinglab.domain.zones import midnight, zone
from livinglab.services import catalogue, occupancy
from livinglab.services.availability import Finder
from livinglab.web import context
from livinglab.web.access import public
from livinglab.web.api.describe import Api
from livinglab.web.api.paging import CURSOR, NUMBERED, limit, page
from livinglab.web.api.reading import Parameter, Query, code, number, text
from livinglab.web.api.schemas.places import (
    Availability,
    ClosedSpan,
    FacilityFacts,
    FacilityItem,
    FacilityPage,
    FacilityPath,
    ReasonJson,
    ResourceTime,
    Span,
)
from livinglab.web.api.schemas.profile import FacilityJson
from livinglab.web.api.slots import reason_json
from livinglab.web.api.telling import texts, when_seconds
from livinglab.web.api.times import (
    DATE_OR_TIME,
    DAYS,
    FROM_DAY,
    HOURS,
    TO_DAY,
    day_of,
    in_order,
    length,
)
from livinglab.web.api.writes import etag
from livinglab.web.filters import sentence

if TYPE_CHECKING:
    from livinglab.domain.availability import Segment, Taken
    from livinglab.domain.fit import Reason
    from livinglab.domain.opening import ClosedReason
    from livinglab.services.places import PlacedFacility, PlacedResource, Places

api = Api("facilities", "Places that can be tested in, and when they are free.")

USUAL_DAYS = 84
LONGEST_DAYS = 400
TEXT = text("q", "Words that the place's name, summary, capabilities or town must have.")
CAPABILITY = text("capability", "Code of something the place must be able to test.")
FOCUS_AREA = code("focus_area", "Focus area of the place.", FOCUS_AREAS)
KIND = code("kind", "Kind of place.", FACILITY_KINDS)
MUNICIPALITY = text("municipality", "Town the place is in.")
FREE_FROM = Parameter("free_from", "First day of the stay at the earliest.", DATE_OR_TIME, day_of)
FREE_TO = Parameter("free_to", "Last day of the stay at the latest.", DATE_OR_TIME, day_of)
ABOUT_NEEDS = {
    "mass_kg": "Mass of the robot, in kilograms, that the place must take.",
    "current_a": "Amperes that one outlet must give.",
    "floor_kpa": "Distributed load, in kPa, that the floor must carry.",
    "door_width_m": "Clear width of the door, in metres, at least.",
    "door_height_m": "Clear height of the door, in metres, at least.",
    "crane_t": "Tonnes that a crane must lift.",
    "air_bar": "Pressure of compressed air, in bar, at least.",
}
NEEDS = {name: number(name, ABOUT_NEEDS[name], item.most) for name, item in MEASURES.items()}
PHASES = Parameter(
    "phases",
    "Phases that the outlet must have.",
    {"type": "integer", "enum": list(PHASE_COUNTS)},
    lambda node: node.pick(PHASE_COUNTS),
)


@api.call(
    "GET",
    "/facilities",
    answers={200: FacilityPage},
    query=(
        *(TEXT, CAPABILITY, FOCUS_AREA, KIND, MUNICIPALITY, FREE_FROM, FREE_TO, DAYS, HOURS),
        *NEEDS.values(),
        PHASES,
        *NUMBERED,
    ),
)
@public()
def list_facilities() -> Response:
    """The catalogue, soonest free first.

    With a length or dates only places that have such a stay free. With numbers only places that
    have them; those that do not tell one follow at the end, with the verdict "ask".
    """
    ask = Query()
    wanted = catalogue.Search(
        text=ask(TEXT) or "",
        capability=ask(CAPABILITY) or "",
        focus_area=ask(FOCUS_AREA) or "",
        kind=ask(KIND) or "",
        municipality=ask(MUNICIPALITY) or "",
        length=length(ask),
        first=ask(FREE_FROM),
        last=ask(FREE_TO),
        needs=Needs(
            **{name: ask(parameter) for name, parameter in NEEDS.items()}, phases=ask(PHASES) or 1
        ),
    )
    in_order(ask, wanted.first, wanted.last, "free_to")
    begin, count = ask(CURSOR) or 0, limit(ask)
    ask.finish()
    finder = Finder.read(context.world(), context.session(), context.now())
    found = catalogue.find(finder, wanted)
    end = begin + count
    needs = asked(wanted.needs)
    items = [
        _item(entry, catalogue.answers(finder, entry.place, needs) if needs else [])
        for entry in found[begin:end]
    ]
    return page(items, end if end < len(found) else None)


@api.call("GET", "/facilities/<facility>", answers={200: FacilityJson}, etag=True)
@public()
def show_facility(path: FacilityPath) -> Response:
    """Everything a visitor may know of a place."""
    place = _place(context.world().places(context.session()), path)
    response = jsonify(facility_json(place))
    response.headers["ETag"] = etag(place.version)
    return response


def facility_json(place: PlacedFacility) -> FacilityJson:
    """A place as it is told."""
    facility = place.facility
    told = {
        **facility_to_json(facility),
        "opening_in_words": [
            sentence(fact, facility.zone)
            for fact in opening_in_words(facility.resources[0].opening)
        ],
    }
    return cast("FacilityJson", told)


@api.call(
    "GET",
    "/facilities/<facility>/availability",
    answers={200: Availability},
    query=(FROM_DAY, TO_DAY),
)
@public()
def show_availability(path: FacilityPath) -> Response:
    """Free and closed time of each resource, each closed stretch with its reason.

    Usually twelve weeks from today; at most 400 days, within what the calendar knows.
    """
    ask = Query()
    first, last = ask(FROM_DAY), ask(TO_DAY)
    in_order(ask, first, last)
    ask.finish()
    finder = Finder.read(context.world(), context.session(), context.now())
    place = _place(finder.places, path)
    items = finder.places.bookable(place.slug)
    first, last = _known(finder, items, first, last)
    answer: Availability = {
        "facility": place.slug,
        "zone": place.facility.zone,
        "from": first.isoformat(),
        "to": last.isoformat(),
        "resources": _times(finder, items, first, last),
    }
    return jsonify(answer)


def _place(places: Places, path: FacilityPath) -> PlacedFacility:
    place = places.seen(path.facility, context.principal())
    if place is None:
        raise NotFound
    return place


def _item(entry: catalogue.Found, answers: list[Reason]) -> FacilityItem:
    slot = entry.slot
    return {
        **_facts(entry.place),
        "first_free": when_seconds(slot.stay.start, slot.resource.facility.zone) if slot else None,
        "first_free_resource": slot.resource.slug if slot else None,
        "verdict": (Verdict.ASK if entry.ask else Verdict.YES).value,
        "reasons": [reason_json(answer) for answer in answers],
    }


@lru_cache(maxsize=2000)  # a place that changes becomes another object
def _facts(place: PlacedFacility) -> FacilityFacts:
    facility = place.facility
    return {
        "id": facility.slug,
        "name": texts(facility.name),
        "summary": texts(facility.summary),
        "host": {"id": facility.host_id, "name": facility.host},
        "municipality": facility.municipality,
        "kind": facility.kind,
        "focus_areas": list(facility.focus_areas),
        "capabilities": [
            {"code": item.code, "name": texts(item.name)} for item in facility.capabilities
        ],
    }


def _known(
    finder: Finder, items: list[PlacedResource], first: date | None, last: date | None
) -> tuple[date, date]:
    """The dates asked for, cut to those the place's calendar knows; in no order: none of them."""
    calendar = finder.calendar(items[0])
    today = finder.world.today(finder.now, items[0].facility.zone)
    begin = max(first or today, calendar.first)
    if begin > calendar.last:
        return begin, calendar.last
    usual = begin + timedelta(days=USUAL_DAYS - 1)
    return begin, min(last or usual, calendar.last, begin + timedelta(days=LONGEST_DAYS - 1))


def _times(
    finder: Finder, items: list[PlacedResource], first: date, last: date
) -> list[ResourceTime]:
    if last < first:
        return []
    tz = zone(items[0].facility.zone)
    start, end = midnight(first, tz), midnight(last + timedelta(days=1), tz)
    taken = occupancy.taken(context.session(), finder, items, start, end)
    return [_time(finder, item, first, last, taken[item.id]) for item in items]


def _time(
    finder: Finder, item: PlacedResource, first: date, last: date, taken: list[Taken]
) -> ResourceTime:
    facility = item.facility
    tz = zone(facility.zone)
    soonest = max(finder.now, midnight(finder.world.first_day(facility, finder.now), tz))
    horizon = finder.world.last_day(facility, finder.now) + timedelta(days=1)
    parts = segments(
        finder.calendar(item),
        tz,
        first,
        last,
        taken,
        int(soonest.timestamp()),
        int(midnight(horizon, tz).timestamp()),
    )
    return {
        "resource": item.slug,
        "name": texts(item.resource.name),
        "free": [_span(part, facility.zone) for part in parts if part.reason is None],
        "closed": [_closed(part, part.reason, facility.zone) for part in parts if part.reason],
    }


def _span(part: Segment, zone_name: str) -> Span:
    return {
        "start": when_seconds(part.start, zone_name),
        "end": when_seconds(part.end, zone_name),
    }


def _closed(part: Segment, reason: ClosedReason, zone_name: str) -> ClosedSpan:
    told: ReasonJson = {
        "code": reason.code.value,
        "sentence": sentence(reason.message, zone_name),
    }
    return {**_span(part, zone_name), "reason": told}
