"""A place as lists show it: plate, facts, twelve weeks, first free day, price."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import gettext

from livinglab.adapters import written
from livinglab.db.queries.photos import first_photos
from livinglab.domain.messages import Message
from livinglab.domain.vocabulary import FACILITY_KINDS
from livinglab.services import catalogue
from livinglab.web import context, place_words, strips
from livinglab.web.asked import days_text
from livinglab.web.drawing.plate import Place, Plate, plate
from livinglab.web.filters import date_text, duration, localised, sentence
from livinglab.web.language import language
from livinglab.web.needs import answer_lines
from livinglab.web.photo_view import shown

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from livinglab.db.tables import Photo
    from livinglab.domain.facility import Facility
    from livinglab.services.availability import Finder
    from livinglab.services.catalogue import Found, Search
    from livinglab.services.places import PlacedResource
    from livinglab.web.drawing.drawn import Drawing
    from livinglab.web.needs import Line
    from livinglab.web.photo_view import Shown


@dataclass(frozen=True, slots=True)
class Card:
    """Everything a card or a row of the table says."""

    facility: Facility
    kind: str
    plate: Plate
    power: str
    network: str
    strip: Drawing
    strip_from: str
    strip_to: str
    resource: str
    free_label: str
    free: str
    price: Decimal | None
    href: str
    answers: tuple[Line, ...]
    photo: Shown | None


def cards(
    finder: Finder, found: Sequence[Found], wanted: Search, *, photos: bool = True
) -> list[Card]:
    """The places with their drawings and photos; three statements, however many there are.

    Without ``photos`` each has its plate, which weighs next to nothing.
    """
    items = [
        entry.slot.resource if entry.slot else finder.places.bookable(entry.place.slug)[0]
        for entry in found
    ]
    drawings = strips.minis(finder, items)
    ids = [entry.place.id for entry in found] if photos else []
    first = first_photos(context.session(), ids)
    return [
        _card(finder, entry, wanted, item, drawings[item.slug], first.get(entry.place.id))
        for entry, item in zip(found, items, strict=True)
    ]


def picture(facility: Facility, *, wide: bool = False) -> Plate:
    """The plate of a facility from its typed numbers."""
    width, height = facility.door_m or (None, None)
    return plate(
        Place(
            facility.kind,
            width,
            height,
            facility.crane_t,
            facility.floor_kpa,
            facility.area_m2,
        ),
        wide=wide,
    )


def kind_name(facility: Facility) -> str:
    """What kind of place it is: lab, hall, sea area."""
    return sentence(Message(FACILITY_KINDS[facility.kind]))


def _card(
    finder: Finder,
    entry: Found,
    wanted: Search,
    item: PlacedResource,
    drawing: Drawing,
    photo: Photo | None,
) -> Card:
    facility, slot = entry.place.facility, entry.slot
    length = wanted.length or catalogue.usual_length(facility)
    first, last = strips.range_of(finder, item)
    prices = facility.price_on(finder.world.today(finder.now, facility.zone))
    link: dict[str, Any] = {"slug": facility.slug}
    if slot and wanted.asks_for_time:
        link |= {"from": slot.stay.first_day.isoformat(), "days": days_text(length)}
    return Card(
        facility=facility,
        kind=kind_name(facility),
        plate=picture(facility),
        power=place_words.best_power(facility),
        network=localised(facility.networks[0]) if facility.networks else "–",
        strip=drawing,
        strip_from=written.day_and_month(first, language()),
        strip_to=written.day_and_month(last, language()),
        resource=localised(item.resource.name),
        free_label=gettext("First free day")
        if length.halves == catalogue.DAY
        else gettext("First free: %(length)s", length=duration(length.halves)),
        free=date_text(slot.stay.first_day) if slot else gettext("None in sight"),
        price=prices.day if prices else None,
        href=url_for("facility.detail", **link),
        answers=answer_lines(finder, entry.place, wanted.needs),
        photo=shown(photo) if photo else None,
    )
