"""Figures read from the database: which stays, requests and answers count where and when."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from livinglab.db.tables import Block
from livinglab.domain.figures import Funnel, Load, Origin, funnel, origins
from livinglab.services import figures
from tests.casework import MONDAY, at

HOUR = 3600
LAB, CELL = "fac-03", "fac-03-vision-bench"
JANUARY = date(2027, 1, 1)
YEAR = figures.calendar_year(2027)
ASKED_IN = figures.calendar_year(2026)


@pytest.fixture
def lab(house):
    return house.place(LAB)


def read(house, span=YEAR, *, only=None):
    """The figures of all places, or of one."""
    with Session(house.engine) as session:
        places = house.world.places(session)
        chosen = [places.facilities[only]] if only else places.facilities.values()
        return figures.read(session, house.world, house.clock(), span, chosen)


def january(house, only=None):
    load = read(house, only=only).by_month[JANUARY]
    return tuple(seconds / HOUR for seconds in (load.open, load.firm, load.tentative))


def book(house, lab, start, end, **values):
    user = house.make.user(f"{start}@lab.example", house.firms["firm"])
    pilot = house.make.pilot(house.firms["firm"], user, lab)
    house.make.booking(pilot, house.make.resource(CELL), start, end, **values)
    house.make.session.close()


@pytest.mark.both_engines
def test_stays_count_by_how_sure_they_are_and_released_ones_not(house, lab):
    opened = january(house)[0]
    first, second, third = (MONDAY + timedelta(weeks=n) for n in range(3))
    book(house, lab, at(first, 8), at(first + timedelta(days=1), 17))
    book(house, lab, at(second, 8), at(second, 17), state="tentative")
    book(house, lab, at(third, 8), at(third, 17), state="released")
    assert january(house) == (opened, 18, 9)
    found = read(house)
    (place,) = found.places
    assert place.load == found.load == Load(found.load.open, 18 * HOUR, 9 * HOUR)
    assert {w: load.booked / HOUR for w, load in place.weeks.items() if load.booked} == {
        first: 18,
        second: 9,
    }


def test_set_up_and_take_down_do_not_count(house, lab):
    book(
        house,
        lab,
        at(MONDAY, 8),
        at(MONDAY, 17),
        blocked_from=at(MONDAY, 0),
        blocked_to=at(MONDAY + timedelta(days=2), 17),
    )
    assert january(house)[1:] == (9, 0)


def test_what_the_host_closed_is_not_open(house, lab):
    opened = january(house)[0]
    block = Block(
        resource_id=house.make.resource(CELL).id,
        kind="maintenance",
        reason={"en": ""},
        starts_at=at(MONDAY, 0),
        ends_at=at(MONDAY + timedelta(days=2), 0),
    )
    house.make.add(block)
    house.make.session.close()
    assert january(house) == (opened - 18, 0, 0)


def test_a_stay_counts_in_the_year_it_takes_place_and_in_whole_weeks_at_its_edges(house, lab):
    last = date(2027, 12, 31)
    book(house, lab, at(date(2027, 12, 31), 8), at(date(2028, 1, 3), 17))
    found = read(house)
    assert found.weeks[0] <= YEAR.first
    assert found.weeks[-1] == date(2027, 12, 27)
    assert found.by_month[date(2027, 12, 1)].firm == 9 * HOUR
    assert found.places[0].weeks[found.weeks[-1]].firm == 9 * HOUR
    assert last in YEAR


def test_years_long_past_are_worked_out_by_the_same_rules(house, lab):
    monday = date(2024, 1, 8)
    book(house, lab, at(monday, 8), at(monday, 17))
    found = read(house, figures.calendar_year(2024))
    assert found.load.firm == 9 * HOUR
    with Session(house.engine) as session:
        assert figures.years(session, date(2026, 11, 24)) == [2026, 2025, 2024]


@pytest.mark.both_engines
def test_a_request_counts_from_its_first_sending_and_by_how_far_it_came(house, lab):
    ref = house.sent()
    house.clock.now += timedelta(days=1)
    house.act(ref, "request-info", f"manager.{LAB}", note="How heavy?")
    house.clock.now += timedelta(days=5)
    house.act(ref, "submit", "firm")
    house.clock.now += timedelta(days=1)
    house.approve(ref, f"manager.{LAB}")
    house.draft("rival")
    found = read(house, ASKED_IN)
    (case,) = found.cases
    assert (case.sent_on, case.answered_on) == (date(2026, 11, 24), date(2026, 11, 25))
    assert found.answers.counts == (0, 1)
    assert funnel(found.cases) == Funnel(sent=1, answered=1, decided=1, approved=1, tested=0)
    assert origins(found.cases) == [Origin("FI", 1, 1)]
    assert read(house, YEAR).cases == ()


def test_an_answer_before_the_first_sending_of_the_span_is_not_missed(house, lab):
    house.clock.now = at(date(2026, 12, 30), 10)
    ref = house.sent(windows=[(date(2027, 2, 1), date(2027, 2, 5))])
    house.clock.now = at(date(2027, 1, 5), 10)
    house.act(ref, "reject", f"manager.{LAB}", note="No.")
    (case,) = read(house, ASKED_IN).cases
    assert case.answered_on == date(2027, 1, 5)


def test_a_request_counts_at_the_places_it_asked_for(house, lab):
    house.place("fac-01")
    house.sent(facility=LAB)
    house.sent("rival", facility="fac-01")
    assert [len(read(house, ASKED_IN, only=slug).cases) for slug in (LAB, "fac-01")] == [1, 1]
    assert len(read(house, ASKED_IN).cases) == 2


def test_the_public_months_are_those_of_the_page(house, lab):
    book(house, lab, at(MONDAY, 8), at(MONDAY, 17))
    with Session(house.engine) as session:
        places = house.world.places(session)
        months = figures.busy_months(
            session, house.world, house.clock(), places.facilities[LAB], places
        )
    span = figures.around(date(2026, 11, 24))
    assert span == figures.Span(date(2026, 6, 1), date(2027, 5, 31))
    assert list(months) == list(read(house, span).months)
    assert months == read(house, span).by_month
    assert months[JANUARY].firm == 9 * HOUR


def test_twelve_months_are_each_month_of_the_year_once():
    for month in range(1, 13):
        first, last = figures.around(date(2027, month, 28))
        assert (last - first).days in {364, 365}
        assert first.day == 1
        assert (last + timedelta(days=1)).day == 1
