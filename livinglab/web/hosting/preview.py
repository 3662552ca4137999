"""What hours would mean: the next twelve weeks drawn with rules that are not saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.services.trial import tried
from livinglab.web import strips
from livinglab.web.hosting.facts import Fact, facts

if TYPE_CHECKING:
    from datetime import date

    from livinglab.domain.facility import Facility
    from livinglab.services.availability import Finder
    from livinglab.services.places import PlacedResource

HOUR = timedelta(hours=1).total_seconds()


@dataclass(frozen=True, slots=True)
class Preview:
    """Twelve weeks, the rules in words, and open days and hours in them, now and as typed.

    ``touched`` says how many stays and wishes saving would touch.
    """

    strip: strips.Strip
    shaded: str
    rules: list[Fact]
    days: int
    hours: float
    days_now: int
    hours_now: float
    touched: str


def preview(finder: Finder, facility: Facility, touched: str) -> Preview:
    """The preview of a facility as typed; the one of that slug is how it is stored."""
    trial = tried(finder, facility)
    items = trial.places.bookable(facility.slug)
    first, last = strips.range_of(trial, items[0])
    days, hours = _open(trial, items, first, last)
    days_now, hours_now = _open(finder, finder.places.bookable(facility.slug), first, last)
    return Preview(
        strips.strip(trial, items),
        strips.shading(items),
        facts(facility, "hours"),
        days,
        hours,
        days_now,
        hours_now,
        touched,
    )


def _open(
    finder: Finder, items: list[PlacedResource], first: date, last: date
) -> tuple[int, float]:
    """Dates on which any space is open, and the open hours of all spaces together."""
    found = [
        day for item in items for day in finder.calendar(item).days if first <= day.date <= last
    ]
    seconds = sum(end - start for day in found for start, end in day.spans)
    return len({day.date for day in found}), seconds / HOUR
