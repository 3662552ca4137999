"""What happened, what must still go out, and what was answered before."""

from __future__ import annotations

from datetime import datetime  # SQLAlchemy reads annotations at run time
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from livinglab.db.base import Base
from livinglab.db.tables.people import User


class Audit(Base):
    """One row per move, written in the move's transaction and never changed.

    ``position`` and ``mac`` chain it to the row before; ``digest`` stands in the chain for what may
    be personal and is kept apart in :class:`AuditValue`. Rows older than the chain have none of
    these, and their free words in ``note``. ``facts`` are for machines: codes, ids, days.
    """

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_pilot_id_id", "pilot_id", "id"),
        Index("ix_audit_organisation_id_id", "organisation_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    role: Mapped[str] = mapped_column(String(64), default="")
    action: Mapped[str] = mapped_column(String(32))
    object_kind: Mapped[str] = mapped_column(String(32))
    object_ref: Mapped[str] = mapped_column(String(128))
    pilot_id: Mapped[int | None] = mapped_column(ForeignKey("pilot.id"))
    from_state: Mapped[str | None] = mapped_column(String(16))
    to_state: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(Text, default="")
    facts: Mapped[dict[str, Any]]
    request_id: Mapped[str] = mapped_column(String(64), default="")
    position: Mapped[int | None] = mapped_column(unique=True)
    digest: Mapped[str | None] = mapped_column(String(64))
    mac: Mapped[str | None] = mapped_column(String(64))
    actor: Mapped[User | None] = relationship()
    value: Mapped[AuditValue | None] = relationship(passive_deletes=True)

    @property
    def said(self) -> str:
        """What the person wrote; empty where nothing was, or it was erased."""
        return str(self.value.content.get("note", "")) if self.value else self.note


class AuditValue(Base):
    """What an audit row says in free words. Erasing it leaves the chain whole."""

    __tablename__ = "audit_value"

    audit_id: Mapped[int] = mapped_column(
        ForeignKey("audit.id", ondelete="CASCADE"), primary_key=True
    )
    salt: Mapped[str] = mapped_column(String(32))
    content: Mapped[dict[str, Any]]


class Outbox(Base):
    """A mail to hand over. ``intent`` makes it unique; the Message-ID never changes.

    ``calendar`` is the iTIP object it carries (RFC 6047), and ``calendar_method`` its METHOD.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_sent_at_failed_at_due_at", "sent_at", "failed_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    intent: Mapped[str] = mapped_column(String(250), unique=True)
    message_id: Mapped[str] = mapped_column(String(200), unique=True)
    recipient: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(300))
    body: Mapped[str] = mapped_column(Text)
    calendar: Mapped[str] = mapped_column(Text, default="")
    calendar_method: Mapped[str] = mapped_column(String(16), default="")
    pilot_id: Mapped[int | None] = mapped_column(ForeignKey("pilot.id"), index=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(Text, default="")


class JobRun(Base):
    """One occurrence of a job; the unique pair makes it happen once."""

    __tablename__ = "job_run"
    __table_args__ = (UniqueConstraint("job", "occurrence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(64))
    occurrence: Mapped[str] = mapped_column(String(64))
    ran_at: Mapped[datetime]


class IdempotencyKey(Base):
    """The first answer to a key, replayed for 24 hours (IETF draft Idempotency-Key header)."""

    __tablename__ = "idempotency_key"
    __table_args__ = (UniqueConstraint("principal", "route", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    principal: Mapped[str] = mapped_column(String(64))
    route: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(200))
    request_hash: Mapped[str] = mapped_column(String(64))
    status: Mapped[int]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    headers: Mapped[dict[str, str]]
    created_at: Mapped[datetime] = mapped_column(index=True)


class Counter(Base):
    """A named running number, such as the pilots of a year."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[int] = mapped_column(default=0)
