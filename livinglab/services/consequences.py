"""What a change of a facility touches: firm stays, open wishes, and what it must not break."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.domain.profile import facility_to_json
from livinglab.domain.profile.difference import changed_paths

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal
    from livinglab.domain.errors import Problem
    from livinglab.domain.facility import Facility
    from livinglab.domain.messages import Message
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
    """The consequences of describing the place as ``after``, for one reader."""
    changed = changed_paths(facility_to_json(place.facility), facility_to_json(after))
    return Consequences((), (), (), changed)
