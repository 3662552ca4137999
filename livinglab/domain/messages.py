"""Sentences as data: an English template and its values, translated where they are shown.

The domain never formats a date, a number or a name. The web layer looks the template up in
the reader's language and formats each parameter by its type.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def N_(text: str) -> str:  # noqa: N802  # the name gettext tools know for "mark only"
    """Mark a string for extraction and return it unchanged."""
    return text


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence: English ``template`` with ``%(name)s`` places, and their ``params``.

    Parameters may be ``str``, ``int``, ``Decimal``, ``date``, ``datetime`` (shown in the
    facility's zone), :class:`Weekday`, ``opening.YearDay``, :class:`Quantity`,
    :class:`Localised`, or another ``Message``.
    """

    template: str
    params: Mapping[str, object] = field(default_factory=dict)


class Weekday(int):
    """A day of the week, 0 Monday … 6 Sunday, shown by its short name."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit symbol, kept together when shown: ``2 500 kg``."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Localised:
    """A text in several languages, keyed by BCP 47 tag; English is always there."""

    texts: Mapping[str, str] = field(default_factory=dict)

    def get(self, language: str) -> str:
        """The text in ``language``, else in English."""
        return self.texts.get(language) or self.texts["en"]

    @property
    def en(self) -> str:
        """The English text."""
        return self.texts["en"]
