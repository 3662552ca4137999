"""Does the test article fit the place? Yes, no, or ask, with every reason and its numbers.

``no``: a hard limit is broken. ``ask``: a soft limit is broken. What was not told is not compared.
Floor pressure is mass · g / footprint; over the distributed load it is "ask", since feet and
spreaders change it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from livinglab.domain.messages import N_, Message, Quantity

if TYPE_CHECKING:
    from livinglab.domain.article import TestArticle
    from livinglab.domain.facility import Facility, Limit

GRAVITY = 9.80665
"""Standard gravity, m/s² (CGPM 1901)."""

LASER_ORDER = {"1": 1.0, "1C": 1.0, "1M": 1.5, "2": 2.0, "2M": 2.5, "3R": 3.0, "3B": 3.5, "4": 4.0}
"""Laser classes of IEC 60825-1 by rising hazard."""

MM = 1000
KG_PER_TONNE = 1000
SHARED = 1024
"""Answers of each kind kept to be shared: values never change."""


class Verdict(StrEnum):
    """Whether the article may come as described."""

    YES = "yes"
    ASK = "ask"
    NO = "no"


_ENDING = {Verdict.YES: "fits", Verdict.ASK: "ask", Verdict.NO: "short"}


@dataclass(frozen=True, slots=True)
class Reason:
    """One comparison: what is needed, what there is, and what follows."""

    code: str
    field: str
    verdict: Verdict
    message: Message
    needed: float | None = None
    available: float | None = None

    @property
    def kind(self) -> str:
        """What is compared, whatever comes of it: mass_kg, power, door."""
        return self.code.rpartition("_")[0]


_LIMITS: dict[str, tuple[str, str, str]] = {
    # kind, which is the article's field too: (unit, sentence when kept, sentence when broken)
    "mass_kg": (
        "kg",
        N_("Mass %(needed)s: up to %(limit)s is fine."),
        N_("Mass %(needed)s: the limit is %(limit)s."),
    ),
    "speed_m_s": (
        "m/s",
        N_("Speed %(needed)s: up to %(limit)s is fine."),
        N_("Speed %(needed)s: the limit is %(limit)s."),
    ),
    "battery_kwh": (
        "kWh",
        N_("Battery %(needed)s: up to %(limit)s is fine."),
        N_("Battery %(needed)s: the limit is %(limit)s."),
    ),
    "laser_class": (
        "",
        N_("Laser class %(needed)s: up to class %(limit)s is fine."),
        N_("Laser class %(needed)s: the limit is class %(limit)s."),
    ),
    "ingress_ip": (
        "",
        N_("Protection IP%(needed)s: IP%(limit)s or better is asked."),
        N_("Protection IP%(needed)s: IP%(limit)s or better is asked."),
    ),
    "people": (
        "",
        N_("People coming: %(needed)s, up to %(limit)s is fine."),
        N_("People coming: %(needed)s, the limit is %(limit)s."),
    ),
    "charge_pct": (
        "%",
        N_("Charge %(needed)s: up to %(limit)s is fine."),
        N_("Charge %(needed)s: the limit is %(limit)s."),
    ),
    "latency_ms": (
        "ms",
        N_("Latency %(needed)s: up to %(limit)s is fine."),
        N_("Latency %(needed)s: the limit is %(limit)s."),
    ),
}


def reasons(article: TestArticle, facility: Facility) -> list[Reason]:
    """Every comparison that can be made between the article and the place.

    Places that are alike in a number share the answer to it.
    """
    found = [_limit(article, limit) for limit in facility.limits]
    found += (one(article, facility) for one in (_power, _door, _floor, _air, _crane))
    return [reason for reason in found if reason is not None]


def verdict(found: list[Reason]) -> Verdict:
    """The worst of the reasons; yes when there is none."""
    worst = Verdict.YES
    for reason in found:
        if reason.verdict is Verdict.NO:
            return Verdict.NO
        if reason.verdict is Verdict.ASK:
            worst = Verdict.ASK
    return worst


def _limit(article: TestArticle, limit: Limit) -> Reason | None:
    told = getattr(article, limit.kind) if limit.kind in _LIMITS else None
    if told is None:
        return None
    return _bounded(limit.kind, told, limit.minimum, limit.maximum, limit.hard)


@lru_cache(SHARED)
def _bounded(
    kind: str,
    told: float | str,
    low: float | None,
    high: float | None,
    hard: bool,  # noqa: FBT001  # a key of what is kept
) -> Reason | None:
    bound = high if high is not None else low
    if bound is None:
        return None
    unit, kept_text, broken_text = _LIMITS[kind]
    laser = kind == "laser_class"
    value = LASER_ORDER.get(str(told), 4.0) if laser else float(told)
    kept = (low is None or value >= low) and (high is None or value <= high)
    shown: dict[str, object] = (
        {"needed": Quantity(value, unit), "limit": Quantity(bound, unit)}
        if unit
        else {"needed": str(told), "limit": _class_name(bound) if laser else f"{bound:g}"}
    )
    return Reason(
        f"{kind}_{'fits' if kept else 'over' if high is not None else 'under'}",
        f"test_article.{kind}",
        Verdict.YES if kept else Verdict.NO if hard else Verdict.ASK,
        Message(kept_text if kept else broken_text, shown),
        value,
        bound,
    )


def _class_name(bound: float) -> str:
    """The most harmful class within the bound."""
    within = (name for name, order in LASER_ORDER.items() if order <= bound)
    return max(within, key=LASER_ORDER.__getitem__, default="–")


OUTLET_TOLD = {
    (False, True): N_("Needs %(needed)s single-phase: there is %(limit)s."),
    (False, False): N_("Needs %(needed)s single-phase: there is no such outlet."),
    (True, True): N_("Needs %(needed)s three-phase: there is %(limit)s."),
    (True, False): N_("Needs %(needed)s three-phase: there is no such outlet."),
}
"""By whether more than one phase is needed, and whether there is any such outlet."""


def _power(article: TestArticle, facility: Facility) -> Reason | None:
    need = article.power
    if need is None or not need.current_a:
        return None
    fitting = (outlet.current_a for outlet in facility.power if outlet.phases >= need.phases)
    return _powered(need.current_a, need.phases, max(fitting, default=0))


@lru_cache(SHARED)
def _powered(current_a: float, phases: int, best: int) -> Reason:
    enough = best >= current_a
    return Reason(
        "power_fits" if enough else "power_short",
        "test_article.power",
        Verdict.YES if enough else Verdict.NO,
        Message(
            OUTLET_TOLD[phases > 1, best > 0],
            {"needed": Quantity(current_a, "A"), "limit": Quantity(best, "A")},
        ),
        current_a,
        float(best),
    )


def _door(article: TestArticle, facility: Facility) -> Reason | None:
    if article.dimensions_mm is None or facility.door_m is None:
        return None
    length, width, height = article.dimensions_mm
    return _let_in(min(length, width) / MM, height / MM, tuple(facility.door_m))


@lru_cache(SHARED)
def _let_in(narrow: float, height: float, door: tuple[float, float]) -> Reason:
    fits = narrow <= door[0] and height <= door[1]
    return Reason(
        "door_fits" if fits else "door_small",
        "test_article.dimensions_mm",
        Verdict.YES if fits else Verdict.ASK,
        Message(
            N_("%(width)s wide and %(height)s high: the door is %(door_width)s × %(door_height)s."),
            {
                "width": Quantity(narrow, "m"),
                "height": Quantity(height, "m"),
                "door_width": Quantity(door[0], "m"),
                "door_height": Quantity(door[1], "m"),
            },
        ),
        narrow,
        door[0],
    )


def _floor(article: TestArticle, facility: Facility) -> Reason | None:
    if article.dimensions_mm is None or article.mass_kg is None or facility.floor_kpa is None:
        return None
    length, width, _ = article.dimensions_mm
    footprint = length / MM * width / MM
    return _borne(article.mass_kg, footprint, facility.floor_kpa) if footprint > 0 else None


@lru_cache(SHARED)
def _borne(mass_kg: float, footprint: float, floor_kpa: float) -> Reason:
    load = mass_kg * GRAVITY / footprint / 1000
    fits = load <= floor_kpa
    return Reason(
        "floor_fits" if fits else "floor_ask",
        "test_article.mass_kg",
        Verdict.YES if fits else Verdict.ASK,
        Message(
            N_("Presses the floor with %(needed)s: it carries %(limit)s."),
            {"needed": Quantity(round(load, 1), "kPa"), "limit": Quantity(floor_kpa, "kPa")},
        ),
        round(load, 3),
        floor_kpa,
    )


def _air(article: TestArticle, facility: Facility) -> Reason | None:
    if not article.air_bar:
        return None
    there = 0.0 if facility.air is None else facility.air.pressure_bar
    return _blown(article.air_bar, there)


@lru_cache(SHARED)
def _blown(need: float, there: float | None) -> Reason:
    if there is None:
        judged, text = Verdict.ASK, N_("Compressed air %(needed)s: the place tells no pressure.")
    elif there == 0:
        judged, text = Verdict.NO, N_("Compressed air %(needed)s: there is none.")
    else:
        judged = Verdict.YES if there >= need else Verdict.NO
        text = N_("Compressed air %(needed)s: there is %(limit)s.")
    return Reason(
        f"air_{_ENDING[judged]}",
        "test_article.air_bar",
        judged,
        Message(text, {"needed": Quantity(need, "bar"), "limit": Quantity(there or 0, "bar")}),
        need,
        there,
    )


def _crane(article: TestArticle, facility: Facility) -> Reason | None:
    if not article.lift_kg:
        return None
    return _lifted(article.lift_kg, facility.crane_t * KG_PER_TONNE)


@lru_cache(SHARED)
def _lifted(need: float, there: float) -> Reason:
    judged = Verdict.YES if there >= need else Verdict.NO
    some = N_("Crane for %(needed)s: it lifts %(limit)s.")
    text = some if there else N_("Crane for %(needed)s: there is none.")
    return Reason(
        f"crane_{_ENDING[judged]}",
        "test_article.lift_kg",
        judged,
        Message(text, {"needed": Quantity(need, "kg"), "limit": Quantity(there, "kg")}),
        need,
        there,
    )
