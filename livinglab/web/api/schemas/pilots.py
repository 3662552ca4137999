"""A pilot as it is answered, and where its parts are."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import BaseModel, Field, with_config
from typing_extensions import TypedDict

from livinglab.domain.pilot import Action, State
from livinglab.domain.vocabulary import LANES, OWNER_ROLES
from livinglab.web.api.schemas.common import (
    FILLED,
    ROW,
    SEGMENT,
    STRICT,
    Day,
    Instant,
    Number,
    ProblemJson,
    Texts,
    codes,
)
from livinglab.web.api.schemas.offers import OfferJson
from livinglab.web.api.schemas.profile import FocusArea

ACTIONS = tuple(action.value for action in Action if action is not Action.EXPIRE)
"""What people do; expiring is the clock's."""


class PilotPath(BaseModel):
    """Where one pilot is."""

    ref: Annotated[
        str,
        Field(
            json_schema_extra={"pattern": SEGMENT},
            description="The pilot's reference.",
            examples=["PLL-2027-0001"],
        ),
    ]


class ActionPath(PilotPath):
    """A move of one pilot."""

    action: Annotated[str, Field(description="What to do.", json_schema_extra={"enum": [*ACTIONS]})]


class PaperPath(PilotPath):
    """Where one paper of a pilot is."""

    paper: Annotated[int, Field(description="The paper's number.", json_schema_extra=ROW)]


class OfferPath(PilotPath):
    """Where one offer of a pilot is."""

    offer: Annotated[int, Field(description="The offer's number.", json_schema_extra=ROW)]


@with_config(STRICT)
class PaperBody(TypedDict):
    """A file of at most the size that the service takes, what it is, and when it ends.

    It is ``confidential`` unless the call says ``false``.
    """

    file: Annotated[str, Field(json_schema_extra={"format": "binary"})]
    code: Annotated[str, Field(min_length=1, max_length=64, pattern=FILLED)]
    expires_on: NotRequired[Day]
    confidential: NotRequired[bool]
    version: NotRequired[Number]


class CompanyJson(TypedDict):
    """The firm."""

    id: str
    name: str
    country: str


class WindowJson(TypedDict):
    """Local dates, both included."""

    start: Day
    end: Day


class PeriodJson(TypedDict):
    """One stay as asked for: ``days`` or ``hours``, the other is null."""

    facility: str | None
    facilities: list[str]
    resource: str | None
    also: list[str]
    capabilities: list[str]
    days: float | None
    hours: int | None
    windows: list[WindowJson]


class LaneReasonJson(TypedDict):
    """Why a pilot is in its lane: a rule's id, or ``facility:`` and a place's id, in words."""

    code: str
    lane: Annotated[str, codes(LANES)]
    why: str


class GateJson(TypedDict):
    """One approval. In a draft: as it would open if it were sent now."""

    id: str
    role: Annotated[str, codes(OWNER_ROLES)]
    facility: str
    title: Texts
    state: Literal["open", "passed", "refused"]
    owner: str | None
    due: Day | None
    decided_at: Instant | None
    note: str
    working_days: int
    evidence: list[str]
    rules: list[str]


class StayJson(TypedDict):
    """A booking of the pilot: ``period`` is the number of its stay, ``offer`` that of its offer."""

    id: int
    resource: str
    facility: str
    state: Literal["tentative", "firm", "released"]
    start: Instant
    end: Instant
    period: int | None
    offer: int | None


class ConditionJson(TypedDict):
    """Something asked of the firm; ``first``: before the time becomes firm.

    One that waits for ``evidence`` is met when that is there.
    """

    id: int
    text: str
    first: bool
    due: Day | None
    fulfilled_at: Instant | None
    evidence: str | None


class PaperJson(TypedDict):
    """A document that was attached; ``rejected``: why it was not accepted, if so."""

    id: int
    code: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    confidential: bool
    expires_on: Day | None
    rejected: str
    uploaded_at: Instant


class PaperNeedJson(TypedDict):
    """Evidence that is asked for; ``paper`` is the number of the one given.

    ``per_person``: each who comes has one.
    """

    code: str
    name: Texts
    paper: int | None
    expired: bool
    per_person: bool
    standing: Literal["present", "missing", "expired", "rejected"]


class PilotJson(TypedDict):
    """A pilot: what was asked, where it stands, what may be done, what keeps it from being sent.

    Of a ``confidential`` plan, ``purpose`` and ``test_article`` are empty for hosts who do not
    decide on it, and confidential papers are left out. ``waiting`` is its place in the queue of the
    waiting list, from 1.
    """

    ref: str
    state: Annotated[str, codes([state.value for state in State])]
    version: int
    lane: Annotated[str, codes(LANES)]
    lane_reasons: list[LaneReasonJson]
    rules_number: int
    title: str
    purpose: str
    confidential: bool
    asks_aid: bool
    focus_areas: list[FocusArea]
    company: CompanyJson
    test_article: dict[str, Any]
    periods: list[PeriodJson]
    gates: list[GateJson]
    bookings: list[StayJson]
    offers: list[OfferJson]
    waiting: int | None
    conditions: list[ConditionJson]
    papers: list[PaperJson]
    papers_needed: list[PaperNeedJson]
    actions: list[Annotated[str, codes(ACTIONS)]]
    problems: list[ProblemJson]
    created_at: Instant
    changed_at: Instant
    submitted_at: Instant | None


class PilotPage(TypedDict):
    """Pilots, newest first; ``next`` is the cursor of the following page."""

    items: list[PilotJson]
    next: int | None
