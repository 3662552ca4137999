"""Calendars beyond the stored texts: who reads, what changed, who is invited, what is imported."""

from __future__ import annotations

from datetime import datetime  # SQLAlchemy reads annotations at run time

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from livinglab.db.base import Base


class FeedFetch(Base):
    """What one calendar program last got from a feed; one row per feed and program."""

    __tablename__ = "feed_fetch"
    __table_args__ = (UniqueConstraint("feed_id", "agent"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    feed_id: Mapped[int] = mapped_column(ForeignKey("feed.id", ondelete="CASCADE"))
    agent: Mapped[str] = mapped_column(String(200))
    first_at: Mapped[datetime]
    at: Mapped[datetime]
    status: Mapped[int]
    octets: Mapped[int]
    """Length of the last whole answer; one that said "unchanged" leaves it."""
    conditional: Mapped[bool] = mapped_column(default=False)
    count: Mapped[int] = mapped_column(default=1)


class CalendarChange(Base):
    """One change of a booking as calendars see it; ``id`` rises and is in CalDAV's sync tokens.

    A booking moved between facilities leaves a row at each. Facilities that its pilot concerns
    besides have one, too: ``held`` says whether the time is, or was, there.
    """

    __tablename__ = "calendar_change"
    __table_args__ = (
        Index("ix_calendar_change_facility_id_id", "facility_id", "id"),
        Index("ix_calendar_change_company_id_id", "company_id", "id"),
        # A number is never given again: an old sync token must not name a newer change.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), index=True
    )
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"))
    company_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    held: Mapped[bool]
    at: Mapped[datetime]


class Attendance(Base):
    """What one person was last sent of a booking by iMIP (RFC 6047), and what they answered.

    ``answer`` is the PARTSTAT (RFC 5545 3.2.12); ``answered_sequence`` and ``answered_at`` order
    replies as RFC 5546 2.1.5 asks. ``key_hash`` is the SHA-256 of the key in the answer link, and
    ``content`` tells what was said, so that the same is not said twice.
    """

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("booking_id", "recipient"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id", ondelete="CASCADE"))
    recipient: Mapped[str] = mapped_column(String(254), index=True)
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL"), index=True
    )
    name: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(8))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    method: Mapped[str] = mapped_column(String(16))  # REQUEST | CANCEL
    sequence: Mapped[int]
    sent_at: Mapped[datetime]
    content: Mapped[str] = mapped_column(String(64))
    answer: Mapped[str] = mapped_column(String(16), default="NEEDS-ACTION")
    answered_sequence: Mapped[int | None]
    answered_at: Mapped[datetime | None]
    comment: Mapped[str] = mapped_column(Text, default="")


class BusySource(Base):
    """A calendar read in: vessel calls of a berth, terms of a school, a manager's absences.

    It closes time at a resource, or tells when a person is away; never both. ``url`` is empty for
    a file that was uploaded. ``etag`` and ``last_modified`` are the validators last received.
    """

    __tablename__ = "busy_source"
    __table_args__ = (
        CheckConstraint("(resource_id IS NULL) <> (user_id IS NULL)", name="resource_or_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int | None] = mapped_column(
        ForeignKey("resource.id", ondelete="CASCADE"), index=True
    )
    user_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(100))
    kind: Mapped[str] = mapped_column(String(32))
    url: Mapped[str] = mapped_column(String(2000), default="")
    etag: Mapped[str] = mapped_column(String(300), default="")
    last_modified: Mapped[str] = mapped_column(String(100), default="")
    content_hash: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL")
    )
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    tried_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    problem: Mapped[str] = mapped_column(String(64), default="")
    """Code of what went wrong last; empty when it was read well."""
    events: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    assumed: Mapped[int] = mapped_column(default=0)
    """Events without a known zone, read as wall-clock time of the place."""


class Absence(Base):
    """Time a person is away, as an imported calendar says; stand-ins decide meanwhile."""

    __tablename__ = "absence"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ends_after_start"),
        Index("ix_absence_user_id_starts_at_ends_at", "user_id", "starts_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    source_id: Mapped[int] = mapped_column(
        ForeignKey("busy_source.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
