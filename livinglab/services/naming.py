"""What people call their keys and feeds."""

from __future__ import annotations

from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.reading import is_safe

NAME_LIMIT = 100


def checked_name(text: str) -> str:
    """What somebody calls a key, as it is kept.

    Raises:
        InvalidInput: it is too long, or has characters that cannot be seen.
    """
    name = text.strip()
    if len(name) > NAME_LIMIT or not is_safe(name):
        wrong = Message(
            N_("The name is one line of at most %(limit)s characters."), {"limit": NAME_LIMIT}
        )
        raise InvalidInput.of(Problem("name", "name", wrong))
    return name
