"""Rows of ways in that tests write by hand: a passkey of somebody, an invitation to an address."""

from datetime import datetime

from livinglab.db.tables import Invitation, Passkey


def passkey(user, now: datetime, **values):
    """A passkey that opens the door by itself."""
    return Passkey(
        user_id=user.id,
        public_key=b"key",
        backup_state=False,
        device_type="single_device",
        create_datetime=now,
        lastuse_datetime=now,
        usage="first",
        **values,
    )


def invitation(organisation, email, now: datetime, **values):
    """An invitation to be a member that nobody answered."""
    return Invitation(
        organisation_id=organisation.id,
        email=email,
        role="member",
        created_at=now,
        expires_at=now,
        **values,
    )
