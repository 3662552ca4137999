"""Sites, facilities and their resources, what a facility looked like, blocks that close time."""

from __future__ import annotations

from datetime import datetime  # SQLAlchemy reads annotations at run time
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, deferred, mapped_column, relationship

from livinglab.db.base import Base
from livinglab.db.tables.people import Organisation, User


class Site(Base):
    """A piece of ground with one gate: what happens there on a day is one list."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    is_example: Mapped[bool] = mapped_column(default=False)
    host: Mapped[Organisation] = relationship()


class Facility(Base):
    """A hall, lab, yard or flat.

    ``profile`` is the typed document of ``domain.profile``; the columns beside it repeat what
    lists filter by. ``version`` rises with every change of the profile or of ``published``: only
    published ones stand in the catalogue and can be asked for.
    """

    __tablename__ = "facility"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    host_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
    municipality: Mapped[str] = mapped_column(String(100))
    profile: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    free_busy_public: Mapped[bool] = mapped_column(default=False)
    calendar_rev: Mapped[int] = mapped_column(default=0)
    calendar_changed_at: Mapped[datetime | None]
    published: Mapped[bool] = mapped_column(default=True)
    is_example: Mapped[bool] = mapped_column(default=False)
    host: Mapped[Organisation] = relationship()
    site: Mapped[Site | None] = relationship()
    resources: Mapped[list[Resource]] = relationship(
        back_populates="facility", order_by="Resource.position"
    )


class FacilityVersion(Base):
    """How a facility was described from one change to the next; never changed."""

    __tablename__ = "facility_version"
    __table_args__ = (UniqueConstraint("facility_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"))
    number: Mapped[int]
    action: Mapped[str] = mapped_column(String(16))  # import | edit | undo | publish | withdraw
    profile: Mapped[dict[str, Any]]
    published: Mapped[bool]
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    by: Mapped[User | None] = relationship()


class Photo(Base):
    """A picture or a floor plan of a facility, in two sizes made by us (pixels, WebP).

    The bytes are loaded only when they are sent; their SHA-256 stands in the address, so that a
    browser may keep them for ever.
    """

    __tablename__ = "photo"
    __table_args__ = (Index("ix_photo_facility_id_position", "facility_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    facility_id: Mapped[int] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8), default="photo")  # photo | plan | removed | gone
    alt: Mapped[dict[str, str]]
    width: Mapped[int]
    height: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    large: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    small: Mapped[bytes] = deferred(mapped_column(LargeBinary, nullable=False))
    uploaded_at: Mapped[datetime]
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))


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
    """Time closed for everybody: a closure, maintenance, a vessel call, an outage.

    One that was read from a calendar names its source, and is changed only by it.
    """

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
    source_id: Mapped[int | None] = mapped_column(
        ForeignKey("busy_source.id", ondelete="CASCADE"), index=True
    )
    resource: Mapped[Resource] = relationship()
