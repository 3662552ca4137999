import pytest

from livinglab.domain.calendar import Buffer
from livinglab.domain.profile.hours import read_buffer
from livinglab.domain.reading import Node


@pytest.mark.parametrize(
    ("amount", "unit", "expected"),
    [
        (10, "days", Buffer(halves=20)),
        (20, "half_days", Buffer(halves=20)),
        (1.5, "hours", Buffer(1.5)),
    ],
)
def test_buffer_as_long_as_a_calendar_knows_is_taken(amount, unit, expected):
    assert read_buffer(Node({"amount": amount, "unit": unit})) == expected


@pytest.mark.parametrize(("amount", "unit"), [(11, "days"), (21, "half_days")])
def test_buffer_longer_than_a_calendar_knows_is_refused(amount, unit):
    node = Node({"amount": amount, "unit": unit})
    read_buffer(node)
    assert [(fault.code, fault.field) for fault in node.faults] == [("out_of_range", "amount")]
