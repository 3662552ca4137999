"""Time that cannot be held because something else holds or closes it: who or what does.

Read under the resources' locks, so that what is free here stays free until the transaction ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livinglab.db.queries.places import blocks_between, bookings_between
from livinglab.domain.errors import SlotTaken
from livinglab.domain.messages import N_, Localised, Message
from livinglab.services.world import from_epoch

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime

    from livinglab.services.placement import Placement
    from livinglab.services.work import Work


def refuse_given_away(work: Work, row: Mapping[str, Any], own: Collection[int]) -> None:
    """Refuse to hold what a booking held before (its row) when it is another's by now, by name.

    Raises:
        SlotTaken: it is, or it is closed.
    """
    span = (row["blocked_from"], row["blocked_to"])
    for booking in bookings_between(work.session, [row["resource_id"]], *span):
        if booking.id not in own:
            raise SlotTaken(
                Message(
                    N_("The time is taken: %(company)s (%(ref)s) holds it since %(when)s."),
                    {
                        "company": booking.pilot.company.name,
                        "ref": booking.pilot.ref,
                        "when": booking.changed_at,
                    },
                )
            )
    refuse_closed(work, [row["resource_id"]], *span)


def refuse_taken(work: Work, placement: Placement, own: Iterable[int]) -> None:
    """Refuse a placement that meets bookings other than those of the ids ``own``, or closed time.

    Raises:
        SlotTaken: it does.
    """
    names = {item.id: item.resource.name for item in placement.needed}
    ids = list(names)
    start, end = from_epoch(placement.stay.blocked_start), from_epoch(placement.stay.blocked_end)
    mine = set(own)
    for booking in bookings_between(work.session, ids, start, end):
        if booking.id not in mine:
            raise SlotTaken(
                Message(
                    N_("Taken: another booking holds %(place)s from %(start)s to %(end)s."),
                    {
                        "place": names[booking.resource_id],
                        "start": booking.blocked_from,
                        "end": booking.blocked_to,
                    },
                )
            )
    refuse_closed(work, ids, start, end)


def refuse_closed(work: Work, ids: Collection[int], start: datetime, end: datetime) -> None:
    """Refuse time that is closed.

    Raises:
        SlotTaken: it is; the sentence says why.
    """
    for block in blocks_between(work.session, ids, start, end):
        raise SlotTaken(
            Message(
                N_("Closed from %(start)s to %(end)s: %(reason)s."),
                {
                    "reason": Localised(block.reason),
                    "start": block.starts_at,
                    "end": block.ends_at,
                },
            )
        )
