"""Facilities, their free time, and whether an article fits."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NotRequired

from pydantic import BaseModel, ConfigDict, Field, with_config
from typing_extensions import TypedDict

from livinglab.domain.fit import Verdict
from livinglab.domain.opening import ClosedBecause
from livinglab.domain.vocabulary import FACILITY_KINDS, FOCUS_AREAS, LANES, OWNER_ROLES, TRIGGERS
from livinglab.web.api.schemas.article import ArticleBody
from livinglab.web.api.schemas.common import SEGMENT, Day, Instant, Texts, codes

Kind = Annotated[str, codes(FACILITY_KINDS)]
FocusArea = Annotated[str, codes(FOCUS_AREAS)]
Trigger = Annotated[str, codes(TRIGGERS)]


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


class CapabilityJson(TypedDict):
    """Something a place can test."""

    code: str
    name: Texts


class FacilityItem(TypedDict):
    """A facility in the catalogue.

    ``first_free`` is the first free start of the length asked for, else of a day.
    """

    id: str
    name: Texts
    summary: Texts
    host: HostJson
    municipality: str
    kind: Kind
    focus_areas: list[FocusArea]
    capabilities: list[CapabilityJson]
    first_free: Instant | None
    first_free_resource: str | None


class FacilityPage(TypedDict):
    """Facilities, soonest free first; ``next`` is the cursor of the following page."""

    items: list[FacilityItem]
    next: int | None


class HostJson(TypedDict):
    """Who runs the place."""

    id: str
    name: str


class Outlet(TypedDict):
    """A kind of socket and how many there are."""

    connector: Literal["cee", "domestic", "generator"]
    phases: int
    voltage: int
    current_a: int
    count: int


class Air(TypedDict):
    """Compressed air: bar, litres a minute."""

    pressure_bar: float | None
    flow_l_min: int | None
    note: Texts | None


class LimitJson(TypedDict):
    """A bound; not ``hard`` means somebody is asked."""

    kind: str
    max: float | None
    min: float | None
    hard: bool
    note: Texts | None


class PaperAskedJson(TypedDict):
    """A document the place asks for, and when."""

    code: str
    name: Texts
    when: Trigger


class ApproverJson(TypedDict):
    """Who decides, and when."""

    role: Annotated[str, codes(OWNER_ROLES)]
    title: Texts
    when: Trigger


class PricesJson(TypedDict):
    """Euro without VAT, from a date on."""

    valid_from: Day
    half_day: float | None
    day: float
    setup: float
    expert_hour: float


class BufferJson(TypedDict):
    """Time kept free beside a stay: elapsed hours, or open (half-)days."""

    amount: float
    unit: Literal["hours", "half_days", "days"]


ClosureJson = TypedDict("ClosureJson", {"reason": Texts, "from": str, "to": str})
"""A closed stretch, both ends included: dates, or month and day of every year."""


class Opening(TypedDict):
    """Opening rules. ``week`` maps mon … sun to pairs of local times."""

    week: dict[str, list[list[str]]]
    round_the_clock: bool
    open_on_holidays: bool
    daylight_only: bool
    closures: NotRequired[list[ClosureJson]]


class Requirement(TypedDict):
    """Another resource that is booked too, and when."""

    resource: str
    when: Trigger


class ResourceJson(TypedDict):
    """A bookable unit; not ``bookable``: a shared thing that others need."""

    id: str
    name: Texts
    bookable: bool
    opening: Opening
    requires: list[Requirement]


class FacilityJson(TypedDict):
    """Everything a visitor may know of a place. Metres, kilopascals, tonnes, half-days."""

    id: str
    example: bool
    name: Texts
    summary: Texts
    host: HostJson
    municipality: str
    address: str | None
    latitude: float
    longitude: float
    zone: str
    kind: Kind
    focus_areas: list[FocusArea]
    area_m2: float | None
    capabilities: list[CapabilityJson]
    power: list[Outlet]
    power_note: Texts | None
    air: Air | None
    networks: list[Texts]
    floor_kpa: float | None
    door_m: list[float] | None
    crane_t: float
    environment: Texts | None
    limits: list[LimitJson]
    house_rules: list[Texts]
    papers: list[PaperAskedJson]
    approvers: list[ApproverJson]
    prices: list[PricesJson]
    notice_working_days: int
    horizon_days: int
    hold_on_submit: bool
    default_lane: Annotated[str, codes(LANES)]
    min_halves: int
    max_halves: int
    step_halves: int
    buffer_before: BufferJson | None
    buffer_after: BufferJson | None
    closures: list[ClosureJson]
    resources: list[ResourceJson]
    opening_in_words: list[str]


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


class FitReason(TypedDict):
    """One comparison between article and place, with its numbers."""

    code: str
    field: str
    verdict: Annotated[str, codes([verdict.value for verdict in Verdict])]
    sentence: str
    needed: float | None
    available: float | None


class FitItem(TypedDict):
    """Whether the article may come to a place, and when at the earliest."""

    facility: str
    name: Texts
    verdict: Annotated[str, codes([verdict.value for verdict in Verdict])]
    reasons: list[FitReason]
    earliest_start: Instant | None


class FitList(TypedDict):
    """Every place: those that fit first, then those to ask, then those that do not."""

    items: list[FitItem]
