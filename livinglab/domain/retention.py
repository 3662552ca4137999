"""How long what is kept about people is kept, in days."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta

WARNED = timedelta(days=30)
"""How long before an account nobody uses is erased its person is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """Days from the last thing that happened until something goes.

    ``invitations`` from when they were sent; ``unconfirmed`` are registrations whose mail was not
    answered; ``drafts`` are a visitor's; ``sessions`` from their end or last use; ``mail_texts``
    and ``mails`` (that there was one) from when they were sent; ``ended_requests`` were declined,
    withdrawn, cancelled or expired; ``completed`` are pilots that took place; ``accounts`` from
    their last use; ``records`` is the trail of what was done.
    """

    invitations: int = 30
    unconfirmed: int = 7
    drafts: int = 30
    sessions: int = 90
    mail_texts: int = 30
    mails: int = 365
    ended_requests: int = 365
    completed: int = 730
    accounts: int = 730
    records: int = 2190

    def __post_init__(self) -> None:
        """See that nothing goes on the day it comes, and nobody unwarned.

        Raises:
            ValueError: a number of days is too small.
        """
        for kind in fields(self):
            least = WARNED.days + 1 if kind.name == "accounts" else 1
            if getattr(self, kind.name) < least:
                name = f"LIVINGLAB_KEEP_{kind.name.upper()}_DAYS"
                raise ValueError(f"{name} must be {least} or more.")
