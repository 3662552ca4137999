"""Offers as the API tells and takes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, with_config
from typing_extensions import TypedDict

from livinglab.services.moves import NOTE_LIMIT
from livinglab.web.api.schemas.common import LINES, STRICT, Instant, Number


@with_config(STRICT)
class TakeBackBody(TypedDict, total=False):
    """What comes with taking an offer back. ``version`` may be sent as If-Match instead."""

    version: Number | None
    note: Annotated[str, Field(max_length=NOTE_LIMIT, pattern=LINES)] | None


class OfferedStayJson(TypedDict):
    """One stay's time in an offer; ``price`` in euro by the list, VAT 0 %."""

    period: int | None
    resource: str
    facility: str
    start: Instant
    end: Instant
    price: float | None


class OfferJson(TypedDict):
    """A package of times: one for each stay it names.

    ``state``: one that is accepted has given its times to the pilot's bookings. ``made_by`` is
    ``clock`` for an offer from the waiting list. ``problem``: why an open one cannot be accepted.
    """

    id: int
    state: Literal["open", "accepted", "declined", "expired", "withdrawn"]
    note: str
    made_at: Instant
    made_by: Literal["host", "clock"]
    expires_at: Instant
    answered_at: Instant | None
    stays: list[OfferedStayJson]
    price: float | None
    problem: str | None
