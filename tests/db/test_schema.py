"""The schema is what migrations make, on both engines."""

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from livinglab.assets import migrations_path
from livinglab.db.engine import engine_options, prepare
from livinglab.db.guards import missing_guards
from livinglab.db.schema import current_and_head, differences, head, upgrade


@pytest.fixture
def engine(engine_url):
    made = create_engine(engine_url, **engine_options(engine_url))
    prepare(made)
    yield made
    made.dispose()


def test_head_names_the_newest_revision():
    assert ScriptDirectory(str(migrations_path())).get_current_head() == head()


@pytest.mark.both_engines
def test_migrations_make_the_tables_of_the_code(engine):
    with engine.connect() as connection:
        assert differences(connection) == []
    assert current_and_head(engine) == (head(), head())


@pytest.mark.both_engines
def test_upgrading_again_restores_lost_guards(engine):
    trigger = {
        "sqlite": "DROP TRIGGER ex_booking_no_overlap_insert",
        "postgresql": "DROP TRIGGER ex_booking_no_block_insert ON booking",
    }[engine.dialect.name]
    with engine.begin() as connection:
        connection.execute(text(trigger))
        assert missing_guards(connection) != []
    upgrade(engine)
    with engine.connect() as connection:
        assert missing_guards(connection) == []


def test_sqlite_checks_foreign_keys_again_after_an_upgrade(engine):
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("PRAGMA foreign_keys")) == 1


def test_a_missing_table_is_seen_as_a_difference(engine):
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE counter"))
    with engine.connect() as connection:
        found = differences(connection)
    assert [(kind, table.name) for kind, table in found] == [("add_table", "counter")]
