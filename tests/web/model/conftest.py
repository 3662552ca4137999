"""Towns for models: one on the engine of the test, or one on each."""

from contextlib import ExitStack
from dataclasses import replace

import pytest
from sqlalchemy import create_engine, text

from livinglab.app import create_app
from livinglab.db.base import Base
from livinglab.db.flask_db import db
from livinglab.db.schema import ensure_rules
from livinglab.web import context
from tests.conftest import NOW, Clock
from tests.factories import Factory
from tests.web.model.town import Town


@pytest.fixture
def settings(settings):
    """A history is read by everybody after every move: no rate is too high here."""
    return replace(settings, api_calls_per_minute=10_000_000)


@pytest.fixture
def town(app, clock, make, login):
    return Town(app, clock, make, login)


@pytest.fixture
def other_town(settings, request, login):
    """A town of the same people and places on PostgreSQL."""
    url = request.getfixturevalue("_postgres_schema")
    engine = create_engine(url)
    with engine.begin() as connection:
        tables = ", ".join(Base.metadata.tables)
        connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        ensure_rules(connection)
    engine.dispose()
    app, clock = create_app(replace(settings, database_url=url)), Clock(NOW)
    app.testing = True
    app.extensions[context.CLOCK] = clock
    with ExitStack() as stack:
        with app.app_context():
            stack.callback(db.engine.dispose)
            make = stack.enter_context(Factory(db.engine, clock))
        yield Town(app, clock, make, login)
