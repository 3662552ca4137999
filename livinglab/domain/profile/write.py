"""``Facility`` → JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.domain.profile.hours import write_buffer, write_closures, write_opening
from livinglab.domain.profile.words import write_localised

if TYPE_CHECKING:
    from decimal import Decimal

    from livinglab.domain.facility import Contact, Facility, Limit, PriceList, Resource
    from livinglab.domain.messages import Localised


def facility_to_json(facility: Facility) -> dict[str, object]:
    """The JSON object that :func:`facility_from_json` reads back to an equal facility."""
    stay, air, shared = facility.stay, facility.air, _shared_closures(facility)
    return {
        "id": facility.slug,
        "example": facility.is_example,
        "name": write_localised(facility.name),
        "summary": write_localised(facility.summary),
        "host": {"id": facility.host_id, "name": facility.host},
        "site": {"id": facility.site_id, "name": facility.site} if facility.site_id else None,
        "municipality": facility.municipality,
        "address": facility.address or None,
        "directions": _maybe(facility.directions),
        "contact": _contact(facility.contact),
        "next_place": facility.next_place or None,
        "latitude": facility.latitude,
        "longitude": facility.longitude,
        "zone": facility.zone,
        "kind": facility.kind,
        "focus_areas": list(facility.focus_areas),
        "area_m2": facility.area_m2,
        "capabilities": [
            {"code": item.code, "name": write_localised(item.name)}
            for item in facility.capabilities
        ],
        "power": [
            {
                "connector": outlet.connector,
                "phases": outlet.phases,
                "voltage": outlet.voltage,
                "current_a": outlet.current_a,
                "count": outlet.count,
            }
            for outlet in facility.power
        ],
        "power_note": _maybe(facility.power_note),
        "air": air
        and {
            "pressure_bar": air.pressure_bar,
            "flow_l_min": air.flow_l_min,
            "note": _maybe(air.note),
        },
        "networks": [write_localised(text) for text in facility.networks],
        "floor_kpa": facility.floor_kpa,
        "door_m": facility.door_m and list(facility.door_m),
        "crane_t": facility.crane_t,
        "environment": _maybe(facility.environment if facility.environment.en else None),
        "limits": [_limit(limit) for limit in facility.limits],
        "house_rules": [write_localised(text) for text in facility.house_rules],
        "papers": [
            {"code": paper.code, "name": write_localised(paper.name), "when": paper.when}
            for paper in facility.papers
        ],
        "approvers": [
            {"role": item.role, "title": write_localised(item.title), "when": item.when}
            for item in facility.approvers
        ],
        "prices": [_prices(prices) for prices in facility.prices],
        "notice_working_days": stay.notice_working_days,
        "horizon_days": stay.horizon_days,
        "hold_on_submit": facility.hold_on_submit,
        "free_busy_public": facility.free_busy_public,
        "default_lane": facility.default_lane,
        "min_halves": stay.min_halves,
        "max_halves": stay.max_halves,
        "step_halves": stay.step_halves,
        "buffer_before": write_buffer(stay.buffers.before),
        "buffer_after": write_buffer(stay.buffers.after),
        "closures": write_closures(facility.resources[0].opening.closures[:shared]),
        "resources": [_resource(resource, shared) for resource in facility.resources],
    }


def _shared_closures(facility: Facility) -> int:
    """How many closures, from the first on, are the same for all resources."""
    alike = 0
    for closures in zip(*(item.opening.closures for item in facility.resources), strict=False):
        if any(closure != closures[0] for closure in closures):
            break
        alike += 1
    return alike


def _maybe(text: Localised | None) -> dict[str, object] | None:
    return None if text is None else write_localised(text)


def _contact(contact: Contact | None) -> dict[str, object] | None:
    if contact is None:
        return None
    return {
        "role": write_localised(contact.role),
        "email": contact.email or None,
        "phone": contact.phone or None,
    }


def _limit(limit: Limit) -> dict[str, object]:
    return {
        "kind": limit.kind,
        "max": limit.maximum,
        "min": limit.minimum,
        "hard": limit.hard,
        "note": _maybe(limit.note),
    }


def _prices(prices: PriceList) -> dict[str, object]:
    return {
        "valid_from": prices.valid_from.isoformat(),
        "half_day": None if prices.half_day is None else _euros(prices.half_day),
        "day": _euros(prices.day),
        "setup": _euros(prices.setup),
        "expert_hour": _euros(prices.expert_hour),
    }


def _euros(amount: Decimal) -> float:
    return int(amount) if amount == int(amount) else float(amount)


def _resource(resource: Resource, shared: int) -> dict[str, object]:
    return {
        "id": resource.slug,
        "name": write_localised(resource.name),
        "bookable": resource.bookable,
        "opening": write_opening(resource.opening, shared),
        "requires": [{"resource": item.resource, "when": item.when} for item in resource.requires],
    }
