"""What a new description of a place must not break: what is booked or asked for there by name.

Buffers changed under bookings are reckoned anew; two that would come too close stand in the way.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.errors import Problem
from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from livinglab.domain.consequences import Agreed, Described, Wanted
    from livinglab.domain.facility import Facility


class Closed(NamedTuple):
    """A block of the host at a resource."""

    resource: str
    start: int
    end: int


class _Taken(NamedTuple):
    start: int
    end: int
    what: str
    moved: bool


def broken(
    before: Described,
    after: Described,
    agreed: Sequence[Agreed],
    wanted: Sequence[Wanted],
    closed: Iterable[Closed],
    now: int,
) -> list[Problem]:
    """Everything that stands in the way of the change, in the order of the document."""
    return [
        *buffers_too_close(before, after, agreed, closed, now),
        *_taken_away(before.facility, after.facility, agreed, wanted, now),
        *_links_missing(before.facility, after.facility, agreed, now),
    ]


def reblocked(
    before: Facility, after: Described, agreed: Iterable[Agreed], now: int
) -> dict[int, tuple[int, int]]:
    """What coming bookings block by the new buffers, by key; only those where that differs.

    A stay that has begun keeps what it blocks before.
    """
    found: dict[int, tuple[int, int]] = {}
    if before.stay.buffers == after.facility.stay.buffers:
        return found
    for stay in _stays(agreed):
        calendar = after.calendars.get(_main(before, stay).resource)
        for booking in stay:
            if calendar is None or booking.end <= now:
                continue
            start, end = calendar.block(booking.start, booking.end, after.facility.stay.buffers)
            span = (booking.blocked[0] if booking.start <= now else start, end)
            if span != booking.blocked:
                found[booking.key] = span
    return found


def buffers_too_close(
    before: Described,
    after: Described,
    agreed: Sequence[Agreed],
    closed: Iterable[Closed],
    now: int,
) -> Iterator[Problem]:
    """Pairs of bookings, or of a booking and a closed time, that the new buffers overlap."""
    moved = reblocked(before.facility, after, agreed, now)
    if not moved:
        return
    old, new = before.facility.stay.buffers, after.facility.stay.buffers
    field = "buffer_after" if old.after != new.after else "buffer_before"
    taken: dict[str, list[_Taken]] = defaultdict(list)
    for booking in agreed:
        span = moved.get(booking.key, booking.blocked)
        taken[booking.resource].append(_Taken(*span, booking.ref, booking.key in moved))
    for block in closed:
        taken[block.resource].append(_Taken(block.start, block.end, "", moved=False))
    told: set[tuple[str, str]] = set()
    for there in taken.values():
        for one, other in pairwise(sorted(there)):
            pair = one.what, other.what
            if one.end > other.start and (one.moved or other.moved) and pair not in told:
                told.add(pair)
                yield Problem("buffers_overlap", field, _too_close(one, other))


def _too_close(one: _Taken, other: _Taken) -> Message:
    names = [item.what or Message(N_("a closed time")) for item in (one, other)]
    return Message(
        N_(
            "%(one)s would keep its place until %(end)s, %(other)s needs it from %(start)s."
            " Move one of them, or make the buffers shorter."
        ),
        {
            "one": names[0],
            "other": names[1],
            "end": datetime.fromtimestamp(one.end, UTC),
            "start": datetime.fromtimestamp(other.start, UTC),
        },
    )


def _taken_away(
    before: Facility,
    after: Facility,
    agreed: Sequence[Agreed],
    wanted: Sequence[Wanted],
    now: int,
) -> Iterator[Problem]:
    """Resources that go, or cannot be booked any more, though somebody counts on them."""
    places = {resource.slug: index for index, resource in enumerate(after.resources)}
    for resource in before.resources:
        index = places.get(resource.slug)
        if index is not None and after.resources[index].bookable >= resource.bookable:
            continue
        field = "resources" if index is None else f"resources.{index}.bookable"
        coming = min(
            (b for b in agreed if b.resource == resource.slug and b.end > now),
            key=lambda booking: booking.start,
            default=None,
        )
        asking = next((w for w in wanted if resource.slug in {w.resource, *w.also}), None)
        if coming is not None:
            text = Message(
                N_("“%(resource)s” must stay: %(ref)s is booked there until %(end)s."),
                {
                    "resource": resource.name,
                    "ref": coming.ref,
                    "end": datetime.fromtimestamp(coming.end, UTC),
                },
            )
            yield Problem("in_use", field, text)
        elif asking is not None:
            text = Message(
                N_("“%(resource)s” must stay: %(ref)s asks for it. Answer that first."),
                {"resource": resource.name, "ref": asking.ref},
            )
            yield Problem("in_use", field, text)


def _links_missing(
    before: Facility, after: Facility, agreed: Sequence[Agreed], now: int
) -> Iterator[Problem]:
    """Links by which a coming stay would need a resource that it has not booked."""
    places = {resource.slug: index for index, resource in enumerate(after.resources)}
    told: set[tuple[str, str]] = set()
    for stay in _stays(booking for booking in agreed if booking.end > now):
        main = _main(before, stay)
        triggers = main.article.triggers()
        known = {r.slug for r in before.booked_with(main.resource, main.also, triggers)}
        held = known | {booking.resource for booking in stay}
        for needed in after.booked_with(main.resource, main.also, triggers):
            pair = main.resource, needed.slug
            if needed.slug in held or pair in told or main.resource not in places:
                continue
            told.add(pair)
            text = Message(
                N_(
                    "%(ref)s, until %(end)s, has not booked “%(resource)s”."
                    " Link it when that stay is over, or move the stay."
                ),
                {
                    "ref": main.ref,
                    "resource": needed.name,
                    "end": datetime.fromtimestamp(main.end, UTC),
                },
            )
            yield Problem("link_broken", f"resources.{places[main.resource]}.requires", text)


def _stays(agreed: Iterable[Agreed]) -> list[list[Agreed]]:
    """The bookings by the stay they belong to."""
    found: Mapping[int, list[Agreed]] = defaultdict(list)
    for booking in agreed:
        found[booking.stay].append(booking)
    return list(found.values())


def _main(facility: Facility, stay: Sequence[Agreed]) -> Agreed:
    """The booking that the others of a stay came with: the one that needs the most."""

    def needs(booking: Agreed) -> tuple[bool, int]:
        resource = facility.resource(booking.resource)
        linked = facility.booked_with(booking.resource, (), booking.article.triggers())
        return resource is not None and resource.bookable, len(linked)

    return max(stay, key=needs)
