"""What was typed into a form, as a tree: names of fields are paths into it (``prices.0.day``).

Leaves are texts as typed. Rows of lists are added, removed and moved here, so that every button of
a form can be a plain submit of it that loses nothing.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any

from livinglab.domain.reading import LIST_LIMIT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

Typed = Any
"""A text, or a mapping or list of typed values."""

DEEPEST = 8
_NAME = re.compile(r"[a-z0-9_-]{1,120}(?:\.[a-z0-9_-]{1,120})*")
_ROW = re.compile(r"[0-9]{1,3}")


def grow(fields: Iterable[tuple[str, str]], names: Collection[str]) -> dict[str, Typed]:
    """The tree of a form's fields below these names; others, and those too deep, are passed."""
    root: dict[str, Any] = {}
    for name, text in fields:
        parts = name.split(".")
        if parts[0] in names and len(parts) <= DEEPEST and _NAME.fullmatch(name):
            _put(root, parts, text)
    return {name: _with_lists(value) for name, value in root.items()}


def at(tree: Typed, path: str) -> Typed:
    """What stands at a path; an empty text where nothing does."""
    for part in path.split("."):
        if isinstance(tree, dict):
            tree = tree.get(part, "")
        elif isinstance(tree, list) and _ROW.fullmatch(part) and int(part) < len(tree):
            tree = tree[int(part)]
        else:
            return ""
    return tree


def add(tree: dict[str, Typed], path: str, row: Typed) -> str:
    """Put a row at the end of the list at that path; the row's own path, empty when full."""
    rows = _list(tree, path)
    if rows is None or len(rows) >= LIST_LIMIT:
        return ""
    rows.append(deepcopy(row))
    return f"{path}.{len(rows) - 1}"


def remove(tree: dict[str, Typed], path: str) -> None:
    """Take out the row at that path, if there is one."""
    rows, row = _row(tree, path)
    if rows is not None:
        del rows[row]


def move(tree: dict[str, Typed], path: str, by: int) -> None:
    """Move the row at that path up (-1) or down (1) in its list."""
    rows, row = _row(tree, path)
    if rows is not None:
        rows.insert(max(row + by, 0), rows.pop(row))


def _row(tree: dict[str, Typed], path: str) -> tuple[list[Typed] | None, int]:
    parent, _, number = path.rpartition(".")
    rows = at(tree, parent) if parent else None
    if isinstance(rows, list) and _ROW.fullmatch(number) and int(number) < len(rows):
        return rows, int(number)
    return None, 0


def _list(tree: dict[str, Typed], path: str) -> list[Typed] | None:
    """The list at a path, made where nothing stands; None where something else does."""
    parent, _, name = path.rpartition(".")
    holder = at(tree, parent) if parent else tree
    if not isinstance(holder, dict):
        return None
    found = holder.get(name)
    if not found:
        found = holder[name] = []
    return found if isinstance(found, list) else None


def _put(root: dict[str, Any], parts: list[str], text: str) -> None:
    here = root
    for part in parts[:-1]:
        here = here.setdefault(part, {})
        if not isinstance(here, dict):
            return
    here.setdefault(parts[-1], text)


def _with_lists(value: Typed) -> Typed:
    """Mappings whose keys are all numbers become lists, in the order of the numbers."""
    if not isinstance(value, dict):
        return value
    if all(_ROW.fullmatch(key) for key in value):
        return [_with_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _with_lists(below) for key, below in value.items()}
