"""Offers side by side in words: where, when at both clocks, until when, the price, what differs."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from flask_babel import gettext

from livinglab.domain.offers import MOST, default_expiry
from livinglab.domain.zones import local_date, zone
from livinglab.services import offered_time, rules
from livinglab.services.offers import may_offer_at
from livinglab.services.suggesting import packages, price_at
from livinglab.web import context
from livinglab.web.decision_view import choice_text, choice_value
from livinglab.web.filters import instant_text, money, sentence
from livinglab.web.pilot_view import Time, time_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from livinglab.db.tables import Booking, Offer, Pilot
    from livinglab.domain.access import Principal
    from livinglab.services.availability import Finder
    from livinglab.services.places import Places
    from livinglab.services.suggesting import Package
    from livinglab.services.world import World

STATES = {
    "open": lambda: gettext("Open"),
    "accepted": lambda: gettext("Accepted"),
    "declined": lambda: gettext("Declined"),
    "expired": lambda: gettext("Ended"),
    "withdrawn": lambda: gettext("Taken back"),
}


@dataclass(frozen=True, slots=True)
class OfferView:
    """One offer: ``about`` says what tells it from the others, ``problem`` why it cannot be had."""

    id: int
    number: int
    state: str
    label: str
    times: tuple[Time, ...]
    about: tuple[str, ...]
    price: str
    until: str
    until_iso: str
    until_there: str
    note: str
    problem: str
    by_clock: bool


def read(pilot: Pilot, found: Sequence[Offer], reader_zone: str) -> list[OfferView]:
    """Every offer of a pilot, open ones first, numbered among those made together."""
    session, now = context.session(), context.now()
    places = context.world().places(session)
    closed = offered_time.closed_since(session, found)
    totals = {offer.id: _total(pilot, offer, places) for offer in found}
    cheapest = min(
        (total for offer in found if offer.state == "open" and (total := totals[offer.id])),
        default=None,
    )
    views = [
        OfferView(
            id=offer.id,
            number=1 + sum(o.made_at == offer.made_at and o.id < offer.id for o in found),
            state=_state(offer, now),
            label=STATES[_state(offer, now)](),
            times=tuple(
                time
                for booking in _by_start(offer)
                if (time := time_of(booking, places, reader_zone)) is not None
            ),
            about=tuple(_about(pilot, offer, places, totals[offer.id], cheapest)),
            price=money(total) if (total := totals[offer.id]) is not None else "",
            until=instant_text(offer.expires_at),
            until_iso=offer.expires_at.isoformat(timespec="minutes"),
            until_there=_there(offer.expires_at, reader_zone),
            note=offer.note,
            problem=sentence(closed[offer.id]) if offer.id in closed else "",
            by_clock=offer.made_by_id is None,
        )
        for offer in found
    ]
    return sorted(views, key=lambda view: view.state != "open")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A package that could be offered, as the form shows it."""

    value: str
    times: tuple[str, ...]
    about: str
    price: str
    until: str


def suggested(finder: Finder, pilot: Pilot, who: Principal) -> list[Suggestion]:
    """Packages that this person could offer now with one click, the best first."""
    world, session, now = context.world(), context.session(), context.now()
    stays = [
        index
        for index, period in enumerate(pilot.periods)
        if period.facility is not None and may_offer_at(who, pilot, period.facility.slug)
    ]
    found = packages(finder, pilot, stays, MOST, beside=True) if stays else []
    days = rules.clocks_of(session, pilot).offer
    return [
        Suggestion(
            package_value(package),
            tuple(choice_text(choice) for choice in package),
            rank_text(pilot, package),
            package_price(pilot, package),
            instant_text(_usual_end(world, now, package, days)),
        )
        for package in found
    ]


def _usual_end(world: World, now: datetime, package: Package, days: int) -> datetime:
    first = min(package, key=lambda choice: choice.stay.start)
    where = first.item.facility.zone
    return default_expiry(world.almanac, world.today(now, where), first.slot.start, where, days)


def package_value(package: Package) -> str:
    """A package as a form sends it; read by ``web.offer_form``."""
    return ";".join(choice_value(choice) for choice in package)


def package_price(pilot: Pilot, package: Package) -> str:
    """What a package costs by the list, if it has a price."""
    prices = [
        price_at(choice.item, pilot.periods[choice.period].halves, choice.stay.first_day)
        for choice in package
    ]
    known = [price for price in prices if price is not None]
    return money(sum(known, Decimal(0))) if known else ""


def rank_text(pilot: Pilot, package: Package) -> str:
    """Which of the firm's choices a package takes up."""
    ranks = {
        _rank(pilot, choice.period, choice.stay.first_day, choice.stay.last_day)
        for choice in package
    }
    return _rank_text(ranks)


def _about(
    pilot: Pilot, offer: Offer, places: Places, total: Decimal | None, cheapest: Decimal | None
) -> Sequence[str]:
    ranks = set()
    numbers = {period.id: number for number, period in enumerate(pilot.periods)}
    for booking in offer.bookings:
        item = places.by_id.get(booking.resource_id)
        number = numbers.get(booking.period_id or 0)
        if item is not None and item.resource.bookable and number is not None:
            tz = zone(item.facility.zone)
            first, last = (local_date(m, tz) for m in (booking.starts_at, booking.ends_at))
            ranks.add(_rank(pilot, number, first, last))
    found = [_rank_text(ranks)] if ranks else []
    if total is not None and cheapest is not None and total > cheapest:
        found.append(gettext("%(price)s more than the cheapest", price=money(total - cheapest)))
    return found


def _rank(pilot: Pilot, number: int, first: date, last: date) -> int | None:
    """Which window of a stay those days lie in, from 1; None outside all."""
    windows = pilot.periods[number].windows
    return next((w.rank + 1 for w in windows if w.first <= first and last <= w.last), None)


def _rank_text(ranks: set[int | None]) -> str:
    told: str
    if None in ranks:
        told = gettext("Outside the days asked for")
    elif len(ranks) == 1:
        told = gettext("In choice %(number)s", number=next(iter(ranks)))
    else:
        listed = ", ".join(str(rank) for rank in sorted(rank for rank in ranks if rank))
        told = gettext("In choices %(numbers)s", numbers=listed)
    return told


def _state(offer: Offer, now: datetime) -> str:
    return "expired" if offer.state == "open" and offer.expires_at <= now else offer.state


def _by_start(offer: Offer) -> list[Booking]:
    return sorted(offer.bookings, key=lambda booking: (booking.starts_at, booking.id))


def _total(pilot: Pilot, offer: Offer, places: Places) -> Decimal | None:
    halves = {period.id: period.halves for period in pilot.periods}
    prices = [
        price_at(item, halves.get(booking.period_id or 0, 0), booking.starts_at.date())
        for booking in offer.bookings
        if (item := places.by_id.get(booking.resource_id)) is not None and item.resource.bookable
    ]
    known = [price for price in prices if price is not None]
    return sum(known, Decimal(0)) if known else None


def _there(moment: datetime, reader_zone: str) -> str:
    """The same moment at the reader's clock, where that differs."""
    here = zone("Europe/Helsinki")
    if moment.astimezone(here).utcoffset() == moment.astimezone(zone(reader_zone)).utcoffset():
        return ""
    city = reader_zone.rpartition("/")[2].replace("_", " ")
    when = instant_text(moment, reader_zone)
    return str(gettext("%(when)s in %(city)s", when=when, city=city))
