"""Identifiers of companies: VAT, LEI and EORI numbers, checked by form and never by a network.

A number of the right form may still belong to nobody; that a person compared it with its register
is noted beside it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from livinglab.domain.messages import N_

if TYPE_CHECKING:
    from collections.abc import Callable

_VAT: Final = {
    "AT": r"U[0-9]{8}",
    "BE": r"[01][0-9]{9}",
    "BG": r"[0-9]{9,10}",
    "CY": r"[0-9]{8}[A-Z]",
    "CZ": r"[0-9]{8,10}",
    "DE": r"[0-9]{9}",
    "DK": r"[0-9]{8}",
    "EE": r"[0-9]{9}",
    "EL": r"[0-9]{9}",
    "ES": r"(?:[A-Z][0-9]{7}[A-Z0-9]|[0-9]{8}[A-Z])",
    "FI": r"[0-9]{8}",
    "FR": r"[A-Z0-9]{2}[0-9]{9}",
    "HR": r"[0-9]{11}",
    "HU": r"[0-9]{8}",
    "IE": r"[0-9][A-Z0-9+*][0-9]{5}[A-Z]{1,2}",
    "IT": r"[0-9]{11}",
    "LT": r"(?:[0-9]{9}|[0-9]{12})",
    "LU": r"[0-9]{8}",
    "LV": r"[0-9]{11}",
    "MT": r"[0-9]{8}",
    "NL": r"[A-Z0-9+*]{12}",
    "PL": r"[0-9]{10}",
    "PT": r"[0-9]{9}",
    "RO": r"[0-9]{2,10}",
    "SE": r"[0-9]{12}",
    "SI": r"[0-9]{8}",
    "SK": r"[0-9]{10}",
    "XI": r"(?:[0-9]{9}|[0-9]{12}|(?:GD|HA)[0-9]{3})",
}
"""What stands after the prefix, by member state; EL is Greece and XI Northern Ireland."""
_EORI = re.compile(r"[A-Z]{2}[A-Z0-9]{1,15}")
_LEI = re.compile(r"[A-Z0-9]{18}[0-9]{2}")
_SPACES = re.compile(r"[\s.\-/]+")


def plain(text: str) -> str:
    """An identifier as it is kept: capitals and digits, without the spaces people write in it."""
    return _SPACES.sub("", text).upper()


def is_vat_id(text: str) -> bool:
    """Whether it has the form of a VAT identification number of an EU member state.

    Prefix: Council Directive 2006/112/EC, article 215; what follows: European Commission, VIES,
    "VAT identification numbers: structure".
    """
    pattern = _VAT.get(text[:2])
    return pattern is not None and re.fullmatch(pattern, text[2:]) is not None


def is_lei(text: str) -> bool:
    """Whether it is a Legal Entity Identifier: 18 signs and two check digits (ISO 17442-1:2020).

    With A = 10 … Z = 35 the number leaves 1 when divided by 97 (ISO/IEC 7064, MOD 97-10).
    """
    if _LEI.fullmatch(text) is None:
        return False
    return int("".join(str(int(sign, 36)) for sign in text)) % 97 == 1


def is_eori(text: str) -> bool:
    """Whether it has the form of an Economic Operators Registration and Identification number.

    Two letters of the country and up to 15 signs: Commission Delegated Regulation (EU) 2015/2446,
    article 1(18) and Annex 12-01.
    """
    return _EORI.fullmatch(text) is not None


IDENTIFIERS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "vat_id": (
        is_vat_id,
        N_("This is not a VAT number of an EU member state: FI12345678, DE123456789."),
    ),
    "lei": (
        is_lei,
        N_("This is not an LEI: 20 letters and digits whose last two check the others."),
    ),
    "eori": (
        is_eori,
        N_("This is not an EORI number: two letters, then up to 15 letters or digits."),
    ),
}
"""Fields of a company: what tells that the value has the right form, and what is said if not."""
