"""Engines: SQLite made safe by its settings, PostgreSQL with bounded waits.

SQLite keeps its rollback journal unless the library has the fix for the WAL-reset race
(SQLite 3.51.3); transactions begin deferred, and units of work begin immediate by the execution
option ``immediate``.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from sqlalchemy import event

from livinglab.db import folding

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

IMMEDIATE = "livinglab_immediate"
WAL_SAFE_FROM = (3, 51, 3)
BUSY_MILLISECONDS = 10_000
WAIT_MILLISECONDS = 10_000


def engine_options(url: str) -> dict[str, Any]:
    """Arguments of ``create_engine`` for that address. Errors tell statements, not values."""
    if url.startswith("sqlite"):
        return {"hide_parameters": True, "connect_args": {"timeout": BUSY_MILLISECONDS / 1000}}
    return {
        "hide_parameters": True,
        "pool_pre_ping": True,
        "pool_size": 10,
        "max_overflow": 10,
        "connect_args": {
            "options": f"-c lock_timeout={WAIT_MILLISECONDS}"
            f" -c statement_timeout={3 * WAIT_MILLISECONDS}",
            "connect_timeout": 5,
        },
    }


def prepare(engine: Engine) -> None:
    """Install the connection settings of the engine's dialect."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_connect)
        event.listen(engine, "begin", _sqlite_begin)


def _sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's "begin" event says how to begin
    wal = sqlite3.sqlite_version_info >= WAL_SAFE_FROM
    connection.execute(f"PRAGMA journal_mode={'WAL' if wal else 'DELETE'}").fetchone()
    connection.execute(f"PRAGMA synchronous={'FULL' if wal else 'EXTRA'}")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")  # what is erased is gone from the file, too
    connection.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    folding.teach(connection)


def _sqlite_begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(IMMEDIATE)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
