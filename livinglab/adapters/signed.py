"""Links of mails that carry what they are for, signed, so that nothing has to be kept.

A link counts until its end. It is one-time when it names a state that using it changes.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from itsdangerous import BadData, URLSafeSerializer

from livinglab.adapters.secrets import derived_key

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 2000
"""Characters of a token; more was never signed here."""


def sign(secret: str, purpose: str, values: Sequence[str | int], until: datetime) -> str:
    """A token of these values for that purpose alone, good until ``until``; safe in a path."""
    return str(_signer(secret, purpose).dumps([int(until.timestamp()), *values]))


def read_signed(secret: str, purpose: str, token: str, now: datetime) -> tuple[str | int, ...]:
    """The values of a token; nothing when it is cut, foreign, made up, or too old."""
    if len(token) > LONGEST:
        return ()
    try:
        until, *values = _signer(secret, purpose).loads(token)
    except BadData:
        return ()
    return tuple(values) if now < datetime.fromtimestamp(until, UTC) else ()


def _signer(secret: str, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(derived_key(secret, purpose), salt=purpose)
