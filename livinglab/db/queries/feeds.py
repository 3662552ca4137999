"""Reads behind a calendar feed: the feed, its revision, and the stored event texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from livinglab.db.queries.pilots import visible_to
from livinglab.db.tables import (
    Booking,
    CalendarText,
    Facility,
    Feed,
    FeedFetch,
    Organisation,
    Pilot,
    Resource,
    Site,
    User,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select
    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal


DORMANT = timedelta(days=180)
"""After so long without a reader an address is dead: it may lie anywhere."""


_BY_HASH = (
    select(Feed, Facility.slug)
    .join(User, Feed.user_id == User.id)
    .outerjoin(Facility, Feed.facility_id == Facility.id)
    .where(
        Feed.token_hash == bindparam("hash"),
        Feed.revoked_at.is_(None),
        func.coalesce(Feed.used_at, Feed.created_at)
        > bindparam("read", type_=Feed.created_at.type),
        User.active,
    )
)
"""Made once: each reading of a feed begins with it."""


def feed_by_hash(
    session: Session, token_hash: str, now: datetime
) -> tuple[Feed, str | None] | None:
    """A feed that was not revoked, of a person who may still sign in, and its facility's slug.

    One that nobody read for ``DORMANT`` is none.
    """
    row = session.execute(_BY_HASH, {"hash": token_hash, "read": now - DORMANT}).one_or_none()
    return None if row is None else (row[0], row[1])


@dataclass(frozen=True, slots=True)
class NamedFeed:
    """A feed with what its facility, site and company are called."""

    feed: Feed
    facility: str | None
    """The facility's slug."""
    site: Site | None
    company: Organisation | None


def feeds_of(session: Session, user_id: int) -> list[NamedFeed]:
    """The person's feeds that were not revoked, newest first; one statement."""
    rows = session.execute(
        select(Feed, Facility.slug, Site, Organisation)
        .outerjoin(Facility, Feed.facility_id == Facility.id)
        .outerjoin(Site, Feed.site_id == Site.id)
        .outerjoin(Organisation, Feed.company_id == Organisation.id)
        .where(Feed.user_id == user_id, Feed.revoked_at.is_(None))
        .order_by(Feed.id.desc())
    )
    return [NamedFeed(*row) for row in rows]


def fetches_of(session: Session, feed_ids: Collection[int]) -> Sequence[FeedFetch]:
    """What programs read these feeds, the last reader first."""
    return session.scalars(
        select(FeedFetch)
        .where(FeedFetch.feed_id.in_(feed_ids))
        .order_by(FeedFetch.at.desc(), FeedFetch.id.desc())
    ).all()


def revision(session: Session, who: Principal, facility: str | None) -> tuple[int, datetime | None]:
    """How often the times a person may see have changed, and when last; one row.

    A facility counts every change of a pilot that concerns it, wherever that holds time: its own
    people see all of it. Changes of other pilots move nobody's counter but theirs who see them.
    """
    if not who.is_host:
        counted = select(Organisation.calendar_rev, Organisation.calendar_changed_at).where(
            Organisation.id == who.organisation_id
        )
    else:
        counted = select(
            func.coalesce(func.sum(Facility.calendar_rev), 0),
            func.max(Facility.calendar_changed_at),
        )
        everywhere = who.sees_all_pilots or who.global_gate_roles
        if facility is not None and (everywhere or facility in who.facilities):
            counted = counted.where(Facility.slug == facility)
        elif not everywhere:
            counted = counted.where(Facility.slug.in_(who.facilities))
    row = session.execute(counted).one()
    return int(row[0]), row[1]


def shown(
    who: Principal,
    facility_id: int | None,
    since: datetime,
    until: datetime,
    narrowing: Sequence[ColumnElement[bool]] = (),
) -> Select[Booking]:
    """Bookings in a feed's window that the person may see, at one facility or anywhere.

    ``narrowing``: further conditions, as ``feed_scopes.narrowing`` makes them.

    Released ones stay for a while, so that readers learn of the cancellation. Hidden resources
    have no event texts; what was booked at one that is hidden by now still takes place.
    """
    # Subqueries, not joins: rows of pilots are wide, their indexes are not.
    query = select(Booking).where(
        Booking.pilot_id.in_(select(Pilot.id).where(visible_to(who))),
        Booking.ends_at > since,
        Booking.starts_at < until,
        or_(Booking.state != "released", Booking.released_at > since),
        *narrowing,
    )
    if facility_id is None:
        return query
    there = select(Resource.id).where(Resource.facility_id == facility_id)
    return query.where(Booking.resource_id.in_(there))


def shown_at(session: Session, facility_id: int, since: datetime) -> Sequence[Booking]:
    """Bookings of a facility that end after ``since``."""
    return session.scalars(
        select(Booking)
        .join(Resource, Booking.resource_id == Resource.id)
        .where(Resource.facility_id == facility_id, Booking.ends_at > since)
        .options(joinedload(Booking.pilot).joinedload(Pilot.company))
        .order_by(Booking.pilot_id, Booking.id)
    ).all()


def shown_of(session: Session, company_id: int, since: datetime) -> Sequence[Booking]:
    """Bookings of a company that end after ``since``."""
    return session.scalars(
        select(Booking)
        .join(Booking.pilot)
        .where(Pilot.company_id == company_id, Booking.ends_at > since)
        .options(contains_eager(Booking.pilot).joinedload(Pilot.company))
        .order_by(Booking.pilot_id, Booking.id)
    ).all()


def event_texts(
    session: Session,
    who: Principal,
    *,
    facility_id: int | None,
    detail: str,
    language: str,
    since: datetime,
    until: datetime,
    narrowing: Sequence[ColumnElement[bool]] = (),
) -> list[str]:
    """The stored VEVENTs of a feed, by start."""
    query = (
        shown(who, facility_id, since, until, narrowing)
        .join(
            CalendarText,
            and_(
                CalendarText.booking_id == Booking.id,
                CalendarText.detail == detail,
                CalendarText.language == language,
            ),
        )
        .order_by(Booking.starts_at, Booking.id)
        .with_only_columns(CalendarText.text)
    )
    # From the driver's cursor: a row object for each text would double what a full feed costs.
    with session.connection().execute(query) as result:
        return [text for (text,) in result.cursor.fetchall()]


def event_text(
    session: Session, who: Principal, ref: str, booking_id: int, language: str
) -> str | None:
    """The stored VEVENT of one stay of a pilot the person may see, in full; one statement."""
    return session.scalar(
        select(CalendarText.text)
        .join(Booking, CalendarText.booking_id == Booking.id)
        .join(Pilot, Booking.pilot_id == Pilot.id)
        .where(
            visible_to(who),
            Pilot.ref == ref,
            Booking.id == booking_id,
            CalendarText.detail == "full",
            CalendarText.language == language,
        )
    )


def busy_times(
    session: Session,
    who: Principal,
    *,
    facility_id: int | None,
    since: datetime,
    until: datetime,
    narrowing: Sequence[ColumnElement[bool]] = (),
) -> list[tuple[datetime, datetime]]:
    """Held times of a feed, for free/busy."""
    query = shown(who, facility_id, since, until, narrowing).where(
        Booking.state != "released",
        exists().where(CalendarText.booking_id == Booking.id),
    )
    return [
        (start, end)
        for start, end in session.execute(
            query.with_only_columns(Booking.starts_at, Booking.ends_at)
        )
    ]
