"""What is said about a pilot: limits, sentences to begin with, and taking back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.reading import is_safe

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

TEXT_LIMIT = 10_000
"""Characters of one message."""
FILES_LIMIT = 10
"""Files sent with one message."""
TAKE_BACK = timedelta(minutes=5)
"""How long a message can be taken back by who wrote it."""
TOGETHER = timedelta(minutes=10)
"""Messages within this time come as one mail."""
TWICE = timedelta(minutes=1)
"""The same message again within this time is a button pressed twice."""
FRAMES: dict[str, tuple[str, str]] = {
    "risk_assessment": (
        N_("Ask for the risk assessment"),
        N_(
            "Thank you for your request. Please send us the risk assessment of your test, so that"
            " we can go on with it."
        ),
    ),
    "other_dates": (
        N_("Ask for other dates"),
        N_(
            "Thank you for your request. The days you wish for are not free. Would other days suit"
            " you? Please name two or three."
        ),
    ),
    "technical_data": (
        N_("Ask for technical data"),
        N_(
            "Please tell us the mass, the power supply and the top speed of what you bring, so that"
            " we can prepare the place."
        ),
    ),
    "safety_cards": (
        N_("Ask who comes"),
        N_("Please tell us who comes on site, and send us their safety cards before they travel."),
    ),
    "arrival": (
        N_("Tell how to arrive"),
        N_(
            "We look forward to your visit. Please come to the main entrance, bring an identity"
            " card, and ask for me; I will meet you there."
        ),
    ),
    "thanks": (
        N_("Say thank you"),
        N_("Thank you for your answer. We have all we need for now and will be back to you soon."),
    ),
}
"""What a host can begin a message with, by code: its name, and the sentence."""


def checked(text: str, *, files: int) -> str:
    """The text of a message as it is kept.

    Raises:
        InvalidInput: empty, too long, control characters, or too many files; all that is wrong.
    """
    kept = text.replace("\r\n", "\n").strip()
    problems = list(_problems(kept, files))
    if problems:
        raise InvalidInput.of(*problems)
    return kept


def ends(created_at: datetime) -> datetime:
    """Until when a message can be taken back."""
    return created_at + TAKE_BACK


def _problems(text: str, files: int) -> Iterator[Problem]:
    if not text:
        yield Problem("missing", "text", Message(N_("Write the message first.")))
    if len(text) > TEXT_LIMIT:
        words = N_("A message has %(limit)s characters at most. Shorten it, or attach a file.")
        yield Problem("too_long", "text", Message(words, {"limit": TEXT_LIMIT}))
    if not is_safe(text, lines=True):
        words = N_("The message has a control character. Remove it.")
        yield Problem("unsafe_text", "text", Message(words))
    if files > FILES_LIMIT:
        words = N_("%(limit)s files go with one message. Send the others with the next one.")
        yield Problem("too_many_files", "files", Message(words, {"limit": FILES_LIMIT}))
