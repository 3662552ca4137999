"""What people call the parts of a facility's document, to tell which of them changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Iterable

LISTED = "%(first)s, %(then)s"
PART_NAMES: dict[str, str] = {
    "name": N_("name"),
    "summary": N_("summary"),
    "host": N_("host"),
    "site": N_("site"),
    "municipality": N_("municipality"),
    "address": N_("address"),
    "directions": N_("directions"),
    "contact": N_("contact"),
    "next_place": N_("next place"),
    "latitude": N_("coordinates"),
    "longitude": N_("coordinates"),
    "zone": N_("time zone"),
    "kind": N_("kind of place"),
    "focus_areas": N_("focus areas"),
    "area_m2": N_("area"),
    "capabilities": N_("capabilities"),
    "power": N_("power"),
    "power_note": N_("power"),
    "air": N_("compressed air"),
    "networks": N_("networks"),
    "floor_kpa": N_("floor load"),
    "door_m": N_("door"),
    "crane_t": N_("crane"),
    "environment": N_("surroundings"),
    "limits": N_("limits"),
    "house_rules": N_("house rules"),
    "papers": N_("papers"),
    "approvers": N_("deciders"),
    "prices": N_("prices"),
    "notice_working_days": N_("notice"),
    "horizon_days": N_("how far ahead"),
    "hold_on_submit": N_("holding time"),
    "free_busy_public": N_("free and busy times"),
    "default_lane": N_("lane"),
    "min_halves": N_("length of stays"),
    "max_halves": N_("length of stays"),
    "step_halves": N_("length of stays"),
    "buffer_before": N_("buffers"),
    "buffer_after": N_("buffers"),
    "closures": N_("closures"),
    "resources": N_("resources and hours"),
}


def parts_named(paths: Iterable[str]) -> Message | None:
    """The names of the changed parts, each once, as one list; None when nothing changed."""
    names = dict.fromkeys(
        PART_NAMES[part] for path in paths if (part := path.partition(".")[0]) in PART_NAMES
    )
    told: Message | None = None
    for name in names:
        one = Message(name)
        told = one if told is None else Message(LISTED, {"first": told, "then": one})
    return told
