"""Before anything is saved: is it free then, why not, what would do, what would it cost?"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from livinglab.domain.calendar import Length
from livinglab.domain.request_json import pilot_from_json
from livinglab.services import asking
from livinglab.services.availability import Finder
from livinglab.services.pilot import sketch
from tests.casework import ARTICLE, MONDAY, at, window

CELL_A, CELL_B = "fac-01-cell-a", "fac-01-cell-b"
THREE = Length(6)


@pytest.fixture
def lab(house):
    return house.place("fac-01")


def finder_of(house):
    with Session(house.engine) as session:
        return Finder.read(house.world, session, house.clock())


def book(house, lab, slug, first, last):
    user = house.make.user(f"{slug}@lab.example", house.firms["firm"])
    pilot = house.make.pilot(house.firms["firm"], user, lab)
    house.make.booking(pilot, house.make.resource(slug), at(first, 8), at(last, 18))
    house.make.session.close()


def ask(house, first, length=THREE, *slugs):
    finder = finder_of(house)
    items = [i for i in finder.places.bookable("fac-01") if not slugs or i.slug in slugs]
    return asking.ask(finder, items, first, length)


def told(slot):
    return slot and (slot.resource.slug, slot.stay.first_day, slot.stay.last_day)


def test_a_free_day_is_answered_with_its_stay(house, lab):
    answer = ask(house, MONDAY)
    assert told(answer.slot) == (CELL_A, MONDAY, MONDAY + timedelta(days=2))
    assert answer.problems == ()


def test_another_part_is_found_while_one_is_taken(house, lab):
    book(house, lab, CELL_A, MONDAY, MONDAY)
    assert told(ask(house, MONDAY).slot) == (CELL_B, MONDAY, MONDAY + timedelta(days=2))


def test_taken_days_name_the_nearest_that_are_free(house, lab):
    book(house, lab, CELL_A, MONDAY, MONDAY)
    answer = ask(house, MONDAY, THREE, CELL_A)
    assert answer.slot is None
    assert [problem.code for problem in answer.problems] == ["slot_taken"]
    tuesday = MONDAY + timedelta(days=1)
    assert told(answer.nearest) == (CELL_A, tuesday, tuesday + timedelta(days=2))


@pytest.mark.parametrize(
    ("first", "length", "code"),
    [
        (date(2026, 12, 24), THREE, "closed"),
        (date(2027, 1, 16), THREE, "closed"),
        (date(2020, 1, 1), THREE, "window_past"),
        (date(2026, 11, 26), THREE, "notice_too_short"),
        (date(2030, 1, 1), THREE, "beyond_horizon"),
        (date(9999, 12, 31), THREE, "beyond_horizon"),
        (MONDAY, Length(62), "too_long"),
    ],
)
def test_days_that_do_not_work_say_why(house, lab, first, length, code):
    answer = ask(house, first, length)
    assert answer.slot is None
    assert answer.problems[0].code == code


def drawn(house, **period):
    finder = finder_of(house)
    given = pilot_from_json({"test_article": ARTICLE, "periods": [period]})
    return finder, sketch(given, finder.places)


def test_each_window_is_answered_with_what_is_free_in_it(house, lab):
    book(house, lab, CELL_A, MONDAY, MONDAY + timedelta(days=4))
    finder, pilot = drawn(
        house,
        facility="fac-01",
        resource=CELL_A,
        days=2,
        windows=[
            window(MONDAY, MONDAY + timedelta(days=4)),
            window(date(2027, 2, 1), date(2027, 2, 5)),
        ],
    )
    slots = asking.window_slots(finder, pilot, pilot.periods[0])
    assert [told(slot) for slot in slots] == [None, (CELL_A, date(2027, 2, 1), date(2027, 2, 2))]


def test_the_price_is_that_of_the_first_place_named(house, lab):
    house.place("fac-03")
    finder, pilot = drawn(house, facility="fac-03", facilities=["fac-01"], days=5)
    estimate = asking.price(finder.places, pilot.periods[0], MONDAY)
    assert estimate.total == Decimal(1620)


def test_there_is_no_price_without_a_place_nor_for_hours(house, lab):
    for period in ({"days": 1}, {"facility": "fac-01", "hours": 3}):
        finder, pilot = drawn(house, **period)
        assert asking.price(finder.places, pilot.periods[0], MONDAY) is None


def test_a_capability_leads_to_the_first_place_that_has_it(house, lab):
    finder, pilot = drawn(house, capabilities=["kitting"], days=1)
    assert asking.first_place(finder.places, pilot.periods[0]).slug == "fac-01"
    assert asking.first_place(finder.places, drawn(house, days=1)[1].periods[0]) is None


@pytest.mark.parametrize(
    ("first", "halves", "expected"),
    [
        (MONDAY, 6, MONDAY + timedelta(days=2)),
        (MONDAY, 1, MONDAY),
        (MONDAY + timedelta(days=4), 4, MONDAY + timedelta(days=7)),
        (date(9999, 12, 31), 2, date(9999, 12, 31)),
    ],
)
def test_the_last_day_is_counted_in_open_days(house, lab, first, halves, expected):
    finder = finder_of(house)
    item = finder.places.resources[CELL_A]
    assert asking.last_day(finder, item, first, Length(halves)) == expected
