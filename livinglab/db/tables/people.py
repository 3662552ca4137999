"""Organisations and people: who they are, how they prove it, what they may be."""

from __future__ import annotations

from datetime import date, datetime  # SQLAlchemy reads annotations at run time
from typing import Any

from flask_security.core import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint, func
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from livinglab.db.base import Base


class Organisation(Base):
    """A host of facilities or a company that tests; both have people.

    ``linked`` lists undertakings linked to a company as ``{"name", "country"}`` (what counts is
    Commission Regulation (EU) No 651/2014, Annex I, article 3). An identifier's ``…_checked_on`` is
    the day on which somebody of the living lab compared it with its register.
    """

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
    sector: Mapped[str | None] = mapped_column(String(64))
    startup: Mapped[bool] = mapped_column(default=False)
    vat_id: Mapped[str | None] = mapped_column(String(20))
    vat_checked_on: Mapped[date | None]
    lei: Mapped[str | None] = mapped_column(String(20))
    lei_checked_on: Mapped[date | None]
    eori: Mapped[str | None] = mapped_column(String(17))
    eori_checked_on: Mapped[date | None]
    linked: Mapped[list[Any]] = mapped_column(default=list)
    email: Mapped[str | None] = mapped_column(String(254))
    calendar_rev: Mapped[int] = mapped_column(default=0)
    calendar_changed_at: Mapped[datetime | None]
    is_example: Mapped[bool] = mapped_column(default=False)


class NoRole(RoleMixin):
    """Flask-Security asks for a role model; there are no such rows."""


class User(Base, UserMixin):
    """A person who signs in. ``fs_uniquifier`` identifies them in sessions (Flask-Security).

    Names with ``tf_``, ``mf_`` and ``fs_`` are those Flask-Security asks for. ``totp_counter`` is
    the time step of the last code accepted (RFC 6238 section 5.2: no code counts twice). ``mails``
    says by kind of notice whether it comes at once, in the digest, or not; without an entry the
    kind's default counts.
    """

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
    mails: Mapped[dict[str, str]] = mapped_column(default=dict)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    totp_counter: Mapped[int | None]
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON))
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]  # none yet
        String(64), unique=True
    )
    created_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    is_example: Mapped[bool] = mapped_column(default=False)
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="user", cascade="all, delete-orphan"
    )
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]  # lists vary
        back_populates="user", cascade="all, delete-orphan"
    )

    @property
    def roles(self) -> list[RoleMixin]:  # type: ignore[override]  # nothing to write
        """None of Flask-Security's: rights are memberships, judged by ``domain.access``."""
        return []


class Passkey(Base, WebAuthnMixin):
    """A public key credential of a person (W3C Web Authentication); columns of Flask-Security."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(JSON)
    backup_state: Mapped[bool]
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(server_default=func.now())
    lastuse_datetime: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    user: Mapped[User] = relationship(back_populates="webauthn")


class Identity(Base):
    """An account at an identity provider (OpenID Connect) with which a person signs in.

    Known by issuer and subject, never by e-mail address (OpenID Connect Core 1.0 section 5.7).
    """

    __tablename__ = "identity"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(
        ForeignKey("user_account.id", ondelete="CASCADE"), index=True
    )
    issuer: Mapped[str] = mapped_column(String(255))
    subject: Mapped[str] = mapped_column(String(255))
    linked_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """A place in an organisation offered to a mail address until ``expires_at``.

    Only the SHA-256 of the link's token is kept. ``facility_id`` narrows a host role to one place.
    """

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    email: Mapped[str] = mapped_column(String(254))
    role: Mapped[str] = mapped_column(String(32))
    facility_id: Mapped[int | None] = mapped_column(ForeignKey("facility.id", ondelete="CASCADE"))
    invited_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("user_account.id", ondelete="SET NULL")
    )
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    organisation: Mapped[Organisation] = relationship()
    invited_by: Mapped[User | None] = relationship()


class VisitorDraft(Base):
    """A request begun by somebody who is not signed in, kept until they register or sign in.

    ``content`` is the request as its form sends it; the SHA-256 of the key in the visitor's cookie
    finds it.
    """

    __tablename__ = "visitor_draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    content: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime] = mapped_column(index=True)


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
