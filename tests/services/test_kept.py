"""What searches over many places keep: it never outlives what it was worked out from."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from livinglab.db.flask_db import db
from livinglab.db.tables import Facility, Resource
from livinglab.domain.calendar import Busy, Length
from livinglab.services.availability import Finder, Slot
from livinglab.services.world import from_epoch
from livinglab.web import context

WINDOW = (date(2027, 1, 11), date(2027, 2, 26))
TWO_DAYS = Length(4)


@pytest.fixture
def places(make):
    host = make.host()
    return [make.facility(host, slug) for slug in ("fac-01", "fac-02", "fac-03", "fac-08")]


@pytest.fixture
def read(app, clock):
    """Reads free time as a request does."""

    def reading():
        with app.app_context(), Session(db.engine) as session:
            return Finder.read(context.world(), session, clock.now)

    return reading


@pytest.fixture
def book(make):
    """Books a resource and raises its revision, as services do."""

    def booking(slug, start, days=1):
        pilot = make.pilot(firm, person)
        resource = make.resource(slug)
        make.booking(pilot, resource, start, start + timedelta(days=days))
        make.session.execute(
            update(Resource)
            .where(Resource.id == resource.id)
            .values(calendar_rev=Resource.calendar_rev + 1)
        )
        make.session.commit()

    firm = make.company()
    person = make.user("person@firm.example", firm)
    return booking


def by_stays(finder, length=TWO_DAYS, window=WINDOW):
    """The same answer from the search over one resource."""
    found = [
        Slot(item, stay)
        for item in finder.places.bookable()
        for stay in finder.stays(item, length, window)
    ]
    return sorted(found, key=lambda slot: (slot.stay.start, slot.resource.slug))


def slots(finder, length=TWO_DAYS, window=WINDOW, limit=500):
    return finder.slots(finder.places.bookable(), length, window, limit)


@pytest.mark.usefixtures("places")
@pytest.mark.parametrize("length", [Length(1), Length(3), TWO_DAYS, Length(hours=6), Length(70)])
def test_slots_are_the_stays_of_each_resource_in_order(read, book, clock, length):
    book("fac-03-vision-bench", clock.now + timedelta(days=56))
    book("fac-01-cell-a", clock.now + timedelta(days=70), days=9)
    finder = read()
    expected = by_stays(finder, length)
    assert slots(finder, length) == expected[:500]
    assert slots(finder, length) == expected[:500]  # from what was kept
    assert slots(finder, length, limit=7) == expected[:7]
    assert len(expected) > 100 or length == Length(70)


@pytest.mark.usefixtures("places")
def test_first_slots_are_the_earliest_of_each_facility(read):
    finder = read()
    found = finder.first_slots(finder.places.bookable(), TWO_DAYS, WINDOW)
    earliest = {}
    for slot in by_stays(finder):
        earliest.setdefault(slot.resource.place.slug, slot)
    assert found == earliest
    assert len(found) == 4


@pytest.mark.usefixtures("places")
def test_a_booking_is_seen_by_the_next_read(read, book):
    before = read()
    first = next(s for s in slots(before) if s.resource.slug == "fac-03-vision-bench")
    book("fac-03-vision-bench", from_epoch(first.stay.start))
    after = read()
    assert first.stay not in [
        s.stay for s in slots(after) if s.resource.slug == "fac-03-vision-bench"
    ]
    assert slots(after) == by_stays(after)[:500]
    assert slots(before) == by_stays(before)[:500]  # a finder keeps what it has read


def test_new_rules_are_seen_by_the_next_read(read, make, places):
    before = slots(read())
    facility = places[2]
    profile = {**facility.profile, "min_halves": 5}
    make.session.execute(
        update(Facility).where(Facility.id == facility.id).values(profile=profile, version=2)
    )
    make.session.commit()
    after = slots(read())
    assert slugs(before) - slugs(after) == {facility.slug}


def slugs(found):
    return {slot.resource.place.slug for slot in found}


@pytest.mark.usefixtures("places")
def test_other_taken_time_is_not_answered_from_what_was_kept(read):
    finder = read()
    slots(finder)
    item = finder.places.resources["fac-03-vision-bench"]
    full = Busy([(0, 2**40)])
    without = replace(finder, busy={**finder.busy, item.id: full})
    assert [s for s in slots(without) if s.resource is item] == []
    assert slots(finder) == by_stays(finder)[:500]


@pytest.mark.usefixtures("places")
def test_a_read_sends_one_statement_while_nothing_changes(read, book, clock, query_counter):
    slots(read())
    with query_counter() as sent:
        slots(read())
    assert sent.count == 1
    book("fac-03-vision-bench", clock.now + timedelta(days=60))
    with query_counter() as sent:
        slots(read())
    assert sent.count == 3  # revision, places, taken time


@pytest.mark.usefixtures("places")
def test_the_next_month_asks_anew(read, clock):
    slots(read())
    clock.now += timedelta(days=40)
    finder = read()
    assert slots(finder) == by_stays(finder)[:500]
