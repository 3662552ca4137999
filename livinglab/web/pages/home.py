"""The front page: one question, what the place offers, and how asking goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template, url_for

from livinglab.adapters import written
from livinglab.services import catalogue, rules
from livinglab.services.availability import Finder
from livinglab.services.catalogue import Search
from livinglab.web import context
from livinglab.web.access import public
from livinglab.web.cards import cards
from livinglab.web.drawing.coast import Spot, coast
from livinglab.web.filters import localised
from livinglab.web.language import language

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from decimal import Decimal

    from livinglab.domain.facility import Facility

pages = Blueprint("home", __name__)
SOONEST = 4
"""Places shown by name."""
MONTHS = 6
"""Months offered to begin in."""
DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Offer:
    """What the place offers, counted from its facilities.

    ``shortest`` and ``longest`` stay in half-days; ``price`` in euro, VAT 0 %, for the
    ``price_halves`` half-days it buys.
    """

    facilities: int
    resources: int
    shortest: int
    longest: int
    price: Decimal | None
    price_halves: int


@pages.get("/")
@public()
def front() -> str:
    """What the living lab is, and where to begin."""
    finder = Finder.read(context.world(), context.session(), context.now())
    today = finder.world.today(finder.now)
    result = catalogue.search(finder, Search())
    facilities = [entry.place.facility for entry in result.found]
    free = [entry for entry in result.found if entry.slot][:SOONEST]
    return render_template(
        "home/front.html",
        offer=_offer(facilities, len(finder.places.bookable()), today),
        soonest=cards(finder, free, Search(), photos=False),
        months=_months(today),
        ideas=sorted(localised(n) for n in catalogue.capabilities(finder.places).values()),
        common=_common(facilities),
        towns=_towns(facilities),
        coast=coast(_spot(facility) for facility in facilities),
        promised=rules.current(context.session()).book.clocks,
    )


def _offer(facilities: Sequence[Facility], resources: int, today: date) -> Offer:
    lists = [prices for f in facilities if (prices := f.price_on(today)) is not None]
    halves = [p.half_day for p in lists if p.half_day is not None]
    return Offer(
        facilities=len(facilities),
        resources=resources,
        shortest=min((f.stay.min_halves for f in facilities), default=0),
        longest=max((f.stay.max_halves for f in facilities), default=0),
        price=min(halves or [p.day for p in lists], default=None),
        price_halves=1 if halves else 2,
    )


def _months(today: date) -> list[tuple[str, str]]:
    """This month and those that follow, as an address and as people write them."""
    found = []
    month = today.replace(day=1)
    for _ in range(MONTHS):
        found.append((f"{month:%Y-%m}", written.month(month, language())))
        over = month.month == DECEMBER
        month = month.replace(year=month.year + over, month=1 if over else month.month + 1)
    return found


def _common(facilities: Sequence[Facility]) -> list[tuple[str, str]]:
    """The first thing each of a few places tests, as an example of a search."""
    return [
        (f.capabilities[0].code, localised(f.capabilities[0].name))
        for f in facilities
        if f.capabilities
    ][:5]


def _towns(facilities: Sequence[Facility]) -> list[tuple[str, list[Facility]]]:
    """Facilities by municipality, the one with most of them first."""
    towns: dict[str, list[Facility]] = {}
    for facility in facilities:
        towns.setdefault(facility.municipality, []).append(facility)
    return sorted(towns.items(), key=lambda town: (-len(town[1]), town[0]))


def _spot(facility: Facility) -> Spot:
    return Spot(
        facility.latitude,
        facility.longitude,
        localised(facility.name),
        facility.municipality,
        url_for("facility.detail", slug=facility.slug),
        url_for("catalogue.listing", municipality=facility.municipality),
    )
