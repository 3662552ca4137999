"""Searches over all places: when one is free, and whether an article fits."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flask import Response, jsonify

from livinglab.domain.article_json import LABELS, article_from_json
from livinglab.domain.calendar import Length
from livinglab.domain.fit_advice import untold
from livinglab.domain.messages import Message
from livinglab.services import fit, rules
from livinglab.services.availability import Finder, Slot
from livinglab.web import context
from livinglab.web.access import public
from livinglab.web.api.describe import Api
from livinglab.web.api.paging import LIMIT, limit
from livinglab.web.api.reading import Query, body, text
from livinglab.web.api.schemas.fit import FitItem, FitList, FitNext, FitStart
from livinglab.web.api.schemas.places import FitBody, FitReason, SlotJson, SlotList
from livinglab.web.api.telling import texts, when_seconds
from livinglab.web.api.times import DAYS, FROM_DAY, HOURS, TO_DAY, in_order, length
from livinglab.web.filters import localised, sentence

if TYPE_CHECKING:
    from livinglab.domain.article import TestArticle
    from livinglab.domain.fit import Reason
    from livinglab.domain.messages import Localised
    from livinglab.services.fit import Fit, Fits

api = Api("search", "Searches over all places.")

CAPABILITY = text("capability", "Code of something the place must be able to test.")
FACILITY = text("facility", "Only at this place.")
A_DAY = Length(2)


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

    Nothing is stored. ``earliest_start`` is for a day, or the shortest stay the place takes, and
    comes after notice, decisions and papers; ``chain`` says what it waits for.
    """
    node = body(LABELS).record(("test_article",))
    node.finish()
    article = article_from_json(node["test_article"].value)
    finder = Finder.read(context.world(), context.session(), context.now())
    found = fit.fits(finder, article, rules.current(context.session()).book)
    answer: FitList = {"items": [_fit(article, one, found) for one in found.all]}
    return jsonify(answer)


def _slot(slot: Slot) -> SlotJson:
    facility = slot.resource.facility
    return {
        "resource": slot.resource.slug,
        "facility": facility.slug,
        "start": when_seconds(slot.stay.start, facility.zone),
        "end": when_seconds(slot.stay.end, facility.zone),
    }


def _fit(article: TestArticle, found: Fit, among: Fits) -> FitItem:
    facility = found.place.facility
    slot, instead = found.start.slot if found.start else None, among.instead(found)
    return {
        "facility": facility.slug,
        "name": texts(facility.name),
        "verdict": found.verdict.value,
        "reasons": [reason_json(reason) for reason in found.reasons],
        "not_compared": [
            {"field": told.field, "sentence": sentence(told.message)}
            for told in untold(article, facility)
        ],
        "earliest_start": None if slot is None else when_seconds(slot.stay.start, facility.zone),
        "next_place": _next(among.next_place(found)),
        "instead": instead.place.slug if instead else None,
        **_start(found),
    }


def _next(found: Fit | None) -> FitNext | None:
    if found is None:
        return None
    return {"facility": found.place.slug, "verdict": found.verdict.value}


def _why(reason: Localised | Message) -> str:
    return sentence(reason) if isinstance(reason, Message) else localised(reason)


def _start(found: Fit) -> FitStart:
    start = found.start
    if start is None:
        return {"lane": None, "lane_reasons": [], "gates": [], "chain": []}
    lane, why = start.lane()
    return {
        "lane": lane,
        "lane_reasons": [
            {"code": reason.code, "lane": reason.lane, "sentence": _why(reason.why)}
            for reason in why
        ],
        "gates": [
            {
                "role": gate.role,
                "title": texts(gate.title),
                "working_days": gate.working_days,
                "evidence": list(gate.evidence),
            }
            for gate in start.gates
        ],
        "chain": [
            {
                "code": link.code,
                "sentence": sentence(link.message),
                "working_days": link.working_days,
                "date": None if link.day is None else link.day.isoformat(),
            }
            for link in start.earliest.links
        ],
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
