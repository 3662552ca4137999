"""An engine that leaves whole guards behind, and a table of bookings to write to."""

import pytest
from sqlalchemy import delete

from livinglab.db.guards import ensure_guards
from livinglab.db.tables import Booking
from tests.bare import Table, connect


@pytest.fixture
def engine(engine_url):
    made = connect(engine_url)
    yield made
    # The next test gets the same schema on PostgreSQL: whole, whatever was dropped here.
    with made.begin() as connection:
        connection.execute(delete(Booking))
        ensure_guards(connection)
    made.dispose()


@pytest.fixture
def table(engine, clock):
    return Table(engine, clock)
