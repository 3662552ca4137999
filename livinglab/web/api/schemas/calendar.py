"""Bookings, blocks and feeds."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import BaseModel, ConfigDict, Field, with_config
from typing_extensions import TypedDict

from livinglab.domain.vocabulary import BLOCK_KINDS, LANGUAGES, OWNER_ROLES
from livinglab.web.api.schemas.common import (
    FILLED,
    ROW,
    STRICT,
    Instant,
    ResourceId,
    SlugId,
    Texts,
    codes,
)

Reason = Annotated[str, Field(max_length=200, pattern=FILLED)]
EXAMPLE_BLOCK: dict[str, Any] = {
    "resource": "fac-03-vision-bench",
    "kind": "maintenance",
    "start": "2027-05-10T08:00:00+03:00",
    "end": "2027-05-12T17:00:00+03:00",
    "reason": "Calibration of the cameras",
}


FeedScope = Literal["person", "facility", "site", "role", "company"]
EXAMPLE_FEED: dict[str, Any] = {"scope": "facility", "facility": "fac-03", "detail": "title"}


class BookingJson(TypedDict):
    """Time held for a pilot; ``blocked_from`` to ``blocked_to`` counts set-up and take-down in."""

    id: int
    ref: str
    title: str
    company: str
    resource: str
    facility: str
    state: Literal["tentative", "firm", "released"]
    start: Instant
    end: Instant
    blocked_from: Instant
    blocked_to: Instant


class BookingPage(TypedDict):
    """Bookings by start; ``next`` is the cursor of the following page."""

    items: list[BookingJson]
    next: str | None


class BlockPath(BaseModel):
    """Where one block is."""

    block: Annotated[int, Field(description="The block's number.", json_schema_extra=ROW)]


@with_config(STRICT)
class ReasonBody(TypedDict):
    """Why, in several languages."""

    en: Reason
    fi: NotRequired[Reason | None]
    sv: NotRequired[Reason | None]


@with_config(ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE_BLOCK]}))
class BlockBody(TypedDict):
    """Time to close; the reason is shown to everybody."""

    resource: ResourceId
    kind: Annotated[str, codes(BLOCK_KINDS)]
    start: Instant
    end: Instant
    reason: Reason | ReasonBody


class Clash(TypedDict):
    """A booking that lies under a block, for people to repair."""

    ref: str
    resource: str
    start: Instant
    end: Instant


class BlockJson(TypedDict):
    """Closed time."""

    id: int
    resource: str
    facility: str
    kind: Annotated[str, codes(BLOCK_KINDS)]
    start: Instant
    end: Instant
    reason: Texts


class NewBlockJson(BlockJson):
    """Closed time, and the bookings that it now lies over."""

    clashes: list[Clash]


class BlockPage(TypedDict):
    """Blocks by start; ``next`` is the cursor of the following page."""

    items: list[BlockJson]
    next: str | None


class FeedPath(BaseModel):
    """Where one feed is."""

    feed: Annotated[int, Field(description="The feed's number.", json_schema_extra=ROW)]


@with_config(ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE_FEED]}))
class FeedBody(TypedDict, total=False):
    """What the feed shows.

    ``scope``: everything the person sees, or one facility, site, role or company, which is then
    named in the field of that name. ``mine``: only stays that the person asked for or has a gate
    of. ``states`` and ``resources`` leave out the others. ``cancelled``: what was called off
    stays for 30 days. ``language``: of its texts, else the person's own.
    """

    scope: FeedScope | None
    facility: SlugId | None
    site: SlugId | None
    role: Annotated[str, codes(OWNER_ROLES)] | None
    company: SlugId | None
    mine: bool | None
    states: list[Literal["tentative", "firm"]] | None
    resources: Annotated[list[ResourceId], Field(max_length=200)] | None
    cancelled: bool | None
    language: Annotated[str, codes(LANGUAGES)] | None
    name: Annotated[str, Field(max_length=100)] | None
    detail: Literal["full", "title", "busy"] | None


class FeedJson(TypedDict):
    """A calendar feed; its address was told once. Empty lists leave nothing out."""

    id: int
    name: str
    scope: FeedScope
    facility: str | None
    site: str | None
    role: str | None
    company: str | None
    mine: bool
    states: list[Literal["tentative", "firm"]]
    resources: list[str]
    cancelled: bool
    language: str | None
    detail: Literal["full", "title", "busy"]
    created_at: Instant
    used_at: Instant | None
    used_by: str


class NewFeedJson(FeedJson):
    """A new feed with its secret address. Asked for again with the same key: null."""

    url: str | None
    free_busy_url: str | None


class FeedList(TypedDict):
    """The person's feeds, newest first."""

    items: list[FeedJson]
    next: None
