"""Whether what was asked for is there, was accepted, and outlasts the stay.

A paper counts for the whole pilot. A card, a pass or an induction (``per_person``) is asked of each
who comes; while nobody is named, a paper of that code may stand for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from livinglab.domain.messages import N_, Message

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from livinglab.domain.rules import EvidenceAsked

SOON = 5
"""Working days before the first day by which what is owed must be there."""


class Standing(StrEnum):
    """How a piece of evidence stands."""

    PRESENT = "present"
    MISSING = "missing"
    EXPIRED = "expired"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Given:
    """A paper as it lies there: until when it counts, and why it was not accepted, if so."""

    expires_on: date | None = None
    rejected: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who comes: the last day of their cards by code; None: it does not end."""

    name: str
    cards: Mapping[str, date | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a piece, in a sentence that names the person and the day.

    ``person`` is the number of the one it is about, in the order of the list.
    """

    standing: Standing
    message: Message
    person: int | None = None


def flaws(
    asked: EvidenceAsked, given: Given | None, people: Sequence[Person], last_day: date | None
) -> list[Flaw]:
    """What keeps a piece from being there; none when it is. ``last_day`` is the stay's, if held."""
    if not asked.per_person:
        return list(_of_paper(asked, given, last_day))
    if people:
        return list(_of_people(asked, people, last_day))
    if given is not None:
        return list(_of_paper(asked, given, last_day))
    text = N_("Name the people who come: each needs “%(paper)s”.")
    return [Flaw(Standing.MISSING, Message(text, {"paper": asked.name}))]


def standing_of(found: Sequence[Flaw]) -> Standing:
    """The worst of the flaws: what is not there at all before what does not last."""
    order = (Standing.REJECTED, Standing.MISSING, Standing.EXPIRED)
    kinds = {flaw.standing for flaw in found}
    return next((kind for kind in order if kind in kinds), Standing.PRESENT)


def _of_paper(asked: EvidenceAsked, given: Given | None, last_day: date | None) -> Iterator[Flaw]:
    about = {"paper": asked.name}
    if given is None:
        yield Flaw(Standing.MISSING, Message(N_("“%(paper)s” is missing."), about))
    elif given.rejected:
        text = N_("“%(paper)s” was not accepted: %(note)s")
        yield Flaw(Standing.REJECTED, Message(text, {**about, "note": given.rejected}))
    elif short := _days_short(asked, given.expires_on, last_day):
        text = (
            N_("“%(paper)s” ends on %(day)s, one day before the stay does.")
            if short == 1
            else N_("“%(paper)s” ends on %(day)s, %(days)s days before the stay does.")
        )
        params = {**about, "day": given.expires_on, "days": short}
        yield Flaw(Standing.EXPIRED, Message(text, params))


def _of_people(
    asked: EvidenceAsked, people: Sequence[Person], last_day: date | None
) -> Iterator[Flaw]:
    for number, person in enumerate(people):
        about = {"paper": asked.name, "name": person.name}
        if asked.code not in person.cards:
            text = N_("%(name)s has no “%(paper)s” yet.")
            yield Flaw(Standing.MISSING, Message(text, about), number)
        elif short := _days_short(asked, person.cards[asked.code], last_day):
            text = (
                N_("The “%(paper)s” of %(name)s ends on %(day)s, one day before the stay does.")
                if short == 1
                else N_(
                    "The “%(paper)s” of %(name)s ends on %(day)s, %(days)s days before the stay"
                    " does."
                )
            )
            params = {**about, "day": person.cards[asked.code], "days": short}
            yield Flaw(Standing.EXPIRED, Message(text, params), number)


def _days_short(asked: EvidenceAsked, expires: date | None, last_day: date | None) -> int:
    if not asked.expires or expires is None or last_day is None:
        return 0
    return max((last_day - expires).days, 0)
