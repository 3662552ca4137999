"""Lists of facilities, their free time, and whether an article fits."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, with_config
from typing_extensions import TypedDict

from livinglab.domain.fit import Verdict
from livinglab.domain.opening import ClosedBecause
from livinglab.web.api.schemas.article import ArticleBody
from livinglab.web.api.schemas.common import SEGMENT, Day, Instant, Texts, codes
from livinglab.web.api.schemas.profile import CapabilityJson, FocusArea, HostJson, Kind


class FacilityPath(BaseModel):
    """Where one facility is."""

    facility: Annotated[
        str,
        Field(
            json_schema_extra={"pattern": SEGMENT},
            description="The facility's id.",
            examples=["fac-03"],
        ),
    ]


class FitReason(TypedDict):
    """One comparison between article and place, with its numbers."""

    code: str
    field: str
    verdict: Annotated[str, codes([verdict.value for verdict in Verdict])]
    sentence: str
    needed: float | None
    available: float | None


class FacilityFacts(TypedDict):
    """What the catalogue tells of a facility whatever was asked for."""

    id: str
    name: Texts
    summary: Texts
    host: HostJson
    municipality: str
    kind: Kind
    focus_areas: list[FocusArea]
    capabilities: list[CapabilityJson]


class FacilityItem(FacilityFacts):
    """A facility in the catalogue.

    ``first_free`` is the first free start of the length asked for, else of a day. ``reasons`` tell
    how the place stands to each number asked for; ``verdict`` is the worst of them.
    """

    first_free: Instant | None
    first_free_resource: str | None
    verdict: Annotated[str, codes([verdict.value for verdict in Verdict])]
    reasons: list[FitReason]


class FacilityPage(TypedDict):
    """Facilities, soonest free first; ``next`` is the cursor of the following page."""

    items: list[FacilityItem]
    next: int | None


class Span(TypedDict):
    """Half-open: the end is not in it."""

    start: Instant
    end: Instant


class ReasonJson(TypedDict):
    """Why time cannot be booked: never by whom it is taken."""

    code: Annotated[str, codes([code.value for code in ClosedBecause])]
    sentence: str


class ClosedSpan(TypedDict):
    """Time that cannot be booked, and why."""

    start: Instant
    end: Instant
    reason: ReasonJson


class ResourceTime(TypedDict):
    """Free and closed time of a resource; together they leave no gap."""

    resource: str
    name: Texts
    free: list[Span]
    closed: list[ClosedSpan]


Availability = TypedDict(
    "Availability",
    {"facility": str, "zone": str, "from": Day, "to": Day, "resources": list[ResourceTime]},
)
"""What is free between two local dates, both included."""


class SlotJson(TypedDict):
    """A feasible stay."""

    resource: str
    facility: str
    start: Instant
    end: Instant


class SlotList(TypedDict):
    """The earliest feasible stays, by start, then resource."""

    items: list[SlotJson]


EXAMPLE_FIT: dict[str, Any] = {
    "test_article": {"name": "Arm", "kind": "collaborative_robot", "mass_kg": 33}
}


@with_config(ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE_FIT]}))
class FitBody(TypedDict):
    """The article whose fit is asked for."""

    test_article: ArticleBody
