"""A section's form as its templates read it: typed values and problems by the names of fields."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from livinglab.domain.vocabulary import LANGUAGES
from livinglab.web.hosting.tree import at
from livinglab.web.hosting.words import LANGUAGE_NAMES, label

if TYPE_CHECKING:
    from collections.abc import Sequence

    from livinglab.web.hosting.sections import Section
    from livinglab.web.hosting.tree import Typed


@dataclass(frozen=True, slots=True)
class View:
    """What a form shows. ``focus`` is the path of a row that was just added.

    ``problems`` are those of ``words.told``. A new place has no sections yet.
    """

    section: Section | None
    tree: dict[str, Typed]
    problems: Sequence[dict[str, Any]] = ()
    focus: str = ""
    languages: dict[str, str] = field(
        default_factory=lambda: {code: str(name) for code, name in LANGUAGE_NAMES.items()}
    )

    def value(self, path: str) -> str:
        """The text typed there."""
        found = at(self.tree, path)
        return found if isinstance(found, str) else ""

    def rows(self, path: str) -> list[str]:
        """Paths of the rows of a list."""
        found = at(self.tree, path)
        count = len(found) if isinstance(found, list) else 0
        return [f"{path}.{number}" for number in range(count)]

    def errors(self, path: str) -> list[dict[str, Any]]:
        """The problems of exactly this field."""
        return [problem for problem in self.problems if problem["field"] == path]

    def label(self, path: str) -> str:
        """What the field is called."""
        return label(path)

    def lacking(self, path: str) -> list[str]:
        """Languages in which a text is missing while another has it."""
        if not any(self.value(f"{path}.{code}").strip() for code in LANGUAGES):
            return []
        return [code for code in LANGUAGES if not self.value(f"{path}.{code}").strip()]
