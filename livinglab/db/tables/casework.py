"""What grows around a pilot: people who come, offers, what is said, what can be used again."""

from __future__ import annotations

from datetime import date, datetime  # SQLAlchemy reads annotations at run time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from livinglab.db.base import Base
from livinglab.db.tables.people import User
from livinglab.db.tables.pilots import Booking, Pilot


class RuleBook(Base):
    """One version of the rules that choose lanes, gates and evidence; see ``domain.rules``.

    ``document`` is never changed once the version has a ``number``: a pilot names the one it was
    judged by. The row without a number is the draft that staff edit.
    """

    __tablename__ = "rule_book"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int | None] = mapped_column(unique=True)
    document: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    note: Mapped[str] = mapped_column(Text, default="")
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    changed_by: Mapped[User | None] = relationship()


class Participant(Base):
    """Somebody who comes on site for a pilot, as the firm names them."""

    __tablename__ = "participant"

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    task: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]
    pilot: Mapped[Pilot] = relationship()
    cards: Mapped[list[Card]] = relationship(
        back_populates="participant", order_by="Card.id", cascade="all, delete-orphan"
    )


class Card(Base):
    """A card, a pass or an induction of one person: evidence asked of each who comes."""

    __tablename__ = "card"

    id: Mapped[int] = mapped_column(primary_key=True)
    participant_id: Mapped[int] = mapped_column(
        ForeignKey("participant.id", ondelete="CASCADE"), index=True
    )
    code: Mapped[str] = mapped_column(String(64))
    number: Mapped[str] = mapped_column(String(64), default="")
    expires_on: Mapped[date | None]
    created_at: Mapped[datetime]
    participant: Mapped[Participant] = relationship(back_populates="cards")


class Offer(Base):
    """A package put to the firm: one time for each stay it names, held until it expires.

    Its times are the bookings that name it. ``made_by_id`` is empty for an offer the clock made
    from the waiting list.
    """

    __tablename__ = "offer"
    __table_args__ = (
        CheckConstraint(
            "state IN ('open', 'accepted', 'declined', 'expired', 'withdrawn')",
            name="state_known",
        ),
        Index("ix_offer_pilot_id_state", "pilot_id", "state"),
        Index("ix_offer_state_expires_at", "state", "expires_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(16), default="open")
    note: Mapped[str] = mapped_column(Text, default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    pilot: Mapped[Pilot] = relationship()
    bookings: Mapped[list[Booking]] = relationship(
        order_by="Booking.starts_at, Booking.id", back_populates="offer"
    )


class Comment(Base):
    """Something said about a pilot; ``internal`` ones are for the hosts alone."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_pilot_id_id", "pilot_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    pilot_id: Mapped[int] = mapped_column(ForeignKey("pilot.id", ondelete="CASCADE"))
    author_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    side: Mapped[str] = mapped_column(String(16))  # company | host
    internal: Mapped[bool] = mapped_column(default=False)
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    pilot: Mapped[Pilot] = relationship()
    author: Mapped[User] = relationship()
    files: Mapped[list[CommentFile]] = relationship(
        back_populates="comment", order_by="CommentFile.id", cascade="all, delete-orphan"
    )


class CommentFile(Base):
    """A file sent with a comment; the bytes are loaded only when it is downloaded."""

    __tablename__ = "comment_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    comment_id: Mapped[int] = mapped_column(
        ForeignKey("comment.id", ondelete="CASCADE"), index=True
    )
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    comment: Mapped[Comment] = relationship(back_populates="files")


class CommentRead(Base):
    """Up to where somebody has read what is said about a pilot."""

    __tablename__ = "comment_read"

    pilot_id: Mapped[int] = mapped_column(
        ForeignKey("pilot.id", ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), primary_key=True
    )
    comment_id: Mapped[int]


class LibraryArticle(Base):
    """A test article that a company keeps for its next requests.

    One that was removed can be put back for a while.
    """

    __tablename__ = "library_article"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(200))
    test_article: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None]


class LibraryPaper(Base):
    """A paper that a company keeps for its next requests: a certificate, a data sheet.

    One that was removed can be put back for a while.
    """

    __tablename__ = "library_paper"

    id: Mapped[int] = mapped_column(primary_key=True)
    company_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    code: Mapped[str] = mapped_column(String(64))
    file_name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    expires_on: Mapped[date | None]
    content: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    removed_at: Mapped[datetime | None]


class Undo(Base):
    """What a pilot was before a decision, for the minute in which it can be taken back."""

    __tablename__ = "undo"

    pilot_id: Mapped[int] = mapped_column(
        ForeignKey("pilot.id", ondelete="CASCADE"), primary_key=True
    )
    version: Mapped[int]
    action: Mapped[str] = mapped_column(String(32))
    until: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("user_account.id"))
    before: Mapped[dict[str, Any]]
