"""Packages worth offering: the firm's windows by rank, then the earliest, then the cheapest."""

from __future__ import annotations

from decimal import Decimal
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

from livinglab.domain.pricing import estimate
from livinglab.services.choices import Choice, nearest
from livinglab.services.placement import resources_for, stays_in, triggers_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date

    from livinglab.db.tables import Pilot
    from livinglab.services.availability import Finder
    from livinglab.services.places import PlacedResource

LOOKED_AT = 200
"""Starts of one window that are looked at: more would not be told apart."""
Package = tuple[Choice, ...]


def packages(
    finder: Finder,
    pilot: Pilot,
    stays: Iterable[int],
    count: int,
    *,
    after: Callable[[Choice], bool] = lambda _: True,
    beside: bool = False,
) -> list[Package]:
    """Up to so many packages for these stays, none of which meets another.

    ``after`` sieves starts. With ``beside`` windows give way to the nearest other times once they
    have no more. A package has a time for every stay; where one stay has none there is no package.
    """
    streams = [list(_ranked(finder, pilot, index, count, after, beside=beside)) for index in stays]
    found: list[Package] = []
    for _ in range(count):
        package = _next(finder, pilot, streams, found)
        if package is None:
            break
        found.append(package)
    return found


def price_at(item: PlacedResource, halves: int, day: date) -> Decimal | None:
    """What a stay of so many half-days costs there by the list of that day, in euro, or None."""
    prices = item.facility.price_on(day)
    found = estimate(prices, halves) if prices and halves else None
    return found.total if found else None


def _next(
    finder: Finder, pilot: Pilot, streams: Sequence[list[Choice]], found: Sequence[Package]
) -> Package | None:
    """The best time for each stay that meets no time of the packages before, nor of this one."""
    package: list[Choice] = []
    for stream in streams:
        choice = next(
            (
                choice
                for choice in stream
                if not any(_meets(finder, pilot, choice, other) for other in package)
                and not any(
                    _same_days(choice, other) or _meets(finder, pilot, choice, other)
                    for earlier in found
                    for other in earlier
                )
            ),
            None,
        )
        if choice is None:
            return None
        package.append(choice)
    return tuple(package) if package else None


def _ranked(
    finder: Finder,
    pilot: Pilot,
    index: int,
    count: int,
    after: Callable[[Choice], bool],
    *,
    beside: bool,
) -> Iterator[Choice]:
    """Free times of a stay, best first."""
    period = pilot.periods[index]
    for window in period.windows:
        yield from islice(
            filter(after, _in_window(finder, pilot, index, (window.first, window.last))), LOOKED_AT
        )
    if beside:
        yield from filter(after, nearest(finder, pilot, index, count))


def _in_window(
    finder: Finder, pilot: Pilot, index: int, window: tuple[date, date]
) -> Iterator[Choice]:
    period = pilot.periods[index]
    triggers = triggers_of(pilot)
    asked_at = pilot.submitted_at or finder.now

    def keyed(item: PlacedResource) -> Iterator[tuple[int, Decimal, str, Choice]]:
        first = max(window[0], finder.world.first_day(item.facility, asked_at))
        for stay in stays_in(finder, item, period, (first, window[1]), triggers):
            choice = Choice(index, item, stay)
            price = price_at(item, period.halves, stay.first_day) or Decimal(0)
            yield stay.start, price, item.slug, choice

    ordered = merge(
        *(keyed(item) for item in resources_for(finder.places, period)), key=lambda row: row[:3]
    )
    return (choice for *_, choice in ordered)


def _same_days(one: Choice, other: Choice) -> bool:
    """Whether two times of one stay lie on the same days: no choice for the firm."""
    return (
        one.period == other.period
        and one.stay.start < other.stay.end
        and other.stay.start < one.stay.end
    )


def _meets(finder: Finder, pilot: Pilot, one: Choice, other: Choice) -> bool:
    """Whether both would block a resource at the same time."""
    return (
        one.stay.blocked_start < other.stay.blocked_end
        and other.stay.blocked_start < one.stay.blocked_end
        and bool(_needed(finder, pilot, one) & _needed(finder, pilot, other))
    )


def _needed(finder: Finder, pilot: Pilot, choice: Choice) -> set[int]:
    also = pilot.periods[choice.period].also
    return {item.id for item in finder.places.needed(choice.item, also, triggers_of(pilot))}
