"""Offers in the API: what comes with one and with its answer, and how a pilot tells its offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from livinglab.domain.instants import instant_of
from livinglab.domain.messages import N_
from livinglab.domain.offers import MOST, Proposal
from livinglab.domain.reading import Node
from livinglab.domain.request_json import PERIOD_LIMIT, WINDOW_LIMIT
from livinglab.domain.zones import local_date, zone
from livinglab.services.suggesting import price_at
from livinglab.web.api.reading import LARGEST_ID
from livinglab.web.api.telling import maybe_when, when
from livinglab.web.filters import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Any

    from livinglab.db.tables import Booking, Offer, Period, Pilot
    from livinglab.domain.messages import Message
    from livinglab.services.availability import Finder
    from livinglab.services.placement import ChosenSlot
    from livinglab.web.api.schemas.offers import OfferedStayJson, OfferJson

NAMES = ("packages", "expires_at", "offer", "windows", "without_declined")
"""Fields of a move's body that are read here."""
MOST_WINDOWS = PERIOD_LIMIT * WINDOW_LIMIT


def given(node: Node, slot: Callable[[Node], ChosenSlot | None]) -> dict[str, Any]:
    """Those fields of a body, as a command takes them."""
    return {
        "packages": tuple(
            tuple(found for found in package if found is not None)
            for package in _few(node["packages"], MOST).each(
                lambda entry: _few(entry, PERIOD_LIMIT).each(slot)
            )
        ),
        "expires_at": node["expires_at"].maybe(instant_of),
        "offer": node["offer"].maybe(lambda n: n.whole(1, LARGEST_ID)),
        "windows": tuple(
            found
            for found in _few(node["windows"], MOST_WINDOWS).each(_proposal)
            if found is not None
        ),
        "without_declined": node["without_declined"].maybe(Node.flag) or False,
    }


def tell(
    finder: Finder, pilot: Pilot, offers: Iterable[Offer], closed: Mapping[int, Message]
) -> list[OfferJson]:
    """Those of the offers that are the pilot's; ``closed``: why some cannot be had, by id."""
    mine = (offer for offer in offers if offer.pilot_id == pilot.id)
    return [_offer(finder, pilot, offer, closed.get(offer.id)) for offer in mine]


def _offer(finder: Finder, pilot: Pilot, offer: Offer, closed: Message | None) -> OfferJson:
    stays = [
        told
        for booking in sorted(offer.bookings, key=lambda b: (b.starts_at, b.id))
        if (told := _stay(finder, pilot, booking)) is not None
    ]
    prices = [stay["price"] for stay in stays if stay["price"] is not None]
    return {
        "id": offer.id,
        "state": cast(
            "Literal['open', 'accepted', 'declined', 'expired', 'withdrawn']", offer.state
        ),
        "note": offer.note,
        "made_at": when(offer.made_at),
        "made_by": "clock" if offer.made_by_id is None else "host",
        "expires_at": when(offer.expires_at),
        "answered_at": maybe_when(offer.answered_at),
        "stays": stays,
        "price": sum(prices) if prices else None,
        "problem": None if closed is None else sentence(closed),
    }


def _stay(finder: Finder, pilot: Pilot, booking: Booking) -> OfferedStayJson | None:
    item = finder.places.by_id.get(booking.resource_id)
    if item is None or not item.resource.bookable:
        return None
    numbers: dict[int, tuple[int, Period]] = {
        period.id: (number, period) for number, period in enumerate(pilot.periods)
    }
    number, period = numbers.get(booking.period_id or 0, (None, None))
    day = local_date(booking.starts_at, zone(item.facility.zone))
    price = price_at(item, period.halves, day) if period is not None else None
    return {
        "period": number,
        "resource": item.slug,
        "facility": item.place.slug,
        "start": when(booking.starts_at, item.facility.zone),
        "end": when(booking.ends_at, item.facility.zone),
        "price": None if price is None else float(price),
    }


def _proposal(raw: Node) -> Proposal | None:
    node = raw.record(("period", "start", "end"))
    period = node["period"].whole(0, PERIOD_LIMIT - 1)
    first, last = node["start"].day(), node["end"].maybe(Node.day)
    return None if first is None else Proposal(period, first, last or first)


def _few(node: Node, limit: int) -> Node:
    if isinstance(node.value, list) and len(node.value) > limit:
        node.refuse(
            "too_many",
            N_("“%(field)s” has more than %(limit)s entries. Shorten it."),
            limit=limit,
        )
        return Node(None, node.path, node.labels, node.faults)
    return node
