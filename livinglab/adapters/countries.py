"""Countries (ISO 3166-1 alpha-2) and time zones (IANA) by the names of Unicode CLDR."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global

from livinglab.adapters.texts import LANGUAGES, choose_language
from livinglab.domain.folding import fold

_NO_COUNTRIES: Final = frozenset(
    {*("AC", "AQ", "BV", "CP", "CQ", "DG", "EA", "EU", "EZ", "HM", "IC"), "QO", "TA", "UN", "XA"}
    | {"XB", "ZZ"}
)
"""Regions, territories without firms and placeholders among the codes of CLDR."""
_MAIN_ZONES: Final = {
    "AR": "America/Argentina/Buenos_Aires",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "CA": "America/Toronto",
    "CD": "Africa/Kinshasa",
    "CL": "America/Santiago",
    "CN": "Asia/Shanghai",
    "CY": "Asia/Nicosia",
    "DE": "Europe/Berlin",
    "EC": "America/Guayaquil",
    "ES": "Europe/Madrid",
    "FM": "Pacific/Pohnpei",
    "GL": "America/Nuuk",
    "ID": "Asia/Jakarta",
    "KI": "Pacific/Tarawa",
    "KZ": "Asia/Almaty",
    "MH": "Pacific/Majuro",
    "MN": "Asia/Ulaanbaatar",
    "MX": "America/Mexico_City",
    "MY": "Asia/Kuala_Lumpur",
    "NZ": "Pacific/Auckland",
    "PF": "Pacific/Tahiti",
    "PG": "Pacific/Port_Moresby",
    "PS": "Asia/Hebron",
    "PT": "Europe/Lisbon",
    "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
    "UM": "Pacific/Wake",
    "US": "America/New_York",
    "UZ": "Asia/Tashkent",
    "XK": "Europe/Belgrade",
}
"""Where most people live, for countries with several zones or none of their own."""

_NAMES: Final = {
    language: {str(code): str(name) for code, name in Locale(language).territories.items()}
    for language in LANGUAGES
}
COUNTRIES: Final = frozenset(
    code
    for code in _NAMES["en"]
    if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES  # noqa: PLR2004  # alpha-2
)
"""Codes of countries from which a firm may come."""
ZONES: Final = tuple(
    sorted(
        name
        for name in available_timezones()
        if "/" in name and not name.startswith(("Etc/", "SystemV/", "US/"))
    )
)
"""Names of time zones, sorted."""


@lru_cache(maxsize=len(LANGUAGES))
def countries(language: str) -> tuple[tuple[str, str], ...]:
    """Code and name of every country, sorted by the name as one looks for it."""
    names = _NAMES[choose_language(language)]
    return tuple(sorted(((c, names[c]) for c in COUNTRIES), key=lambda pair: fold(pair[1])))


@lru_cache(maxsize=1)
def _zones() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, code in get_global("zone_territories").items():
        if code in COUNTRIES:
            found.setdefault(code, name)
    return found | _MAIN_ZONES


def main_zone(country: str) -> str | None:
    """The time zone in which most people of a country live; None when nobody knows."""
    return _zones().get(country)
