"""What the buttons of a form do to what is typed, other than saving it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.domain.opening import WEEK_DAYS
from livinglab.web.hosting import tree as typed_tree
from livinglab.web.hosting.hours import CLOSURE, copy_monday
from livinglab.web.hosting.sections import KNOWN

if TYPE_CHECKING:
    from datetime import date

    from livinglab.web.hosting.options import Options
    from livinglab.web.hosting.sections import Section
    from livinglab.web.hosting.tree import Typed

OWN_USE = {"en": "Own use", "fi": "Oma käyttö", "sv": "Eget bruk"}
"""The reason a quick closure starts with; the host may write another."""
SHARED = frozenset({"capabilities", "papers"})
"""Lists whose rows other places may have too."""
ONLY_SHOW = frozenset({"preview", "back"})


def carry_out(
    section: Section, tree: dict[str, Typed], pressed: str, today: date, options: Options
) -> tuple[bool, str]:
    """Whether the button asked for something else than saving, and the row that is new.

    ``add:limits``, ``remove:limits.2``, ``up:`` and ``down:`` change rows; ``copy:resources.0``
    gives Monday's hours to the working days; ``next-week`` closes it. ``known:papers`` adds what
    is chosen in the field of that name among what other places have.
    """
    verb, _, path = pressed.partition(":")
    focus = ""
    match verb:
        case "add":
            focus = _add(section, tree, path)
        case "remove":
            typed_tree.remove(tree, path)
        case "up" | "down":
            typed_tree.move(tree, path, -1 if verb == "up" else 1)
        case "copy":
            opening = typed_tree.at(tree, f"{path}.opening")
            if isinstance(opening, dict) and isinstance(opening.get("week"), dict):
                copy_monday(opening)
        case "known" if path in SHARED & section.rows.keys():
            row = options.row(path, str(tree.get(KNOWN, "")))
            focus = typed_tree.add(tree, path, row) if row else ""
        case "next-week":
            focus = _close_next_week(section, tree, today)
        case _:
            return pressed in ONLY_SHOW or verb == "known", ""
    return True, focus


def _add(section: Section, tree: dict[str, Typed], path: str) -> str:
    kind = section.rows.get(".".join(part for part in path.split(".") if not part.isdecimal()))
    if kind is None:
        return ""
    row = kind.blank
    if path == "prices" and (last := typed_tree.at(tree, path)):
        row = {**last[-1], "valid_from": ""}  # prices change one by one
    return typed_tree.add(tree, path, row)


def _close_next_week(section: Section, tree: dict[str, Typed], today: date) -> str:
    if "closures" not in section.fields:
        return ""
    monday = today + timedelta(days=WEEK_DAYS - today.weekday())
    dates = {
        "from": monday.isoformat(),
        "to": (monday + timedelta(days=WEEK_DAYS - 1)).isoformat(),
    }
    return typed_tree.add(tree, "closures", {**CLOSURE.blank, **dates, "reason": OWN_USE})
