"""The test article as it is sent. ``null`` and an absent field mean the same: not told yet."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field, with_config
from typing_extensions import TypedDict

from livinglab.domain.vocabulary import AI_RISKS, ARTICLE_KINDS, CONFORMITIES, PEOPLE_NEAR, USES
from livinglab.web.api.schemas.common import FILLED, STRICT, codes


@with_config(STRICT)
class PowerBody(TypedDict):
    """What one article draws: volts, amperes per phase."""

    phases: NotRequired[Literal[1, 3] | None]
    voltage: NotRequired[Annotated[int, Field(ge=1, le=1000)] | None]
    current_a: Annotated[float, Field(ge=0, le=1000)]


Size = Annotated[float, Field(ge=1, le=1_000_000)]


@with_config(STRICT)
class ArticleBody(TypedDict, total=False):
    """The robot, vehicle, sensor or software. One piece's kilograms, millimetres, kWh, m/s."""

    name: Annotated[str, Field(max_length=200, pattern=FILLED)] | None
    kind: Annotated[str, codes(ARTICLE_KINDS)] | None
    count: Annotated[int, Field(ge=1, le=1000)] | None
    mass_kg: Annotated[float, Field(ge=0, le=1_000_000)] | None
    dimensions_mm: Annotated[list[Size], Field(min_length=3, max_length=3)] | None
    power: PowerBody | None
    battery_kwh: Annotated[float, Field(ge=0, le=100_000)] | None
    laser_class: Literal["1", "1C", "1M", "2", "2M", "3R", "3B", "4", 1, 2, 4] | None
    speed_m_s: Annotated[float, Field(ge=0, le=500)] | None
    noise_dba: Annotated[float, Field(ge=0, le=200)] | None
    ingress_ip: Annotated[int, Field(ge=0, le=69)] | None
    people: Annotated[int, Field(ge=0, le=1000)] | None
    charge_pct: Annotated[float, Field(ge=0, le=100)] | None
    latency_ms: Annotated[float, Field(ge=0, le=100_000)] | None
    air_bar: Annotated[float, Field(ge=0, le=1000)] | None
    lift_kg: Annotated[float, Field(ge=0, le=1_000_000)] | None
    conformity: Annotated[str, codes(CONFORMITIES)] | None
    uses_ai: bool | None
    people_in_view: bool | None
    mixed_traffic: bool | None
    hot_work: bool | None
    new_materials: bool | None
    open_category: bool | None
    ai_risk: Annotated[str, codes(AI_RISKS)] | None
    people_near: Annotated[str, codes(PEOPLE_NEAR)] | None
    use: Annotated[str, codes(USES)] | None
    laser_enclosed: bool | None
    pressure: bool | None
    chemicals: bool | None
    lifting: bool | None
    remote_link: bool | None
    from_outside_eu: bool | None
    changed_here: bool | None
    dual_use: bool | None
