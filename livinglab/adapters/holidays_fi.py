"""Public holidays of Finland (act 388/1937 and the church calendar), by the ``holidays`` package.

The eves of Midsummer and Christmas are left out: custom closes them, no law does, so each
facility says so itself.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import holidays

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_CATALOGUES = {"en": "en_US", "fi": "fi", "sv": "sv_FI"}
_JUNE, _DECEMBER, _FRIDAY, _CHRISTMAS_EVE = 6, 12, 4, 24


@cache
def public_holidays(year: int) -> Mapping[date, Mapping[str, str]]:
    """Each statutory holiday of the year with its name in ``en``, ``fi`` and ``sv``, by date."""
    names = {
        language: holidays.country_holidays("FI", years=year, language=catalogue)
        for language, catalogue in _CATALOGUES.items()
    }
    return MappingProxyType(
        {
            day: MappingProxyType({language: names[language][day] for language in names})
            for day in sorted(names["fi"])
            if not _is_eve(day)
        }
    )


def _is_eve(day: date) -> bool:
    # Midsummer's is the only holiday on a Friday in June.
    return (day.month, day.day) == (_DECEMBER, _CHRISTMAS_EVE) or (
        day.month == _JUNE and day.weekday() == _FRIDAY
    )
