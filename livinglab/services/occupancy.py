"""Why time is not free, without telling who has it: what pages and the API show to everybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from livinglab.db.queries.occupancy import block_rows, held_rows
from livinglab.domain.availability import TOO_SOON, Taken
from livinglab.domain.messages import Localised, Message
from livinglab.domain.opening import ClosedBecause
from livinglab.domain.vocabulary import BLOCK_KINDS
from livinglab.domain.zones import midnight, zone

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from livinglab.domain.opening import ClosedReason
    from livinglab.services.availability import Finder
    from livinglab.services.places import PlacedResource

WEEKEND = frozenset({5, 6})
"""Saturday and Sunday, counted from Monday as 0."""
BLOCK_SENTENCE = "%(kind)s: %(reason)s"


@dataclass(frozen=True, slots=True)
class ClosedDates:
    """Neighbouring local dates, both included, closed for one reason."""

    first: date
    last: date
    reason: ClosedReason


def taken(
    session: Session,
    finder: Finder,
    items: Sequence[PlacedResource],
    start: datetime,
    end: datetime,
) -> dict[int, list[Taken]]:
    """What holds or closes each resource between two instants, its buffers apart, by resource id.

    Time taken at something that every booking of a resource needs as well counts as its own.
    Two statements, however many resources there are.
    """
    needed = {item.id: [n.id for n in finder.places.needed(item)] for item in items}
    ids = {key for keys in needed.values() for key in keys}
    there: dict[int, set[Taken]] = {key: set() for key in ids}
    for row in held_rows(session, ids, start, end):
        found = there[row.resource_id]
        state: Literal["firm", "tentative"] = "firm" if row.state == "firm" else "tentative"
        found.add(Taken(_epoch(row.starts_at), _epoch(row.ends_at), state))
        for edge in ((row.blocked_from, row.starts_at), (row.ends_at, row.blocked_to)):
            if edge[0] < edge[1]:
                found.add(Taken(_epoch(edge[0]), _epoch(edge[1]), "buffer"))
    blocked = {
        (row.resource_id, _epoch(row.starts_at), _epoch(row.ends_at)): block_message(
            row.kind, row.reason
        )
        for row in block_rows(session, ids, start, end)
    }
    lists = {key: sorted(found, key=lambda entry: entry[:3]) for key, found in there.items()}
    for (key, begins, ends), message in blocked.items():
        lists[key].append(Taken(begins, ends, "block", message))
    return {item: _merged(lists[key] for key in keys) for item, keys in needed.items()}


def closed_dates(
    finder: Finder,
    item: PlacedResource,
    first: date,
    last: date,
    usual: frozenset[int] = WEEKEND,
) -> Iterator[ClosedDates]:
    """Dates on which the rules close the resource, and those too soon to be asked for.

    Weekdays of ``usual`` (0 is Monday) on which it is never open are left out: pictures shade
    them. Dates that are too soon are so whatever else they are.
    """
    calendar = finder.calendar(item)
    soon = finder.world.first_day(item.facility, finder.now)
    today = finder.world.today(finder.now, item.facility.zone)
    run: ClosedDates | None = None
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        reason = calendar.closed.get(day)
        if today <= day < soon:
            reason = TOO_SOON
        elif reason and reason.code is ClosedBecause.WEEKDAY and day.weekday() in usual:
            reason = None
        if run and reason and run.reason == reason and run.last + timedelta(days=1) == day:
            run = ClosedDates(run.first, day, reason)
            continue
        if run:
            yield run
        run = ClosedDates(day, day, reason) if reason else None
    if run:
        yield run


def never_open(items: Sequence[PlacedResource]) -> frozenset[int]:
    """Weekdays (0 is Monday) on which none of the resources is open, whatever the date."""
    return frozenset(
        day
        for day in range(7)
        if not any(
            item.resource.opening.round_the_clock or item.resource.opening.week[day]
            for item in items
        )
    )


def span_of(dates: ClosedDates, zone_name: str) -> tuple[datetime, datetime]:
    """The instants from the first midnight of closed dates to the last."""
    tz = zone(zone_name)
    return midnight(dates.first, tz), midnight(dates.last + timedelta(days=1), tz)


def block_message(kind: str, reason: dict[str, str]) -> Message:
    """A block in words: its kind, and the reason where one was given."""
    name = Message(BLOCK_KINDS.get(kind, BLOCK_KINDS["closure"]))
    if not any(reason.values()):
        return name
    return Message(BLOCK_SENTENCE, {"kind": name, "reason": Localised({"en": "", **reason})})


def _merged(lists: Iterable[list[Taken]]) -> list[Taken]:
    """All of them by start; a booking of two resources at once is told once."""
    told: dict[tuple[int, int, str], Taken] = {}
    for entries in lists:
        for entry in entries:
            told.setdefault(entry[:3], entry)
    return sorted(told.values(), key=lambda entry: entry[:3])


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
