"""Slots and numbers as forms of the inbox and the board send them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import cast

from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.services.placement import ChosenSlot

LATEST = datetime(9999, 1, 1, tzinfo=UTC).timestamp()
MOST_DIGITS = 18


def slot_of(text: str) -> ChosenSlot:
    """A slot as ``decision_view.choice_value`` writes it."""
    period, _, rest = text.partition("|")
    resource, _, times = rest.partition("|")
    start, _, end = times.partition("|")
    numbers = [whole_of(part) for part in (period, start, end)]
    if None in numbers or not all(0 <= cast("int", n) < LATEST for n in numbers):
        wrong = Message(N_("The time could not be read. Choose one that is listed."))
        raise InvalidInput.of(Problem("unreadable_slot", "slots", wrong))
    index, begins, ends = (cast("int", n) for n in numbers)
    return ChosenSlot(
        index, resource, datetime.fromtimestamp(begins, UTC), datetime.fromtimestamp(ends, UTC)
    )


def whole_of(text: str) -> int | None:
    """A whole number of at most eighteen digits, or None."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS else None
