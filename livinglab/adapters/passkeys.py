"""Passkeys (W3C Web Authentication, level 3) by py_webauthn.

Every passkey verifies its user (a finger, a face, a PIN), so that one alone is two factors.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 20_000
"""Characters of an answer; the longest real ones have some 3 000."""
VERIFIED = UserVerificationRequirement.REQUIRED


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who asks for passkeys: they belong to the host name ``id`` and work at ``origin`` only."""

    id: str
    name: str
    origin: str


@dataclass(frozen=True, slots=True)
class NewKey:
    """What is kept of a passkey."""

    credential_id: bytes
    public_key: bytes
    sign_count: int
    backed_up: bool
    device_type: str


def creation_options(
    party: RelyingParty,
    handle: str,
    email: str,
    name: str,
    challenge: bytes,
    known: Iterable[bytes],
) -> dict[str, Any]:
    """What a browser needs to make a passkey, as JSON has it; ``known`` are not made again."""
    made = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_id=handle.encode(),
        user_name=email,
        user_display_name=name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=VERIFIED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return options_to_json_dict(made)


def request_options(party: RelyingParty, challenge: bytes) -> dict[str, Any]:
    """What a browser needs to offer the passkeys it has for us."""
    made = webauthn.generate_authentication_options(
        rp_id=party.id, challenge=challenge, user_verification=VERIFIED
    )
    return options_to_json_dict(made)


def read_new(party: RelyingParty, answer: dict[str, Any], challenge: bytes) -> NewKey | None:
    """The passkey a browser made for this challenge; None when the answer does not hold."""
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError):
        return None
    return NewKey(
        found.credential_id,
        found.credential_public_key,
        found.sign_count,
        found.credential_backed_up,
        found.credential_device_type.value,
    )


def answered_by(answer: dict[str, Any]) -> bytes:
    """The id of the passkey that answers; empty when there is none."""
    try:
        return base64url_to_bytes(answer["rawId"])
    except (ValueError, KeyError, TypeError):
        return b""


def sign_count_of(
    party: RelyingParty,
    answer: dict[str, Any],
    challenge: bytes,
    public_key: bytes,
    sign_count: int,
) -> int | None:
    """How often the passkey has signed, after this answer; None when the answer does not hold."""
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError, AttributeError):
        return None
    return int(found.new_sign_count)
