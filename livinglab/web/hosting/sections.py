"""The sections of a facility that its host edits: which part of the document each one holds.

A section shows its part as a form and puts what was typed back into the whole document, so that
the domain's reader judges the facility as one. Rows of ``resources`` are matched by their ids:
hours and links are edited on different pages, perhaps by two people.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext

from livinglab.domain.vocabulary import FOCUS_AREAS
from livinglab.web.hosting import kinds, spaces
from livinglab.web.hosting.hours import CLOSURE
from livinglab.web.hosting.kinds import DAYS, FLAG, NUMBER, TEXT, WORDS, Kind, each, record
from livinglab.web.hosting.names import free, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask_babel import LazyString

    from livinglab.web.hosting.tree import Typed

Document = dict[str, Any]
KNOWN = "known"
"""Name of the field in which one chooses what other places have."""

CAPABILITY = record({"code": TEXT, "name": WORDS})
LIMIT = record(
    {
        "kind": kinds.starting(TEXT, "mass_kg"),
        "max": NUMBER,
        "min": NUMBER,
        "hard": kinds.starting(FLAG, "y"),
        "note": WORDS,
    }
)
OUTLET = record(
    {
        "connector": kinds.starting(TEXT, "cee"),
        "phases": kinds.starting(NUMBER, "3"),
        "voltage": kinds.starting(NUMBER, "400"),
        "current_a": NUMBER,
        "count": kinds.starting(NUMBER, "1"),
    }
)
AIR = record({"pressure_bar": NUMBER, "flow_l_min": NUMBER, "note": WORDS}, optional=True)
WHEN = kinds.starting(TEXT, "always")
PAPER = record({"code": TEXT, "name": WORDS, "when": WHEN})
DECIDER = record({"role": kinds.starting(TEXT, "safety_owner"), "title": WORDS, "when": WHEN})
PRICES = record(
    {
        "valid_from": TEXT,
        **dict.fromkeys(("half_day", "day"), NUMBER),
        **dict.fromkeys(("setup", "expert_hour"), NUMBER),
    }
)
BUFFER = Kind(
    lambda typed: record({"amount": NUMBER, "unit": TEXT}).read(typed) if typed["amount"] else None,
    lambda value: {
        "amount": NUMBER.show((value or {}).get("amount")),
        "unit": (value or {}).get("unit", "hours"),
    },
)
SITE = Kind(
    lambda typed: TEXT.read(typed["id"]) and record({"id": TEXT, "name": TEXT}).read(typed),
    record({"id": TEXT, "name": TEXT}).show,
)
CONTACT = record({"role": WORDS, "email": TEXT, "phone": TEXT}, optional=True)


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the form. ``act`` names what saving does, on the button of a confirmation.

    ``fields`` are members of the document; ``of_resource`` names what it holds of each resource.
    ``rows`` gives, by the path of a list without its numbers, what its rows are.
    """

    name: str
    title: LazyString
    act: LazyString
    fields: Mapping[str, Kind] = field(default_factory=dict)
    rows: Mapping[str, Kind] = field(default_factory=dict)
    of_resource: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """First parts of the names of its form's fields."""
        more = {"resources", spaces.SAME} if self.of_resource else set()
        return frozenset(self.fields) | more | {KNOWN}

    def show(self, document: Document) -> dict[str, Typed]:
        """The form of a stored facility."""
        tree = {name: kind.show(document.get(name)) for name, kind in self.fields.items()}
        if self.of_resource:
            tree |= spaces.show(document, self.of_resource)
        return tree

    def read(self, document: Document, tree: dict[str, Typed]) -> Document:
        """The whole document with this section as typed."""
        found = deepcopy(document)
        found |= {name: kind.read(tree.get(name, kind.blank)) for name, kind in self.fields.items()}
        for name in ("capabilities", "papers"):
            if name in self.fields:
                _give_codes(found[name])
        if self.of_resource:
            found["resources"] = spaces.read(found, tree, self.of_resource)
        return found

    def tidy(self, tree: dict[str, Typed]) -> None:
        """Leave out rows in which nothing was typed; those after them move up."""
        for path, kind in self.rows.items():
            for holder, name in _holders(tree, path.split(".")):
                holder[name] = kinds.tidy(holder[name], kind.blank)

    def owns(self, path: str) -> bool:
        """Whether a path of the document (``resources.0.name.en``) is edited here."""
        first, *rest = path.split(".")
        if first == "resources":
            return bool(self.of_resource) and (len(rest) < 2 or rest[1] in self.of_resource)  # noqa: PLR2004  # number, name
        return first in self.fields


