"""Whom a new description of a place touches: coming stays and open wishes, each with the reason.

Pure: calendars, taken time and what was agreed are given in. Instants are epoch seconds. Only what
gets worse counts; time that has passed does not.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date  # noqa: TC003  # read at run time by dataclass users
from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.availability import OUTSIDE_HOURS
from livinglab.domain.calendar import Busy, Stay, closed_beside
from livinglab.domain.fit import Verdict, reasons
from livinglab.domain.gates import papers_asked, required
from livinglab.domain.lengths import halves_taken, length_fits, long_enough
from livinglab.domain.messages import N_, Message, Quantity
from livinglab.domain.pricing import estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from decimal import Decimal

    from livinglab.domain.article import TestArticle
    from livinglab.domain.calendar import Length, OpenCalendar
    from livinglab.domain.facility import Facility
    from livinglab.domain.policy import Wish

BY_DAY = "%(day)s: %(reason)s"


@dataclass(frozen=True, slots=True)
class Described:
    """A place under one description: its rules, each resource's open days, and its notice.

    ``first_day`` gives the first date a request sent on a date may begin.
    """

    facility: Facility
    calendars: Mapping[str, OpenCalendar]
    first_day: Callable[[date], date]


@dataclass(frozen=True, slots=True)
class Agreed:
    """A booking that holds time at a resource, for a stay of a pilot.

    ``blocked`` is the time with its buffers; ``papers`` are handed in, ``gates`` (roles) opened.
    """

    key: int
    ref: str
    stay: int
    resource: str
    start: int
    end: int
    blocked: tuple[int, int]
    length: Length
    article: TestArticle
    also: tuple[str, ...] = ()
    papers: frozenset[str] = frozenset()
    gates: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Wanted:
    """A stay asked for that holds no time yet; ``asked_on`` is the date it was sent."""

    ref: str
    resource: str | None
    length: Length
    article: TestArticle
    windows: tuple[Wish, ...]
    asked_on: date
    also: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    papers: frozenset[str] = frozenset()
    gates: frozenset[str] = frozenset()


class Shut(NamedTuple):
    """A date of a stay that was open and is not any more, or not for as long."""

    day: date
    reason: Message


def newly_closed(before: OpenCalendar, after: OpenCalendar, start: int, end: int) -> Shut | None:
    """The first time in ``[start, end)`` that was open before and is closed after, or None."""
    left = Busy(span for day in after.days for span in day.spans)
    index = max(0, bisect_right(before.days, start, key=lambda day: day.start) - 1)
    for day in before.days[index:]:
        if day.start >= end:
            return None
        for opens, closes in day.spans:
            span = max(opens, start), min(closes, end)
            if span[0] < span[1] and not _within(left, *span):
                reason = after.closed.get(day.date, OUTSIDE_HOURS)
                return Shut(day.date, reason.message)
    return None


def _within(time: Busy, start: int, end: int) -> bool:
    """Whether all of ``[start, end)`` lies in one stretch of ``time``."""
    index = bisect_right(time.starts, start) - 1
    return index >= 0 and end <= time.ends[index]


def touched_stays(
    before: Described, after: Described, agreed: Iterable[Agreed], now: int
) -> Iterator[tuple[Agreed, Message]]:
    """Every booking that the change touches, once for each reason.

    What concerns the whole stay is told at the first of its bookings.
    """
    told: set[int] = set()
    for booking in agreed:
        resource = before.facility.resource(booking.resource)
        if resource is None or not resource.bookable:
            continue
        if booking.resource in after.calendars:
            calendars = before.calendars[booking.resource], after.calendars[booking.resource]
            shut = newly_closed(*calendars, max(booking.start, now), booking.end)
            if shut is not None:
                yield booking, Message(BY_DAY, {"day": shut.day, "reason": shut.reason})
        if booking.stay not in told:
            told.add(booking.stay)
            for why in _whole_stay(before, after, booking):
                yield booking, why


def _whole_stay(before: Described, after: Described, booking: Agreed) -> Iterator[Message]:
    if _length_ok(before, booking) and not _length_ok(after, booking):
        yield _lengths_now(after.facility)
    yield from _asked_newly(before.facility, after.facility, booking)


def _length_ok(side: Described, booking: Agreed) -> bool:
    rules, length = side.facility.stay, booking.length
    calendar = side.calendars.get(booking.resource)
    if length.halves or calendar is None:
        return length_fits(rules, length)
    index = bisect_right(calendar.days, booking.start, key=lambda day: day.start) - 1
    if index < 0:
        return True
    day = calendar.days[index].date
    span = booking.start, booking.end
    return long_enough(rules, calendar, length, Stay(*span, *span, day, day))


def _lengths_now(facility: Facility) -> Message:
    taken = halves_taken(facility.stay)
    if taken is None:
        return Message(N_("No length of stay is possible here any more."))
    least, most = Quantity(taken.least / 2, "d"), Quantity(taken.most / 2, "d")
    step = Quantity(facility.stay.step_halves / 2, "d")
    return Message(
        N_("Stays here would last %(least)s to %(most)s, in steps of %(step)s."),
        {"least": least, "most": most, "step": step},
    )


def _asked_newly(before: Facility, after: Facility, case: Agreed | Wanted) -> Iterator[Message]:
    """Limits the article breaks only now, and papers and deciders asked for only now."""
    known = {(r.code, r.verdict) for r in reasons(case.article, before)}
    for reason in reasons(case.article, after):
        fresh = (reason.code, reason.verdict) not in known
        if fresh and reason.verdict is not Verdict.YES:
            yield reason.message
    triggers = case.article.triggers()
    asked = {paper.code for paper in papers_asked(before, triggers)} | case.papers
    for paper in papers_asked(after, triggers):
        if paper.code not in asked:
            yield Message(N_("Another paper would be asked for: %(paper)s."), {"paper": paper.name})
    deciding = {gate.role for gate in required(before, triggers)} | case.gates
    for gate in required(after, triggers):
        if gate.role not in deciding:
            text = N_("Somebody else would decide too: %(title)s.")
            yield Message(text, {"title": gate.title})


def touched_wishes(
    before: Described,
    after: Described,
    wanted: Iterable[Wanted],
    busy: Mapping[str, Busy],
    now: int,
    today: date,
) -> Iterator[tuple[Wanted, Wish, Message]]:
    """Every open wish that the change touches, once for each reason.

    What concerns the whole stay is told with its first window that is not over.
    """
    for wish in wanted:
        ahead = [window for window in wish.windows if window.last >= today]
        if not ahead:
            continue
        for why in _whole_wish(before, after, wish, ahead[0]):
            yield wish, ahead[0], why
        if not length_fits(after.facility.stay, wish.length):
            continue
        for window in ahead:
            if _feasible(before, wish, window, busy, now) and not _feasible(
                after, wish, window, busy, now
            ):
                text = N_("No stay of that length could be had in these days any more.")
                yield wish, window, Message(text)


def _whole_wish(
    before: Described, after: Described, wish: Wanted, first: Wish
) -> Iterator[Message]:
    old, new = before.facility, after.facility
    if length_fits(old.stay, wish.length) and not length_fits(new.stay, wish.length):
        yield _lengths_now(new)
    yield from _asked_newly(old, new, wish)
    named = old.resource(wish.resource or "")
    there = new.resource(wish.resource or "")
    if named is not None and named.bookable and (there is None or not there.bookable):
        yield Message(N_("“%(resource)s” could not be booked any more."), {"resource": named.name})
    kept = {capability.code for capability in new.capabilities}
    for capability in old.capabilities:
        if capability.code in wish.capabilities and capability.code not in kept:
            text = N_("“%(capability)s” would not be offered any more.")
            yield Message(text, {"capability": capability.name})
    costs = [_cost(side, wish.length, first.first) for side in (old, new)]
    if costs[0] != costs[1]:
        yield _price(costs[0], costs[1])


def _cost(facility: Facility, length: Length, day: date) -> Decimal | None:
    prices = facility.price_on(day)
    if prices is None or not length.halves:
        return None
    found = estimate(prices, length.halves)
    return None if found is None else found.total


def _price(before: Decimal | None, after: Decimal | None) -> Message:
    if after is None:
        return Message(N_("There would be no price for a stay of that length."))
    if before is None:
        return Message(N_("The stay would cost %(after)s."), {"after": after})
    return Message(
        N_("The stay would cost %(after)s instead of %(before)s."),
        {"before": before, "after": after},
    )


def _feasible(
    side: Described, wish: Wanted, window: Wish, busy: Mapping[str, Busy], now: int
) -> bool:
    """Whether a stay of the wished length can be had in the window."""
    rules, first = side.facility.stay, max(window.first, side.first_day(wish.asked_on))
    for resource in side.facility.resources:
        if not resource.bookable or wish.resource not in {None, resource.slug}:
            continue
        calendar = side.calendars[resource.slug]
        taken = _taken(side, resource.slug, wish, busy)
        for stay in calendar.stays(wish.length, taken, rules.buffers, (first, window.last)):
            if stay.start >= now and long_enough(rules, calendar, wish.length, stay):
                return True
    return False


def _taken(side: Described, slug: str, wish: Wanted, busy: Mapping[str, Busy]) -> Busy:
    one, *others = side.facility.booked_with(slug, wish.also, wish.article.triggers())
    calendars = [
        side.calendars[other.slug]
        for other in others
        if other.bookable and other.opening != one.opening
    ]
    free = Busy()
    return busy.get(slug, free).union(
        *(busy.get(other.slug, free) for other in others),
        closed_beside(side.calendars[slug], calendars),
    )
