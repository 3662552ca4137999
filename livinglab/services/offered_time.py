"""Whether offered time can still be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.db.queries.places import blocks_between
from livinglab.domain.messages import N_, Localised, Message

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Offer


def closed_since(session: Session, offers: Iterable[Offer]) -> dict[int, Message]:
    """Why an open offer cannot be had any more, by its id: a host has closed its time since."""
    held = [(offer.id, b) for offer in offers if offer.state == "open" for b in offer.bookings]
    if not held:
        return {}
    blocks = blocks_between(
        session,
        {booking.resource_id for _, booking in held},
        min(booking.blocked_from for _, booking in held),
        max(booking.blocked_to for _, booking in held),
    )
    return {
        key: Message(
            N_("Closed from %(start)s to %(end)s: %(reason)s."),
            {"reason": Localised(block.reason), "start": block.starts_at, "end": block.ends_at},
        )
        for block in blocks
        for key, booking in held
        if block.resource_id == booking.resource_id
        and block.starts_at < booking.blocked_to
        and booking.blocked_from < block.ends_at
    }
