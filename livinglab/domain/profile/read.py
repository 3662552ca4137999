"""JSON → ``Facility``, with every fault named by its place."""

from __future__ import annotations

import re
from typing import cast, get_args

from livinglab.domain.facility import (
    Approver,
    Capability,
    CompressedAir,
    Connector,
    Contact,
    Facility,
    Limit,
    LimitKind,
    PaperAsked,
    PowerOutlet,
    PriceList,
)
from livinglab.domain.messages import N_, Localised
from livinglab.domain.profile.hours import read_closures
from livinglab.domain.profile.resources import read_resources, read_stay
from livinglab.domain.profile.words import (
    read_code,
    read_localised,
    read_slug,
    read_when,
    read_zone,
)
from livinglab.domain.reading import Node
from livinglab.domain.vocabulary import FACILITY_KINDS, FOCUS_AREAS, LANES, OWNER_ROLES

_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(?:\.[^@\s.]+)+")
_PHONE = re.compile(r"\+[0-9][0-9 ]{5,}")
CONNECTORS: tuple[Connector, ...] = get_args(Connector)
PHASES = (1, 3)
LIMIT_KINDS: tuple[LimitKind, ...] = get_args(LimitKind)
FIELDS = (
    *("id", "example", "name", "summary", "host", "site", "municipality", "address"),
    *(
        "directions",
        "contact",
        "next_place",
        "latitude",
        "longitude",
        "zone",
        "kind",
        "focus_areas",
        "area_m2",
        "capabilities",
        "power",
    ),
    *("power_note", "air", "networks", "floor_kpa", "door_m", "crane_t", "environment", "limits"),
    *("house_rules", "papers", "approvers", "prices", "notice_working_days", "horizon_days"),
    *(
        "hold_on_submit",
        "free_busy_public",
        "default_lane",
        "min_halves",
        "max_halves",
        "step_halves",
    ),
    *("buffer_before", "buffer_after", "closures", "resources"),
)


def facility_from_json(value: object) -> Facility:
    """The facility that a JSON value describes.

    Raises:
        InvalidInput: with one problem per fault, ``field`` a path such as
            ``resources.0.opening.week.mon.0``.
    """
    root = Node(value, labels={"": N_("Facility")})
    node = root.record(FIELDS)
    place = (node["latitude"].number(-90, 90), node["longitude"].number(-180, 180))
    host = node["host"].record(("id", "name"))
    site = node["site"].maybe(lambda n: n.record(("id", "name")))
    slug, zone_name = read_slug(node["id"]), read_zone(node["zone"])
    facility = Facility(
        slug=slug,
        name=read_localised(node["name"]),
        summary=read_localised(node["summary"]),
        host=host["name"].text(),
        host_id=read_slug(host["id"]),
        site_id=read_slug(site["id"]) if site else "",
        site=site["name"].text() if site else "",
        municipality=node["municipality"].text(100),
        kind=node["kind"].choice(FACILITY_KINDS),
        focus_areas=_focus_areas(node["focus_areas"]),
        zone=zone_name,
        address=node["address"].maybe(Node.text) or "",
        directions=node["directions"].maybe(read_localised),
        contact=node["contact"].maybe(_contact),
        next_place=node["next_place"].maybe(read_slug) or "",
        latitude=place[0],
        longitude=place[1],
        area_m2=node["area_m2"].maybe(lambda n: n.number(0, 10**12)),
        capabilities=_capabilities(node["capabilities"]),
        power=node["power"].each(_outlet),
        power_note=node["power_note"].maybe(read_localised),
        air=node["air"].maybe(_air),
        networks=node["networks"].each(read_localised),
        floor_kpa=node["floor_kpa"].maybe(lambda n: n.number(0, 10_000)),
        door_m=node["door_m"].maybe(_door),
        crane_t=node["crane_t"].maybe(lambda n: n.number(0, 10_000)) or 0.0,
        environment=node["environment"].maybe(read_localised) or Localised({"en": ""}),
        limits=node["limits"].each(_limit),
        house_rules=node["house_rules"].each(read_localised),
        papers=_papers(node["papers"]),
        approvers=_approvers(node["approvers"]),
        prices=_prices(node["prices"]),
        stay=read_stay(node),
        default_lane=node["default_lane"].choice(LANES),
        hold_on_submit=node["hold_on_submit"].flag(),
        free_busy_public=node["free_busy_public"].flag(),
        resources=read_resources(
            node["resources"], slug, place, zone_name, read_closures(node["closures"])
        ),
        is_example=node["example"].flag(),
    )
    root.finish()
    return facility


def _contact(node: Node) -> Contact:
    entry = node.record(("role", "email", "phone"))
    return Contact(
        read_localised(entry["role"]),
        entry["email"].maybe(_email) or "",
        entry["phone"].maybe(_phone) or "",
    )


