"""Settings: frozen values read once from the environment.

This is the only module that reads ``os.environ``. Every setting has a name
``LIVINGLAB_<FIELD>``, a default that works on a fresh machine, and a line in the
README (a test compares the two).
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "LIVINGLAB_"
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off", ""})


class SettingsError(ValueError):
    """A setting has a value that cannot be used; the message names it and the way out."""


@dataclass(frozen=True, kw_only=True)
class IdentityProvider:
    """Where the people of a host organisation sign in with the account they have there.

    ``id`` stands in addresses; ``organisation`` is the slug of the host whose people it knows.
    """

    id: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    organisation: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an installation may choose. Units are in the names."""

    database_url: str = ""
    """SQLAlchemy address. Empty: SQLite under ``instance_path``."""
    secret_key: str = field(default="", repr=False)
    """Signs cookies and forms. Empty: one is made and kept under ``instance_path``."""
    base_url: str = "http://127.0.0.1:8000"
    """Address at which people reach the service; links in mail and feeds start with it. Not set:
    this machine, at ``port``."""
    port: int = 8000
    """TCP port of ``livinglab run``."""
    smtp_url: str = field(default="", repr=False)
    """``smtp://user:password@host:port``. Empty: mail lands as ``.eml`` under ``instance_path``."""
    mail_from: str = "Living Lab Pori <desk@livinglab.example>"
    """Sender of every mail and organiser of every calendar event."""
    instance_path: str = "instance"
    """Folder of the database, uploads, locks and undelivered mail."""
    demo_password: str = field(default="", repr=False)
    """Password of the example accounts. Empty: ``seed-demo`` makes one and prints it."""
    require_mfa: bool = False
    """Whether host roles must use a second factor. Not set: as ``production``."""
    production: bool = False
    """Refuses unsafe defaults: a made-up secret key, example data without a password."""
    trusted_hosts: str = ""
    """Comma-separated host names answered besides the one in ``base_url``."""
    proxies: int = 0
    """How many reverse proxies stand in front (their forwarded headers are believed)."""
    web_processes: int = 1
    """Server processes of ``livinglab run``."""
    web_threads: int = 8
    """Threads per server process."""
    scheduler: bool = True
    """Whether ``livinglab run`` also runs the scheduler (under the leader lock)."""
    api_calls_per_minute: int = 1200
    """Calls to the REST API per caller, and of a calendar program per password, per minute before
    429."""
    sign_in_tries_per_minute: int = 20
    """Sign-in attempts per address and minute before 429."""
    account_tries_per_minute: int = 10
    """Wrong passwords, codes or links per account and minute before 429; six times that an hour."""
    feed_reads_per_minute: int = 60
    """Reads of one calendar feed, and unknown feeds from one address, per minute before 429."""
    upload_limit_mb: int = 10
    """Largest single paper a company may attach, in megabytes."""
    photo_limit_mb: int = 15
    """Largest single photo a host may upload, in megabytes."""
    oidc_providers: str = field(default="", repr=False)
    """Identity providers of host organisations (OpenID Connect), as a JSON list of objects with
    ``id``, ``name``, ``issuer``, ``client_id``, ``client_secret`` and ``organisation`` (its id)."""
    pilot_ref_prefix: str = "PLL"
    """First part of pilot references such as ``PLL-2026-0001``."""
    keep_invitations_days: int = 30
    """Days after which invitations are deleted."""
    keep_unconfirmed_days: int = 7
    """Days after which registrations are deleted whose mail was not answered."""
    keep_drafts_days: int = 30
    """Days after which drafts of visitors are deleted that nobody came back for."""
    keep_sessions_days: int = 90
    """Days after which ended sessions are deleted, and the browsers of all."""
    keep_mail_texts_days: int = 30
    """Days after which the texts of mails are deleted once they were sent or given up."""
    keep_mails_days: int = 365
    """Days after which it is forgotten that there was a mail."""
    keep_ended_requests_days: int = 365
    """Days after which requests that came to nothing name nobody and lose their papers."""
    keep_completed_days: int = 730
    """Days after which completed pilots name nobody and lose their papers."""
    keep_accounts_days: int = 730
    """Days without use after which an account is erased; 30 days before, a mail says so."""
    keep_records_days: int = 2190
    """Days after which what was done, and who read what, is taken out of the record."""
    controller: str = "Living Lab Pori"
    """Who answers for personal data, as the privacy page names them."""
    privacy_contact: str = ""
    """Mail address for questions about personal data. Empty: that of ``mail_from``."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read ``LIVINGLAB_…`` values.

        Raises:
            SettingsError: a value is not of the setting's type.
        """
        source = os.environ if environ is None else environ
        values: dict[str, object] = {}
        for setting in fields(cls):
            name = PREFIX + setting.name.upper()
            if name in source:
                values[setting.name] = _parse(name, str(setting.type), source[name].strip())
        if "port" in values:
            values.setdefault("base_url", f"http://127.0.0.1:{values['port']}")
        if values.get("production"):
            values.setdefault("require_mfa", True)
        return cls(**values)  # type: ignore[arg-type]  # types were checked by _parse

    @property
    def identity_providers(self) -> tuple[IdentityProvider, ...]:
        """The providers of ``oidc_providers``.

        Raises:
            SettingsError: it is not such a list, or two have one ``id``.
        """
        name = f"{PREFIX}OIDC_PROVIDERS"
        try:
            known = tuple(
                IdentityProvider(**entry) for entry in json.loads(self.oidc_providers or "[]")
            )
        except (TypeError, ValueError):
            wanted = ", ".join(part.name for part in fields(IdentityProvider))
            raise SettingsError(f"{name} must be a JSON list of objects with {wanted}.") from None
        for provider in known:
            if not provider.issuer.startswith(("https://", "http://127.0.0.1:")):
                raise SettingsError(
                    f"{name}: the issuer of {provider.id!r} must be an https address."
                )
        if len({provider.id for provider in known}) < len(known):
            raise SettingsError(f"{name}: each provider needs an id of its own.")
        return known

    @property
    def instance(self) -> Path:
        """The instance folder as an absolute path."""
        return Path(self.instance_path).absolute()

    @property
    def sqlalchemy_url(self) -> str:
        """Database address with the driver named, so that SQLAlchemy never guesses."""
        url = self.database_url or f"sqlite:///{self.instance / 'livinglab.sqlite3'}"
        for short in ("postgres://", "postgresql://"):
            if url.startswith(short):
                return "postgresql+psycopg://" + url.removeprefix(short)
        return url


def _parse(name: str, kind: str, text: str) -> object:
    if kind == "int":
        try:
            return int(text)
        except ValueError:
            raise SettingsError(f"{name} must be a whole number, not {text!r}.") from None
    if kind == "bool":
        if text.lower() in TRUE_WORDS | FALSE_WORDS:
            return text.lower() in TRUE_WORDS
        raise SettingsError(f"{name} must be on or off, not {text!r}.")
    return text
