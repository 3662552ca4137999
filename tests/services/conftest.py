"""Fixtures for use cases: a house on a database of its own."""

import pytest

from livinglab.services.importing import import_facility
from tests.casework import House
from tests.keeping import adopt, document


@pytest.fixture
def house(engine_url, clock):
    """People, and no place yet: `house.place("fac-03")`."""
    made = House(engine_url, clock)
    yield made
    made.close()


@pytest.fixture
def placed(house):
    """The vision lab as imported, version 1, with its manager."""
    with house.work("admin") as work:
        import_facility(work, document())
    adopt(house)
    return house
