"""A whole place as hosts send it: what ``domain.profile`` reads, with its bounds."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, JsonValue, with_config
from typing_extensions import TypedDict

from livinglab.domain.profile.read import CONNECTORS, LIMIT_KINDS
from livinglab.domain.reading import LIST_LIMIT
from livinglab.domain.vocabulary import FACILITY_KINDS, FOCUS_AREAS, LANES, OWNER_ROLES
from livinglab.services.versions import NOTE_LIMIT
from livinglab.web.api.schemas.common import FILLED, LINES, STRICT, Day, Number, codes
from livinglab.web.api.schemas.profile import Trigger

Line = Annotated[str, Field(max_length=200, pattern=FILLED)]
Slug = Annotated[str, Field(max_length=60, pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
UnitId = Annotated[str, Field(max_length=120, pattern="^[a-z0-9]+(-[a-z0-9]+)*$")]
Code = Annotated[str, Field(max_length=60, pattern="^[a-z0-9]+(_[a-z0-9]+)*$")]
Euros = Annotated[float, Field(ge=0, le=1_000_000)]


@with_config(STRICT)
class Words(TypedDict):
    """A text in several languages; English is a must."""

    en: Annotated[str, Field(max_length=1000, pattern=FILLED)]
    fi: NotRequired[Annotated[str, Field(max_length=1000, pattern=FILLED)] | None]
    sv: NotRequired[Annotated[str, Field(max_length=1000, pattern=FILLED)] | None]


@with_config(STRICT)
class HostBody(TypedDict):
    """Who runs the place; with a change it stays as it is."""

    id: Slug
    name: Line


@with_config(STRICT)
class ContactBody(TypedDict):
    """Whom to ask: a role, never a person."""

    role: Words
    email: NotRequired[Annotated[str, Field(max_length=254, pattern=FILLED)] | None]
    phone: NotRequired[Annotated[str, Field(max_length=40, pattern=FILLED)] | None]


@with_config(STRICT)
class CapabilityBody(TypedDict):
    """Something the place can test."""

    code: Code
    name: Words


@with_config(STRICT)
class OutletBody(TypedDict):
    """A kind of socket and how many there are."""

    connector: Annotated[str, codes(CONNECTORS)]
    phases: Literal[1, 3]
    voltage: Annotated[int, Field(ge=1, le=1000)]
    current_a: Annotated[int, Field(ge=1, le=1000)]
    count: NotRequired[Annotated[int, Field(ge=1, le=1000)] | None]


@with_config(STRICT)
class AirBody(TypedDict):
    """Compressed air: bar, litres a minute."""

    pressure_bar: NotRequired[Annotated[float, Field(ge=0, le=1000)] | None]
    flow_l_min: NotRequired[Annotated[int, Field(ge=0, le=1_000_000)] | None]
    note: NotRequired[Words | None]


@with_config(STRICT)
class LimitBody(TypedDict):
    """A bound: ``max`` or ``min``, or both; not ``hard`` means somebody is asked."""

    kind: Annotated[str, codes(LIMIT_KINDS)]
    max: NotRequired[Annotated[float, Field(ge=0, le=10**9)] | None]
    min: NotRequired[Annotated[float, Field(ge=0, le=10**9)] | None]
    hard: NotRequired[bool | None]
    note: NotRequired[Words | None]


@with_config(STRICT)
class PaperAskedBody(TypedDict):
    """A document the place asks for, and when."""

    code: Code
    name: Words
    when: NotRequired[Trigger | None]


@with_config(STRICT)
class ApproverBody(TypedDict):
    """Who decides, by what title, and when."""

    role: Annotated[str, codes(OWNER_ROLES)]
    title: Words
    when: NotRequired[Trigger | None]


@with_config(STRICT)
class PricesBody(TypedDict):
    """Euro without VAT, from a date on; without ``half_day`` whole days are sold only."""

    valid_from: Day
    half_day: NotRequired[Euros | None]
    day: Euros
    setup: Euros
    expert_hour: Euros


@with_config(STRICT)
class BufferBody(TypedDict):
    """Time kept free beside a stay: elapsed hours, or open (half-)days."""

    amount: Annotated[float, Field(ge=0, le=1000)]
    unit: Literal["hours", "half_days", "days"]


ClosureBody = TypedDict("ClosureBody", {"reason": Words, "from": Line, "to": Line})
"""A closed stretch, both ends included: dates, or month and day of every year."""
with_config(STRICT)(ClosureBody)

Spans = Annotated[
    list[Annotated[list[Line], Field(min_length=2, max_length=2)]], Field(max_length=LIST_LIMIT)
]


@with_config(STRICT)
class WeekBody(TypedDict, total=False):
    """Local times of opening and closing, in order and apart; over midnight for a night."""

    mon: Spans | None
    tue: Spans | None
    wed: Spans | None
    thu: Spans | None
    fri: Spans | None
    sat: Spans | None
    sun: Spans | None


@with_config(STRICT)
class OpeningBody(TypedDict, total=False):
    """Opening rules: a week, or round the clock."""

    week: WeekBody | None
    round_the_clock: bool | None
    open_on_holidays: bool | None
    daylight_only: bool | None
    closures: Annotated[list[ClosureBody], Field(max_length=LIST_LIMIT)] | None


@with_config(STRICT)
class RequirementBody(TypedDict):
    """Another resource of the place that is booked too, and when."""

    resource: UnitId
    when: NotRequired[Trigger | None]


@with_config(STRICT)
class ResourceBody(TypedDict):
    """A bookable unit; its id begins with the facility's."""

    id: UnitId
    name: Words
    bookable: NotRequired[bool | None]
    opening: OpeningBody
    requires: NotRequired[Annotated[list[RequirementBody], Field(max_length=LIST_LIMIT)] | None]


