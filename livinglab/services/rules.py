"""The rule book in force and its earlier versions, as the database keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from json import dumps, loads
from typing import TYPE_CHECKING

from sqlalchemy import select

from livinglab.db.tables import RuleBook as Row
from livinglab.domain.rules_json import read_book

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from livinglab.domain.rules import RuleBook


@dataclass(frozen=True, slots=True)
class Numbered:
    """A version of the rules under its number."""

    number: int
    book: RuleBook


def current(session: Session) -> Numbered:
    """The version in force: the newest one."""
    newest = select(Row.number, Row.document).where(Row.number.is_not(None))
    number, document = session.execute(newest.order_by(Row.number.desc()).limit(1)).one()
    return Numbered(number, parsed(document))


def version(session: Session, number: int | None) -> Numbered:
    """The version of that number; the one in force where there is none."""
    if number is None:
        return current(session)
    document = session.scalar(select(Row.document).where(Row.number == number))
    return current(session) if document is None else Numbered(number, parsed(document))


def parsed(document: object) -> RuleBook:
    """The book that a stored document describes; each is read once."""
    return _parsed(dumps(document, sort_keys=True))


@lru_cache(maxsize=16)
def _parsed(text: str) -> RuleBook:
    return read_book(loads(text))
