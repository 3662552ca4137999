"""Facilities and their bookable resources as typed values.

A ``Facility`` is a hall, lab, yard, flat …; its ``Resource``s are the bookable units, each
exclusive. The only link between resources is *requires*: a booking of one also books the other.
Two cells that must not be loud at once both require the same hidden resource; a hall that splits
is two resources, and asking for the whole asks for both.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date  # noqa: TC003  # read at run time by dataclass users
from decimal import Decimal  # noqa: TC003  # read at run time by dataclass users
from typing import TYPE_CHECKING, Literal

from livinglab.domain.calendar import Buffers
from livinglab.domain.messages import Localised
from livinglab.domain.opening import OpeningRules  # noqa: TC001

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

LimitKind = Literal[
    "mass_kg",
    "speed_m_s",
    "battery_kwh",
    "charge_pct",
    "laser_class",
    "people",
    "ingress_ip",
    "latency_ms",
]

Connector = Literal["cee", "domestic", "generator"]


@dataclass(frozen=True, slots=True)
class Capability:
    """Something the place can test; ``code`` is what filters and the API use."""

    code: str
    name: Localised


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound a test article must keep. ``hard`` means no exceptions; else somebody is asked."""

    kind: LimitKind
    maximum: float | None = None
    minimum: float | None = None
    hard: bool = True
    note: Localised | None = None


@dataclass(frozen=True, slots=True)
class PowerOutlet:
    """A kind of socket (IEC 60309 "CEE", or domestic), and how many there are."""

    connector: Connector
    phases: int
    voltage: int
    current_a: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class CompressedAir:
    """Air supply: pressure in bar, flow in litres a minute where known."""

    pressure_bar: float | None
    flow_l_min: int | None = None
    note: Localised | None = None


@dataclass(frozen=True, slots=True)
class PaperAsked:
    """A document the facility asks for, and when it does (``vocabulary.TRIGGERS``)."""

    code: str
    name: Localised
    when: str = "always"


@dataclass(frozen=True, slots=True)
class Approver:
    """Who decides: the owner role of the gate, the title used at the place, and when."""

    role: str
    title: Localised
    when: str = "always"


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to ask: a role, never a person; an address and a number of the house."""

    role: Localised
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class PriceList:
    """Prices in euro, VAT 0 %, valid from a date on. ``half_day`` None: whole days only."""

    valid_from: date
    half_day: Decimal | None
    day: Decimal
    setup: Decimal
    expert_hour: Decimal


@dataclass(frozen=True, slots=True)
class Requirement:
    """A booking of the owner also books ``resource`` (a slug), always or by a trigger."""

    resource: str
    when: str = "always"


@dataclass(frozen=True, slots=True)
class Resource:
    """The bookable unit. Hidden ones (``bookable`` False) only express shared things."""

    slug: str
    name: Localised
    opening: OpeningRules
    bookable: bool = True
    requires: tuple[Requirement, ...] = ()


NO_BUFFERS = Buffers()


@dataclass(frozen=True, slots=True)
class StayRules:
    """How long a stay may be, in half-days, and how early it must be asked for."""

    min_halves: int = 1
    max_halves: int = 40
    step_halves: int = 1
    notice_working_days: int = 5
    horizon_days: int = 400
    buffers: Buffers = NO_BUFFERS


@dataclass(frozen=True, slots=True)
class Facility:
    """Everything a visitor may know of a place. Lengths in metres, loads in kPa and tonnes.

    ``site`` is the ground it stands on; ``next_place`` the slug of the facility a pilot that
    worked here goes to at the next larger scale.
    """

    slug: str
    name: Localised
    summary: Localised
    host: str
    municipality: str
    kind: str
    focus_areas: tuple[str, ...]
    host_id: str = ""
    zone: str = "Europe/Helsinki"
    site_id: str = ""
    site: str = ""
    address: str = ""
    directions: Localised | None = None
    contact: Contact | None = None
    latitude: float = 0.0
    longitude: float = 0.0
    area_m2: float | None = None
    capabilities: tuple[Capability, ...] = ()
    power: tuple[PowerOutlet, ...] = ()
    power_note: Localised | None = None
    air: CompressedAir | None = None
    networks: tuple[Localised, ...] = ()
    floor_kpa: float | None = None
    door_m: tuple[float, float] | None = None
    crane_t: float = 0.0
    environment: Localised = field(default_factory=lambda: Localised({"en": ""}))
    limits: tuple[Limit, ...] = ()
    house_rules: tuple[Localised, ...] = ()
    papers: tuple[PaperAsked, ...] = ()
    approvers: tuple[Approver, ...] = ()
    prices: tuple[PriceList, ...] = ()
    stay: StayRules = StayRules()
    default_lane: str = "standard"
    next_place: str = ""
    hold_on_submit: bool = False
    free_busy_public: bool = False
    resources: tuple[Resource, ...] = ()
    is_example: bool = False

    def price_on(self, day: date) -> PriceList | None:
        """The price list in force on that date, or None before the first."""
        valid = [prices for prices in self.prices if prices.valid_from <= day]
        return max(valid, key=lambda prices: prices.valid_from, default=None)

    def resource(self, slug: str) -> Resource | None:
        """The resource of that slug, or None."""
        return next((item for item in self.resources if item.slug == slug), None)

    def booked_with(
        self, slug: str, also: Iterable[str], triggers: Collection[str]
    ) -> tuple[Resource, ...]:
        """The resource and all that a booking of it books too, each once.

        ``also`` are slugs asked for besides; what stands elsewhere does not count here.
        """
        wanted, found = [slug, *also], dict[str, Resource]()
        while wanted:
            resource = self.resource(wanted.pop(0))
            if resource is not None and resource.slug not in found:
                found[resource.slug] = resource
                wanted += [r.resource for r in resource.requires if r.when in triggers]
        return tuple(found.values())
