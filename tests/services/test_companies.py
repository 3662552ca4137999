"""What the living lab notes of companies."""

import pytest

from livinglab.domain.errors import NotAllowed
from livinglab.services import companies


@pytest.mark.parametrize("name", ["staff", "coordinator:read"])
def test_nobody_else_notes_that_a_number_is_in_its_register(house, name):
    with pytest.raises(NotAllowed), house.work(name) as work:
        companies.check(work, "firm", "vat_id", "FI12345678", holds=True)
