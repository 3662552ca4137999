"""Moving the example year by whole weeks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from livinglab.domain.zones import opening_edge, zone

HELSINKI = zone("Europe/Helsinki")


@dataclass(frozen=True, slots=True)
class Shift:
    """A number of whole weeks, and the example's own "today" for closures without a year."""

    by: timedelta
    example_today: date

    def day(self, text: str) -> date:
        """A date of the example year, moved."""
        return date.fromisoformat(text[:10]) + self.by

    def instant(self, text: str) -> datetime:
        """A local time of the example year, moved on the wall clock, as UTC."""
        local = datetime.fromisoformat(text)
        minutes = local.hour * 60 + local.minute
        return opening_edge(local.date() + self.by, minutes, HELSINKI)

    def block(self, block: dict[str, Any]) -> dict[str, Any]:
        """A block with its times as UTC instants."""
        return block | {"start": self.instant(block["start"]), "end": self.instant(block["end"])}

    def facility(self, document: dict[str, Any]) -> dict[str, Any]:
        """A facility with its host closures moved."""
        closures = [
            closure | {edge: self._edge(closure[edge]) for edge in ("from", "to")}
            for closure in document.get("closures") or []
        ]
        return document | {"closures": closures}

    def _edge(self, text: str) -> str:
        """``MM-DD`` moves within the year; ``YYYY-MM-DD`` moves as it is."""
        if len(text) > len("MM-DD"):
            return self.day(text).isoformat()
        return (date.fromisoformat(f"{self.example_today.year}-{text}") + self.by).strftime("%m-%d")
