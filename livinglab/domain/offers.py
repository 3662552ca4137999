"""Offers: how many at a time, how long they stand, and what must not overlap.

An offer is a package: one time for each stay it names, held until it expires at
:data:`CLOSES` of a working day, and never beyond the beginning of its first stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta  # dataclass users read dates at run time
from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.errors import Problem
from livinglab.domain.messages import N_, Localised, Message
from livinglab.domain.zones import zone

if TYPE_CHECKING:
    from collections.abc import Iterable

    from livinglab.domain.opening import Almanac

MOST = 3
"""Packages that may be open at a time: each keeps others out of its days."""
LONGEST = timedelta(days=60)
CLOSES = time(17)


class Proposal(NamedTuple):
    """Local dates, both included, that the firm proposes back for a stay (its number from 0)."""

    period: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Span:
    """Time that a slot of a package would block: ``[start, end)`` in epoch seconds."""

    package: int
    slot: int
    resources: frozenset[int]
    start: int
    end: int
    place: Localised


def default_expiry(
    almanac: Almanac, today: date, first_start: datetime, where: str, days: int
) -> datetime:
    """When an offer ends that nobody said more about: after so many working days at ``where``."""
    day = almanac.add_working_days(today, days)
    return min(at_closing(day, where), first_start)


def at_closing(day: date, where: str) -> datetime:
    """The instant at which offers that end on a local date end."""
    return datetime.combine(day, CLOSES, zone(where))


def expiry_fault(expires: datetime, now: datetime, first_start: datetime) -> Problem | None:
    """What is wrong with the end somebody chose, or None."""
    if expires <= now:
        text = N_("The offer would end in the past. Choose a later day.")
    elif expires > first_start:
        text = N_("The offer would end after its first stay begins. Choose an earlier day.")
    elif expires - now > LONGEST:
        text = N_("An offer holds time for %(days)s days at most. Choose an earlier day.")
        return Problem("expires_wrong", "expires_at", Message(text, {"days": LONGEST.days}))
    else:
        return None
    return Problem("expires_wrong", "expires_at", Message(text))


def overlap_faults(spans: Iterable[Span], paths: dict[tuple[int, int], str]) -> list[Problem]:
    """Slots that need a resource when another slot of these packages has it.

    ``paths`` names each slot's field. Each is told once, the later one.
    """
    ordered = sorted(spans, key=lambda span: (span.package, span.slot))
    return [
        Problem(
            "packages_overlap",
            f"{paths[span.package, span.slot]}.start",
            Message(
                N_("Two of the times offered overlap at %(place)s. Choose other days for one."),
                {"place": span.place},
            ),
        )
        for number, span in enumerate(ordered)
        if any(_meet(span, other) for other in ordered[:number])
    ]


def _meet(one: Span, other: Span) -> bool:
    return bool(one.resources & other.resources) and one.start < other.end and other.start < one.end
