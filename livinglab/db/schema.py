"""The schema's version: upgrade it, ask for it, write the next one.

An upgrade is one transaction under a lock: several processes may start at once, and a migration
that fails leaves nothing behind. The guards against double booking are created again at its end,
because rebuilding a table drops SQLite's triggers.
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import insert, select, text

from livinglab.assets import migrations_path, rules_path
from livinglab.db.base import Base
from livinglab.db.engine import IMMEDIATE, WAIT_MILLISECONDS
from livinglab.db.guards import NO_OVERLAP, ensure_guards
from livinglab.db.tables import RuleBook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Engine

UPGRADE_KEY = 0x4C69_764C_6164
"""Advisory lock number of upgrades (PostgreSQL)."""
SHIPPED_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""When the rule book that is shipped was made: before any request."""
CONNECTION = "connection"
"""Under this name ``migrations/env.py`` finds the open connection."""


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision, guards included.

    Raises:
        sqlalchemy.exc.DBAPIError: the database is away, or another upgrade holds it too long.
    """
    with _exclusive(engine) as connection:
        command.upgrade(_config(connection), "head")
        ensure_guards(connection)
        ensure_rules(connection)


def ensure_rules(connection: Connection) -> None:
    """Begin with the rule book that is shipped, where there is no version of one."""
    if connection.scalar(select(RuleBook.id).where(RuleBook.number.is_not(None)).limit(1)) is None:
        document = json.loads(rules_path().read_text("utf-8"))
        shipped = insert(RuleBook).values(
            number=1, document=document, version=1, note="", changed_at=SHIPPED_AT
        )
        connection.execute(shipped)


def current_and_head(engine: Engine) -> tuple[str | None, str]:
    """The database's revision (None: it is empty) and the newest one this code knows."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, head()


def head() -> str:
    """The newest revision, as ``migrations/HEAD`` names it."""
    return (migrations_path() / "HEAD").read_text("utf-8").strip()


def differences(connection: Connection) -> list[Any]:
    """What the tables of the code have that the database has not, and the other way round."""
    context = MigrationContext.configure(connection, opts=compare_options())
    return list(compare_metadata(context, Base.metadata))


def compare_options() -> dict[str, Any]:
    """How database and metadata are compared: what the guards own is theirs."""
    return {
        "compare_type": True,
        "include_object": lambda _item, name, *_: name not in {"booking_bound", NO_OVERLAP},
    }


def write_revision(engine: Engine, sentence: str) -> str:
    """Write the next migration from what the code's tables have and the database has not.

    The database must be at the newest revision. Returns the new file's path; ``HEAD`` names the
    new revision.
    """
    folder = ScriptDirectory(str(migrations_path()))
    number = f"{len(list(folder.walk_revisions())) + 1:04d}"
    with _exclusive(engine) as connection:
        config = _config(connection)
        script = command.revision(config, sentence, autogenerate=True, rev_id=number)
    if script is None or isinstance(script, list):  # only when asked for many, or for SQL text
        raise TypeError(script)
    (migrations_path() / "HEAD").write_text(number + "\n", "utf-8")
    return str(script.path)


@contextmanager
def _exclusive(engine: Engine) -> Iterator[Connection]:
    """One transaction that no other upgrade shares.

    SQLite checks foreign keys while a table is rebuilt unless told not to, and can be told only
    outside a transaction; what the rebuild left is checked before the commit.
    """
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect().execution_options(**{IMMEDIATE: True}) as connection:
        raw: Any = connection.connection.driver_connection
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                if not sqlite:
                    connection.execute(text(f"SET LOCAL lock_timeout = {3 * WAIT_MILLISECONDS}"))
                    connection.execute(text("SET LOCAL statement_timeout = 0"))
                    connection.execute(text("SELECT pg_advisory_xact_lock(:k)"), {"k": UPGRADE_KEY})
                yield connection
                if sqlite and (broken := raw.execute("PRAGMA foreign_key_check").fetchall()):
                    raise RuntimeError(f"The migration left rows without their parents: {broken}")
        finally:
            if sqlite:
                raw.execute("PRAGMA foreign_keys=ON")


def _config(connection: Connection) -> Config:
    config = Config()
    # ConfigParser reads "%" as the start of a placeholder.
    config.set_main_option("script_location", str(migrations_path()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes[CONNECTION] = connection
    return config
