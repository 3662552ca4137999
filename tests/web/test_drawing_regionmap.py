"""The map of the region: marks keep apart, lines back to places do not cross."""

from itertools import combinations
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.web.drawing.region import MUNICIPALITIES, SHORE, inside, project
from livinglab.web.drawing.regionmap import GAP, MARGIN, SIDE, Mark, Place, apart, region_map


def crossing(a, b, c, d):
    """Whether the lines from a to b and from c to d cross."""

    def side(p, q, r):
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) * side(a, b, d) < -1e-9 and side(c, d, a) * side(c, d, b) < -1e-9


def test_the_mark_of_a_lone_place_stands_on_it():
    drawn = region_map([Place("a", 61.50, 21.80), Place("b", 61.25, 22.10)])
    assert drawn.marks == {
        "a": Mark("a", 51.81, 44.07, 51.81, 44.07),
        "b": Mark("b", 68.23, 69.79, 68.23, 69.79),
    }


def test_two_places_close_together_have_marks_on_both_sides():
    west, east = apart([(100, 100), (104, 100)], GAP)
    assert west == pytest.approx((102 - GAP * 0.51, 100))
    assert east == pytest.approx((102 + GAP * 0.51, 100))


def test_places_on_one_spot_get_a_mark_each():
    spots = apart([(100.0, 100.0)] * 3, GAP)
    assert all(hypot(x - u, y - v) >= GAP for (x, y), (u, v) in combinations(spots, 2))


def test_a_ring_that_would_touch_a_neighbour_takes_it_in():
    crowd = [(200 + n, 200) for n in range(5)]
    alone = (260.0, 200.0)
    assert apart([alone], GAP) == [alone]
    assert apart([*crowd, alone], GAP)[-1] != alone


def test_a_ring_at_the_edge_stays_on_the_map():
    for x, y in apart([(0, 0), (1, 1), (2, 0)], GAP):
        assert x + 1e-9 >= MARGIN
        assert y + 1e-9 >= MARGIN


POINTS = st.tuples(st.floats(MARGIN, SIDE - MARGIN), st.floats(MARGIN, SIDE - MARGIN))
CROWDS = st.lists(POINTS, max_size=24)


@given(CROWDS)
def test_no_two_marks_are_closer_than_the_gap(points):
    spots = apart(points, GAP)
    assert len(spots) == len(points)
    for (x, y), (u, v) in combinations(spots, 2):
        assert hypot(x - u, y - v) >= GAP - 1e-6


def test_the_lines_of_a_crowd_do_not_cross():
    crowd = [(300, 200), (315, 208), (297, 204), (306, 211), (312, 213), (319, 197), (340, 180)]
    lines = list(zip(crowd, apart(crowd, GAP), strict=True))
    assert not [(one, two) for one, two in combinations(lines, 2) if crossing(*one, *two)]


def test_what_lies_outside_is_not_drawn():
    drawn = region_map([Place("nowhere", 0.0, 0.0)], [Place("helsinki", 60.17, 24.94)])
    assert (drawn.marks, drawn.dots) == ({}, ())


def test_places_of_other_pages_are_dots():
    drawn = region_map([Place("a", 61.50, 21.80)], [Place("b", 61.25, 22.10)])
    assert list(drawn.marks) == ["a"]
    assert drawn.dots == ((68.23, 69.79),)


def test_the_towns_stand_inside_and_in_their_places():
    drawn = region_map([])
    at = {name: (x, y) for name, x, y in drawn.names}
    assert all(inside(latitude, longitude) for _, latitude, longitude in MUNICIPALITIES)
    assert at["Merikarvia"][1] < at["Pori"][1] < at["Eurajoki"][1] < at["Rauma"][1]
    assert at["Pori"][0] < at["Ulvila"][0] < at["Kokemäki"][0]


def test_north_is_up_and_east_is_right():
    assert project(61.6, 21.5)[1] < project(61.5, 21.5)[1]
    assert project(61.5, 21.5)[0] < project(61.5, 21.6)[0]
    assert SHORE[0][0] > SHORE[-1][0]
