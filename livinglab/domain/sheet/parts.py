"""Kinds of columns: each reads its cells into a part of a document and writes them from it.

A document is the JSON form of a facility (``domain.profile``), or of one of its resources.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from livinglab.domain.messages import N_
from livinglab.domain.sheet.cells import Cell, CellFault, flag, join, number, split
from livinglab.domain.vocabulary import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Document = dict[str, Any]
HALVES = 2


@dataclass(frozen=True, slots=True)
class Part:
    """Columns that are read and written together.

    ``paths`` maps paths of the document, with ``*`` for a number, to the column that says them.
    """

    columns: tuple[str, ...]
    paths: Mapping[str, str]
    write: Callable[[Document], tuple[Cell, ...]]
    read: Callable[[Document, tuple[str, ...]], None]


def get(document: Document, path: str) -> Any:  # noqa: ANN401  # JSON is anything
    """The value at a dotted path of objects, None where there is none."""
    value: Any = document
    for key in path.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(key)
    return value


def put(document: Document, path: str, value: object) -> None:
    """Set the value at a dotted path, making objects on the way."""
    *way, last = path.split(".")
    for key in way:
        if not isinstance(document.get(key), dict):
            document[key] = {}
        document = document[key]
    document[last] = value


def text(column: str, path: str, *, lower: bool = False) -> Part:
    """One text; ``lower`` for codes."""

    def read(document: Document, cells: tuple[str, ...]) -> None:
        cell = cells[0].strip()
        put(document, path, (cell.lower() if lower else cell) or None)

    return Part((column,), {path: column}, lambda document: (get(document, path),), read)


def amount(column: str, path: str, *, decimal: bool = False) -> Part:
    """One number; ``decimal`` where thousands cannot be meant."""

    def read(document: Document, cells: tuple[str, ...]) -> None:
        put(document, path, number(column, cells[0], decimal=decimal))

    return Part((column,), {path: column}, lambda document: (get(document, path),), read)


def yes(column: str, path: str) -> Part:
    """Yes or no; an empty cell says neither."""

    def read(document: Document, cells: tuple[str, ...]) -> None:
        if cells[0].strip():
            put(document, path, flag(column, cells[0]))

    def write(document: Document) -> tuple[Cell, ...]:
        return ("yes" if get(document, path) else "no",)

    return Part((column,), {path: column}, write, read)


def days(column: str, path: str) -> Part:
    """A length in days that the document counts in halves."""

    def read(document: Document, cells: tuple[str, ...]) -> None:
        length = number(column, cells[0])
        if length is not None and length * HALVES != int(length * HALVES):
            raise CellFault(
                column, "not_half_days", N_("“%(field)s” counts days in halves: 0.5, 1, 1.5.")
            )
        put(document, path, None if length is None else int(length * HALVES))

    def write(document: Document) -> tuple[Cell, ...]:
        halves = get(document, path)
        return ((halves // HALVES if halves % HALVES == 0 else halves / HALVES),)

    return Part((column,), {path: column}, write, read)


def localised(stem: str, path: str) -> Part:
    """A text in each language: ``name_en``, ``name_fi``, ``name_sv``."""
    columns = in_languages(stem)

    def read(document: Document, cells: tuple[str, ...]) -> None:
        texts = {tag: cell.strip() for tag, cell in zip(LANGUAGES, cells, strict=True)}
        put(document, path, {tag: words for tag, words in texts.items() if words})

    def write(document: Document) -> tuple[Cell, ...]:
        return tuple((get(document, path) or {}).get(tag) for tag in LANGUAGES)

    paths = {path: columns[0]}
    paths |= {f"{path}.{tag}": column for tag, column in zip(LANGUAGES, columns, strict=True)}
    return Part(columns, paths, write, read)


def codes(column: str, path: str) -> Part:
    """A list of codes."""

    def read(document: Document, cells: tuple[str, ...]) -> None:
        put(document, path, [code.lower() for code in split(cells[0])])

    def write(document: Document) -> tuple[Cell, ...]:
        return (join(get(document, path) or []),)

    return Part((column,), {path: column, f"{path}.*": column}, write, read)


def texts(stem: str, path: str) -> Part:
    """A list of texts, in one column for each language."""
    columns = in_languages(stem)

    def read(document: Document, cells: tuple[str, ...]) -> None:
        put(document, path, _translated(columns, cells, None))

    def write(document: Document) -> tuple[Cell, ...]:
        return _columns_of(get(document, path) or [])

    paths = {path: columns[0], f"{path}.*": columns[0]}
    paths |= {f"{path}.*.{tag}": column for tag, column in zip(LANGUAGES, columns, strict=True)}
    return Part(columns, paths, write, read)


def named(
    path: str, key: str, name: str, usual: Callable[[str], str], *, when: bool = False
) -> Part:
    """A list of codes with names: ``papers``, ``papers_en`` …, and ``papers_when`` for triggers.

    ``usual`` names a code whose name is left out.
    """
    columns = (path, *in_languages(path), *((f"{path}_when",) if when else ()))

    def read(document: Document, cells: tuple[str, ...]) -> None:
        found = [code.lower() for code in split(cells[0])]
        names = _translated(columns[1:4], cells[1:4], len(found))
        triggers = _aligned(columns[-1], cells[-1], len(found)) if when else []
        put(
            document,
            path,
            [
                {key: code, name: names[index] or {"en": usual(code)}}
                | ({"when": triggers[index] or "always"} if when else {})
                for index, code in enumerate(found)
            ],
        )

    def write(document: Document) -> tuple[Cell, ...]:
        entries = get(document, path) or []
        told: list[Cell] = [join([entry[key] for entry in entries])]
        told += _columns_of([entry[name] for entry in entries])
        if when:
            triggers = [entry["when"] for entry in entries]
            told.append(join(triggers) if set(triggers) - {"always"} else "")
        return tuple(told)

    paths = {path: path, f"{path}.*": path, f"{path}.*.{key}": path, f"{path}.*.{name}": columns[1]}
    paths |= {f"{path}.*.{name}.{tag}": f"{path}_{tag}" for tag in LANGUAGES}
    if when:
        paths[f"{path}.*.when"] = columns[-1]
    return Part(columns, paths, write, read)


def in_languages(stem: str) -> tuple[str, ...]:
    """The three columns of a text."""
    return tuple(f"{stem}_{tag}" for tag in LANGUAGES)


def _columns_of(entries: list[dict[str, str]]) -> tuple[Cell, ...]:
    """Texts of a list by language; an empty cell where a language has none of them."""
    told = ([entry.get(tag, "") for entry in entries] for tag in LANGUAGES)
    return tuple(join(column) if any(column) else "" for column in told)


def _translated(
    columns: tuple[str, ...], cells: tuple[str, ...], length: int | None
) -> list[dict[str, str]]:
    """The texts of each entry by language. The first column says how many, unless it is known."""
    count = len(split(cells[0])) if length is None else length
    lists = [_aligned(column, cell, count) for column, cell in zip(columns, cells, strict=True)]
    return [
        {tag: words for tag, words in zip(LANGUAGES, entry, strict=True) if words}
        for entry in zip(*lists, strict=True)
    ]


def _aligned(column: str, cell: str, count: int) -> list[str]:
    """As many entries as there are; none at all are as many empty ones.

    Raises:
        CellFault: there are more or fewer.
    """
    entries = split(cell) or [""] * count
    if len(entries) != count:
        raise CellFault(
            column,
            "not_aligned",
            N_("“%(field)s” has %(found)s entries where there are %(wanted)s. Part them by “|”."),
            found=len(entries),
            wanted=count,
        )
    return entries
