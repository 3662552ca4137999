"""What a change of a facility touches: firm stays, open wishes, and what it must not break."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.domain.agreed import broken
from livinglab.domain.consequences import touched_stays, touched_wishes
from livinglab.domain.profile import facility_to_json
from livinglab.domain.profile.difference import changed_paths
from livinglab.services.upkeep import Upkeep
from livinglab.services.world import from_epoch

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal
    from livinglab.domain.consequences import Agreed, Wanted
    from livinglab.domain.errors import Problem
    from livinglab.domain.facility import Facility
    from livinglab.domain.messages import Message
    from livinglab.domain.policy import Wish
    from livinglab.services.places import PlacedFacility
    from livinglab.services.world import World


@dataclass(frozen=True, slots=True)
class TouchedStay:
    """A coming booking that the change touches, and why.

    Firm and title are None where the reader may not see who has the time.
    """

    ref: str
    company: str | None
    title: str | None
    resource: str
    start: datetime
    end: datetime
    why: Message


@dataclass(frozen=True, slots=True)
class TouchedWish:
    """A window of an open request (local dates, both included) that the change touches."""

    ref: str
    company: str | None
    title: str | None
    facility: str
    first: date
    last: date
    why: Message


@dataclass(frozen=True, slots=True)
class Consequences:
    """What a change touches. With something ``refused`` it cannot be saved.

    ``changed`` names the parts of the profile that differ, as dotted paths.
    """

    stays: tuple[TouchedStay, ...]
    wishes: tuple[TouchedWish, ...]
    refused: tuple[Problem, ...]
    changed: tuple[str, ...]

    @property
    def touches(self) -> bool:
        """Whether somebody's stay or wish is touched."""
        return bool(self.stays or self.wishes)


def reckon(
    session: Session,
    world: World,
    now: datetime,
    who: Principal,
    place: PlacedFacility,
    after: Facility,
) -> Consequences:
    """The consequences of describing the place as ``after``, for one reader.

    The same number of statements, however much is booked and asked for.
    """
    changed = changed_paths(facility_to_json(place.facility), facility_to_json(after))
    known = Upkeep.read(session, world, now, place.id, (place.facility, after))
    sides, moment = (known.before, known.after), int(now.timestamp())
    today = world.today(now, place.facility.zone)
    stays = touched_stays(*sides, known.coming, moment)
    wishes = touched_wishes(*sides, known.wanted, known.busy, moment, today)
    return Consequences(
        tuple(_stay(known, who, place.slug, *found) for found in stays),
        tuple(_wish(known, who, place.slug, *found) for found in wishes),
        tuple(broken(*sides, known.agreed, known.wanted, known.closed, moment)),
        changed,
    )


def _stay(known: Upkeep, who: Principal, slug: str, booking: Agreed, why: Message) -> TouchedStay:
    return TouchedStay(
        booking.ref,
        *known.named(who, booking.ref, slug),
        booking.resource,
        from_epoch(booking.start),
        from_epoch(booking.end),
        why,
    )


def _wish(
    known: Upkeep, who: Principal, slug: str, wanted: Wanted, window: Wish, why: Message
) -> TouchedWish:
    company, title = known.named(who, wanted.ref, slug)
    return TouchedWish(wanted.ref, company, title, slug, window.first, window.last, why)
