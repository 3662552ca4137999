"""What European law says of a country."""

from __future__ import annotations

from typing import Final

EU: Final = frozenset(
    {*("AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE")}
    | {*("IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK")}
    | {"AX", "GF", "GP", "MF", "MQ", "RE", "YT"}
)
"""Member states (ISO 3166-1 alpha-2), and their regions that have codes of their own (TFEU 349)."""
EEA: Final = EU | {"IS", "LI", "NO"}
"""Contracting parties of the Agreement on the European Economic Area, article 2."""


def in_eea(country: str) -> bool:
    """Whether a company there is one of the European Economic Area."""
    return country in EEA