def _email(node: Node) -> str:
    text = node.text(254)
    if text and not _EMAIL.fullmatch(text):
        node.refuse("not_an_email", N_("“%(field)s” must be a mail address: hall@host.example."))
    return text


def _phone(node: Node) -> str:
    text = node.text(40)
    if text and not _PHONE.fullmatch(text):
        node.refuse(
            "not_a_phone", N_("“%(field)s” must be a number with its country: +358 2 123 4567.")
        )
    return text


def _focus_areas(node: Node) -> tuple[str, ...]:
    areas = node.each(lambda n: n.choice(FOCUS_AREAS))
    node.refuse_repeats(areas)
    return areas


def _capabilities(node: Node) -> tuple[Capability, ...]:
    found = node.each(_capability)
    node.refuse_repeats([item.code for item in found])
    return found


def _capability(node: Node) -> Capability:
    entry = node.record(("code", "name"))
    return Capability(read_code(entry["code"]), read_localised(entry["name"]))


def _outlet(node: Node) -> PowerOutlet:
    entry = node.record(("connector", "phases", "voltage", "current_a", "count"))
    return PowerOutlet(
        cast("Connector", entry["connector"].choice(CONNECTORS)),
        entry["phases"].pick(PHASES),
        entry["voltage"].whole(1, 1000),
        entry["current_a"].whole(1, 1000),
        entry["count"].maybe(lambda n: n.whole(1, 1000)) or 1,
    )


def _air(node: Node) -> CompressedAir:
    entry = node.record(("pressure_bar", "flow_l_min", "note"))
    return CompressedAir(
        entry["pressure_bar"].maybe(lambda n: n.number(0, 1000)),
        entry["flow_l_min"].maybe(lambda n: n.whole(0, 1_000_000)),
        entry["note"].maybe(read_localised),
    )


def _door(node: Node) -> tuple[float, float] | None:
    sizes = node.each(lambda n: n.number(0, 100))
    if isinstance(node.value, list | tuple) and len(sizes) != 2:  # noqa: PLR2004  # width, height
        node.refuse("not_a_pair", N_("“%(field)s” must be width and height: [1.8, 2.3]."))
        return None
    return (sizes[0], sizes[1]) if sizes else None


def _limit(node: Node) -> Limit:
    entry = node.record(("kind", "max", "min", "hard", "note"))
    limit = Limit(
        cast("LimitKind", entry["kind"].choice(LIMIT_KINDS)),
        entry["max"].maybe(lambda n: n.number(0, 10**9)),
        entry["min"].maybe(lambda n: n.number(0, 10**9)),
        entry["hard"].flag(otherwise=True),
        entry["note"].maybe(read_localised),
    )
    if limit.maximum is None and limit.minimum is None:
        entry["max"].refuse("missing", N_("“%(field)s” is missing. Add “max” or “min”."))
    elif limit.maximum is not None and limit.minimum is not None and limit.maximum < limit.minimum:
        entry["max"].refuse("reversed", N_("“%(field)s” is less than “min”. Swap them."))
    return limit


def _papers(node: Node) -> tuple[PaperAsked, ...]:
    found = node.each(_paper)
    node.refuse_repeats([item.code for item in found])
    return found


def _paper(node: Node) -> PaperAsked:
    entry = node.record(("code", "name", "when"))
    return PaperAsked(
        read_code(entry["code"]), read_localised(entry["name"]), read_when(entry["when"])
    )


def _approvers(node: Node) -> tuple[Approver, ...]:
    found = node.each(_approver)
    if not found and node.value in (None, [], ()):
        node.refuse("missing", N_("“%(field)s” is empty: nobody could decide. Add one."))
    # A gate is named by role and facility, so that a role can own only one here.
    node.refuse_repeats([item.role for item in found])
    return found


def _approver(node: Node) -> Approver:
    entry = node.record(("role", "title", "when"))
    return Approver(
        entry["role"].choice(OWNER_ROLES), read_localised(entry["title"]), read_when(entry["when"])
    )


def _prices(node: Node) -> tuple[PriceList, ...]:
    found = [prices for prices in node.each(_price_list) if prices is not None]
    node.refuse_repeats([prices.valid_from.isoformat() for prices in found])
    return tuple(found)


def _price_list(node: Node) -> PriceList | None:
    entry = node.record(("valid_from", "half_day", "day", "setup", "expert_hour"))
    valid_from, half_day = entry["valid_from"].day(), entry["half_day"].maybe(Node.euros)
    day, setup, expert_hour = (entry[name].euros() for name in ("day", "setup", "expert_hour"))
    return PriceList(valid_from, half_day, day, setup, expert_hour) if valid_from else None
