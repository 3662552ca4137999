"""What a calendar feed shall show: one scope, narrowed further."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SCOPES: Final = ("all", "facility", "site", "role", "company")
DETAILS: Final = ("full", "title", "busy")
STATES: Final = ("tentative", "firm")
"""States of time that is held; what was called off is a question of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedWish:
    """A feed as somebody asks for it. Places and companies are named by slug.

    ``facility``, ``site``, ``role`` and ``company`` go with the scope of that name, and with no
    other. ``mine``: only stays that the person asked for or has a gate of. Empty ``states`` and
    ``resources`` leave nothing out; an empty ``language`` is the owner's, whatever it is then.
    """

    scope: str = "all"
    facility: str = ""
    site: str = ""
    role: str = ""
    company: str = ""
    mine: bool = False
    states: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    cancelled: bool = True
    language: str = ""
    name: str = ""
    detail: str = "full"

    @classmethod
    def of(cls, facility: str | None, detail: str) -> FeedWish:
        """Everything the person sees, or what they see of one facility."""
        return cls(scope="facility" if facility else "all", facility=facility or "", detail=detail)
