"""Pilots: the case, its stays, wishes, gates, conditions, papers and bookings."""

from __future__ import annotations

from datetime import date, datetime  # SQLAlchemy reads annotations at run time
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, and_, or_
from sqlalchemy.orm import Mapped, deferred, foreign, mapped_column, relationship

from livinglab.db.base import Base
from livinglab.db.tables.people import Membership, Organisation, User
from livinglab.db.tables.places import Facility, Resource

if TYPE_CHECKING:
    from livinglab.db.tables.casework import Offer, Undo


class Pilot(Base):
    """One case of a company: what it brings, why, and where it stands.

    ``version`` rises with every change; writes name the version they were made from.
    ``rules_number`` is the version of the rule book it was judged by, ``lane_reasons`` the ids of
    the rules that chose its lane. Time held without a decision is free again at ``hold_until``.
    """

    __tablename__ = "pilot"
    __table_args__ = (
        Index("ix_pilot_company_id_state", "company_id", "state"),
        Index("ix_pilot_state_submitted_at", "state", "submitted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(32), unique=True)
    company_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    title: Mapped[str] = mapped_column(String(200), default="")
    purpose: Mapped[str] = mapped_column(Text, default="")
    focus_areas: Mapped[list[str]]
    test_article: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(16), default="draft")
    version: Mapped[int] = mapped_column(default=1)
    lane: Mapped[str] = mapped_column(String(16), default="standard")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(16))  # company | host | clock
    confidential: Mapped[bool] = mapped_column(default=True)
    asks_aid: Mapped[bool] = mapped_column(default=False)
    rules_number: Mapped[int | None]
    lane_reasons: Mapped[list[Any]] = mapped_column(default=list)
    waitlisted_at: Mapped[datetime | None]
    info_asked_at: Mapped[datetime | None]
    info_reminded_at: Mapped[datetime | None]
    hold_until: Mapped[datetime | None]
    hold_reminded_at: Mapped[datetime | None]
    hold_renewed: Mapped[bool] = mapped_column(default=False)
    is_example: Mapped[bool] = mapped_column(default=False)
    company: Mapped[Organisation] = relationship()
    created_by: Mapped[User] = relationship()
    periods: Mapped[list[Period]] = relationship(
        back_populates="pilot", order_by="Period.position", cascade="all, delete-orphan"
    )
    gates: Mapped[list[Gate]] = relationship(
        back_populates="pilot", order_by="Gate.position", cascade="all, delete-orphan"
    )
    conditions: Mapped[list[Condition]] = relationship(
        back_populates="pilot", order_by="Condition.id", cascade="all, delete-orphan"
    )
    papers: Mapped[list[Paper]] = relationship(
        back_populates="pilot", order_by="Paper.id", cascade="all, delete-orphan"
    )
    bookings: Mapped[list[Booking]] = relationship(
        back_populates="pilot", order_by="Booking.starts_at, Booking.id"
    )
    offers: Mapped[list[Offer]] = relationship(viewonly=True, order_by="Offer.id")
    undo: Mapped[Undo | None] = relationship(viewonly=True)


