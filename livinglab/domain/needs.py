"""What somebody needs of a place, in numbers, and whether the place has it: yes, no, or ask.

A place that does not say a number is never taken to have it nor to lack it: the answer is "ask".
A list of outlets is complete once a place says anything of its power; a crane and compressed air
that are not told are not there.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, NamedTuple

from livinglab.domain.fit import Reason, Verdict
from livinglab.domain.messages import N_, Message, Quantity

if TYPE_CHECKING:
    from livinglab.domain.facility import CompressedAir, Facility

NOTHING = -1.0
"""Less than anybody can need."""
THREE_PHASE = 3
PHASE_COUNTS = (1, THREE_PHASE)


@dataclass(frozen=True, slots=True)
class Needs:
    """Numbers asked of a place; None asks for nothing.

    The robot's mass in kilograms; amperes from one outlet, and whether it must have three phases;
    the floor's distributed load in kPa; the door's clear width and height in metres; a crane's
    load in tonnes; compressed air in bar.
    """

    mass_kg: float | None = None
    current_a: float | None = None
    phases: int = 1
    floor_kpa: float | None = None
    door_width_m: float | None = None
    door_height_m: float | None = None
    crane_t: float | None = None
    air_bar: float | None = None


class Measure(NamedTuple):
    """One number a place is asked for.

    ``steps`` are usual values; more than ``most`` nobody needs. ``told`` compares two numbers;
    ``none`` and ``unknown`` are said where there can be no number.
    """

    unit: str
    most: int
    steps: tuple[float, ...]
    told: str
    none: str = ""
    unknown: str = ""


MEASURES: dict[str, Measure] = {
    "mass_kg": Measure(
        "kg",
        1_000_000,
        (100, 500, 1000, 2500),
        N_("Mass %(needed)s: the limit is %(limit)s."),
        unknown=N_("Mass %(needed)s: the place tells no limit. Ask."),
    ),
    "current_a": Measure(
        "A",
        10_000,
        (16, 32, 63, 125),
        N_("Outlet of %(needed)s: there is %(limit)s."),
        none=N_("Outlet of %(needed)s: there is none."),
        unknown=N_("Outlet of %(needed)s: the place tells none. Ask."),
    ),
    "floor_kpa": Measure(
        "kPa",
        10_000,
        (5, 10, 20, 50),
        N_("Floor for %(needed)s: it carries %(limit)s."),
        unknown=N_("Floor for %(needed)s: the place does not tell what it carries. Ask."),
    ),
    "door_width_m": Measure(
        "m",
        100,
        (1, 2, 3, 4),
        N_("Door %(needed)s wide: it is %(limit)s."),
        unknown=N_("Door %(needed)s wide: the place tells no width. Ask."),
    ),
    "door_height_m": Measure(
        "m",
        100,
        (2, 3, 4, 5),
        N_("Door %(needed)s high: it is %(limit)s."),
        unknown=N_("Door %(needed)s high: the place tells no height. Ask."),
    ),
    "crane_t": Measure(
        "t",
        10_000,
        (1, 3, 5, 10),
        N_("Crane for %(needed)s: it lifts %(limit)s."),
        none=N_("Crane for %(needed)s: there is none."),
    ),
    "air_bar": Measure(
        "bar",
        1000,
        (6, 7, 8),
        N_("Compressed air at %(needed)s: there is %(limit)s."),
        none=N_("Compressed air at %(needed)s: there is none."),
        unknown=N_("Compressed air at %(needed)s: the place does not tell its pressure. Ask."),
    ),
}
"""Each number that can be asked for, by its name in :class:`Needs`."""

THREE_PHASES = N_("Three-phase outlet of %(needed)s: there is %(limit)s.")
NO_THREE_PHASES = N_("Three-phase outlet: there is none.")
ANY_THREE_PHASES = N_("Three-phase outlet: there is %(limit)s.")
UNKNOWN_PHASES = N_("Three-phase outlet: the place tells none. Ask.")


def texts_of(needs: Needs) -> dict[str, str]:
    """The needs as the arguments of an address."""
    found = {
        name: f"{value:.10g}" for name in MEASURES if (value := getattr(needs, name)) is not None
    }
    return found | ({"phases": str(needs.phases)} if needs.phases == THREE_PHASE else {})


class Need(NamedTuple):
    """A number asked for: its measure, the key of what a place carries of it, and how much."""

    measure: str
    key: str
    value: float


class Carried(NamedTuple):
    """How much a place takes: surely up to ``sure``, after a question up to ``most``."""

    sure: float
    most: float

    def verdict(self, value: float) -> Verdict:
        """How the place stands to so much."""
        if value <= self.sure:
            return Verdict.YES
        return Verdict.ASK if value <= self.most else Verdict.NO


UNTOLD = Carried(NOTHING, inf)


def asked(needs: Needs) -> tuple[Need, ...]:
    """Everything asked for. Three phases without a current ask for any such outlet."""
    found = []
    for name in MEASURES:
        value = getattr(needs, name)
        if name == "current_a":
            value = 0 if value is None and needs.phases == THREE_PHASE else value
            key = f"current_{needs.phases}"
        else:
            key = name
        if value is not None:
            found.append(Need(name, key, value))
    return tuple(found)


def carried(facility: Facility) -> dict[str, Carried]:
    """What the place takes of everything that can be asked, by :attr:`Need.key`."""
    width, height = facility.door_m or (None, None)
    return {
        "mass_kg": _limits(facility),
        "current_1": _outlets(facility, 1),
        "current_3": _outlets(facility, THREE_PHASE),
        "floor_kpa": _told(facility.floor_kpa),
        "door_width_m": _told(width),
        "door_height_m": _told(height),
        "crane_t": _told(facility.crane_t or NOTHING),
        "air_bar": _air(facility.air),
    }


def answer(need: Need, there: Carried) -> Reason:
    """How a place stands to one need, in words and numbers."""
    verdict, measure = there.verdict(need.value), MEASURES[need.measure]
    limit = there.most if verdict is Verdict.NO else there.sure
    phases = need.key == f"current_{THREE_PHASE}"
    if verdict is Verdict.ASK and limit == NOTHING:
        code, text = "unknown", UNKNOWN_PHASES if phases else measure.unknown
    elif limit == NOTHING:
        code, text = "missing", NO_THREE_PHASES if phases else measure.none
    else:
        code = "fits" if verdict is Verdict.YES else "short"
        text = _three_phases(need) if phases else measure.told
        if code == "fits" and need.measure == "mass_kg":
            text = N_("Mass %(needed)s: up to %(limit)s is fine.")
    return Reason(
        f"{need.measure}_{code}",
        need.measure,
        verdict,
        Message(
            text,
            {"needed": Quantity(need.value, measure.unit), "limit": Quantity(limit, measure.unit)},
        ),
        need.value,
        None if limit == NOTHING else limit,
    )


def _three_phases(need: Need) -> str:
    return THREE_PHASES if need.value else ANY_THREE_PHASES


def _told(value: float | None) -> Carried:
    return UNTOLD if value is None else Carried(value, value)


def _limits(facility: Facility) -> Carried:
    """Hard limits end it; between a soft one and those somebody is asked."""
    limits = [limit for limit in facility.limits if limit.kind == "mass_kg"]
    told = [(limit.maximum, limit.hard) for limit in limits if limit.maximum is not None]
    return Carried(
        min((maximum for maximum, _ in told), default=NOTHING),
        min((maximum for maximum, hard in told if hard), default=inf),
    )


def _outlets(facility: Facility, phases: int) -> Carried:
    if not facility.power and facility.power_note is None:
        return UNTOLD
    enough = (outlet.current_a for outlet in facility.power if outlet.phases >= phases)
    return _told(max(enough, default=NOTHING))


def _air(air: CompressedAir | None) -> Carried:
    return _told(NOTHING if air is None else air.pressure_bar)
