"""What the paths of a facility's document are called, and problems told at the fields of a form."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask_babel import gettext, lazy_gettext

from livinglab.adapters import texts
from livinglab.domain.messages import N_, Message, Weekday
from livinglab.domain.profile.hours import WEEKDAYS
from livinglab.web.errors import problem_list
from livinglab.web.filters import localised
from livinglab.web.language import language

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from livinglab.domain.errors import Problem
    from livinglab.domain.facility import Facility

LANGUAGE_NAMES = {
    "en": lazy_gettext("in English"),
    "fi": lazy_gettext("in Finnish"),
    "sv": lazy_gettext("in Swedish"),
}
NAMES = {
    **LANGUAGE_NAMES,
    "id": lazy_gettext("Id"),
    "name": lazy_gettext("Name"),
    "summary": lazy_gettext("Summary"),
    "host": lazy_gettext("Host"),
    "site": lazy_gettext("Site"),
    "municipality": lazy_gettext("Municipality"),
    "address": lazy_gettext("Address"),
    "directions": lazy_gettext("How to get there"),
    "contact": lazy_gettext("Contact"),
    "role": lazy_gettext("Role"),
    "email": lazy_gettext("Mail address"),
    "phone": lazy_gettext("Phone"),
    "next_place": lazy_gettext("Next place"),
    "latitude": lazy_gettext("Latitude"),
    "longitude": lazy_gettext("Longitude"),
    "zone": lazy_gettext("Time zone"),
    "kind": lazy_gettext("Kind"),
    "focus_areas": lazy_gettext("Focus areas"),
    "area_m2": lazy_gettext("Floor area"),
    "capabilities": lazy_gettext("Test"),
    "power": lazy_gettext("Outlet"),
    "connector": lazy_gettext("Socket"),
    "phases": lazy_gettext("Phases"),
    "voltage": lazy_gettext("Voltage"),
    "current_a": lazy_gettext("Current"),
    "count": lazy_gettext("How many"),
    "power_note": lazy_gettext("Note on power"),
    "air": lazy_gettext("Compressed air"),
    "pressure_bar": lazy_gettext("Pressure"),
    "flow_l_min": lazy_gettext("Flow"),
    "note": lazy_gettext("Note"),
    "networks": lazy_gettext("Network"),
    "floor_kpa": lazy_gettext("Floor load"),
    "door_m": lazy_gettext("Door"),
    "crane_t": lazy_gettext("Crane"),
    "environment": lazy_gettext("Surroundings"),
    "limits": lazy_gettext("Limit"),
    "max": lazy_gettext("At most"),
    "min": lazy_gettext("At least"),
    "hard": lazy_gettext("No exceptions"),
    "house_rules": lazy_gettext("House rule"),
    "papers": lazy_gettext("Paper"),
    "when": lazy_gettext("When it counts"),
    "approvers": lazy_gettext("Decider"),
    "title": lazy_gettext("Title"),
    "prices": lazy_gettext("Price list"),
    "valid_from": lazy_gettext("Valid from"),
    "half_day": lazy_gettext("Half a day"),
    "day": lazy_gettext("A day"),
    "setup": lazy_gettext("Set-up"),
    "expert_hour": lazy_gettext("Expert, an hour"),
    "notice_working_days": lazy_gettext("Notice"),
    "horizon_days": lazy_gettext("How far ahead"),
    "hold_on_submit": lazy_gettext("Hold time for requests"),
    "free_busy_public": lazy_gettext("Free and busy times for everybody"),
    "default_lane": lazy_gettext("Usual lane"),
    "min_halves": lazy_gettext("Shortest stay"),
    "max_halves": lazy_gettext("Longest stay"),
    "step_halves": lazy_gettext("Step"),
    "buffer_before": lazy_gettext("Set-up before a stay"),
    "buffer_after": lazy_gettext("Take-down after a stay"),
    "amount": lazy_gettext("How much"),
    "unit": lazy_gettext("Counted in"),
    "closures": lazy_gettext("Closed dates"),
    "reason": lazy_gettext("Reason"),
    "from": lazy_gettext("From"),
    "to": lazy_gettext("To"),
    "resources": lazy_gettext("Space"),
    "bookable": lazy_gettext("Bookable"),
    "requires": lazy_gettext("Link"),
    "resource": lazy_gettext("Other space"),
    "code": lazy_gettext("Code"),
    "round_the_clock": lazy_gettext("Open round the clock"),
    "open_on_holidays": lazy_gettext("Open on public holidays"),
    "daylight_only": lazy_gettext("Only in daylight"),
}
"""By the last name of a path."""
CONNECTOR_NAMES = {
    "cee": lazy_gettext("CEE socket (IEC 60309)"),
    "domestic": lazy_gettext("Domestic socket"),
    "generator": lazy_gettext("Generator"),
}
UNIT_NAMES = {
    "hours": lazy_gettext("hours"),
    "half_days": lazy_gettext("half-days"),
    "days": lazy_gettext("days"),
}
SILENT = frozenset({"opening", "week"})
HALVES = frozenset({"min_halves", "max_halves", "step_halves"})
HIDDEN = {"code": "name", "id": "name"}
"""Members no one types, and the field at which their faults are told."""

OF_DAYS = N_("“%(field)s”: write a length in days, in halves: 0.5, 1, 3.")
TOO_SHORT = N_("“%(field)s” is shorter than the shortest stay.")
LIMIT_EMPTY = N_("“%(field)s” is empty, and so is “At least”. Fill in one of them.")
LIMIT_REVERSED = N_("“%(field)s” is less than “At least”. Swap them.")
NOT_HOURS = N_("“%(field)s”: write hours as 8–16, or 8–12, 13–16. A night is 20–06.")
YEARLESS = N_("“%(field)s” must be a date, such as 2027-03-01.")


def label(path: str, spaces: Sequence[str] = ()) -> str:
    """What a path is called: “Space 1, Monday”, “House rule 2, Finnish”.

    ``spaces`` are the names of the facility's resources, where their order is known.
    """
    words: list[str] = []
    parts = path.split(".")
    for before, part in zip(["", *parts], parts, strict=False):
        if part.isdecimal():
            if before not in WEEKDAYS and before != "door_m":
                number = int(part)
                named = before == "resources" and number < len(spaces)
                words[-1] = spaces[number] if named else f"{words[-1]} {number + 1}"
        elif part in WEEKDAYS:
            words.append(texts.weekday_text(Weekday(WEEKDAYS.index(part)), language()))
        elif part not in SILENT:
            words.append(str(NAMES.get(part, part)))
    return ", ".join(words)


def space_names(facility: Facility) -> list[str]:
    """Names of the facility's resources in their order."""
    return [localised(resource.name) for resource in facility.resources]


