"""Which passwords are taken: long ones that are not the person's own words (ASVS 5.0, 6.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.domain.errors import Problem
from livinglab.domain.folding import fold
from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Iterator

SHORTEST = 12
LONGEST = 1000
"""Characters; nobody types more, and each costs time to hash."""
FEWEST_SIGNS = 4
"""Different characters: twelve times the same is no secret."""


def password_problems(password: str, *own: str, field: str = "password") -> list[Problem]:
    """What is wrong with a new password; ``own`` are words that others know of the person."""
    return list(_problems(password, own, field))


def _problems(password: str, own: tuple[str, ...], field: str) -> Iterator[Problem]:
    if len(password) < SHORTEST:
        text = Message(N_("The password needs at least %(count)s characters."), {"count": SHORTEST})
        yield Problem("password_too_short", field, text)
    elif len(password) > LONGEST:
        text = Message(N_("The password has more than %(count)s characters."), {"count": LONGEST})
        yield Problem("password_too_long", field, text)
    elif len(set(password)) < FEWEST_SIGNS or fold(password) in {fold(word) for word in own}:
        text = Message(N_("This password is easily guessed. Take one that only you know."))
        yield Problem("password_guessable", field, text)
