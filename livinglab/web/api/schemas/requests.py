"""What a firm sends of a pilot, and what comes with a move of one."""

from __future__ import annotations

from typing import Annotated, Any, NotRequired

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from livinglab.domain.offers import MOST
from livinglab.domain.reading import LIST_LIMIT
from livinglab.domain.request_json import (
    MAX_DAYS,
    MAX_HOURS,
    PERIOD_LIMIT,
    PURPOSE_LIMIT,
    TITLE_LIMIT,
    WINDOW_LIMIT,
)
from livinglab.services.moves import CONDITION_LIMIT, NOTE_LIMIT
from livinglab.web.api.reading import PLAIN
from livinglab.web.api.schemas.article import ArticleBody
from livinglab.web.api.schemas.common import (
    FILLED,
    LINES,
    STRICT,
    Day,
    Instant,
    Number,
    ResourceId,
    SlugId,
)
from livinglab.web.api.schemas.profile import FocusArea

EXAMPLE_PILOT: dict[str, Any] = {
    "title": "Copper strip inspection",
    "purpose": "Find surface faults on moving strip.",
    "focus_areas": ["automation_robotics"],
    "test_article": {
        "name": "Inspector 2",
        "kind": "vision_system",
        "count": 1,
        "mass_kg": 40,
        "dimensions_mm": [600, 400, 900],
        "power": {"phases": 1, "voltage": 230, "current_a": 16},
        "battery_kwh": 0,
        "laser_class": 1,
        "conformity": "ce",
        "uses_ai": True,
        "people_in_view": False,
    },
    "periods": [
        {
            "facility": "fac-03",
            "resource": "fac-03-vision-bench",
            "days": 3,
            "windows": [{"start": "2027-02-01", "end": "2027-02-05"}],
        }
    ],
}
EXAMPLE_ACTION: dict[str, Any] = {
    "gate": "facility_manager@fac-03",
    "version": 2,
    "note": "Welcome.",
    "slots": [
        {
            "period": 0,
            "resource": "fac-03-vision-bench",
            "start": "2027-02-01T08:00:00+02:00",
            "end": "2027-02-03T17:00:00+02:00",
        }
    ],
}

NOT_BOTH: dict[str, Any] = {
    "required": ["days", "hours"],
    "properties": {"days": {"type": "number"}, "hours": {"type": "number"}},
}

Ids = Annotated[list[SlugId], Field(max_length=LIST_LIMIT)]
ConditionText = Annotated[str, Field(max_length=CONDITION_LIMIT, pattern=FILLED)]


@with_config(STRICT)
class ConditionBody(TypedDict):
    """A condition with the day by which it is to be met."""

    text: ConditionText
    due: NotRequired[Day | None]


@with_config(STRICT)
class WindowBody(TypedDict):
    """Local dates at the facility, both included; without an end, one day."""

    start: Day
    end: NotRequired[Day | None]


@with_config(ConfigDict(extra="forbid", json_schema_extra={"not": NOT_BOTH}))
class PeriodBody(TypedDict, total=False):
    """One stay: a facility or a set of acceptable ones, a length, ranked windows.

    ``days`` (default 1) or ``hours``, not both. Without a facility any will do that has all the
    capabilities.
    """

    facility: SlugId | None
    facilities: Ids | None
    resource: ResourceId | None
    also: Annotated[list[ResourceId], Field(max_length=LIST_LIMIT)] | None
    capabilities: Ids | None
    days: Annotated[float, Field(gt=0, le=MAX_DAYS, multiple_of=0.5)] | None
    hours: Annotated[int, Field(ge=1, le=MAX_HOURS)] | None
    windows: Annotated[list[WindowBody], Field(max_length=WINDOW_LIMIT)] | None


@with_config(ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE_PILOT]}))
class PilotBody(TypedDict, total=False):
    """What a firm writes. A draft may be incomplete; in a change, what is absent stays."""

    title: Annotated[str, Field(max_length=TITLE_LIMIT, pattern=PLAIN)] | None
    purpose: Annotated[str, Field(max_length=PURPOSE_LIMIT, pattern=LINES)] | None
    confidential: bool | None
    asks_aid: bool | None
    focus_areas: Annotated[list[FocusArea], Field(max_length=LIST_LIMIT)] | None
    test_article: ArticleBody | None
    periods: Annotated[list[PeriodBody], Field(max_length=PERIOD_LIMIT)] | None
    version: Number | None


@with_config(STRICT)
class SlotBody(TypedDict):
    """A concrete time for the stay number ``period`` (from 0)."""

    period: Annotated[int, Field(ge=0, lt=PERIOD_LIMIT)]
    resource: ResourceId
    start: Instant
    end: Instant


@with_config(STRICT)
class ProposalBody(TypedDict):
    """Local dates that the firm proposes for the stay number ``period``; without an end, one."""

    period: Annotated[int, Field(ge=0, lt=PERIOD_LIMIT)]
    start: Day
    end: NotRequired[Day | None]


Slots = Annotated[list[SlotBody], Field(max_length=PERIOD_LIMIT)]


@with_config(ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE_ACTION]}))
class ActionBody(TypedDict, total=False):
    """What comes with a move. ``version`` may be sent as If-Match instead; one of them must be.

    ``gate`` is ``role@facility``. ``slots`` are for approve, offer and reschedule; approve without
    them takes the first feasible ones. ``conditions`` come with approve, each a text or with
    the day it is ``due``; ``condition`` (a number) comes with fulfil.

    An offer takes ``packages``, or one as ``slots``, held until ``expires_at`` (default: five
    working days). ``offer`` (a number) names the one to accept or decline; without it the only one
    is accepted, or all are declined. A decline may propose other ``windows`` back. A request that
    one of its places declined is sent again ``without_declined`` stays.
    """

    version: Number | None
    note: Annotated[str, Field(max_length=NOTE_LIMIT, pattern=LINES)] | None
    gate: Annotated[str, Field(max_length=200, pattern=FILLED)] | None
    slots: Slots | None
    conditions: Annotated[list[ConditionText | ConditionBody], Field(max_length=LIST_LIMIT)] | None
    condition: Number | None
    packages: Annotated[list[Slots], Field(max_length=MOST)] | None
    expires_at: Instant | None
    offer: Number | None
    windows: Annotated[list[ProposalBody], Field(max_length=PERIOD_LIMIT * WINDOW_LIMIT)] | None
    without_declined: bool | None
