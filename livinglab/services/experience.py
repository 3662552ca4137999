"""What a facility has shown: how soon it answers, what was tested there, and what is like it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from livinglab.db.queries import experience as queries
from livinglab.domain.experience import Finished, Tally, tally
from livinglab.domain.figures import AnswerTimes, answer_times
from livinglab.domain.likeness import Like, similar
from livinglab.domain.zones import local_date, zone

if TYPE_CHECKING:
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.services.places import PlacedFacility, Places
    from livinglab.services.world import World

ONE_YEAR = timedelta(days=365)


class Answered(NamedTuple):
    """Local dates on which a request was sent first and answered first."""

    sent_on: date
    answered_on: date


@dataclass(frozen=True, slots=True)
class Experience:
    """First answers to the requests of the last twelve months, and all finished pilots."""

    answers: AnswerTimes
    tests: Tally


def read(session: Session, world: World, now: datetime, place: PlacedFacility) -> Experience:
    """What the facility has shown until now; two statements."""
    tz = zone(place.facility.zone)
    answers = (
        Answered(local_date(row.sent_at, tz), local_date(row.answered_at, tz))
        for row in queries.first_answers(session, place.id, now - ONE_YEAR)
    )
    tests = (
        Finished(row.kind or "other", tuple(row.focus_areas), local_date(row.ended_at, tz).year)
        for row in queries.finished(session, place.id)
    )
    return Experience(answer_times(answers, world.almanac), tally(tests))


def near(places: Places, place: PlacedFacility) -> list[Like]:
    """Published facilities that are like this one, the nearest first."""
    return similar(place.facility, (other.facility for other in places.published.values()))


def next_place(places: Places, place: PlacedFacility) -> PlacedFacility | None:
    """Where a pilot that worked here goes at the next larger scale, if that is published."""
    return places.published.get(place.facility.next_place)
