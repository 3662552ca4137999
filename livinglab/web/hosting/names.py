"""Ids and codes made of names, so that no host has to think of one."""

from __future__ import annotations

import re
import unicodedata
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

LONGEST = 40
_OTHERS = re.compile(r"[^a-z0-9]+")
_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "ß": "ss", "ł": "l", "đ": "d"})


def plain(name: str, between: str, otherwise: str) -> str:
    """The name in small letters without accents, words joined by ``between``."""
    bare = unicodedata.normalize("NFKD", name.lower().translate(_LETTERS))
    found = _OTHERS.sub(between, "".join(s for s in bare if not unicodedata.combining(s)))
    return found[:LONGEST].strip(between) or otherwise


def free(name: str, taken: Collection[str], between: str) -> str:
    """The name, with a number behind it if it is taken."""
    if name not in taken:
        return name
    return next(n for i in count(2) if (n := f"{name}{between}{i}") not in taken)
