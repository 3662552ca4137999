"""What erased people are called: kept as a mark with a number, told in the reader's language."""

from __future__ import annotations

import re
from typing import Final

from livinglab.domain.messages import N_, Message

PERSON: Final = N_("Former person %(number)s")
PEOPLE: Final = N_("Former people")
"""Kept in place of everybody named by a request that is too old to name anybody."""
_MARK: Final = re.compile(PERSON % {"number": "([0-9]+)"})


def mark(number: int) -> str:
    """What is kept in place of the name of the person with that number."""
    return PERSON % {"number": number}


def told(name: str) -> str | Message:
    """A person's name as it is told: their own, or what takes its place once they are erased."""
    if name == PEOPLE:
        return Message(PEOPLE)
    found = _MARK.fullmatch(name)
    return Message(PERSON, {"number": found[1]}) if found else name
