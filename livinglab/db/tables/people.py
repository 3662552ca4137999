"""Organisations, people, their roles, sessions and tokens."""

from __future__ import annotations

from datetime import date, datetime  # SQLAlchemy reads annotations at run time
from typing import Any

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from livinglab.db.base import Base


class Organisation(Base):
    """A host of facilities or a company that tests; both have people."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(16))  # host | company
    name: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2), default="FI")
    timezone: Mapped[str] = mapped_column(String(64), default="Europe/Helsinki")
    size: Mapped[str | None] = mapped_column(String(16))
    speciality: Mapped[str | None] = mapped_column(String(200))
    nace_rev2: Mapped[str | None] = mapped_column(String(16))
    eea: Mapped[bool] = mapped_column(default=True)
    website: Mapped[str | None] = mapped_column(String(200))
    email: Mapped[str | None] = mapped_column(String(254))
    calendar_rev: Mapped[int] = mapped_column(default=0)
    calendar_changed_at: Mapped[datetime | None]
    is_example: Mapped[bool] = mapped_column(default=False)


class NoRole(RoleMixin):
    """Flask-Security asks for a role model; there are no such rows."""


class User(Base, UserMixin):
    """A person who signs in. ``fs_uniquifier`` identifies them in sessions (Flask-Security)."""

    __tablename__ = "user_account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(8), default="en")
    timezone: Mapped[str] = mapped_column(String(64), default="Europe/Helsinki")
    rights_rev: Mapped[int] = mapped_column(default=0)
    is_example: Mapped[bool] = mapped_column(default=False)
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", cascade="all, delete-orphan"
    )

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # nothing to write
        """None of Flask-Security's: rights are memberships, judged by ``domain.access``."""
        return []


class Membership(Base):
    """A role of a person in an organisation, for one facility or for all (NULL).

    A stand-in's counts from ``first_day`` to ``last_day``, both included; NULL has no bound.
    """

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("user_id", "organisation_id", "role", "facility_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str] = mapped_column(String(32))
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"))
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    user: Mapped[User] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship()


class SignIn(Base):
    """One browser session. It is over when ``ended_at`` is set, whatever the cookie says."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    agent: Mapped[str] = mapped_column(String(200), default="")


class ApiToken(Base):
    """A bearer token of a person in one organisation; only its SHA-256 is kept."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(String(8))  # read | write
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Feed(Base):
    """A secret calendar address of one person; only the SHA-256 of its token is kept."""

    __tablename__ = "feed"
    __table_args__ = (Index("ix_feed_user_id_revoked_at", "user_id", "revoked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"))
    detail: Mapped[str] = mapped_column(String(8), default="full")  # full | title | busy
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str] = mapped_column(String(200), default="")
    revoked_at: Mapped[datetime | None]


class SavedView(Base):
    """An address somebody comes back to: a search of the catalogue, a view of board or inbox.

    ``query`` holds the arguments of the address. A search that is ``watched`` is told by mail when
    it finds time it had not found: ``told`` has the first start last told, by facility slug.
    """

    __tablename__ = "saved_view"
    __table_args__ = (Index("ix_saved_view_user_id_page", "user_id", "page"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    page: Mapped[str] = mapped_column(String(16))  # catalogue | board | inbox
    name: Mapped[str] = mapped_column(String(100))
    query: Mapped[dict[str, Any]]
    watched: Mapped[bool] = mapped_column(default=False)
    told: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
