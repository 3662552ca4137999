"""``folded(text)`` in SQL: letters as people look for them, as ``domain.folding`` has them.

SQLite calls the same function. PostgreSQL translates letter by letter, so there what folds to two
letters (æ, ß) stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from livinglab.domain.folding import fold

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, SQLColumnExpression
    from sqlalchemy.sql.compiler import SQLCompiler

NAME = "folded"
LATIN = [chr(code) for code in range(0xC0, 0x250) if len(fold(chr(code))) == 1]
"""Letters of Latin-1 and the extended Latin blocks that fold to one letter."""


class folded(FunctionElement[str]):  # noqa: N801  # a function in SQL
    """A text in lower case without marks."""

    type = String()
    inherit_cache = True
    name = NAME


@compiles(folded)
def _called(element: folded, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    return f"{NAME}({compiler.process(element.clauses, **options)})"


@compiles(folded, "postgresql")
def _translated(element: folded, compiler: SQLCompiler, **options: Any) -> str:  # noqa: ANN401
    text = compiler.process(element.clauses, **options)
    return f"translate(lower({text}), '{''.join(LATIN)}', '{''.join(map(fold, LATIN))}')"


def having(text: SQLColumnExpression[str], words: Sequence[str]) -> list[ColumnElement[bool]]:
    """That a text has all these folded words."""
    found = folded(text)
    return [found.contains(word, autoescape=True) for word in words]


def teach(connection: sqlite3.Connection) -> None:
    """Make the function known to a connection of SQLite's."""
    connection.create_function(NAME, 1, fold, deterministic=True)
