"""Which mails people choose about, and when: at once, in one a day, or not at all.

Mails about an account itself are not among them: they always come at once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Literal, cast

from livinglab.domain.messages import N_
from livinglab.domain.zones import local_date, opening_edge, zone

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

When = Literal["now", "digest", "off"]

KINDS: dict[str, str] = {
    "requests": N_("Requests of your company: received, decided, moved"),
    "decisions": N_("Requests that you decide on: new, changed, withdrawn"),
    "messages": N_("Messages about requests: from the host, or from the firm"),
    "searches": N_("Free time found for a search you watch"),
    "calendar": N_("Invitations to confirmed stays, for your calendar"),
}
"""What a notice is about, as people choose by it."""
WHEN: dict[str, str] = {
    "now": N_("At once"),
    "digest": N_("Once a day, at 8:00"),
    "off": N_("Not by mail"),
}
AT_ONCE_ONLY = frozenset({"calendar"})
"""Kinds whose mails cannot be part of another one."""
DIGEST_MINUTE = 8 * 60
"""When the digest goes out, in minutes after midnight on the wall of its reader."""


def chosen(mails: Mapping[str, str], kind: str) -> When:
    """When notices of a kind come to who chose so: at once where they did not choose."""
    when = mails.get(kind)
    return cast("When", when) if when in WHEN else "now"


def choices(kind: str) -> tuple[str, ...]:
    """When mails of a kind may be asked for."""
    return tuple(when for when in WHEN if when != "digest" or kind not in AT_ONCE_ONLY)


def next_digest(now: datetime, zone_name: str) -> datetime:
    """The first 8:00 on the wall in that zone (IANA) after that instant."""
    tz = zone(zone_name)
    today = local_date(now, tz)
    due = opening_edge(today, DIGEST_MINUTE, tz)
    return due if due > now else opening_edge(today + timedelta(days=1), DIGEST_MINUTE, tz)
