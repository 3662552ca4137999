"""Codes of authenticator apps (RFC 6238): six digits, new every 30 seconds, by libpass.

Secrets are kept sealed (AES) under a key of the installation, so that a copy of the database alone
makes no codes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from passlib.exc import TokenError
from passlib.totp import TOTP

if TYPE_CHECKING:
    from datetime import datetime

STEP = 30
"""Seconds. A phone's clock may be off by one step either way (RFC 6238, 5.2)."""


class Codes:
    """Makes and checks the secrets of one installation; ``key`` seals what is kept."""

    def __init__(self, key: bytes, issuer: str) -> None:
        # The key is random: stretching it, as for a password, would cost time and add nothing.
        self._totp: Any = TOTP.using(issuer=issuer, secrets={"1": key.hex()})
        self._totp.wallet.encrypt_cost = 4

    def new(self) -> str:
        """A fresh secret, sealed."""
        return str(self._totp.new().to_json(encrypt=True))

    def accept(self, sealed: str, code: str, at: datetime, last: int | None) -> int | None:
        """The time step a code belongs to; None when it is wrong, or not newer than ``last``."""
        try:
            match = self._totp.verify(code, sealed, time=at, window=STEP, last_counter=last)
        except (TokenError, ValueError):
            return None
        return int(match.counter)

    def typed_key(self, sealed: str) -> str:
        """The secret in groups of letters, for who cannot scan."""
        return str(self._totp.from_source(sealed).pretty_key(sep=" "))

    def address(self, sealed: str, owner: str) -> str:
        """The ``otpauth:`` address that a QR code holds."""
        return str(self._totp.from_source(sealed).to_uri(owner))
