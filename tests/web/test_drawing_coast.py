"""The map of the coast: pins of one place join, labels keep apart."""

from livinglab.web.drawing.coast import WIDTH, Pin, Spot, coast


def spot(latitude, longitude, name, place="Pori"):
    return Spot(latitude, longitude, name, place, f"/facilities/{name}", f"/facilities?in={place}")


def test_a_lone_facility_has_its_name_and_its_place():
    assert coast([spot(61.30, 22.0, "Drone net and flight field")]).pins == (
        Pin(
            x=1041,
            y=322,
            count=1,
            name="Drone net and flight field",
            seen="Drone net and flight…",
            short="Drone net…",
            note="Pori",
            href="/facilities/Drone net and flight field",
            label_x=1063,
            label_y=322,
            side="start",
        ),
    )


def test_facilities_close_together_in_one_place_are_one_pin():
    pins = coast([spot(61.48, 21.80, "A"), spot(61.49, 21.81, "B"), spot(61.60, 21.49, "C")]).pins
    assert [(pin.count, pin.name, pin.note, pin.href) for pin in pins] == [
        (2, "Pori", "", "/facilities?in=Pori"),
        (1, "C", "Pori", "/facilities/C"),
    ]


def test_neighbours_of_different_places_stay_apart():
    pins = coast([spot(61.48, 21.80, "A"), spot(61.48, 21.80, "B", "Ulvila")]).pins
    assert [pin.count for pin in pins] == [1, 1]


def test_a_label_goes_where_no_pin_and_no_other_label_stands():
    middle, east = spot(61.40, 21.80, "Middle"), spot(61.40, 21.93, "East")
    assert [pin.side for pin in coast([middle, east]).pins] == ["end", "start"]


def test_a_label_never_leaves_the_map_at_the_right():
    (pin,) = coast([spot(61.30, 22.55, "A name of some length")]).pins
    assert pin.x < WIDTH
    assert pin.side == "end"


def test_what_lies_outside_the_map_has_no_pin():
    assert coast([spot(0.0, 0.0, "Nowhere"), spot(60.17, 24.94, "Helsinki")]).pins == ()
