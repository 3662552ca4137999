"""What forms say about offers: packages ticked, until when, the button pressed, other days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.offers import Proposal, at_closing
from livinglab.domain.request_json import WINDOW_LIMIT
from livinglab.web.slot_form import slot_of, whole_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from werkzeug.datastructures import MultiDict

    from livinglab.services.placement import ChosenSlot

PACKAGES = "packages"
"""What the button carries that offers the packages ticked."""
WINDOWS = 3
"""Rows of days that the form has for each stay."""
ZONE = "Europe/Helsinki"


def packages(form: MultiDict[str, str]) -> tuple[tuple[ChosenSlot, ...], ...]:
    """The packages ticked.

    Raises:
        InvalidInput: none is, or one could not be read.
    """
    ticked = form.getlist("package")
    if not ticked:
        text = Message(N_("Tick the times you offer."))
        raise InvalidInput.of(Problem("slots_missing", "packages", text))
    return tuple(tuple(slot_of(slot) for slot in value.split(";")) for value in ticked)


def until(form: MultiDict[str, str]) -> datetime | None:
    """When the offers end; None for the usual time.

    Raises:
        InvalidInput: it is no date.
    """
    day = _day(form.get("until", ""), "until")
    return None if day is None else at_closing(day, ZONE)


def pressed(form: MultiDict[str, str]) -> tuple[str, int | None]:
    """What the button does, and to which offer; None: to all.

    Raises:
        InvalidInput: there is no such button.
    """
    name, _, number = form.get("do", "").partition(":")
    offer = whole_of(number) if number else None
    known = {"accept", "decline", "propose", "withdraw", "without"}
    if name not in known or (number and offer is None) or (name == "withdraw" and offer is None):
        unknown = Message(N_("There is no such button. Read the page again."))
        raise InvalidInput.of(Problem("unknown_action", "do", unknown))
    return name, offer


def proposals(form: MultiDict[str, str], stays: int) -> tuple[Proposal, ...]:
    """The days proposed for each stay, in their order; an end left out means one day.

    Raises:
        InvalidInput: none are, or one is no date.
    """
    found = tuple(_proposals(form, stays))
    if not found:
        text = Message(N_("Name the days that would suit you."))
        raise InvalidInput.of(Problem("windows_missing", "windows", text))
    return found


def _proposals(form: MultiDict[str, str], stays: int) -> Iterator[Proposal]:
    for stay in range(stays):
        for number in range(WINDOW_LIMIT):
            names = [f"first-{stay}-{number}", f"last-{stay}-{number}"]
            first, last = (_day(form.get(name, ""), name) for name in names)
            if first is not None or last is not None:
                yield Proposal(stay, first or last, last or first)  # type: ignore[arg-type]


def _day(text: str, field: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        wrong = Message(N_("There is no such day. Write it as 2027-03-01."))
        raise InvalidInput.of(Problem("not_a_date", field, wrong)) from None
