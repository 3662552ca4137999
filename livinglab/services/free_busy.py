"""When a facility is free and busy, for everybody to read, where its host says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.adapters import ics
from livinglab.db.queries.free_busy import TakenRow, taken
from livinglab.domain.errors import NotFound
from livinglab.domain.interval import Interval
from livinglab.domain.zones import midnight, zone
from livinglab.services.feeds import AHEAD

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.services.world import World


def of_facility(session: Session, world: World, now: datetime, slug: str, language: str) -> bytes:
    """Taken and closed time from today on, one VFREEBUSY for each bookable resource.

    Nothing in it tells more than the times: its stamp is the day, not when anything changed.

    Raises:
        NotFound: there is no such published facility, or its host keeps its times.
    """
    places = world.places(session)
    place = places.published.get(slug)
    if place is None or not place.facility.free_busy_public:
        raise NotFound
    dawn = midnight(world.today(now, place.facility.zone), zone(place.facility.zone))
    window, items = Interval.of(dawn, dawn + AHEAD), places.bookable(slug)
    rows = taken(session, [item.id for item in items], window.start, window.end)
    return ics.published(
        ics.render_freebusy(
            _of(rows, item.id, closed=False),
            window,
            closed=_of(rows, item.id, closed=True),
            uid=f"freebusy-{item.slug}@{world.host}",
            stamp=window.start,
            url=f"{world.base_url.rstrip('/')}/facilities/{slug}.ifb",
            organizer=world.mail_address,
            comment=item.resource.name.get(language),
        )
        for item in items
    )


def _of(rows: Iterable[TakenRow], resource_id: int, *, closed: bool) -> list[Interval]:
    return [
        Interval(row.starts_at, row.ends_at)
        for row in rows
        if (row.resource_id, row.closed) == (resource_id, closed)
    ]
