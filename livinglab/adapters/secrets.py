"""Random names nobody can guess: tokens (ASVS 5.0, 11.5.1) and Message-IDs (RFC 5322, 3.6.4).

Passwords are the one secret that people choose; they are kept as argon2id hashes (RFC 9106).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_TYPED = "abcdefghijkmnpqrstuvwxyz23456789"
"""32 signs, 5 bits each: none is taken for another when somebody copies it by hand."""
_HOST_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?")


def new_token(nbytes: int = 32) -> str:
    """A fresh secret of ``nbytes`` random octets, safe in a URL path. Shown once, never stored."""
    return secrets.token_urlsafe(nbytes)


def new_typed_secret() -> str:
    """A fresh secret of 140 random bits that can be typed: groups of letters and digits."""
    groups = ("".join(secrets.choice(_TYPED) for _ in range(4)) for _ in range(7))
    return "-".join(groups)


def token_hash(token: str) -> str:
    """What is stored and looked up instead of the token: its SHA-256 in hex.

    A plain hash is enough: the token has too many bits to be guessed, unlike a password.
    """
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def derived_key(secret: str, purpose: str) -> bytes:
    """A key of 32 octets for that purpose alone, from the installation's secret.

    One step of HKDF-Expand (RFC 5869, 2.3); knowing the key tells neither the secret nor another.
    """
    return hmac.digest(secret.encode(), b"livinglab " + purpose.encode() + b"\x01", "sha256")


def password_hash(password: str) -> str:
    """What is stored instead of a password; some 50 ms and 64 MiB of work, on purpose.

    The form of the characters is evened out (NFKD) as it is when the password is typed in.
    """
    return PasswordHasher().hash(unicodedata.normalize("NFKD", password))


def is_password(password: str, kept: str) -> bool:
    """Whether it is the password whose hash is kept; takes as long as making one."""
    try:
        return PasswordHasher().verify(kept, unicodedata.normalize("NFKD", password))
    except (VerificationError, InvalidHashError):
        return False


def new_message_id(domain: str) -> str:
    """A fresh ``<random@domain>``, given to a mail when its intent is written.

    Raises:
        ValueError: ``domain`` is not a host name.
    """
    if not _HOST_NAME.fullmatch(domain):
        raise ValueError(f"{domain!r} is not a host name")
    return f"<{secrets.token_hex(16)}@{domain}>"