def _holders(tree: Typed, parts: list[str]) -> Iterator[tuple[dict[str, Typed], str]]:
    if isinstance(tree, list):
        for row in tree:
            yield from _holders(row, parts)
    elif isinstance(tree, dict) and parts[0] in tree:
        if len(parts) == 1:
            yield tree, parts[0]
        else:
            yield from _holders(tree[parts[0]], parts[1:])


def _give_codes(rows: list[dict[str, Any]]) -> None:
    """Name new rows by a code made of their English names."""
    taken = {row["code"] for row in rows if row["code"]}
    for row in rows:
        english = (row["name"] or {}).get("en")
        if not row["code"] and english:
            row["code"] = free(plain(english, "_", "other"), taken, "_")
            taken.add(row["code"])


SECTIONS = {
    section.name: section
    for section in (
        Section(
            "hours",
            lazy_gettext("Opening hours"),
            lazy_gettext("Change the hours"),
            {"closures": each(CLOSURE)},
            {"closures": CLOSURE, "resources.opening.closures": CLOSURE},
            frozenset({"opening"}),
        ),
        Section(
            "prices",
            lazy_gettext("Prices"),
            lazy_gettext("Change the prices"),
            {"prices": each(PRICES)},
            {"prices": PRICES},
        ),
        Section(
            "texts",
            lazy_gettext("Texts and translations"),
            lazy_gettext("Change the texts"),
            {
                **dict.fromkeys(("name", "summary", "environment", "directions"), WORDS),
                "house_rules": each(WORDS),
                "kind": TEXT,
                "focus_areas": kinds.chosen(FOCUS_AREAS),
                "area_m2": NUMBER,
            },
            {"house_rules": WORDS},
        ),
        Section(
            "place",
            lazy_gettext("Place and contact"),
            lazy_gettext("Change the place"),
            {
                "site": SITE,
                **dict.fromkeys(("address", "municipality", "zone", "next_place"), TEXT),
                **dict.fromkeys(("latitude", "longitude"), NUMBER),
                "contact": CONTACT,
            },
        ),
        Section(
            "stays",
            lazy_gettext("Rules for stays"),
            lazy_gettext("Change the rules"),
            {
                **dict.fromkeys(("min_halves", "max_halves", "step_halves"), DAYS),
                **dict.fromkeys(("notice_working_days", "horizon_days"), NUMBER),
                **dict.fromkeys(("buffer_before", "buffer_after"), BUFFER),
                **dict.fromkeys(("hold_on_submit", "free_busy_public"), FLAG),
                "default_lane": TEXT,
            },
        ),
        Section(
            "spaces",
            lazy_gettext("Spaces and links"),
            lazy_gettext("Change the spaces"),
            rows={"resources.requires": spaces.LINK, "resources": spaces.SPACE},
            of_resource=frozenset({"id", "name", "bookable", "requires"}),
        ),
        Section(
            "tests",
            lazy_gettext("What can be tested"),
            lazy_gettext("Change what can be tested"),
            {"capabilities": each(CAPABILITY)},
            {"capabilities": CAPABILITY},
        ),
        Section(
            "limits",
            lazy_gettext("Limits"),
            lazy_gettext("Change the limits"),
            {"limits": each(LIMIT)},
            {"limits": LIMIT},
        ),
        Section(
            "utilities",
            lazy_gettext("Utilities"),
            lazy_gettext("Change the utilities"),
            {
                "power": each(OUTLET),
                "power_note": WORDS,
                "air": AIR,
                "networks": each(WORDS),
                "door_m": kinds.pair(),
                **dict.fromkeys(("floor_kpa", "crane_t"), NUMBER),
            },
            {"power": OUTLET, "networks": WORDS},
        ),
        Section(
            "papers",
            lazy_gettext("Papers asked for"),
            lazy_gettext("Change the papers"),
            {"papers": each(PAPER)},
            {"papers": PAPER},
        ),
        Section(
            "deciders",
            lazy_gettext("Who decides"),
            lazy_gettext("Change who decides"),
            {"approvers": each(DECIDER)},
            {"approvers": DECIDER},
        ),
    )
}
"""By name, in the order in which a host needs them."""
