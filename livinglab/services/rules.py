"""The rule book in force and its earlier versions, as the database keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from json import dumps, loads
from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.db.once import once
from livinglab.db.tables import RuleBook as Row
from livinglab.domain.rules_json import read_book

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from livinglab.db.tables import Pilot
    from livinglab.domain.clocks import Clocks
    from livinglab.domain.rules import RuleBook


@dataclass(frozen=True, slots=True)
class Numbered:
    """A version of the rules under its number."""

    number: int
    book: RuleBook


def current(session: Session) -> Numbered:
    """The version in force: the newest one; asked once by who only reads."""
    return once(session, _current)


def version(session: Session, number: int | None) -> Numbered:
    """The version of that number; the one in force where there is none."""
    newest = current(session)
    if number in {None, newest.number}:
        return newest
    document = session.scalar(select(Row.document).where(Row.number == number))
    return newest if document is None else Numbered(number, parsed(document))


def clocks_of(session: Session, pilot: Pilot) -> Clocks:
    """The clocks of the version a pilot is judged by: its own once it was sent."""
    return version(session, pilot.rules_number).book.clocks


def parsed(document: object) -> RuleBook:
    """The book that a stored document describes; each is read once."""
    return _parsed(dumps(document, sort_keys=True))


def _current(session: Session) -> Numbered:
    newest = select(Row.number, Row.document).where(Row.number.is_not(None))
    number, document = session.execute(newest.order_by(Row.number.desc()).limit(1)).one()
    return Numbered(number, parsed(document))


@lru_cache(maxsize=16)
def _parsed(text: str) -> RuleBook:
    return read_book(loads(text))
