"""The bookable units of a facility, and how long and how early they are booked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.domain.calendar import Buffers
from livinglab.domain.facility import Requirement, Resource, StayRules
from livinglab.domain.messages import N_
from livinglab.domain.profile.hours import read_buffer, read_opening
from livinglab.domain.profile.words import read_localised, read_slug, read_when

if TYPE_CHECKING:
    from livinglab.domain.opening import Closure
    from livinglab.domain.reading import Node


def read_stay(node: Node) -> StayRules:
    """Lengths, notice, horizon and buffers of the facility in ``node``."""
    shortest, longest = node["min_halves"].whole(1, 2000), node["max_halves"].whole(1, 2000)
    if longest < shortest and node["max_halves"].value is not None:
        node["max_halves"].refuse("reversed", N_("“%(field)s” is less than “min_halves”."))
    usual = StayRules()
    return StayRules(
        min_halves=shortest,
        max_halves=longest,
        step_halves=node["step_halves"].maybe(lambda n: n.whole(1, 100)) or usual.step_halves,
        notice_working_days=node["notice_working_days"].whole(0, 400),
        horizon_days=node["horizon_days"].maybe(lambda n: n.whole(1, 4000)) or usual.horizon_days,
        buffers=Buffers(read_buffer(node["buffer_before"]), read_buffer(node["buffer_after"])),
    )


def read_resources(
    node: Node,
    facility: str,
    place: tuple[float, float],
    zone_name: str,
    closures: tuple[Closure, ...],
) -> tuple[Resource, ...]:
    """The bookable units of ``facility`` at ``place``, each with the closures it shares."""

    def read(item: Node) -> Resource:
        entry = item.record(("id", "name", "bookable", "opening", "requires"))
        slug = read_slug(entry["id"], 120)
        if slug and facility and not slug.startswith(f"{facility}-"):
            entry["id"].refuse(
                "not_an_id", N_("“%(field)s” must begin with “%(start)s”."), start=f"{facility}-"
            )
        return Resource(
            slug,
            read_localised(entry["name"]),
            read_opening(entry["opening"], place, zone_name, closures),
            entry["bookable"].flag(otherwise=True),
            entry["requires"].each(_requirement),
        )

    found = node.each(read)
    if not any(item.bookable for item in found) and isinstance(node.value, list | tuple | None):
        node.refuse("missing", N_("“%(field)s” has nothing to book. Add a resource."))
    slugs = [item.slug for item in found]
    node.refuse_repeats(slugs)
    for index, item in enumerate(found):
        others = {slug for slug in slugs if slug != item.slug}
        for number, requirement in enumerate(item.requires):
            if requirement.resource and requirement.resource not in others:
                node[index]["requires"][number]["resource"].refuse(
                    "unknown_resource",
                    N_("“%(field)s” must be the id of another resource of this facility."),
                )
    return found


def _requirement(node: Node) -> Requirement:
    entry = node.record(("resource", "when"))
    return Requirement(read_slug(entry["resource"], 120), read_when(entry["when"]))
