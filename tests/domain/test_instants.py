"""RFC 3339 or nothing: what names one instant is read, all else is refused with its reason."""

from datetime import UTC, datetime

import pytest

from livinglab.domain.errors import InvalidInput
from livinglab.domain.instants import instant_of
from livinglab.domain.reading import Node


def refused(value):
    node = Node(value, "start")
    assert instant_of(node) is None
    with pytest.raises(InvalidInput) as refusal:
        node.finish()
    (problem,) = refusal.value.problems
    assert problem.field == "start"
    return problem


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2027-02-01T08:00:00+02:00", datetime(2027, 2, 1, 6, tzinfo=UTC)),
        ("2027-02-01T06:00:00Z", datetime(2027, 2, 1, 6, tzinfo=UTC)),
        ("2027-02-01t06:00:00.999z", datetime(2027, 2, 1, 6, tzinfo=UTC)),
        ("2027-02-01T06:00Z", datetime(2027, 2, 1, 6, tzinfo=UTC)),
        ("2027-03-28T03:30:00+02:00", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
        ("2028-02-29T23:59:59-11:30", datetime(2028, 3, 1, 11, 29, 59, tzinfo=UTC)),
    ],
)
def test_a_time_with_offset_names_one_instant(text, moment):
    assert instant_of(Node(text, "start")) == moment


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1_801_375_200, "not_text"),
        (True, "not_text"),
        ([], "not_text"),
        ("", "missing"),
        (None, "missing"),
        ("1801375200", "not_a_time"),
        ("2027-02-01", "not_a_time"),
        ("2027-02-01 08:00:00+02:00", "not_a_time"),
        ("20270201T080000Z", "not_a_time"),
        ("2027-W05-1T08:00:00Z", "not_a_time"),
        ("2027-02-29T08:00:00Z", "not_a_time"),
        ("2027-02-01T25:00:00Z", "not_a_time"),
        ("2027-02-01T23:59:60Z", "not_a_time"),
        ("2027-02-01T08:00:00+25:00", "not_a_time"),
        ("٢٠٢٧-02-01T08:00:00Z", "not_a_time"),
        ("2027-02-01T08:00:00", "no_offset"),
        ("2027-03-28T03:30:00", "missing_time"),
        ("2026-10-25T03:30:00", "repeated_time"),
        ("0001-01-01T00:00:00+14:00", "out_of_range"),
        ("9999-12-31T23:59:59-12:00", "out_of_range"),
    ],
)
def test_what_names_no_instant_is_refused_with_its_reason(value, code):
    assert refused(value).code == code


def test_the_missing_hour_is_explained():
    assert (
        refused("2027-03-28T03:30:00")
        .message.params["why"]
        .template.startswith("The clock goes forward that night")
    )
