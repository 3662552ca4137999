"""Searches over all places: when one is free, and whether an article fits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Response, jsonify

from livinglab.domain.article_json import LABELS, article_from_json
from livinglab.domain.calendar import Length
from livinglab.domain.fit import Verdict, reasons, verdict
from livinglab.services import catalogue
from livinglab.services.availability import Finder, Slot
from livinglab.web import context
from livinglab.web.access import public
from livinglab.web.api.describe import Api
from livinglab.web.api.paging import LIMIT, limit
from livinglab.web.api.reading import Query, body, text
from livinglab.web.api.schemas.places import (
    FitBody,
    FitItem,
    FitList,
    FitReason,
    SlotJson,
    SlotList,
)
from livinglab.web.api.telling import texts, when_seconds
from livinglab.web.api.times import DAYS, FROM_DAY, HOURS, TO_DAY, in_order, length
from livinglab.web.filters import sentence

if TYPE_CHECKING:
    from livinglab.domain.article import TestArticle
    from livinglab.domain.fit import Reason
    from livinglab.services.places import PlacedFacility

api = Api("search", "Searches over all places.")

CAPABILITY = text("capability", "Code of something the place must be able to test.")
FACILITY = text("facility", "Only at this place.")
A_DAY = Length(2)
ORDER = {Verdict.YES: 0, Verdict.ASK: 1, Verdict.NO: 2}


@api.call(
    "GET",
    "/slots",
    answers={200: SlotList},
    query=(FROM_DAY, TO_DAY, DAYS, HOURS, CAPABILITY, FACILITY, LIMIT),
)
@public()
def list_slots() -> Response:
    """The earliest feasible stays over all resources.

    Usually of one day, from today on. Beyond the horizon there is none.
    """
    ask = Query()
    first, last = ask(FROM_DAY) or date.min, ask(TO_DAY) or date.max
    in_order(ask, first, last)
    wanted, capability, facility = length(ask) or A_DAY, ask(CAPABILITY), ask(FACILITY)
    count = limit(ask)
    ask.finish()
    finder = Finder.read(context.world(), context.session(), context.now())
    places = [p for p in finder.places.able(capability) if facility in {None, p.slug}]
    items = [item for place in places for item in finder.places.bookable(place.slug)]
    answer: SlotList = {
        "items": [_slot(slot) for slot in finder.slots(items, wanted, (first, last), count)]
    }
    return jsonify(answer)


@api.call("POST", "/fit", answers={200: FitList}, takes=FitBody)
@public()
def judge_fit() -> Response:
    """Whether a test article fits each place: yes, no, or ask, with every reason.

    Nothing is stored. ``earliest_start`` is for a day, or the shortest stay the place takes.
    """
    node = body(LABELS).record(("test_article",))
    node.finish()
    article = article_from_json(node["test_article"].value)
    finder = Finder.read(context.world(), context.session(), context.now())
    first = catalogue.first_free(finder, catalogue.Search())
    judged = [
        _fit(article, place, first.get(slug)) for slug, place in finder.places.published.items()
    ]
    answer: FitList = {"items": sorted(judged, key=lambda i: ORDER[Verdict(i["verdict"])])}
    return jsonify(answer)


def _slot(slot: Slot) -> SlotJson:
    facility = slot.resource.facility
    return {
        "resource": slot.resource.slug,
        "facility": facility.slug,
        "start": when_seconds(slot.stay.start, facility.zone),
        "end": when_seconds(slot.stay.end, facility.zone),
    }


def _fit(article: TestArticle, place: PlacedFacility, slot: Slot | None) -> FitItem:
    found = reasons(article, place.facility)
    judged = verdict(found)
    start = slot.stay.start if slot and judged is not Verdict.NO else None
    return {
        "facility": place.slug,
        "name": texts(place.facility.name),
        "verdict": judged.value,
        "reasons": [reason_json(reason) for reason in found],
        "earliest_start": None if start is None else when_seconds(start, place.facility.zone),
    }


def reason_json(reason: Reason) -> FitReason:
    """One comparison, its sentence in the reader's language."""
    return {
        "code": reason.code,
        "field": reason.field,
        "verdict": reason.verdict.value,
        "sentence": sentence(reason.message),
        "needed": reason.needed,
        "available": reason.available,
    }