class Period(Base):
    """One stay asked for: a length, and where and when it would do.

    ``acceptable`` lists facility ids the firm accepts besides ``facility_id``; ``also`` lists
    resource ids needed at the same time.
    """

    __tablename__ = "period"
    __table_args__ = (
        CheckConstraint("(halves > 0) <> (hours > 0)", name="halves_or_hours"),
        Index("ix_period_facility_id_pilot_id", "facility_id", "pilot_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    halves: Mapped[int] = mapped_column(default=0)
    hours: Mapped[int] = mapped_column(default=0)
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facility.id"))
    resource_id: Mapped[int | None] = mapped_column(ForeignKey("resource.id"))
    acceptable: Mapped[list[Any]]
    capabilities: Mapped[list[str]]
    also: Mapped[list[Any]]
    pilot: Mapped[Pilot] = relationship(back_populates="periods")
    facility: Mapped[Facility | None] = relationship()
    resource: Mapped[Resource | None] = relationship()
    windows: Mapped[list[Window]] = relationship(
        back_populates="period", order_by="Window.rank", cascade="all, delete-orphan"
    )


class Window(Base):
    """A wish: a range of local dates at the facility, both included, ranked from 0."""

    __tablename__ = "window_wish"
    __table_args__ = (Index("ix_window_wish_first_last", "first", "last"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("period.id", ondelete="CASCADE"), index=True)
    rank: Mapped[int]
    first: Mapped[date]
    last: Mapped[date]
    period: Mapped[Period] = relationship(back_populates="windows")


class Gate(Base):
    """One approval at one facility: who owns it, by when, and what was decided.

    ``evidence`` lists the codes of papers and cards the decision rests on, ``rules`` the ids of
    the rules that ask for it. A new date opens it again where ``date_dependent``, a new article
    where ``article_dependent``. ``papers_seen`` keeps which papers lay there at the decision.
    What the clock said of it counts from ``opened_at`` on.
    """

    __tablename__ = "gate"
    __table_args__ = (
        Index("ix_gate_facility_id_role_state", "facility_id", "role", "state"),
        Index("ix_gate_state_due_on", "state", "due_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id", ondelete="CASCADE"), index=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"))
    position: Mapped[int]
    role: Mapped[str] = mapped_column(String(32))
    title: Mapped[dict[str, str]]
    state: Mapped[str] = mapped_column(String(16), default="open")  # open | passed | refused
    due_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    working_days: Mapped[int] = mapped_column(default=5)
    evidence: Mapped[list[Any]] = mapped_column(default=list)
    rules: Mapped[list[Any]] = mapped_column(default=list)
    date_dependent: Mapped[bool] = mapped_column(default=False)
    article_dependent: Mapped[bool] = mapped_column(default=True)
    papers_seen: Mapped[list[Any]] = mapped_column(default=list)
    reminded_at: Mapped[datetime | None]
    late_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    pilot: Mapped[Pilot] = relationship(back_populates="gates")
    facility: Mapped[Facility] = relationship()
    decided_by: Mapped[User | None] = relationship()
    holders: Mapped[list[Membership]] = relationship(
        primaryjoin=lambda: and_(
            foreign(Membership.role) == Gate.role,
            or_(Membership.facility_id.is_(None), Membership.facility_id == Gate.facility_id),
        ),
        viewonly=True,
        lazy="raise",  # only with the day on which they are to hold the role
    )


class Condition(Base):
    """Something asked of the firm after approval. ``first``: before the time becomes firm.

    One that waits for evidence names its code; a gate's own conditions name the gate.
    """

    __tablename__ = "condition"

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(Text)
    first: Mapped[bool] = mapped_column(default=True)
    due_on: Mapped[date | None]
    fulfilled_at: Mapped[datetime | None]
    fulfilled_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    reminded_at: Mapped[datetime | None]
    late_at: Mapped[datetime | None]
    evidence: Mapped[str] = mapped_column(String(64), default="")
    gate_id: Mapped[int | None] = mapped_column(ForeignKey("gate.id", ondelete="SET NULL"))
    pilot: Mapped[Pilot] = relationship(back_populates="conditions")


class Paper(Base):
    """A document the firm attached; the bytes are loaded only when it is downloaded.

    One that a gate's owner did not accept says when and why (``rejected_note``).
    """

    __tablename__ = "paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id", ondelete="CASCADE"), index=True)
    code: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    expires_on: Mapped[date | None]
    confidential: Mapped[bool] = mapped_column(default=True)
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    rejected_note: Mapped[str] = mapped_column(Text, default="")
    rejected_at: Mapped[datetime | None]
    pilot: Mapped[Pilot] = relationship(back_populates="papers")


class Booking(Base):
    """The only thing that holds time: a resource, an interval, and what it blocks.

    One held for an offer that is not answered yet names it. ``ical_sequence`` and ``changed_at``
    feed iCalendar's SEQUENCE and DTSTAMP; from ``invite_at`` on people are to be sent what changed.
    The guard against overlaps lives in ``db.guards``.
    """

    __tablename__ = "booking"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ends_after_start"),
        CheckConstraint(
            "blocked_from <= starts_at AND ends_at <= blocked_to", name="blocked_contains_stay"
        ),
        CheckConstraint("state IN ('tentative', 'firm', 'released')", name="state_known"),
        Index(
            "ix_booking_resource_id_blocked_from_blocked_to",
            "resource_id",
            "blocked_from",
            "blocked_to",
        ),
        Index("ix_booking_starts_at_ends_at", "starts_at", "ends_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[str] = mapped_column(String(100), unique=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id"), index=True)
    period_id: Mapped[int | None] = mapped_column(ForeignKey("period.id", ondelete="SET NULL"))
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    state: Mapped[str] = mapped_column(String(16))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    blocked_from: Mapped[datetime]
    blocked_to: Mapped[datetime]
    ical_sequence: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    released_at: Mapped[datetime | None]
    invite_at: Mapped[datetime | None] = mapped_column(index=True)
    offer_id: Mapped[int | None] = mapped_column(
        ForeignKey("offer.id", ondelete="SET NULL"), index=True
    )
    pilot: Mapped[Pilot] = relationship(back_populates="bookings")
    period: Mapped[Period | None] = relationship()
    resource: Mapped[Resource] = relationship()
    offer: Mapped[Offer | None] = relationship(back_populates="bookings")


class CalendarText(Base):
    """A booking's VEVENT, rendered when the booking changes, per detail and language."""

    __tablename__ = "calendar_text"

    booking_id: Mapped[int] = mapped_column(
        ForeignKey("booking.id", ondelete="CASCADE"), primary_key=True
    )
    detail: Mapped[str] = mapped_column(String(8), primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
