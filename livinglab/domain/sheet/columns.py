"""The columns of a sheet of facilities, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from livinglab.domain.profile.read import LIMIT_KINDS
from livinglab.domain.sheet import parts
from livinglab.domain.sheet.cells import Cell, number, opening, opening_text, outlets, outlets_text
from livinglab.domain.vocabulary import OWNER_ROLES

if TYPE_CHECKING:
    from livinglab.domain.facility import LimitKind
    from livinglab.domain.sheet.parts import Document, Part

USUAL_OUTLET = {"connector": "cee", "phases": 3, "voltage": 400, "count": 1}
"""What ``current_a`` alone means."""
PRICES = ("half_day", "day", "setup", "expert_hour")


def words(code: str) -> str:
    """A name made of a code: fall_detection is “Fall detection”."""
    return code.replace("_", " ").capitalize()


def _role(code: str) -> str:
    return OWNER_ROLES.get(code, words(code))


def _door() -> Part:
    columns = ("door_width_m", "door_height_m")

    def read(document: Document, cells: tuple[str, ...]) -> None:
        sizes = [number(column, cell) for column, cell in zip(columns, cells, strict=True)]
        document["door_m"] = None if sizes == [None, None] else sizes

    def write(document: Document) -> tuple[Cell, ...]:
        return tuple(document.get("door_m") or (None, None))

    paths = {"door_m": columns[0], "door_m.0": columns[0], "door_m.1": columns[1]}
    return parts.Part(columns, paths, write, read)


def _power() -> Part:
    def read(document: Document, cells: tuple[str, ...]) -> None:
        found = outlets("power", cells[0])
        current = number("current_a", cells[1])
        if current is not None:
            found.append(USUAL_OUTLET | {"current_a": current})
        document["power"] = found

    def write(document: Document) -> tuple[Cell, ...]:
        found: list[dict[str, Any]] = document.get("power") or []
        if len(found) == 1 and {**found[0], **USUAL_OUTLET} == found[0]:
            return "", found[0]["current_a"]
        return outlets_text(found), None

    paths = {"power": "power", "power.*": "power", "power.*.current_a": "current_a"}
    return parts.Part(("power", "current_a"), paths, write, read)


def _limit(kind: LimitKind) -> Part:
    column = f"max_{kind}"

    def plain(limit: dict[str, Any]) -> bool:
        return limit["kind"] == kind and limit["hard"] and not (limit["min"] or limit["note"])

    def read(document: Document, cells: tuple[str, ...]) -> None:
        limits = document.setdefault("limits", [])
        most = number(column, cells[0])
        if most is None:
            document["limits"] = [limit for limit in limits if not plain(limit)]
            return
        mine = next((limit for limit in limits if limit["kind"] == kind), None)
        if mine is None:
            mine = {"kind": kind, "min": None, "hard": True, "note": None}
            limits.append(mine)
        mine["max"] = most

    def write(document: Document) -> tuple[Cell, ...]:
        mine = [limit for limit in document.get("limits") or [] if limit["kind"] == kind]
        return (mine[0]["max"] if len(mine) == 1 and plain(mine[0]) else None,)

    return parts.Part((column,), {f"limits.{kind}": column}, write, read)


def _prices() -> Part:
    """The price list that begins last. Another date begins another list; the old ones stay."""
    columns = ("price_from", *(f"price_{name}" for name in PRICES))

    def last(document: Document) -> dict[str, Any]:
        lists = document.get("prices") or []
        return max(lists, key=lambda prices: str(prices["valid_from"]), default={})

    def read(document: Document, cells: tuple[str, ...]) -> None:
        before, (begins, *amounts) = last(document), (cell.strip() for cell in cells)
        others = document.get("prices") or []
        if not any((begins, *amounts)):
            document["prices"] = [prices for prices in others if prices is not before]
            return
        new: dict[str, Any] = {"valid_from": begins or None}
        for name, cell in zip(PRICES, amounts, strict=True):
            new[name] = number(f"price_{name}", cell)
        for name in ("setup", "expert_hour"):
            new[name] = new[name] or 0
        document["prices"] = [p for p in others if p["valid_from"] != begins] + [new]

    def write(document: Document) -> tuple[Cell, ...]:
        prices = last(document)
        return tuple(prices.get(name) for name in ("valid_from", *PRICES))

    paths = {"prices": "price_from", "prices.*": "price_from", "prices.*.valid_from": "price_from"}
    paths |= {f"prices.*.{name}": f"price_{name}" for name in PRICES}
    return parts.Part(columns, paths, write, read)


def _opening() -> Part:
    def read(resource: Document, cells: tuple[str, ...]) -> None:
        week, round_the_clock = opening("opening", cells[0])
        resource["opening"] |= {"week": week, "round_the_clock": round_the_clock}

    def write(resource: Document) -> tuple[Cell, ...]:
        rules = resource["opening"]
        hours = opening_text(rules["week"], round_the_clock=False)
        if rules["round_the_clock"]:
            return ("" if hours else "24/7",)
        return (hours,)

    return parts.Part(("opening",), {"opening": "opening"}, write, read)


FACILITY: tuple[Part, ...] = (
    parts.yes("example", "example"),
    parts.localised("name", "name"),
    parts.localised("summary", "summary"),
    parts.text("kind", "kind", lower=True),
    parts.codes("focus_areas", "focus_areas"),
    parts.text("host_id", "host.id"),
    parts.text("host_name", "host.name"),
    parts.text("site_id", "site.id"),
    parts.text("site_name", "site.name"),
    parts.text("municipality", "municipality"),
    parts.text("address", "address"),
    parts.amount("latitude", "latitude", decimal=True),
    parts.amount("longitude", "longitude", decimal=True),
    parts.text("zone", "zone"),
    parts.localised("directions", "directions"),
    parts.localised("contact_role", "contact.role"),
    parts.text("contact_email", "contact.email"),
    parts.text("contact_phone", "contact.phone"),
    parts.text("next_place", "next_place"),
    parts.named("capabilities", "code", "name", words),
    parts.amount("area_m2", "area_m2"),
    parts.amount("floor_kpa", "floor_kpa"),
    _door(),
    parts.amount("crane_t", "crane_t"),
    *(_limit(kind) for kind in LIMIT_KINDS),
    _power(),
    parts.localised("power_note", "power_note"),
    parts.amount("air_bar", "air.pressure_bar"),
    parts.amount("air_l_min", "air.flow_l_min"),
    parts.texts("networks", "networks"),
    parts.localised("environment", "environment"),
    parts.texts("house_rules", "house_rules"),
    parts.named("papers", "code", "name", words, when=True),
    parts.named("approvers", "role", "title", _role, when=True),
    _prices(),
    parts.amount("notice_working_days", "notice_working_days"),
    parts.amount("horizon_days", "horizon_days"),
    parts.days("min_days", "min_halves"),
    parts.days("max_days", "max_halves"),
    parts.text("lane", "default_lane", lower=True),
)
"""What stands once for each facility; its further rows may leave it empty."""
RESOURCE: tuple[Part, ...] = (
    parts.localised("resource_name", "name"),
    parts.yes("bookable", "bookable"),
    _opening(),
    parts.yes("open_on_holidays", "opening.open_on_holidays"),
    parts.yes("daylight_only", "opening.daylight_only"),
)
"""What stands in the row of each bookable space."""
ID, RESOURCE_ID = "id", "resource_id"
HEADER = (
    ID,
    *(column for part in FACILITY for column in part.columns),
    RESOURCE_ID,
    *(column for part in RESOURCE for column in part.columns),
)
