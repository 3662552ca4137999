"""Passkey ceremonies on pages: options for the browser, and the challenge its answer must carry.

The challenge waits in the signed cookie, for ten minutes and one answer.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import session as cookie

from livinglab.adapters import passkeys
from livinglab.adapters.passkeys import RelyingParty
from livinglab.adapters.secrets import new_token
from livinglab.web import context
from livinglab.web.second_step import ISSUER

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask

    from livinglab.db.tables import User

CHALLENGE = "passkey"
PATIENCE = timedelta(minutes=10)


def install(app: Flask) -> None:
    """Let templates offer to sign in with a passkey."""
    app.jinja_env.globals["passkey_request"] = request_options


def relying_party() -> RelyingParty:
    """Who asks for passkeys: the host of the base URL.

    A passkey belongs to a name, not to an address of numbers: this machine is ``localhost`` then.
    """
    parts = urlsplit(context.settings().base_url)
    host = parts.hostname or "localhost"
    try:
        local = ip_address(host).is_loopback
    except ValueError:
        local = False
    if local:
        host = "localhost"
    port = f":{parts.port}" if parts.port else ""
    return RelyingParty(host, ISSUER, f"{parts.scheme}://{host}{port}")


def request_options() -> str:
    """What the browser needs to sign somebody in with a passkey, as JSON."""
    return json.dumps(passkeys.request_options(relying_party(), _challenge()))


def creation_options(user: User, handle: str, known: Iterable[bytes]) -> str:
    """What the browser needs to make a passkey for the person, as JSON."""
    party = relying_party()
    return json.dumps(
        passkeys.creation_options(party, handle, user.email, user.name, _challenge(), known)
    )


def challenge() -> bytes:
    """The challenge that the answer must carry; empty when it is used up or too old."""
    kept = cookie.pop(CHALLENGE, None)
    if not isinstance(kept, dict):
        return b""
    if context.now() - datetime.fromisoformat(kept["since"]) > PATIENCE:
        return b""
    return str(kept["text"]).encode()


def _challenge() -> bytes:
    text = new_token()
    cookie[CHALLENGE] = {"text": text, "since": context.now().isoformat()}
    return text.encode()
