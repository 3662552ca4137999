"""How two versions of a facility differ, in words, and which translations it lacks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from livinglab.domain.vocabulary import LANGUAGES
from livinglab.web.hosting.facts import facts
from livinglab.web.hosting.sections import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from livinglab.domain.facility import Facility
    from livinglab.web.hosting.sections import Section


@dataclass(frozen=True, slots=True)
class Difference:
    """A thing that differs: lines that are gone, and lines that are new."""

    section: str
    label: str
    gone: tuple[str, ...]
    new: tuple[str, ...]


def differences(before: Facility, after: Facility) -> list[Difference]:
    """All that differs, in the order of the sections."""
    return [found for section in SECTIONS.values() for found in _differing(section, before, after)]


def _differing(section: Section, before: Facility, after: Facility) -> Iterator[Difference]:
    one, other = (
        {fact.label: fact.lines for fact in facts(facility, section.name, full=True)}
        for facility in (before, after)
    )
    for label in dict.fromkeys((*one, *other)):
        old, new = one.get(label, ()), other.get(label, ())
        gone = tuple(line for line in old if line not in new)
        added = tuple(line for line in new if line not in old)
        if gone or added:
            yield Difference(str(section.title), label, gone, added)
        elif old != new:  # another order
            yield Difference(str(section.title), label, old, new)


def untranslated(document: dict[str, Any], section: Section | None = None) -> dict[str, int]:
    """How many texts (of a section) lack a language that is not English, by language."""
    count = dict.fromkeys(LANGUAGES[1:], 0)
    for path, text in _texts(document, ""):
        if section is None or section.owns(path):
            for code in count:
                count[code] += not text.get(code)
    return {code: number for code, number in count.items() if number}


def _texts(value: Any, path: str) -> Iterator[tuple[str, dict[str, str]]]:  # noqa: ANN401  # JSON
    if isinstance(value, dict) and "en" in value:
        yield path, value
    elif isinstance(value, dict | list):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for name, below in items:
            yield from _texts(below, f"{path}.{name}" if path else str(name))
