"""Who comes to a stay: the answers to an invitation, and which of several answers counts.

The words are those of iCalendar's PARTSTAT (RFC 5545 3.2.12); the order is that of iTIP (RFC 5546
2.1.5): the sequence first, then the time it was given.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from livinglab.domain.messages import N_
from livinglab.domain.reading import is_safe

if TYPE_CHECKING:
    from collections.abc import Mapping

INVITE_AFTER = timedelta(minutes=1)
"""How long after a change people are sent it: until then a decision can be taken back."""
OPEN = "NEEDS-ACTION"
ANSWERS: Mapping[str, str] = {
    "ACCEPTED": N_("Comes"),
    "TENTATIVE": N_("Comes perhaps"),
    "DECLINED": N_("Does not come"),
    OPEN: N_("No answer yet"),
}
GIVEN: Mapping[str, str] = {
    "ACCEPTED": N_("I come"),
    "TENTATIVE": N_("I may come"),
    "DECLINED": N_("I do not come"),
}
"""What somebody can answer, as they say it themselves."""
COMMENT_LIMIT = 500


class ReplyError(ValueError):
    """A reply by mail that is not taken; the sentence says why, in English."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a calendar program answered. Addresses are in small letters."""

    uid: str
    attendee: str
    answer: str
    sequence: int
    stamp: datetime
    sender: str
    """Who sent the mail (From), as it says."""
    comment: str = ""


def check_order(
    reply: Reply, *, sequence: int, answered_sequence: int | None, answered_at: datetime | None
) -> None:
    """Let a reply pass that answers the invitation last sent and is newer than the last answer.

    Raises:
        ReplyError: it answers another invitation, or a newer answer is there.
    """
    if reply.sequence < sequence:
        raise ReplyError("It answers an earlier invitation: the stay has changed since.")
    if reply.sequence > sequence:
        raise ReplyError("It answers an invitation that was never sent.")
    if answered_sequence == sequence and answered_at is not None and reply.stamp < answered_at:
        raise ReplyError("A newer answer of this person is known.")


def short_comment(text: str) -> str:
    """What somebody wrote beside their answer, as far as it can be kept."""
    kept = "".join(sign if is_safe(sign, lines=True) else " " for sign in text)
    return kept.strip()[:COMMENT_LIMIT].rstrip()
