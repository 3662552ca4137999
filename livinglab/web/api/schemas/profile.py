"""The profile of a facility: what ``GET /facilities/{id}`` tells and ``PUT`` takes."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from typing_extensions import TypedDict

from livinglab.domain.vocabulary import FACILITY_KINDS, FOCUS_AREAS, LANES, OWNER_ROLES, TRIGGERS
from livinglab.web.api.schemas.common import Day, Texts, codes

Kind = Annotated[str, codes(FACILITY_KINDS)]
FocusArea = Annotated[str, codes(FOCUS_AREAS)]
Trigger = Annotated[str, codes(TRIGGERS)]


class CapabilityJson(TypedDict):
    """Something a place can test."""

    code: str
    name: Texts


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


class SiteJson(TypedDict):
    """The ground a place stands on."""

    id: str
    name: str


class ContactJson(TypedDict):
    """Whom to ask: a role, never a person."""

    role: Texts
    email: str | None
    phone: str | None


class FacilityJson(TypedDict):
    """Everything a visitor may know of a place. Metres, kilopascals, tonnes, half-days."""

    id: str
    example: bool
    name: Texts
    summary: Texts
    host: HostJson
    site: SiteJson | None
    municipality: str
    address: str | None
    directions: Texts | None
    contact: ContactJson | None
    next_place: str | None
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
    free_busy_public: bool
    default_lane: Annotated[str, codes(LANES)]
    min_halves: int
    max_halves: int
    step_halves: int
    buffer_before: BufferJson | None
    buffer_after: BufferJson | None
    closures: list[ClosureJson]
    resources: list[ResourceJson]
    opening_in_words: list[str]
