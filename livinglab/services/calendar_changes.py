"""Which bookings changed as calendars see them: what CalDAV's sync tokens count (RFC 6578).

Rows are written last in a transaction, behind the lock of the audit chain's head: of two made side
by side the one with the lower number is committed first. Otherwise a program that has read the
higher one would never be told of the other.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, insert, select

from livinglab.db.queries import audit as chain
from livinglab.db.tables import Booking, CalendarChange

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.orm import Session

    from livinglab.db.tables import Pilot
    from livinglab.domain.retention import Keep
    from livinglab.services.work import Work

TOKENS_LAST = timedelta(days=30)
"""A program that did not ask for so long reads everything anew."""
KEPT = TOKENS_LAST + timedelta(days=2)
"""A token names a day, and tells of the changes in it."""


def note(
    work: Work,
    pilot: Pilot,
    bookings: Iterable[int],
    facilities: Collection[int],
    *,
    held: bool = False,
) -> None:
    """Remember to write down that bookings of the pilot changed for these facilities (ids).

    ``held``: their time is or was there; else people there only see the pilot.
    """
    for booking in bookings:
        for facility in facilities:
            key = (booking, facility)
            work.changes[key] = (pilot.company_id, held or work.changes.get(key, (0, False))[1])


def write(work: Work) -> None:
    """Write what was noted, once for each booking and facility; the last thing before the commit.

    Bookings of a part that was rolled back are none of it.
    """
    if not work.changes:
        return
    session = work.session
    chain.advance(session, 0)
    there = set(
        session.scalars(select(Booking.id).where(Booking.id.in_({b for b, _ in work.changes})))
    )
    rows = [
        {
            "booking_id": booking,
            "facility_id": facility,
            "company_id": company,
            "held": held,
            "at": work.now,
        }
        for (booking, facility), (company, held) in sorted(work.changes.items())
        if booking in there
    ]
    work.changes.clear()
    if rows:
        session.execute(insert(CalendarChange), rows)


def old(_session: Session, _keep: Keep, now: datetime) -> Select[int]:
    """Rows that no token asks for any more; how long is no setting.

    The newest of each facility and company stays: from it is told that nothing changed since.
    """
    newest = func.max(CalendarChange.id)
    return select(CalendarChange.id).where(
        CalendarChange.at < now - KEPT,
        CalendarChange.id.not_in(select(newest).group_by(CalendarChange.facility_id)),
        CalendarChange.id.not_in(select(newest).group_by(CalendarChange.company_id)),
    )
