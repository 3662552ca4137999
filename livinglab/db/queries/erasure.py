"""Finding every place where a person is named in free words, and taking the words out of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, String, Text, and_, cast, false, func, or_, select, tuple_, update

from livinglab.db.base import Base

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Column, ColumnElement, Table
    from sqlalchemy.orm import InstrumentedAttribute, Session

APART = frozenset({"audit", "audit_value", "user_account"})
"""Tables with rules of their own: the chain is never rewritten, the account goes on as nobody's."""
QUIETLY = {"synchronize_session": False}


@dataclass(frozen=True)
class Words:
    """What names a person, and what stands there afterwards: ``{"Ada": "Former person 7"}``."""

    instead: dict[str, str]

    @cached_property
    def _patterns(self) -> list[tuple[re.Pattern[str], str]]:
        return [
            (re.compile(rf"(?<![\w.+-]){re.escape(word)}(?!\w)", re.IGNORECASE), new)
            for word, new in self.instead.items()
        ]

    def out_of(self, value: Any) -> Any:  # noqa: ANN401  # whatever JSON has
        """The value without the words, in whatever depth of a document they stand."""
        if isinstance(value, str):
            for pattern, new in self._patterns:
                value = pattern.sub(new, value)
            return value
        if isinstance(value, list):
            return [self.out_of(part) for part in value]
        if isinstance(value, dict):
            return {key: self.out_of(part) for key, part in value.items()}
        return value

    def are_in(self, text: str) -> bool:
        """Whether one of the words stands there, also as JSON writes it."""
        return any(form.lower() in text.lower() for form in self._forms)

    @property
    def _forms(self) -> set[str]:
        return {form for word in self.instead for form in (word, json.dumps(word)[1:-1])}

    def within(self, column: Any) -> ColumnElement[bool]:  # noqa: ANN401  # of a table or a class
        """Rows in whose column one of the words may stand; a document is read as its text."""
        text = cast(column, Text) if isinstance(column.type, JSON) else column
        forms = self._forms
        return or_(
            false(),
            *(text.contains(form, autoescape=True) for form in forms),
            *(func.lower(text).contains(form.lower(), autoescape=True) for form in forms),
        )


def text_columns() -> Iterator[tuple[Table, list[Column[Any]]]]:
    """Every table in which people write, with its columns of words and documents."""
    for table in Base.metadata.sorted_tables:
        columns = [c for c in table.columns if isinstance(c.type, String | JSON)]
        if table.name not in APART and columns:
            yield table, [column for column in columns if not column.primary_key]


def scrub_everywhere(session: Session, words: Words) -> None:
    """Take the words out of every table but those apart."""
    for table, columns in text_columns():
        _scrub(session, table, columns, words)


def scrub(
    session: Session,
    columns: Sequence[InstrumentedAttribute[Any]],
    words: Words,
    where: ColumnElement[bool],
) -> list[Any]:
    """Take the words out of these columns of one table; first parts of the keys of changed rows."""
    found = [column.property.columns[0] for column in columns]
    return _scrub(session, found[0].table, found, words, where)


def _scrub(
    session: Session,
    table: Table,
    columns: Sequence[Column[Any]],
    words: Words,
    where: ColumnElement[bool] | None = None,
) -> list[Any]:
    keys = list(table.primary_key)
    holding = or_(false(), *(words.within(column) for column in columns))
    wanted = holding if where is None else and_(where, holding)
    changed = []
    for row in session.execute(select(*keys, *columns).where(wanted)).all():
        values = {
            column: _fitting(column, words.out_of(value))
            for column, value in zip(columns, row[len(keys) :], strict=True)
        }
        here = tuple_(*keys) == tuple_(*row[: len(keys)])
        session.execute(update(table).where(here).values(values))
        changed.append(row[0])
    return changed


def _fitting(column: Column[Any], value: Any) -> Any:  # noqa: ANN401  # whatever the column takes
    length = getattr(column.type, "length", None)
    return value[:length] if isinstance(value, str) and length else value
