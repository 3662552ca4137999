"""What addresses and forms say about days and lengths, read without refusing the whole page."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from flask_babel import gettext

from livinglab.domain.calendar import Length
from livinglab.domain.request_json import MAX_DAYS
from livinglab.web.filters import number

if TYPE_CHECKING:
    from collections.abc import Mapping

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_NUMBER = re.compile(r"[0-9]{1,6}(?:[.,][0-9]{1,6})?")
_AMOUNT = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,6})?")
_EITHER = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
"""A thousand or a whole number and its decimals, depending on who writes it."""


@dataclass(slots=True)
class Asked:
    """The arguments of an address, with a sentence for each that makes no sense, by its name."""

    given: Mapping[str, str]
    faults: dict[str, str] = field(default_factory=dict)

    @property
    def problems(self) -> list[dict[str, str]]:
        """The faults as a summary takes them, each with its field."""
        return [{"field": name, "text": text} for name, text in self.faults.items()]

    def text(self, name: str, limit: int = 200) -> str:
        """The words given, at most ``limit`` characters."""
        return self.given.get(name, "").strip()[:limit]

    def day(self, name: str) -> date | None:
        """A date in ISO 8601, as date fields send it."""
        text = self.text(name)
        if not text:
            return None
        if _DATE.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                pass
        self.faults[name] = gettext("There is no such day. Write it as 2027-03-01.")
        return None

    def length(self, name: str = "days") -> Length | None:
        """A number of days in halves."""
        text = self.text(name)
        if not text:
            return None
        days = float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else 0.0
        if 0 < days <= MAX_DAYS and days * 2 == int(days * 2):
            return Length(int(days * 2))
        self.faults[name] = gettext("Write a number of days, in halves: 0.5, 1, 3.")
        return None

    def number(self, name: str, most: float, unit: str) -> float | None:
        """A number up to ``most``; blanks between its digits and the unit after them may be there.

        A comma that may mean two things is asked about.
        """
        text = "".join(self.text(name).removesuffix(unit).split())
        if not text:
            return None
        if _EITHER.fullmatch(text):
            whole, part = text.replace(",", ""), text.replace(",", ".")
            self.faults[name] = gettext(
                "The comma may mean two things. Write %(whole)s or %(part)s.",
                whole=whole,
                part=f"{float(part):g}",
            )
            return None
        value = float(text.replace(",", ".")) if _AMOUNT.fullmatch(text) else None
        if value is not None and value <= most:
            return value
        self.faults[name] = gettext(
            "Write a number of %(unit)s, at most %(most)s.", unit=unit, most=number(most)
        )
        return None

    def month(self, name: str) -> tuple[date, date] | None:
        """The first and last day of a month written as 2027-03."""
        found = _MONTH.fullmatch(self.text(name))
        if found is None or found[1] == "0000":
            return None
        year, month = int(found[1]), int(found[2])
        return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def days_text(length: Length) -> str:
    """A length as the field for days takes it: 3, 0.5."""
    return f"{length.halves / 2:g}"
