"""How an article stands to every place, and what has to come before a stay there."""

from __future__ import annotations

from typing import Annotated

from typing_extensions import TypedDict

from livinglab.domain.fit import Verdict
from livinglab.domain.vocabulary import LANES, OWNER_ROLES
from livinglab.web.api.schemas.common import Day, Instant, Texts, codes
from livinglab.web.api.schemas.places import FitReason

CODES = ("notice", "gate", "paper", "free", "taken", "none")


class NotCompared(TypedDict):
    """What the place has a limit for and the article does not tell."""

    field: str
    sentence: str


class FitLaneReason(TypedDict):
    """What put the stay into its lane: a rule or the place, and the answer behind it."""

    code: str
    lane: Annotated[str, codes(LANES)]
    sentence: str


class FitGate(TypedDict):
    """A decision the place asks for: who, in how many working days, on what evidence (codes)."""

    role: Annotated[str, codes(OWNER_ROLES)]
    title: Texts
    working_days: int
    evidence: list[str]


class FitLink(TypedDict):
    """A link of the chain: ``working_days`` from today, ``date`` when it is done.

    A stay begins on a later day than the date of a gate; the last link is free time.
    """

    code: Annotated[str, codes(CODES)]
    sentence: str
    working_days: int | None
    date: Day | None


class FitNext(TypedDict):
    """The place a pilot that worked here goes to next, and whether the article fits there."""

    facility: str
    verdict: Annotated[str, codes([verdict.value for verdict in Verdict])]


class FitStart(TypedDict):
    """Lane, gates and chain of a stay; empty where the article does not fit."""

    lane: Annotated[str, codes(LANES)] | None
    lane_reasons: list[FitLaneReason]
    gates: list[FitGate]
    chain: list[FitLink]


class FitItem(FitStart):
    """Whether the article may come to a place, and when at the earliest.

    ``instead``: a place that fits, most like this one, where this one does not.
    """

    facility: str
    name: Texts
    verdict: Annotated[str, codes([verdict.value for verdict in Verdict])]
    reasons: list[FitReason]
    not_compared: list[NotCompared]
    earliest_start: Instant | None
    next_place: FitNext | None
    instead: str | None


class FitList(TypedDict):
    """Every place: those that fit first, then those to ask, then those that do not."""

    items: list[FitItem]
