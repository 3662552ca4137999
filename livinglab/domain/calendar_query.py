"""What a calendar program asks for: the filter of a calendar query (RFC 4791, 9.7).

Every object here is one event without alarms that happens once; a query about anything else is
answered from that fact alone.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True, slots=True)
class TextMatch:
    """Part of a text (9.7.5); ``casemap``: small and capital ASCII letters are alike."""

    part: str
    casemap: bool = True
    negated: bool = False

    def holds(self, values: Sequence[str]) -> bool:
        """Whether one of the values has the part, or, negated, none has it."""
        part = self._folded(self.part)
        return any(part in self._folded(value) for value in values) is not self.negated

    def _folded(self, text: str) -> str:
        return text.translate(_LOWER) if self.casemap else text


@dataclass(frozen=True, slots=True)
class PropertyFilter:
    """A property that must be there, with a text or not, or must not be there (9.7.2)."""

    name: str
    there: bool = True
    text: TextMatch | None = None

    def holds(self, properties: Mapping[str, Sequence[str]]) -> bool:
        """Whether an event with these properties is meant."""
        values = properties.get(self.name.upper(), ())
        if not self.there or not values:
            return bool(values) is self.there
        return self.text is None or self.text.holds(values)


@dataclass(frozen=True, slots=True)
class CalendarQuery:
    """Events that overlap the time from ``start`` to ``end`` and have the properties.

    ``events`` is False when the query is about something of which there is none here.
    """

    events: bool = True
    start: datetime | None = None
    end: datetime | None = None
    properties: tuple[PropertyFilter, ...] = ()
