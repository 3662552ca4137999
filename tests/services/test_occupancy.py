"""Why time is not free: bookings without their firm, buffers, blocks, and closed dates."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from livinglab.db.tables import Block
from livinglab.domain.availability import TOO_SOON, Taken
from livinglab.domain.messages import Message
from livinglab.domain.opening import ClosedBecause
from livinglab.services import occupancy
from livinglab.services.availability import Finder
from tests.casework import MONDAY, at
from tests.factories import example_profile

CELL_A, CELL_B = "fac-01-cell-a", "fac-01-cell-b"


@pytest.fixture
def lab(house):
    return house.place("fac-01")


def epoch(moment):
    return int(moment.timestamp())


def read(house, slug):
    """The finder, the resource, and what is taken from it in the ordinary week."""
    with Session(house.engine) as session:
        finder = Finder.read(house.world, session, house.clock())
        item = finder.places.resources[slug]
        end = at(MONDAY + timedelta(days=7), 0)
        taken = occupancy.taken(session, finder, [item], at(MONDAY, 0), end)
    return finder, item, taken[item.id]


def book(house, lab, *slugs, **values):
    user = house.make.user("x@lab.example", house.firms["firm"])
    pilot = house.make.pilot(house.firms["firm"], user, lab)
    for slug in slugs:
        house.make.booking(
            pilot, house.make.resource(slug), at(MONDAY, 8), at(MONDAY, 18), **values
        )
    house.make.session.close()


def test_a_booking_and_its_buffers_are_told_apart(house, lab):
    book(
        house, lab, CELL_A, state="tentative", blocked_from=at(MONDAY, 6), blocked_to=at(MONDAY, 20)
    )
    assert read(house, CELL_A)[2] == [
        Taken(epoch(at(MONDAY, 6)), epoch(at(MONDAY, 8)), "buffer"),
        Taken(epoch(at(MONDAY, 8)), epoch(at(MONDAY, 18)), "tentative"),
        Taken(epoch(at(MONDAY, 18)), epoch(at(MONDAY, 20)), "buffer"),
    ]
    assert read(house, CELL_B)[2] == []


def test_released_time_is_not_taken(house, lab):
    book(house, lab, CELL_A, state="released")
    assert read(house, CELL_A)[2] == []


def test_a_block_tells_its_kind_and_reason(house, lab):
    start, end = at(MONDAY, 8), at(MONDAY, 18)
    block = Block(
        resource_id=house.make.resource(CELL_A).id,
        kind="maintenance",
        reason={"en": "New floor", "fi": "Uusi lattia"},
        starts_at=start,
        ends_at=end,
    )
    house.make.add(block)
    house.make.session.close()
    ((*span, kind, message),) = read(house, CELL_A)[2]
    assert (span, kind) == ([epoch(start), epoch(end)], "block")
    assert message.params["kind"] == Message("Maintenance")
    assert message.params["reason"].get("fi") == "Uusi lattia"


def test_a_block_without_a_reason_is_told_by_its_kind():
    assert occupancy.block_message("outage", {"en": ""}) == Message("Outage")
    assert occupancy.block_message("unheard_of", {}) == Message("Closed")


def test_what_every_booking_needs_is_taken_with_it(house):
    listed = json.loads(example_profile("fac-02"))["resources"]
    north, south = (resource["id"] for resource in listed)
    needs_south = [{"resource": south, "when": "always"}]
    hall = house.place("fac-02", resources=[{**listed[0], "requires": needs_south}, listed[1]])
    book(house, hall, south)
    assert [entry.kind for entry in read(house, north)[2]] == ["firm"]


def dates(house, slug, first, last):
    finder, item, _ = read(house, slug)
    return [
        (found.first, found.last, found.reason.code)
        for found in occupancy.closed_dates(finder, item, first, last)
    ]


def test_neighbouring_closed_dates_are_one_stretch_with_one_reason(house, lab):
    assert dates(house, CELL_A, date(2026, 12, 14), date(2027, 1, 10)) == [
        (date(2026, 12, 21), date(2027, 1, 6), ClosedBecause.CLOSURE)
    ]


def test_a_holiday_has_its_name(house, lab):
    finder, item, _ = read(house, CELL_A)
    (found,) = occupancy.closed_dates(finder, item, date(2027, 5, 3), date(2027, 5, 9))
    assert found.first == found.last == date(2027, 5, 6)
    assert found.reason.message.params["name"].get("en") == "Ascension Day"


def test_days_within_notice_are_too_soon(house, lab):
    finder, item, _ = read(house, CELL_A)
    (found,) = occupancy.closed_dates(finder, item, date(2026, 11, 23), date(2026, 12, 4))
    assert (found.first, found.last) == (date(2026, 11, 24), date(2026, 11, 30))
    assert found.reason == TOO_SOON


def test_ordinary_days_of_rest_are_left_out_as_asked(house):
    house.place("fac-05")  # open in the nights from Sunday to Thursday
    finder, item, _ = read(house, "fac-05-corridor-route")
    never = occupancy.never_open([item])
    assert never == frozenset({4, 5})
    week = (date(2027, 2, 1), date(2027, 2, 7))
    assert [d.first for d in occupancy.closed_dates(finder, item, *week)] == [date(2027, 2, 5)]
    assert list(occupancy.closed_dates(finder, item, *week, never)) == []


def test_closed_dates_run_from_midnight_to_midnight(house, lab):
    finder, item, _ = read(house, CELL_A)
    (found,) = occupancy.closed_dates(finder, item, date(2026, 12, 14), date(2027, 1, 10))
    assert occupancy.span_of(found, "Europe/Helsinki") == (
        at(date(2026, 12, 21), 0),
        at(date(2027, 1, 7), 0),
    )
