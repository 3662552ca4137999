"""People who come on site, as they are typed or pasted: one a line, name and task and card."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from livinglab.domain.errors import InvalidInput, Problem
from livinglab.domain.messages import N_, Message
from livinglab.domain.reading import is_safe

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME_LIMIT, TASK_LIMIT, NUMBER_LIMIT = 200, 100, 64
LINES = 200
PARTS = 4


@dataclass(frozen=True, slots=True)
class CardInput:
    """A card, pass or induction by its code of evidence."""

    code: str
    number: str = ""
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class PersonInput:
    """Somebody who comes."""

    name: str
    task: str = ""
    cards: tuple[CardInput, ...] = ()


def problems_of(person: PersonInput, path: str) -> Iterator[Problem]:
    """What is wrong with one person; ``path`` names the line or the form."""
    if not person.name:
        yield Problem("name_missing", f"{path}.name", Message(N_("Write the person’s name.")))
    limits = (
        ("name", N_("Name"), person.name, NAME_LIMIT),
        ("task", N_("Task"), person.task, TASK_LIMIT),
        *(("number", N_("Card number"), card.number, NUMBER_LIMIT) for card in person.cards),
    )
    for field, label, text, limit in limits:
        about = {"field": Message(label), "limit": limit}
        if len(text) > limit:
            told = N_("“%(field)s” is longer than %(limit)s characters. Shorten it.")
            yield Problem("too_long", f"{path}.{field}", Message(told, about))
        if not is_safe(text):
            told = N_("“%(field)s” has a line break or another control character. Remove it.")
            yield Problem("unsafe_text", f"{path}.{field}", Message(told, about))


def read_lines(text: str, code: str) -> list[PersonInput]:
    """People pasted as “name; task; card number; expiry”, all but the name optional.

    Tabs separate as well, as a sheet gives them. ``code`` is the evidence the cards are for.

    Raises:
        InvalidInput: with a problem for each line that cannot be read, by its number from 1.
    """
    people: list[PersonInput] = []
    faults: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            person = _read_line(line, code)
        except ValueError as why:
            faults.append(_fault(number, str(why)))
            continue
        told = [problem.message for problem in problems_of(person, "")]
        faults += [_about(number, message) for message in told]
        people.append(person)
    if len(people) > LINES:
        faults = [_fault(LINES + 1, N_("At most 200 lines are read at a time."))]
    if not people and not faults:
        faults = [_fault(1, N_("Write one person a line."))]
    if faults:
        raise InvalidInput.of(*faults)
    return people


def day_of(text: str) -> date | None:
    """A day as ``2027-03-01`` or ``1.3.2027``; None when nothing is written.

    Raises:
        ValueError: no calendar has such a day.
    """
    text = text.strip()
    if not text:
        return None
    parts = text.split(".")
    if len(parts) == len(("day", "month", "year")) and all(
        part.strip().isascii() and part.strip().isdecimal() and len(part) <= PARTS for part in parts
    ):
        day, month, year = (int(part) for part in parts)
        return date(year, month, day)
    return date.fromisoformat(text)


def _read_line(line: str, code: str) -> PersonInput:
    """Raises ValueError with an English sentence."""
    parts = [part.strip() for part in line.replace("\t", ";").split(";")]
    while parts and not parts[-1]:
        parts.pop()
    if len(parts) > PARTS:
        raise ValueError(N_("There are more than four parts: name; task; card number; expiry."))
    name, task, number, expiry = [*parts, *[""] * (PARTS - len(parts))]
    if not name:
        raise ValueError(N_("The name is missing."))
    try:
        expires = day_of(expiry)
    except ValueError:
        raise ValueError(N_("The last part is no day. Write it as 2027-03-01.")) from None
    if not number and expires is None:
        return PersonInput(name, task)
    if not code:
        raise ValueError(N_("Say which card the numbers are of."))
    return PersonInput(name, task, (CardInput(code, number, expires),))


def _fault(number: int, sentence: str) -> Problem:
    return _about(number, Message(sentence))


def _about(number: int, message: Message) -> Problem:
    text = Message(N_("Line %(line)s: %(problem)s"), {"line": number, "problem": message})
    return Problem("line", f"lines.{number}", text)
