"""A facility's limits, power and rules in words: name, value, note."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import format_decimal, gettext, lazy_gettext

from livinglab.adapters import texts
from livinglab.domain.fit import LASER_ORDER
from livinglab.domain.messages import Message, Quantity
from livinglab.domain.pricing import STEPS
from livinglab.domain.vocabulary import TRIGGERS
from livinglab.web.filters import duration, localised, money, number, sentence
from livinglab.web.language import language

if TYPE_CHECKING:
    from decimal import Decimal

    from livinglab.domain.calendar import Buffer
    from livinglab.domain.clocks import Clocks
    from livinglab.domain.facility import Approver, Facility, Limit, PowerOutlet, PriceList

Row = tuple[str, str, str]
"""Name, value, and what the value means."""

LIMIT_NAMES = {
    "mass_kg": lazy_gettext("Mass"),
    "speed_m_s": lazy_gettext("Speed"),
    "battery_kwh": lazy_gettext("Battery"),
    "charge_pct": lazy_gettext("State of charge"),
    "laser_class": lazy_gettext("Laser"),
    "people": lazy_gettext("People"),
    "ingress_ip": lazy_gettext("Protection"),
    "latency_ms": lazy_gettext("Latency"),
}
UNITS = {
    "mass_kg": "kg",
    "speed_m_s": "m/s",
    "battery_kwh": "kWh",
    "charge_pct": "%",
    "latency_ms": "ms",
}


def quantity(value: float | Decimal, unit: str) -> str:
    """2,500 kg, never parted at a line's end."""
    return texts.quantity_text(Quantity(float(value), unit), language())


def limits(facility: Facility) -> list[Row]:
    """Every bound of the place, doors and floor included."""
    return [*map(limit, facility.limits), *building(facility), _stay(facility)]


def building(facility: Facility) -> list[Row]:
    """What the building bears and lets in: door, floor, crane."""
    rows: list[Row] = []
    if facility.door_m:
        width, height = (format_decimal(side, "0.0") for side in facility.door_m)
        rows.append((gettext("Door"), f"{width} × {height}\u00a0m", ""))
    if facility.floor_kpa:
        rows.append((gettext("Floor"), quantity(facility.floor_kpa, "kPa"), ""))
    if facility.crane_t:
        rows.append((gettext("Crane"), quantity(facility.crane_t, "t"), ""))
    return rows


def utilities(facility: Facility) -> list[Row]:
    """Power, air, networks, surroundings."""
    rows: list[Row] = []
    power = [outlet(o) for o in facility.power]
    note = localised(facility.power_note) if facility.power_note else ""
    if power or note:
        rows.append((gettext("Power"), ", ".join(power) or note, note if power else ""))
    if facility.air:
        air = facility.air
        parts = [quantity(air.pressure_bar, "bar")] if air.pressure_bar else []
        parts += [quantity(air.flow_l_min, "l/min")] if air.flow_l_min else []
        note = localised(air.note) if air.note else ""
        rows.append((gettext("Air"), ", ".join(parts) or note, note if parts else ""))
    if facility.networks:
        rows.append((gettext("Network"), ", ".join(map(localised, facility.networks)), ""))
    if any(facility.environment.texts.values()):
        rows.append((gettext("Surroundings"), localised(facility.environment), ""))
    return rows


def prices(listed: PriceList) -> list[Row]:
    """The price list; steps for long stays are told with the day."""
    rows: list[Row] = []
    if listed.half_day is not None:
        rows.append((gettext("Half a day"), money(listed.half_day), ""))
    steps = (
        gettext("%(percent)s %% less from %(days)s days on", percent=s.percent, days=s.days)
        for s in STEPS
    )
    rows.append((gettext("A day"), money(listed.day), ", ".join(steps)))
    if listed.setup:
        rows.append((gettext("Set-up"), money(listed.setup), gettext("once a stay")))
    rows.append((gettext("Expert"), money(listed.expert_hour), gettext("an hour, when asked for")))
    return rows


def outlet(power: PowerOutlet) -> str:
    """2 × 400 V 32 A."""
    text = f"{power.voltage}\u00a0V {power.current_a}\u00a0A"
    return f"{power.count} × {text}" if power.count > 1 else text


def best_power(facility: Facility) -> str:
    """The strongest outlet in few words, for cards and tables."""
    if not facility.power:
        return localised(facility.power_note) if facility.power_note else "–"
    strongest = max(facility.power, key=lambda p: (p.phases, p.current_a))
    return f"{strongest.voltage}\u00a0V {strongest.current_a}\u00a0A"


def decision(approver: Approver, clocks: Clocks) -> tuple[str, str]:
    """Who decides, and by when or in which case."""
    first = approver.role == "facility_manager"
    days = clocks.of_gate(approver.role)
    clock = (
        gettext("first answer within %(days)s working days", days=days)
        if first
        else gettext("within %(days)s working days", days=days)
    )
    if approver.when != "always":
        clock = f"{trigger(approver.when)}, {clock}"
    return localised(approver.title), clock


def trigger(code: str) -> str:
    """When something is asked: “if people are filmed”."""
    return sentence(Message(TRIGGERS[code]))


def limit(bound: Limit) -> Row:
    """One bound in words."""
    name = str(LIMIT_NAMES[bound.kind])
    parts = []
    for value, sign in ((bound.minimum, "≥"), (bound.maximum, "≤")):
        if value is not None:
            parts.append(f"{sign}\u00a0{_bound(bound.kind, value)}")
    note = localised(bound.note) if bound.note else ""
    if not bound.hard:
        note = " ".join(part for part in (note, gettext("Beyond that: ask.")) if part)
    return name, ", ".join(parts) or note, note if parts else ""


def _bound(kind: str, value: float) -> str:
    if kind == "laser_class":
        name = next((n for n, order in LASER_ORDER.items() if order >= value), "4")
        return str(gettext("class %(name)s", name=name))
    if kind == "ingress_ip":
        return f"IP{value:g}"
    return quantity(value, UNITS[kind]) if kind in UNITS else number(value)


def _stay(facility: Facility) -> Row:
    rules = facility.stay
    length = gettext(
        "%(shortest)s to %(longest)s",
        shortest=duration(rules.min_halves),
        longest=duration(rules.max_halves),
    )
    notes = [gettext("ask %(days)s working days ahead", days=rules.notice_working_days)]
    if (before := buffer(rules.buffers.before)) != "":
        notes.append(gettext("%(time)s kept for set-up", time=before))
    if (after := buffer(rules.buffers.after)) != "":
        notes.append(gettext("%(time)s kept for take-down", time=after))
    return gettext("Stay"), length, ", ".join(notes)


def buffer(kept: Buffer) -> str:
    """Time kept free beside a stay; nothing where none is."""
    if kept.halves:
        return duration(kept.halves)
    return quantity(kept.hours, "h") if kept.hours else ""
