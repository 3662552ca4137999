"""Columns: where they stand, and the scale beside them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.web.drawing.columns import FOOT, LEAST, NOTE, PLOT, TOP, Column, columns

BASE = TOP + PLOT


def column(value, further=0, **values):
    return Column(value, "Jan", "J", str(value), f"January: {value}", further=further, **values)


def drawn(*given_columns):
    return columns([one if isinstance(one, Column) else column(one) for one in given_columns])


@pytest.mark.parametrize(
    ("highest", "top"),
    [(0, 4), (1, 4), (4, 4), (5, 8), (27, 40), (41, 100), (100, 100), (101, 200), (1800, 2000)],
)
def test_the_scale_reaches_a_little_higher_than_the_highest(highest, top):
    ticks = drawn(highest).ticks
    assert [tick.value for tick in ticks] == [top * n // 4 for n in range(5)]
    assert (ticks[0].y, ticks[-1].y) == (BASE, TOP)


def test_what_is_tentative_stands_on_what_is_firm():
    (one,) = drawn(column(25, 50)).columns
    assert (one.y, one.height) == (BASE - 40, 40)
    assert (one.further_y, one.further_height) == (BASE - 120, 80)


def test_little_is_seen_and_nothing_is_not():
    low, none, high = drawn(0.1, 0, 100).columns
    assert (low.height, none.height, high.height) == (LEAST, 0, PLOT)
    assert none.further_y == BASE


def test_notes_take_room_only_where_there_are_any():
    assert drawn(1).height == BASE + FOOT
    assert drawn(column(1, note="2027"), 1).height == BASE + FOOT + NOTE


def test_no_column_is_a_drawing_too():
    assert drawn().columns == ()


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40))
def test_columns_stand_apart_within_the_picture_in_proportion(values):
    found = drawn(*values)
    top = found.ticks[-1].value
    edge = 0.0
    for one, value in zip(found.columns, values, strict=True):
        assert edge < one.x + 0.01
        edge = one.x + one.width
        assert one.x < one.middle < edge
        assert one.y + one.height == pytest.approx(BASE, abs=0.11)
        wanted = max(value / top * PLOT, LEAST) if value else 0
        assert one.height == pytest.approx(wanted, abs=0.06)
    assert edge < 100
