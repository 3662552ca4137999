"""Drawings of places: what they hold, and where it lies."""

from io import BytesIO

from PIL import Image

from livinglab.adapters.sketch import BLUE, COPPER, SIZE, Box, Drum, Ground, Point, draw


def seen(content):
    """How many pixels have each colour."""
    picture = Image.open(BytesIO(content))
    assert (picture.format, picture.size) == ("PNG", SIZE)
    return {f"#{r:02x}{g:02x}{b:02x}": count for count, (r, g, b) in picture.getcolors(1 << 20)}


def test_a_block_shows_three_sides():
    colours = seen(draw(Ground(10, 6), [Box(Point(4, 2), 2, 2, 2, BLUE)]))
    assert all(colours[side] > 100 for side in BLUE)


def test_what_stands_in_front_hides_what_is_behind():
    behind, front = Box(Point(1, 1), 1, 1, 1, COPPER), Box(Point(2.2, 2.2), 3, 3, 6, BLUE)
    for things in ([behind, front], [front, behind]):
        assert COPPER.top not in seen(draw(Ground(8, 6), things))


def test_the_closer_picture_shows_a_thing_larger():
    ground, drum = Ground(12, 8), Drum(Point(6, 4), 1.8, 1, COPPER)
    whole, near = (seen(draw(ground, [drum], at)) for at in (None, Point(6, 4, 1)))
    assert round((near[COPPER.top] / whole[COPPER.top]) ** 0.5, 1) == 2.5