@with_config(STRICT)
class FacilityBody(TypedDict):
    """A whole place, as ``GET /facilities/{id}`` tells it; ``null`` and absent mean the same.

    ``version`` may be sent as If-Match instead; ``note`` says why; ``opening_in_words`` is told,
    never taken.
    """

    id: Slug
    example: NotRequired[bool | None]
    name: Words
    summary: Words
    host: HostBody
    site: NotRequired[HostBody | None]
    municipality: Annotated[str, Field(max_length=100, pattern=FILLED)]
    address: NotRequired[Line | None]
    directions: NotRequired[Words | None]
    contact: NotRequired[ContactBody | None]
    next_place: NotRequired[Slug | None]
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    zone: Annotated[str, Field(max_length=80, pattern=FILLED)]
    kind: Annotated[str, codes(FACILITY_KINDS)]
    focus_areas: NotRequired[list[Annotated[str, codes(FOCUS_AREAS)]] | None]
    area_m2: NotRequired[Annotated[float, Field(ge=0, le=10**12)] | None]
    capabilities: NotRequired[Annotated[list[CapabilityBody], Field(max_length=LIST_LIMIT)] | None]
    power: NotRequired[Annotated[list[OutletBody], Field(max_length=LIST_LIMIT)] | None]
    power_note: NotRequired[Words | None]
    air: NotRequired[AirBody | None]
    networks: NotRequired[Annotated[list[Words], Field(max_length=LIST_LIMIT)] | None]
    floor_kpa: NotRequired[Annotated[float, Field(ge=0, le=10_000)] | None]
    door_m: NotRequired[list[Annotated[float, Field(ge=0, le=100)]] | None]
    crane_t: NotRequired[Annotated[float, Field(ge=0, le=10_000)] | None]
    environment: NotRequired[Words | None]
    limits: NotRequired[Annotated[list[LimitBody], Field(max_length=LIST_LIMIT)] | None]
    house_rules: NotRequired[Annotated[list[Words], Field(max_length=LIST_LIMIT)] | None]
    papers: NotRequired[Annotated[list[PaperAskedBody], Field(max_length=LIST_LIMIT)] | None]
    approvers: Annotated[list[ApproverBody], Field(min_length=1, max_length=LIST_LIMIT)]
    prices: NotRequired[Annotated[list[PricesBody], Field(max_length=LIST_LIMIT)] | None]
    notice_working_days: Annotated[int, Field(ge=0, le=400)]
    horizon_days: NotRequired[Annotated[int, Field(ge=1, le=4000)] | None]
    hold_on_submit: NotRequired[bool | None]
    free_busy_public: NotRequired[bool | None]
    default_lane: Annotated[str, codes(LANES)]
    min_halves: Annotated[int, Field(ge=1, le=2000)]
    max_halves: Annotated[int, Field(ge=1, le=2000)]
    step_halves: NotRequired[Annotated[int, Field(ge=1, le=100)] | None]
    buffer_before: NotRequired[BufferBody | None]
    buffer_after: NotRequired[BufferBody | None]
    closures: NotRequired[Annotated[list[ClosureBody], Field(max_length=LIST_LIMIT)] | None]
    resources: Annotated[list[ResourceBody], Field(min_length=1, max_length=LIST_LIMIT)]
    opening_in_words: NotRequired[JsonValue]
    version: NotRequired[Number | None]
    note: NotRequired[Annotated[str, Field(max_length=NOTE_LIMIT, pattern=LINES)] | None]
