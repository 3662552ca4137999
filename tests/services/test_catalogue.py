"""Finding a place: conditions, first free stays, values to narrow by, and ways out of nothing."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from livinglab.domain.calendar import Length
from livinglab.services.availability import Finder
from livinglab.services.catalogue import Search, capabilities, search, usual_length
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


def test_nothing_found_offers_each_single_concession(finder):
    ways = search(finder(), Search(kind="lab", municipality="Rauma", length=Length(2))).ways
    assert [(way.condition, way.count) for way in ways] == [("municipality", 2), ("kind", 1)]
    assert ways[0].search == Search(kind="lab", length=Length(2))
    assert ways[0].first.stay.first_day == date(2026, 12, 1)


def test_where_one_concession_does_not_help_all_conditions_go(finder):
    ways = search(finder(), Search(text="ballet", capability="opera")).ways
    assert [(way.condition, way.search, way.count) for way in ways] == [("", Search(), 3)]


def test_too_long_a_stay_offers_a_day(finder):
    ways = search(finder(), Search(kind="simulator", length=Length(300))).ways
    assert [(w.condition, w.search.length, w.count) for w in ways] == [("length", Length(2), 1)]


def test_days_that_are_gone_offer_other_days(finder):
    gone = Search(kind="simulator", first=date(2020, 1, 1), last=date(2020, 1, 9))
    assert [(way.condition, way.count) for way in search(finder(), gone).ways] == [("dates", 1)]


def test_a_place_that_takes_no_single_day_is_asked_for_its_shortest_stay(house):
    house.place("fac-03", min_halves=5, step_halves=2)
    with Session(house.engine) as session:
        places = house.world.places(session)
    assert usual_length(places.facilities["fac-03"].facility) == Length(6)


def test_capabilities_have_their_names(finder):
    assert capabilities(finder().places)["kitting"].en == "Kitting"