def field_of(path: str) -> str:
    """The field of the form at which a fault of that path is told."""
    parts = path.split(".")
    if parts[-1].isdecimal() and parts[-2] in {*WEEKDAYS, "focus_areas"}:
        parts.pop()
    parts[-1] = HIDDEN.get(parts[-1], parts[-1])
    return ".".join(parts)


def told(problems: Iterable[Problem], spaces: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Problems with the names people know, each at its field; the same thing once."""
    listed = problem_list([_renamed(problem, spaces) for problem in problems])
    for entry in listed:
        entry["field"] = field_of(entry["field"])
    return [entry for number, entry in enumerate(listed) if entry not in listed[:number]]


def _renamed(problem: Problem, spaces: Sequence[str]) -> Problem:
    message = problem.message
    if "field" not in message.params:
        return problem
    template = _template(problem) or message.template
    params = {**message.params, "field": label(problem.field, spaces)}
    return replace(problem, message=Message(template, params))


def _template(problem: Problem) -> str | None:
    """Our own sentence where the document's is in other terms than the form."""
    name = problem.field.rpartition(".")[2]
    if name in HALVES and problem.code != "missing":
        return TOO_SHORT if problem.code == "reversed" else OF_DAYS
    if problem.field.startswith("limits.") and name == "max":
        return {"missing": LIMIT_EMPTY, "reversed": LIMIT_REVERSED}.get(problem.code)
    own = {"not_hours": NOT_HOURS, "contradiction": YEARLESS, "not_a_date": YEARLESS}
    return own.get(problem.code)


def changed_in_words(paths: Iterable[str], spaces: Sequence[str] = (), most: int = 4) -> str:
    """What a change touched, by the names of things: “Price list 1, Space 1: Opening hours”."""
    names = list(dict.fromkeys(_thing(path, spaces) for path in paths))
    words: str = "; ".join(names[:most])
    more = len(names) - most
    return words if more <= 0 else gettext("%(names)s and %(more)s more", names=words, more=more)


def _thing(path: str, spaces: Sequence[str]) -> str:
    """The part of a path that one would say aloud."""
    parts = path.split(".")
    if parts[0] != "resources":
        return label(".".join(parts[:2]))
    if "opening" in parts:
        return f"{label('.'.join(parts[:2]), spaces)}: {gettext('Opening hours')}"
    return label(".".join(parts[:4]), spaces)
