"""The plate: everything at one scale, however big the door."""

import pytest

from livinglab.web.drawing.plate import Crane, Door, Place, plate, scene


def test_a_gate_stands_at_thirteen_and_a_half_pixels_a_metre():
    drawn = plate(Place("hall", 4.0, 4.5, crane_t=3.2, floor_kpa=20, area_m2=640))
    assert drawn.metre == 13.5
    assert drawn.person == 23.62
    assert drawn.door == Door(78, 51.25, 54.0, 60.75, (63.4, 75.55, 87.7, 99.85))
    assert drawn.crane == Crane(196, 310, 238)


def test_a_room_door_has_a_handle_instead_of_panels():
    assert plate(Place("lab", 0.9, 2.1)).door == Door(78, 83.65, 12.15, 28.35, ())


@pytest.mark.parametrize(
    ("width", "height", "metre"), [(6.0, 7.0, 13.5), (3.0, 10.0, 9.5), (20.0, 4.0, 5.0)]
)
def test_a_big_door_shrinks_the_scale_of_the_whole_plate(width, height, metre):
    drawn = plate(Place("hall", width, height))
    assert (drawn.metre, drawn.person) == (metre, round(1.75 * metre, 2))
    assert drawn.ticks[1] - drawn.ticks[0] == metre


def test_the_wide_plate_is_larger_and_hangs_its_crane_in_the_middle():
    drawn = plate(Place("hall", 4.0, 4.5, crane_t=3.2), wide=True)
    assert (drawn.width, drawn.height, drawn.ground) == (520, 140, 120)
    assert drawn.crane == Crane(262, 420, 330)


def test_no_crane_and_no_door_are_drawn_where_there_are_none():
    drawn = plate(Place("sea_area", crane_t=0))
    assert (drawn.scene, drawn.door, drawn.crane) == ("sea", None, None)


@pytest.mark.parametrize(
    ("place", "drawn"),
    [
        (Place("site"), "yard"),
        (Place("outdoor"), "field"),
        (Place("site", 4.5, 5.0), "room"),
        (Place("simulator"), "room"),
    ],
)
def test_scene_follows_the_kind_only_without_a_door(place, drawn):
    assert scene(place) == drawn
