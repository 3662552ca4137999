"""What stands for a person: browser sessions, tokens, calendar addresses, views they keep."""

from __future__ import annotations

from datetime import datetime  # SQLAlchemy reads annotations at run time
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from livinglab.db.base import Base


class SignIn(Base):
    """One browser session. It is over when ``ended_at`` is set, whatever the cookie says.

    ``organisation_id`` is the one acted for (NULL: the first joined); ``how`` is password, passkey
    or oidc; ``second_factor_at`` is set when a second factor was shown.
    """

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
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="SET NULL")
    )
    how: Mapped[str] = mapped_column(String(16), default="password")
    second_factor_at: Mapped[datetime | None]


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
    name: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class AppPassword(Base):
    """A password of one calendar program of a person (CalDAV, HTTP Basic); shown once, hashed."""

    __tablename__ = "app_password"

    id: Mapped[int] = mapped_column(primary_key=True)
    password_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(100), default="")
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str] = mapped_column(String(200), default="")
    revoked_at: Mapped[datetime | None]


class Feed(Base):
    """A secret calendar address of one person; only the SHA-256 of its token is kept.

    It shows what the person sees in that organisation (NULL: the first joined), narrowed by
    ``scope``: all, facility, site, role or company. ``mine``, ``states`` and ``resources`` (their
    ids) narrow it further (empty: every one); ``language`` is that of its texts (empty: the
    owner's).
    """

    __tablename__ = "feed"
    __table_args__ = (Index("ix_feed_user_id_revoked_at", "user_id", "revoked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user_account.id", ondelete="CASCADE"))
    organisation_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE")
    )
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"))
    scope: Mapped[str] = mapped_column(String(16), default="all")
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id", ondelete="CASCADE"))
    company_id: Mapped[int | None] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE")
    )
    role: Mapped[str] = mapped_column(String(32), default="")
    mine: Mapped[bool] = mapped_column(default=False)
    states: Mapped[str] = mapped_column(String(64), default="")
    resources: Mapped[str] = mapped_column(Text, default="")
    cancelled: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str] = mapped_column(String(8), default="")
    name: Mapped[str] = mapped_column(String(100), default="")
    detail: Mapped[str] = mapped_column(String(8), default="full")  # full | title | busy
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    used_by: Mapped[str] = mapped_column(String(200), default="")
    revoked_at: Mapped[datetime | None]


class Attempt(Base):
    """How often somebody tried something, until ``ends_at``; then the count begins anew.

    ``key_hash`` is the SHA-256 of what is counted: for what, at which limit, and whose tries.
    """

    __tablename__ = "attempt"

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    count: Mapped[int]
    ends_at: Mapped[datetime] = mapped_column(index=True)


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
