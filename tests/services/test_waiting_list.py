"""The waiting list: who waits longest gets what frees up, for a short time, then the next."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.tables import Pilot
from livinglab.services import answering, blocks, waiting_list
from livinglab.services.moves import Command
from tests.casework import MONDAY, Held, at, days, window
from tests.services.test_offers import BENCH, CELL, offers, states, tick

ONE_DAY = [(MONDAY, MONDAY)]
HELD = [Held(BENCH, "tentative", at(MONDAY, 8), at(MONDAY, 17))]


@pytest.fixture
def queue(house, clock):
    """One that has the day, and two that wait for it."""
    house.place()
    holder = house.sent("rival", resource=BENCH, days=1, windows=ONE_DAY)
    waiting = [house.sent(resource=BENCH, days=1, windows=ONE_DAY) for _ in range(2)]
    house.approve(holder, "manager.fac-03")
    for ref in waiting:
        clock.now += timedelta(minutes=1)
        house.act(ref, "waitlist", "manager.fac-03")
    tick(house)
    return [holder, *waiting]


def in_state(house, *refs):
    return [house.read(ref).state for ref in refs]


def positions(house, *refs):
    with Session(house.engine) as session:
        rows = session.scalars(select(Pilot).where(Pilot.ref.in_(refs)).order_by(Pilot.id)).all()
        found = waiting_list.positions(session, rows)
        return [found.get(row.id) for row in rows]


@pytest.mark.both_engines
def test_what_frees_up_is_offered_to_whoever_waits_longest(house, queue):
    holder, first, second = queue
    assert in_state(house, first, second) == ["waitlisted", "waitlisted"]
    house.act(holder, "cancel", "rival", note="Broken.")
    tick(house)
    assert in_state(house, first, second) == ["offered", "waitlisted"]
    assert house.held(first) == HELD
    [offer] = offers(house, first)
    assert (offer.made_by_id, offer.expires_at) == (
        None, at(house.clock().date() + timedelta(2), 17),
    )  # fmt: skip
    assert house.audits(first)[-1] == (None, "offer", "waitlisted", "offered")
    assert house.mails(first)[-2:] == [("offered", "firm"), ("freed-offered", "manager.fac-03")]
    assert house.read(first).waitlisted_at is None


@pytest.mark.both_engines
@pytest.mark.parametrize("ends", ["decline", "expire", "withdraw-offer"])
def test_what_is_not_taken_goes_to_the_next(house, queue, clock, ends):
    holder, first, second = queue
    house.act(holder, "cancel", "rival", note="Broken.")
    tick(house)
    if ends == "decline":
        house.act(first, "decline", "firm")
    elif ends == "withdraw-offer":
        with house.work("manager.fac-03") as work:
            version, [offer] = house.read(first).version, offers(house, first)
            answering.take_back(work, first, offer.id, Command(version))
    else:
        clock.now += timedelta(days=3)
    tick(house)
    assert in_state(house, first, second) == ["in_review", "offered"]
    assert house.held(second) == HELD


def test_an_accepted_one_ends_the_search(house, queue):
    holder, first, second = queue
    house.act(holder, "cancel", "rival", note="Broken.")
    tick(house)
    house.act(first, "accept", "firm")
    tick(house)
    assert in_state(house, first, second) == ["in_review", "waitlisted"]


def test_the_queue_is_told_by_place_and_time(house, queue):
    _, first, second = queue
    house.place("fac-01")
    elsewhere = house.sent(resource=CELL, days=1)
    house.act(elsewhere, "waitlist", "manager.fac-01")
    assert positions(house, first, second, elsewhere) == [1, 2, 1]
    house.act(first, "withdraw", "firm")
    assert positions(house, first, second) == [None, 1]


def test_who_does_not_fit_does_not_keep_others_from_it(house, clock):
    house.place()
    holder = house.sent("rival", resource=BENCH, days=1, windows=ONE_DAY)
    other = house.sent("rival", resource=BENCH, days=1, windows=[days(1, 1)])
    long = house.sent(resource=BENCH, days=2, windows=[days(0, 1)])
    short = house.sent(resource=BENCH, days=1, windows=ONE_DAY)
    for ref in (holder, other):
        house.approve(ref, "manager.fac-03")
    for ref in (long, short):
        clock.now += timedelta(minutes=1)
        house.act(ref, "waitlist", "manager.fac-03")
    house.act(holder, "cancel", "rival", note="Broken.")
    tick(house)
    assert in_state(house, long, short) == ["waitlisted", "offered"]


def test_a_removed_closure_frees_time_too(house, clock):
    house.place()
    ref = house.sent(resource=BENCH, days=1, windows=ONE_DAY)
    block = house.block(BENCH, at(MONDAY, 0), at(days(1)[0], 0))
    house.act(ref, "waitlist", "manager.fac-03")
    tick(house)
    assert in_state(house, ref) == ["waitlisted"]
    with house.work("manager.fac-03") as work:
        blocks.remove(work, block)
    tick(house)
    assert in_state(house, ref) == ["offered"]


def test_time_that_begins_before_the_answer_is_due_is_not_offered(house, queue, clock):
    holder, first, _ = queue
    clock.now = at(MONDAY - timedelta(days=3), 12)  # Friday: the answer would be due on Tuesday
    house.act(holder, "cancel", "rival", note="Broken.")
    tick(house)
    assert in_state(house, first) == ["waitlisted"]


def test_several_stays_are_offered_together_or_not_at_all(house, clock):
    house.place("fac-03")
    house.place("fac-01")
    holder = house.sent("rival", resource=CELL, days=1, windows=ONE_DAY)
    periods = [{"resource": n, "days": 1, "windows": [window(MONDAY)]} for n in (BENCH, CELL)]
    ref = house.sent(periods=periods)
    house.approve(holder, "manager.fac-01")
    house.act(ref, "waitlist", "manager.fac-01")
    tick(house)
    assert (in_state(house, ref), house.held(ref)) == (["waitlisted"], [])
    house.act(holder, "cancel", "rival", note="Broken.")
    tick(house)
    assert in_state(house, ref) == ["offered"]
    assert [held.resource for held in house.held(ref)] == [CELL, BENCH]
    assert states(house, ref) == ["open"]
