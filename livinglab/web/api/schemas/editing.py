"""Moves of a place, and what hosts are told of a change and of earlier versions."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, with_config
from typing_extensions import TypedDict

from livinglab.domain.vocabulary import EDITS_MADE
from livinglab.web.api.schemas.common import STRICT, Day, Instant, Number, ProblemJson, codes
from livinglab.web.api.schemas.places import FacilityPath

EDITS = ("undo", "publish", "withdraw")


class FacilityActionPath(FacilityPath):
    """A move of one facility."""

    action: Annotated[str, Field(description="What to do.", json_schema_extra={"enum": [*EDITS]})]


@with_config(STRICT)
class VersionBody(TypedDict, total=False):
    """The version that was read; it may be sent as If-Match instead, one of them must be."""

    version: Number | None


class TouchedStayJson(TypedDict):
    """A coming booking that the change touches, and why."""

    ref: str
    company: str | None
    title: str | None
    resource: str
    start: Instant
    end: Instant
    sentence: str


class TouchedWishJson(TypedDict):
    """A window of an open request that the change touches, and why."""

    ref: str
    company: str | None
    title: str | None
    first: Day
    last: Day
    sentence: str


class ChangeJson(TypedDict):
    """A change and what it touches; ``changed`` are the paths that differ.

    With ``dry_run`` nothing is ``saved``; what is ``refused`` then would answer 422.
    """

    saved: bool
    version: int
    changed: list[str]
    stays: list[TouchedStayJson]
    wishes: list[TouchedWishJson]
    refused: list[ProblemJson]


class VersionJson(TypedDict):
    """A version of a place: who made it, and the paths that differ from the one before."""

    number: int
    action: Annotated[str, codes(EDITS_MADE)]
    at: Instant
    by: str | None
    note: str
    changed: list[str]
    published: bool


class VersionPage(TypedDict):
    """Versions, the newest first; ``next`` is the cursor of the following page."""

    items: list[VersionJson]
    next: int | None
