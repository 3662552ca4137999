"""Which parts of a facility's document differ between two versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_ABSENT = object()


def changed_paths(before: object, after: object) -> tuple[str, ...]:
    """Dotted paths of what differs, such as ``name.fi`` or ``resources.0.opening.week.mon``.

    A list of another length differs as a whole.
    """
    return tuple(_differing(before, after, ""))


def _differing(before: object, after: object, path: str) -> Iterator[str]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in dict.fromkeys((*after, *before)):
            yield from _differing(before.get(key, _ABSENT), after.get(key, _ABSENT), _at(path, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for index, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from _differing(one, other, _at(path, index))
    elif before != after:
        yield path


def _at(path: str, key: object) -> str:
    return f"{path}.{key}" if path else str(key)
