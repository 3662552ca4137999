"""Facilities, their resources, and blocks that close time."""

from __future__ import annotations

from datetime import datetime  # SQLAlchemy reads annotations at run time
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from livinglab.db.base import Base
from livinglab.db.tables.people import Organisation


class Facility(Base):
    """A hall, lab, yard or flat.

    ``profile`` is the typed document of ``domain.profile``; the columns beside it repeat what
    lists filter by. ``version`` changes with the profile.
    """

    __tablename__ = "facility"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    municipality: Mapped[str] = mapped_column(String(100))
    profile: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    calendar_rev: Mapped[int] = mapped_column(default=0)
    calendar_changed_at: Mapped[datetime | None]
    published: Mapped[bool] = mapped_column(default=True)
    is_example: Mapped[bool] = mapped_column(default=False)
    host: Mapped[Organisation] = relationship()
    resources: Mapped[list[Resource]] = relationship(
        back_populates="facility", order_by="Resource.position"
    )


class Resource(Base):
    """A bookable unit, or a hidden shared thing. ``calendar_rev`` counts changes of its time."""

    __tablename__ = "resource"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(128), unique=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    bookable: Mapped[bool] = mapped_column(default=True)
    calendar_rev: Mapped[int] = mapped_column(default=0)
    facility: Mapped[Facility] = relationship(back_populates="resources")


class Block(Base):
    """Time closed for everybody: a closure, maintenance, a vessel call, an outage."""

    __tablename__ = "block"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="ends_after_start"),
        Index("ix_block_resource_id_starts_at_ends_at", "resource_id", "starts_at", "ends_at"),
        # The number of a removed block is not given again: a repeated removal meets nobody else's.
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    resource_id: Mapped[int] = mapped_column(ForeignKey("resource.id"))
    kind: Mapped[str] = mapped_column(String(32))
    reason: Mapped[dict[str, str]]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    is_example: Mapped[bool] = mapped_column(default=False)
    resource: Mapped[Resource] = relationship()
