"""Reads behind CalDAV. Who may see what is part of each query: that of feeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select, true

from livinglab.db.queries.feeds import shown
from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import Booking, CalendarChange, CalendarText, Facility, Gate, Pilot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal

MANY = 500
"""Names in one statement."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose calendar, at which facility (None: anywhere), in which language, over what time."""

    who: Principal
    facility_id: int | None
    language: str
    since: datetime
    until: datetime

    @property
    def everywhere(self) -> bool:
        """Whether the person sees pilots of facilities at which they hold no role."""
        return self.who.sees_all_pilots or bool(self.who.global_gate_roles)


Row = tuple[str, str, "datetime"]
"""UID, the event's text, when it last changed."""


def objects(
    session: Session,
    scope: Scope,
    *,
    start: datetime | None = None,
    end: datetime | None = None,
) -> list[Row]:
    """The calendar's events that overlap a time, by start."""
    query = _texts(scope)
    if start is not None:
        query = query.where(Booking.ends_at > start)
    if end is not None:
        query = query.where(Booking.starts_at < end)
    return [(uid, text, at) for uid, text, at in session.execute(query)]


def named(session: Session, scope: Scope, uids: Iterable[str]) -> dict[str, Row]:
    """Those of these UIDs that are in the calendar."""
    wanted = sorted(set(uids))
    found: dict[str, Row] = {}
    for first in range(0, len(wanted), MANY):
        query = _texts(scope).where(Booking.uid.in_(wanted[first : first + MANY]))
        found |= {uid: (uid, text, at) for uid, text, at in session.execute(query)}
    return found


def busy(
    session: Session, scope: Scope, start: datetime, end: datetime
) -> list[tuple[str, datetime, datetime]]:
    """State, start and end of what holds time then."""
    query = _texts(scope).where(
        Booking.ends_at > start, Booking.starts_at < end, Booking.state != "released"
    )
    columns = (Booking.state, Booking.starts_at, Booking.ends_at)
    return [(state, a, b) for state, a, b in session.execute(query.with_only_columns(*columns))]


def newest(session: Session, scope: Scope) -> int:
    """Number of the last change that may concern the calendar; 0 before the first."""
    last = func.max(CalendarChange.id)
    if not scope.who.is_host:
        query = select(last).where(CalendarChange.company_id == scope.who.organisation_id)
    elif scope.facility_id is not None:
        query = select(last).where(CalendarChange.facility_id == scope.facility_id)
    elif scope.everywhere:
        query = select(last)
    else:  # one step into the index for each facility
        each = (
            select(last).where(CalendarChange.facility_id == Facility.id).scalar_subquery()
        ).label("last")
        own = select(each).where(Facility.slug.in_(scope.who.facilities)).subquery()
        query = select(func.max(own.c.last))
    return session.scalar(query) or 0


def gates_seen(session: Session, who: Principal) -> tuple[int, int]:
    """A fingerprint of the pilots that somebody sees by a gate role held everywhere."""
    if who.sees_all_pilots or not who.global_gate_roles:
        return 0, 0
    query = select(func.count(), func.coalesce(func.sum(Gate.id), 0))
    row = session.execute(query.where(Gate.role.in_(who.global_gate_roles))).one()
    return int(row[0]), int(row[1])


def changed(session: Session, scope: Scope, after: int) -> set[str]:
    """UIDs of bookings that changed since that number and are, or may have been, in the calendar.

    What somebody saw by a gate role held everywhere, and does not see now, is not named: there is
    no telling whether they ever saw it (``gates_seen`` tells that something went).
    """
    query = (
        select(Booking.uid)
        .distinct()
        .join(CalendarChange, CalendarChange.booking_id == Booking.id)
        .join(Pilot, Booking.pilot_id == Pilot.id)
        .where(CalendarChange.id > after, _concerns(scope))
    )
    return set(session.scalars(query))


def rolled(session: Session, scope: Scope, since: datetime, until: datetime) -> set[str]:
    """UIDs that came or went by the calendar's window alone, which began and ended then before."""
    gone = shown(scope.who, scope.facility_id, since, until).where(
        or_(
            Booking.ends_at <= scope.since,
            and_(Booking.state == "released", Booking.released_at <= scope.since),
        )
    )
    come = shown(scope.who, scope.facility_id, scope.since, scope.until).where(
        Booking.starts_at >= until
    )
    return {
        uid
        for query in (gone, come)
        for uid in session.scalars(query.with_only_columns(Booking.uid))
    }


def _texts(scope: Scope) -> Select[str, str, datetime]:
    return (
        shown(scope.who, scope.facility_id, scope.since, scope.until)
        .join(
            CalendarText,
            and_(
                CalendarText.booking_id == Booking.id,
                CalendarText.detail == "full",
                CalendarText.language == scope.language,
            ),
        )
        .order_by(Booking.starts_at, Booking.id)
        .with_only_columns(Booking.uid, CalendarText.text, Booking.changed_at)
    )


def _concerns(scope: Scope) -> ColumnElement[bool]:
    """Which changes are for the calendar's reader."""
    who, change = scope.who, CalendarChange
    if not who.is_host:
        return change.company_id == who.organisation_id
    conditions = []
    if scope.facility_id is not None:
        conditions += [change.facility_id == scope.facility_id, change.held]
    own = change.facility_id.in_(_ids(who.facilities))
    if not scope.everywhere:
        conditions.append(own)
    elif not who.sees_all_pilots:
        conditions.append(or_(own, visible_to(who)))
    return and_(true(), *conditions)


def _ids(slugs: Collection[str]) -> Select[int]:
    return select(Facility.id).where(Facility.slug.in_(slugs))
