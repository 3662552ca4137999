"""The one process that runs jobs: a lock that dies with its holder.

``flock`` (4.2BSD) on a file beside SQLite, a session-level advisory lock on PostgreSQL. The lock
keeps two schedulers from doing the same work at once; it does not fence off a leader that was
stopped and wakes up, so each piece of work is a unique row as well.
"""

from __future__ import annotations

import fcntl
import os
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Connection, Engine

SCHEDULER_KEY = 0x4C69_764C_6162  # "LivLab": one number per kind of leader in a database
"""Advisory lock number of the scheduler."""


class Leader(ABC):
    """A claim to leadership. As a context manager it lets go at the end of the block.

    Make one per process: what was acquired before a fork is not the child's.
    """

    @abstractmethod
    def try_acquire(self) -> bool:
        """Become leader if nobody else is; True also when this object leads already."""

    @abstractmethod
    def still_held(self) -> bool:
        """Whether this object leads. Asked before each round of work."""

    @abstractmethod
    def release(self) -> None:
        """Let another take over. Does nothing when not leading."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def leader_for(engine: Engine, lock_file: Path) -> Leader:
    """The kind of leader that the database behind ``engine`` needs.

    Args:
        engine: Where the jobs' rows are.
        lock_file: Used beside SQLite, by all processes that share the database file.
    """
    if engine.dialect.name == "postgresql":
        return PostgresLeader(engine)
    return FileLeader(lock_file)


class FileLeader(Leader):
    """``flock`` on a file of this machine; the kernel lets go when the process ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None
        self._process = 0

    def try_acquire(self) -> bool:
        """See :meth:`Leader.try_acquire`.

        Raises:
            OSError: the file cannot be made.
        """
        if self.still_held():
            return True
        self.release()
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor, self._process = descriptor, os.getpid()
        # The file may have been replaced between opening and locking it.
        return self.still_held()

    def still_held(self) -> bool:
        """See :meth:`Leader.still_held`. False when the file was removed: others may lead."""
        if self._descriptor is None or self._process != os.getpid():
            return False
        try:
            return os.path.samestat(os.fstat(self._descriptor), self._path.stat())
        except FileNotFoundError:
            return False

    def release(self) -> None:
        """See :meth:`Leader.release`."""
        if self._descriptor is not None:
            # Closing, not unlocking: after a fork the lock is the parent's to give up.
            os.close(self._descriptor)
            self._descriptor = None


class PostgresLeader(Leader):
    """``pg_try_advisory_lock`` in a session of its own, outside every pool and transaction.

    A pooler between here and the server must keep sessions together (PgBouncer: session mode).
    """

    def __init__(self, engine: Engine, key: int = SCHEDULER_KEY) -> None:
        self._engine = engine
        self._key = key
        self._session: Connection | None = None
        self._process = 0

    def try_acquire(self) -> bool:
        """See :meth:`Leader.try_acquire`. False also when the server cannot be reached."""
        if self.still_held():
            return True
        try:
            session = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        except DBAPIError:
            return False
        session.detach()
        self._session, self._process = session, os.getpid()
        try:
            # A leader whose machine went dark is noticed within half a minute, not two hours.
            for name, value in (("idle", 15), ("interval", 5), ("count", 3)):
                session.execute(text(f"SET tcp_keepalives_{name} = {value}"))
            lock = text("SELECT pg_try_advisory_lock(:key)")
            acquired = bool(session.execute(lock, {"key": self._key}).scalar_one())
        except DBAPIError:
            acquired = False
        if not acquired:
            self.release()
        return acquired

    def still_held(self) -> bool:
        """See :meth:`Leader.still_held`. Asks the server, so a lost session is noticed."""
        if self._session is None or self._process != os.getpid():
            return False
        held = text(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND pid = pg_backend_pid() AND objsubid = 1"
            " AND (classid::bigint << 32) + objid::bigint = :key)"
        )
        try:
            if self._session.execute(held, {"key": self._key}).scalar_one():
                return True
        except DBAPIError:
            pass
        self.release()
        return False

    def release(self) -> None:
        """See :meth:`Leader.release`. Ending the session gives the lock back."""
        if self._session is not None:
            self._session.close()
            self._session = None
