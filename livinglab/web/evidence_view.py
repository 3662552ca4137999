"""Evidence in words: who has which card, what is wrong with it, and forms that say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.evidence import Flaw, Standing
from livinglab.domain.messages import N_, Message
from livinglab.domain.participants import CardInput, PersonInput, day_of
from livinglab.services import evidence
from livinglab.web.filters import localised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Participant, Pilot
    from livinglab.services.evidence import Piece
    from livinglab.services.world import World

LONGEST = 1000
"""Characters read of a field; the domain says how long it may be."""


@dataclass(frozen=True, slots=True)
class Card:
    """One card asked of a person: its number and last day if it is there, and what is wrong."""

    code: str
    name: str
    number: str
    expires_on: date | None
    there: bool
    standing: Standing
    flaw: Flaw | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who comes, with a card for every code."""

    id: int
    name: str
    task: str
    cards: tuple[Card, ...]


def card_codes(session: Session, world: World, pilot: Pilot) -> dict[str, str]:
    """Names of the cards that can be given, by code: those asked, else all that the rules know."""
    pieces = evidence.of(session, world.places(session), pilot)
    asked = [piece.asked for piece in pieces if piece.asked.per_person]
    kinds = asked or [k for k in evidence.kinds_of(session).values() if k.per_person]
    return {kind.code: localised(kind.name) for kind in kinds}


def people(
    found: Sequence[Participant], pieces: Sequence[Piece], codes: Mapping[str, str]
) -> list[Person]:
    """Everybody who comes, in the order they were named."""
    flaws = {(f.person, piece.code): f for piece in pieces for f in piece.flaws}
    told = []
    for number, person in enumerate(found):
        known = {card.code: card for card in person.cards}
        cards = []
        for code, name in {**codes, **{c: codes.get(c, c) for c in known}}.items():
            card, flaw = known.get(code), flaws.get((number, code))
            standing = flaw.standing if flaw else Standing.PRESENT
            cards.append(
                Card(
                    code,
                    name,
                    card.number if card else "",
                    card.expires_on if card else None,
                    card is not None,
                    standing,
                    flaw,
                )
            )
        told.append(Person(person.id, person.name, person.task, tuple(cards)))
    return told


def person_of(form: Mapping[str, str], codes: Mapping[str, str]) -> PersonInput:
    """A person as the form gives them: a card where a number or a day is written.

    Raises:
        InvalidInput: a last day that no calendar has.
    """
    cards, faults = [], []
    known = {name.partition(".")[2] for name in form if name.startswith("number.")}
    for code in dict.fromkeys([*codes, *sorted(known)]):
        number = form.get(f"number.{code}", "").strip()[:LONGEST]
        try:
            expires = day_of(form.get(f"expires.{code}", ""))
        except ValueError:
            text = Message(N_("There is no such day. Write it as 2027-03-01."))
            faults.append(Problem("not_a_date", f"expires.{code}", text))
            continue
        if number or expires or form.get(f"has.{code}"):
            cards.append(CardInput(code[:64], number, expires))
    if faults:
        raise InvalidInput.of(*faults)
    name, task = (form.get(part, "").strip()[:LONGEST] for part in ("name", "task"))
    return PersonInput(name, task, tuple(cards))
