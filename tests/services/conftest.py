"""Fixtures for use cases: a house on a database of its own."""

import pytest

from tests.casework import House


@pytest.fixture
def house(engine_url, clock):
    """People, and no place yet: `house.place("fac-03")`."""
    made = House(engine_url, clock)
    yield made
    made.close()
