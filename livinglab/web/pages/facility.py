"""One facility: what it carries, when it is free, who decides, what it costs; asking for time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, render_template, request

from livinglab.adapters.qr import qr_svg
from livinglab.db.queries.photos import photos_of
from livinglab.domain.errors import NotFound
from livinglab.domain.pricing import Estimate, estimate
from livinglab.domain.words import opening_in_words
from livinglab.services import asking, catalogue, experience, figures, rules
from livinglab.services.availability import Finder
from livinglab.services.world import from_epoch
from livinglab.web import (
    context,
    experience_words,
    figure_charts,
    fit_facts,
    fit_view,
    place_words,
    strips,
)
from livinglab.web.access import public
from livinglab.web.asked import Asked, days_text
from livinglab.web.cards import kind_name, picture
from livinglab.web.drawing.region import inside
from livinglab.web.filters import localised, sentence, time_range
from livinglab.web.hosting.mine import is_mine
from livinglab.web.linked_data import place_data
from livinglab.web.photo_view import by_kind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from livinglab.domain.calendar import Length
    from livinglab.domain.facility import Facility
    from livinglab.services.asking import Answer
    from livinglab.services.availability import Slot
    from livinglab.services.places import PlacedFacility, PlacedResource, Places

pages = Blueprint("facility", __name__)


@dataclass(frozen=True, slots=True)
class Box:
    """The box that asks for time: what is typed, and what we can say to it.

    ``free`` and ``nearest`` are stays in words; ``why`` tells why the stay asked for is not free.
    """

    first: date | str
    days: str
    resource: str
    free: str
    why: tuple[str, ...]
    nearest: str
    nearest_first: date | None
    price: Estimate | None
    faults: dict[str, str]


@pages.get("/facilities/<slug>")
@public()
def detail(slug: str) -> str:
    """The facility's page.

    Raises:
        NotFound: there is no such facility.
    """
    world, session = context.world(), context.session()
    finder = Finder.read(world, session, context.now())
    place = _seen(finder.places, slug)
    items = finder.places.bookable(slug)
    facility = place.facility
    today = world.today(context.now(), facility.zone)
    prices = facility.price_on(today)
    box, marked = _ask(finder, items, facility)
    strip = strips.strip(finder, items, marked)
    limits, utilities = place_words.limits(facility), place_words.utilities(facility)
    shown = experience.read(session, world, context.now(), place)
    photos, facts = by_kind(photos_of(session, place.id)), fit_facts.read_facts(request.args)
    address, clocks = _address(slug), rules.current(session).book.clocks
    pictures = [photo.large for photo in photos["photo"]]
    return render_template(
        "facility/detail.html",
        facility=facility,
        kind=kind_name(facility),
        plate=picture(facility, wide=True),
        published=place.published,
        mine=is_mine(slug),
        photos=photos,
        items=items,
        box=box,
        strip=strip,
        lines=_lines(finder, items, strip.lines),
        shaded=strips.shading(items),
        limits=limits,
        utilities=utilities,
        prices=place_words.prices(prices) if prices else [],
        deciders=[(a, *place_words.decision(a, clocks)) for a in facility.approvers],
        papers=[
            (paper.name, "" if paper.when == "always" else place_words.trigger(paper.when))
            for paper in facility.papers
        ],
        opening=_opening(items),
        measured=experience_words.answers(shown.answers),
        tested=experience_words.tested(shown.tests),
        alike=[experience_words.alike(like) for like in experience.near(finder.places, place)],
        next_place=experience.next_place(finder.places, place),
        facts=facts,
        fit=fit_view.there(finder, place, facts),
        fit_href=fit_facts.address("fit.check", facts, facility=slug),
        busy=figure_charts.busy(
            figures.busy_months(session, world, context.now(), place, finder.places), today
        ),
        address=address,
        on_map=place.published and inside(facility.latitude, facility.longitude),
        linked_data=place_data(facility, address, [*limits, *utilities], pictures),
        today=today,
    )


@pages.get("/facilities/<slug>/qr.svg")
@public()
def qr(slug: str) -> Response:
    """The address of the facility's page as a code to photograph.

    Raises:
        NotFound: there is no such facility.
    """
    place = _seen(context.world().places(context.session()), slug)
    drawn = qr_svg(_address(slug), localised(place.facility.name))
    response = Response(drawn, mimetype="image/svg+xml")
    response.add_etag()
    response.make_conditional(request)
    return response


def _seen(places: Places, slug: str) -> PlacedFacility:
    place = places.seen(slug, context.principal())
    if place is None:
        raise NotFound
    return place


def _address(slug: str) -> str:
    """The page's address in full, one for all languages."""
    return f"{context.world().base_url.rstrip('/')}/facilities/{slug}"


def _ask(
    finder: Finder, items: Sequence[PlacedResource], facility: Facility
) -> tuple[Box, Slot | None]:
    asked = Asked(request.args)
    first, length = asked.day("from"), asked.length()
    named = asked.text("resource")
    chosen = [item for item in items if item.slug == named] or list(items)
    usual = length or catalogue.usual_length(facility)
    if first is None and "from" not in asked.faults:
        slot = asking.first_slot(finder, chosen, usual, finder.all_days(facility))
        first = slot.stay.first_day if slot else finder.world.first_day(facility, finder.now)
    if first is None or "days" in asked.faults:
        typed = asked.text("days") or days_text(usual)
        return (
            Box(first or asked.text("from"), typed, named, "", (), "", None, None, asked.faults),
            None,
        )
    answer = asking.ask(finder, chosen, first, usual)
    return _box(answer, first, usual, named, facility), answer.slot


def _box(answer: Answer, first: date, length: Length, named: str, facility: Facility) -> Box:
    prices = facility.price_on(first)
    nearest = None if answer.slot else answer.nearest
    return Box(
        first=first,
        days=days_text(length),
        resource=named,
        free=_in_words(answer.slot) if answer.slot else "",
        why=tuple(sentence(problem.message) for problem in answer.problems),
        nearest=_in_words(nearest) if nearest else "",
        nearest_first=nearest.stay.first_day if nearest else None,
        price=estimate(prices, length.halves) if prices else None,
        faults={},
    )


def _in_words(slot: Slot) -> str:
    start, end = from_epoch(slot.stay.start), from_epoch(slot.stay.end)
    when = time_range(start, end, slot.resource.facility.zone)
    return f"{localised(slot.resource.resource.name)}, {when}"


def _lines(
    finder: Finder, items: Sequence[PlacedResource], lines: Sequence[strips.Line]
) -> list[tuple[strips.Line, date | None]]:
    """Each line of the table with the next first day of a stay anywhere in the facility."""
    length = catalogue.usual_length(items[0].facility)
    last = max(finder.calendar(item).last for item in items)
    told: list[tuple[strips.Line, date | None]] = []
    for line in lines:
        slot = asking.first_slot(finder, items, length, (line.day, last))
        told.append((line, slot.stay.first_day if slot else None))
    return told


def _opening(items: Sequence[PlacedResource]) -> list[tuple[str, list[str]]]:
    """Opening rules in words; resources with the same rules share them."""
    groups: dict[Any, list[str]] = {}
    for item in items:
        groups.setdefault(item.resource.opening, []).append(localised(item.resource.name))
    return [
        (
            ", ".join(names) if len(groups) > 1 else "",
            [sentence(message) for message in opening_in_words(rules)],
        )
        for rules, names in groups.items()
    ]
