"""Finding a place: conditions, first free stays, values to narrow by, and ways out of nothing."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from livinglab.domain.calendar import Length
from livinglab.domain.needs import Needs
from livinglab.services.availability import Finder
from livinglab.services.catalogue import Search, capabilities, find, search, usual_length
from tests.casework import MONDAY, at

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


def slugs(result):
    return [entry.place.slug for entry in result.found]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Search(), [LAB, BENCH, BAYS]),
        (Search(kind="lab"), [LAB, BENCH]),
        (Search(municipality="Rauma"), [BAYS]),
        (Search(capability="kitting"), [LAB]),
        (Search(text="KITTING cells"), [LAB]),
        (Search(text="osasarjojen keräily"), [LAB]),
        (Search(text="kitting ballet"), []),
        (Search(kind="lab", municipality="Rauma"), []),
    ],
)
def test_every_condition_must_hold(finder, wanted, expected):
    assert sorted(slugs(search(finder(), wanted))) == sorted(expected)


def test_the_soonest_free_place_stands_first(finder):
    found = search(finder(), Search()).found
    starts = [entry.slot.stay.start for entry in found]
    assert starts == sorted(starts)
    assert found[0].slot.stay.first_day == date(2026, 12, 1)


def test_only_places_free_in_the_window_count(house, finder):
    firm, user = house.firms["firm"], house.make.user("x@lab.example", house.firms["firm"])
    pilot = house.make.pilot(firm, user, house.facilities[LAB])
    for cell in ("fac-01-cell-a", "fac-01-cell-b"):
        house.make.booking(
            pilot, house.make.resource(cell), at(MONDAY, 8), at(MONDAY + timedelta(days=3), 18)
        )
    house.make.session.close()
    week = (MONDAY, MONDAY + timedelta(days=4))
    three = Search(kind="lab", length=Length(6), first=week[0], last=week[1])
    assert slugs(search(finder(), three)) == [BENCH]
    half = Search(kind="lab", length=Length(1), first=week[0], last=week[1])
    assert slugs(search(finder(), half)) == [BENCH, LAB]


def test_values_count_what_each_would_leave(finder):
    values = search(finder(), Search(kind="lab")).values
    assert values["kind"] == {"lab": 2, "simulator": 1}
    assert values["municipality"] == {"Pori": 2}
    assert values["capability"]["kitting"] == 1


def test_values_of_numbers_count_the_places_that_take_so_much(finder):
    values = search(finder(), Search()).values
    # 500 kg in the lab; the others tell no limit. 32, 16 and 16 A; floors 5 kPa.
    assert values["mass_kg"] == {"100": 3, "500": 3, "1000": 2, "2500": 2}
    assert values["current_a"] == {"16": 3, "32": 1}
    assert values["floor_kpa"] == {"5": 3}
    assert values["crane_t"] == {}
    three = search(finder(), Search(needs=Needs(phases=3))).values
    assert three["current_a"] == {"16": 1, "32": 1}
    assert three["kind"] == {"lab": 1}


def test_values_of_a_number_count_without_that_number(finder):
    values = search(finder(), Search(needs=Needs(mass_kg=400, current_a=63))).values
    assert values["current_a"] == {"16": 3, "32": 1}
    assert values["mass_kg"] == {}


@pytest.mark.parametrize(
    ("needs", "expected"),
    [
        (Needs(mass_kg=500), [(LAB, False), (BENCH, True), (BAYS, True)]),
        (Needs(mass_kg=501), [(BENCH, True), (BAYS, True)]),
        (Needs(current_a=32), [(LAB, False)]),
        (Needs(current_a=16, phases=3), [(LAB, False)]),
        (Needs(phases=3), [(LAB, False)]),
        (Needs(door_width_m=1.5), [(LAB, False)]),
        (Needs(crane_t=1), []),
        (Needs(air_bar=6), [(LAB, False)]),
    ],
)
def test_places_that_do_not_tell_a_number_are_asked_and_stand_last(finder, needs, expected):
    result = search(finder(), Search(needs=needs))
    assert [(entry.place.slug, entry.ask) for entry in result.found] == expected
    assert result.asks == sum(ask for _, ask in expected)
    assert [(e.place.slug, e.ask) for e in find(finder(), Search(needs=needs))] == expected


def test_places_that_lack_only_numbers_or_days_are_kept_apart(finder):
    wanted = Search(kind="lab", needs=Needs(mass_kg=600))
    assert [(item.place.slug, item.missed) for item in search(finder(), wanted).others] == [
        (LAB, ["mass_kg"])
    ]
    gone = search(finder(), Search(kind="lab", first=date(2020, 1, 1), last=date(2020, 1, 9)))
    assert sorted(item.place.slug for item in gone.others) == [LAB, BENCH]


@pytest.mark.parametrize("text", ["osasarjojen KERAILY", "Osasarjojen keräily", "wi-fi vlan"])
def test_words_are_found_without_their_marks_and_in_networks(finder, text):
    assert slugs(search(finder(), Search(text=text))) == [LAB]


def test_a_place_that_takes_no_single_day_is_asked_for_its_shortest_stay(house):
    house.place("fac-03", min_halves=5, step_halves=2)
    with Session(house.engine) as session:
        places = house.world.places(session)
    assert usual_length(places.facilities["fac-03"].facility) == Length(6)


def test_capabilities_have_their_names(finder):
    assert capabilities(finder().places)["kitting"].en == "Kitting"
