"""What sections hold of a facility's resources, matched by id."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from livinglab.web.hosting.hours import OPENING
from livinglab.web.hosting.kinds import FLAG, TEXT, WORDS, each, record, starting
from livinglab.web.hosting.names import free, plain

if TYPE_CHECKING:
    from collections.abc import Collection

    from livinglab.web.hosting.tree import Typed

SAME = "same"
"""Name of the box that says: all spaces have the hours of the first."""

LINK = record({"resource": TEXT, "when": starting(TEXT, "always")})
SPACE = record({"id": TEXT, "name": WORDS, "bookable": starting(FLAG, "y"), "requires": each(LINK)})
KINDS = {"id": TEXT, "name": WORDS, "bookable": FLAG, "requires": each(LINK), "opening": OPENING}


def show(document: dict[str, Any], names: Collection[str]) -> dict[str, Typed]:
    """The rows of resources; with their hours, also whether those are all the same."""
    resources = document["resources"]
    tree: dict[str, Typed] = {
        "resources": [
            {
                name: kind.show(resource.get(name))
                for name, kind in KINDS.items()
                if name in names or name == "id"
            }
            for resource in resources
        ]
    }
    if "opening" in names:
        hours = [_hours(item["opening"]) for item in resources if item["bookable"]]
        tree[SAME] = FLAG.show(len(hours) > 1 and all(item == hours[0] for item in hours))
    return tree


def folded(document: dict[str, Any], tree: dict[str, Typed]) -> tuple[str, ...]:
    """Paths of the weeks that follow the first space's and are not shown."""
    if tree.get(SAME) != "y":
        return ()
    bookable = [n for n, resource in enumerate(document["resources"]) if resource["bookable"]]
    return tuple(f"resources.{number}.opening.week" for number in bookable[1:])


def read(
    document: dict[str, Any], tree: dict[str, Typed], names: Collection[str]
) -> list[dict[str, Any]]:
    """The document's resources with what was typed of them."""
    typed = tree.get("resources")
    rows = [row for row in typed if isinstance(row, dict)] if isinstance(typed, list) else []
    if "opening" in names:
        return _with_hours(document["resources"], rows, same=tree.get(SAME) == "y")
    return _arranged(document, [SPACE.read(row) for row in rows])


def _with_hours(
    resources: list[dict[str, Any]], rows: list[dict[str, Typed]], *, same: bool
) -> list[dict[str, Any]]:
    typed = {row.get("id"): row["opening"] for row in rows if isinstance(row.get("opening"), dict)}
    found = deepcopy(resources)
    shared: dict[str, Any] | None = None
    for resource in found:
        if not resource["bookable"]:
            continue
        given = typed.get(resource["id"])
        if given is not None:
            resource["opening"] = OPENING.read(given)
        if same:
            shared = shared or _hours(resource["opening"])
            resource["opening"] |= deepcopy(shared)
    return found


def _arranged(document: dict[str, Any], rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The resources in the order of the rows; new ones open as the first one does."""
    known = {resource["id"]: resource for resource in document["resources"]}
    taken = set(known)
    found = []
    for row in rows:
        if row["id"] is None:
            english = (row["name"] or {}).get("en", "")
            row["id"] = free(f"{document['id']}-{plain(english, '-', 'space')}", taken, "-")
            taken.add(row["id"])
        opening = known.get(row["id"], document["resources"][0])["opening"]
        found.append({**row, "opening": deepcopy(opening)})
    return found


def _hours(opening: dict[str, Any]) -> dict[str, Any]:
    """The rules without the closures of the space itself."""
    return {name: value for name, value in opening.items() if name != "closures"}
