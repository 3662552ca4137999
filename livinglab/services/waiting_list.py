"""The waiting list: what frees up is offered to whoever waits longest and fits, for a short time.

A job looks whenever time changes at a place that somebody waits for, and once an hour for what no
calendar tells (opening hours, the horizon). An offer is like a host's: the time is held until it is
answered or runs out; then the next in the queue gets it. Its host is told and can take it back.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from livinglab.db.locking import lock_pilot
from livinglab.db.queries import jobs as runs
from livinglab.db.queries import offers as queries
from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.domain.messages import N_, Message
from livinglab.domain.offers import default_expiry
from livinglab.domain.pilot import Action, State
from livinglab.services import bookings, moves, notices, offers, rules
from livinglab.services.availability import Finder
from livinglab.services.moves import Command
from livinglab.services.pilot import finder_for
from livinglab.services.suggesting import packages
from livinglab.services.world import from_epoch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from livinglab.db.tables import Pilot
    from livinglab.services.choices import Choice
    from livinglab.services.work import Work
    from livinglab.services.world import World

NAME = "offer-freed-time"
FOR = timedelta(minutes=1)
"""So long somebody waits before an offer: the host may take the decision back until then."""


def positions(session: Session, pilots: Iterable[Pilot]) -> dict[int, int]:
    """The place in the queue, from 1, of each of these pilots that waits, by its id.

    Those count that wait longer for one of the places at which it has a stay.
    """
    wanted = {pilot.id for pilot in pilots if pilot.state == State.WAITLISTED}
    if not wanted:
        return {}
    queue = queries.queue(session)
    return {
        key: 1 + sum(bool(there & before) for _, before in queue[:number])
        for number, (key, there) in enumerate(queue)
        if key in wanted
    }


def rows(_now: datetime) -> Select[int]:
    """The pilots that wait."""
    return queries.waiting()


def looks(session: Session, world: World, now: datetime) -> Iterator[Callable[[Work], object]]:
    """What to write: an offer to each that fits, by its place in the queue.

    No transaction is open while it searches; every offer is checked again under the lock. What has
    been looked at is noted, so that nothing is done before something changes.
    """
    since = now - FOR
    mark = queries.waiting_mark(session, since)
    if mark is None:
        return
    occurrence = f"{now:%Y-%m-%dT%HZ} {mark}"
    if runs.done(session, [(NAME, occurrence)]):
        return
    for ref in queries.waiting_refs(session, since):
        pilot = pilot_by_ref(session, ref)
        if pilot is not None and _fit(session, Finder.read(world, session, now), pilot) is not None:
            yield partial(offer_freed, ref=ref)
    yield lambda work: runs.first_claim(work.session, NAME, occurrence, now)


def offer_freed(work: Work, ref: str) -> None:
    """Offer a waiting pilot the first time that is free for all its stays, if there still is."""
    pilot = lock_pilot(work.session, ref)
    if pilot is None or pilot.state != State.WAITLISTED:
        return
    bookings.lock(work, pilot)
    found = _fit(work.session, finder_for(work, pilot), pilot)
    if found is None:
        return
    move = moves.begin(work, ref, Action.OFFER, Command(None))
    slots = tuple(choice.slot for choice in found)
    days = rules.clocks_of(work.session, pilot).waiting_offer
    made = offers.put(work, pilot, (slots,), None, days=days)
    facts = {"stays": [slot.period for slot in slots], "offers": [row.id for row in made]}
    pilot = move.finish(State.OFFERED, facts)
    offers.tell_firm(work, pilot, made, "")
    notices.to_owners(
        work,
        pilot,
        notices.Notice(
            "freed-offered",
            Message(N_("Offered from the waiting list: %(title)s"), {"title": pilot.title}),
            (
                Message(N_("Time became free, and the firm next in the queue was offered it.")),
                Message(N_("You can take the offer back on the page.")),
            ),
            with_times=True,
        ),
    )


def _fit(session: Session, finder: Finder, pilot: Pilot) -> tuple[Choice, ...] | None:
    """A free time in the windows for each stay, that leaves the firm its days to answer."""
    answered = _answered_by(finder, rules.clocks_of(session, pilot).waiting_offer)
    found = packages(finder, pilot, range(len(pilot.periods)), 1, after=answered)
    return found[0] if found else None


def _answered_by(finder: Finder, days: int) -> Callable[[Choice], bool]:
    """Whether a stay begins after an offer of it would have been answered."""

    def late_enough(choice: Choice) -> bool:
        start, where = from_epoch(choice.stay.start), choice.item.facility.zone
        today = finder.world.today(finder.now, where)
        return default_expiry(finder.world.almanac, today, start, where, days) < start

    return late_enough
