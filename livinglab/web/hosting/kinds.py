"""Kinds of fields: how typed text becomes a value of the facility's document, and back.

Nothing is judged here: what makes no sense is handed on as it was typed, and the domain's reader
says what is wrong with it, by its path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from livinglab.domain.vocabulary import LANGUAGES
from livinglab.web.request_form import number as written_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from livinglab.web.hosting.tree import Typed


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of field: ``read`` makes a document's value of typed text, ``show`` the reverse.

    ``blank`` is what a new row starts with.
    """

    read: Callable[[Typed], Any]
    show: Callable[[Any], Typed]
    blank: Typed = ""


def record(fields: Mapping[str, Kind], *, optional: bool = False) -> Kind:
    """Several fields under one name; ``optional`` ones that are all empty are no value."""

    def read(typed: Typed) -> Any:  # noqa: ANN401  # a value of a JSON document
        given = typed if isinstance(typed, dict) else {}
        found = {name: kind.read(given.get(name, "")) for name, kind in fields.items()}
        return None if optional and not any(v not in (None, "") for v in found.values()) else found

    def show(value: Any) -> Typed:  # noqa: ANN401  # a value of a JSON document
        given = value or {}
        return {name: kind.show(given.get(name)) for name, kind in fields.items()}

    return Kind(read, show, {name: kind.blank for name, kind in fields.items()})


def each(kind: Kind) -> Kind:
    """Rows of that kind; those in which nothing was typed are left out by :func:`tidy`."""
    return Kind(
        lambda typed: [kind.read(row) for row in _rows(typed)],
        lambda value: [kind.show(item) for item in value or ()],
        [],
    )


def pair() -> Kind:
    """Two numbers that go together, or nothing."""

    def read(typed: Typed) -> Any:  # noqa: ANN401  # a value of a JSON document
        sides = [NUMBER.read(side) for side in [*_rows(typed), "", ""][:2]]
        return None if sides == [None, None] else sides

    return Kind(read, lambda value: [NUMBER.show(side) for side in value or ("", "")], ["", ""])


def chosen(codes: Iterable[str]) -> Kind:
    """A list of codes, each a box to tick."""
    known = tuple(codes)

    def read(typed: Typed) -> list[str]:
        given = typed if isinstance(typed, dict) else {}
        return [code for code in known if given.get(code) == "y"]

    return Kind(read, lambda value: {code: "y" if code in (value or ()) else "" for code in known})


def tidy(rows: Typed, blank: Typed) -> list[Typed]:
    """The rows in which something was typed."""
    return [row for row in _rows(rows) if row != blank and _typed(row)]


def _typed(row: Typed) -> bool:
    if isinstance(row, dict):
        return any(_typed(value) for value in row.values())
    if isinstance(row, list):
        return any(_typed(value) for value in row)
    return bool(str(row).strip())


def _rows(typed: Typed) -> list[Typed]:
    return typed if isinstance(typed, list) else []


def _text(typed: Typed) -> str | None:
    # Texts are one line each; those that browsers wrap in a larger field are joined again.
    text = " ".join(typed.split()) if isinstance(typed, str) else ""
    return text or None


def _words(typed: Typed) -> dict[str, str] | None:
    given = typed if isinstance(typed, dict) else {}
    found = {code: text for code in LANGUAGES if (text := _text(given.get(code, "")))}
    return found or None


def _number(typed: Typed) -> Any:  # noqa: ANN401  # a number, or what was typed instead
    text = _text(typed)
    return None if text is None else written_number(text)


def _shown(value: Any) -> str:  # noqa: ANN401  # a value of a JSON document
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _halves(typed: Typed) -> Any:  # noqa: ANN401  # a number, or what was typed instead
    days = _number(typed)
    if isinstance(days, str) or days is None:
        return days
    halves = days * 2
    return int(halves) if halves == int(halves) else halves


TEXT = Kind(_text, _shown)
NUMBER = Kind(_number, _shown)
FLAG = Kind(lambda typed: typed == "y", lambda value: "y" if value else "")
DAYS = Kind(_halves, lambda value: "" if value is None else _shown(value / 2))
"""A length in half-days, typed in days."""
WORDS = Kind(
    _words,
    lambda value: {code: (value or {}).get(code, "") for code in LANGUAGES},
    dict.fromkeys(LANGUAGES, ""),
)
"""A text in each language."""


def starting(kind: Kind, blank: Typed) -> Kind:
    """The same kind, with what a new row starts with."""
    return Kind(kind.read, kind.show, blank)
