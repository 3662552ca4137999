"""What would do instead: each single concession, and the places that nearly fit."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from livinglab.domain.calendar import Length
from livinglab.domain.needs import Needs
from livinglab.services.availability import Finder
from livinglab.services.catalogue import Search, search
from livinglab.services.easing import nearest, ways

LAB, BAYS, BENCH = "fac-01", "fac-06", "fac-03"


@pytest.fixture
def finder(house):
    """Free time as it is now: `finder()`."""
    for slug in (LAB, BAYS, BENCH):
        house.place(slug)

    def read():
        with Session(house.engine) as session:
            return Finder.read(house.world, session, house.clock())

    return read


def near(finder, wanted, limit=9):
    """(place, broken needs, taken) of the places that nearly fit."""
    found = nearest(finder, wanted, search(finder, wanted), limit)
    return [(n.place.slug, [r.field for r in n.broken], n.taken) for n in found]


def test_nothing_found_offers_each_single_concession(finder):
    found = ways(finder(), Search(kind="lab", municipality="Rauma", length=Length(2)))
    assert [(way.condition, way.count) for way in found] == [("municipality", 2), ("kind", 1)]
    assert found[0].search == Search(kind="lab", length=Length(2))
    assert found[0].first.stay.first_day == date(2026, 12, 1)


def test_where_one_concession_does_not_help_all_conditions_go(finder):
    found = ways(finder(), Search(text="ballet", capability="opera"))
    assert [(way.condition, way.search, way.count) for way in found] == [("", Search(), 3)]


def test_too_long_a_stay_offers_a_day(finder):
    found = ways(finder(), Search(kind="simulator", length=Length(300)))
    assert [(w.condition, w.search.length, w.count) for w in found] == [("length", Length(2), 1)]


def test_days_that_are_gone_offer_other_days(finder):
    gone = Search(kind="simulator", first=date(2020, 1, 1), last=date(2020, 1, 9))
    assert [(way.condition, way.count) for way in ways(finder(), gone)] == [("dates", 1)]


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        (Needs(current_a=63), [("current_a", Needs(current_a=32), 1)]),
        (Needs(current_a=63, phases=3), [("current_a", Needs(current_a=32, phases=3), 1)]),
        (Needs(crane_t=5), [("crane_t", Needs(), 3)]),
        (
            Needs(door_width_m=2, mass_kg=9),
            [("door_width_m", Needs(door_width_m=1.8, mass_kg=9), 1)],
        ),
        (Needs(current_a=63, crane_t=2), [("", Needs(), 3)]),
    ],
)
def test_a_number_is_eased_to_the_most_that_some_place_has(finder, needs, expected):
    found = ways(finder(), Search(needs=needs))
    assert [(way.condition, way.search.needs, way.count) for way in found] == expected


def test_places_that_miss_least_come_first(finder):
    wanted = Search(needs=Needs(mass_kg=600, current_a=32, door_width_m=1))
    assert near(finder(), wanted) == [
        (LAB, ["mass_kg"], False),
        (BENCH, ["current_a", "door_width_m"], False),
        (BAYS, ["current_a", "door_width_m"], False),
    ]
    assert near(finder(), wanted, 1) == [(LAB, ["mass_kg"], False)]
    heavy = Search(needs=Needs(mass_kg=600, floor_kpa=10))
    assert near(finder(), heavy) == [
        (BENCH, ["floor_kpa"], False),
        (BAYS, ["floor_kpa"], False),
        (LAB, ["mass_kg", "floor_kpa"], False),
    ]


def test_a_place_that_is_not_free_then_tells_when_it_is(finder):
    wanted = Search(kind="lab", length=Length(4), first=date(2026, 11, 1), last=date(2026, 11, 27))
    found = nearest(finder(), wanted, search(finder(), wanted), 9)
    assert [(n.place.slug, n.taken, n.lengths, n.slot.stay.first_day) for n in found] == [
        (LAB, True, None, date(2026, 12, 1)),
        (BENCH, True, None, date(2026, 12, 1)),
    ]


def test_a_place_that_takes_no_such_length_tells_which_it_takes(finder):
    wanted = Search(kind="lab", length=Length(300))
    (lab, *_) = nearest(finder(), wanted, search(finder(), wanted), 9)
    rules = lab.place.facility.stay
    assert lab.taken
    assert (lab.lengths.least, lab.lengths.most) == (rules.min_halves, rules.max_halves)
    assert lab.length == Length(rules.max_halves)
    assert lab.slot.stay.first_day >= date(2026, 12, 1)


def test_nothing_is_near_where_neither_numbers_nor_days_were_asked(finder):
    assert near(finder(), Search(kind="lab")) == []
    assert near(finder(), Search(text="ballet", needs=Needs(mass_kg=900))) == []
