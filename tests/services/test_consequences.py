"""What a change touches and must not break, by way of the database."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from livinglab.db.tables import Booking
from livinglab.domain.errors import NotAllowed, NotFound, RulesBroken, StaleVersion
from livinglab.services import board, editing
from tests.casework import MONDAY, at, days, stay
from tests.keeping import MANAGER, change, consequences, document, standing

BENCH, WORKSPACE = "fac-03-vision-bench", "fac-03-gpu-workspace-remote"
TUESDAY = MONDAY + timedelta(days=1)
SHUT = [{"reason": {"en": "Inventory"}, "from": "2027-01-11", "to": "2027-01-11"}]


def booked(house, day=MONDAY, name="firm", **values):
    """A firm stay of a day at the bench."""
    ref = house.sent(name, resource=BENCH, days=1, windows=[(day, day)], **values)
    house.approve(ref, MANAGER, stay(BENCH, day))
    return ref


def touched(found):
    return [(one.ref, one.company, one.resource) for one in found.stays]


def blocked(house, ref):
    with Session(house.engine) as session:
        row = session.scalars(select(Booking).where(Booking.pilot_id == house.read(ref).id)).one()
        return row.blocked_from, row.blocked_to


@pytest.mark.both_engines
def test_stays_and_wishes_in_a_new_closure_are_named_and_nothing_is_saved(placed):
    ref = booked(placed)
    booked(placed, TUESDAY)
    wish = placed.sent("rival", resource=BENCH, days=1, windows=[(MONDAY, MONDAY), days(0, 4)])
    before = standing(placed)
    found = consequences(placed, closures=SHUT)
    assert [
        (one.ref, one.company, one.title, one.resource, one.start, one.end) for one in found.stays
    ] == [(ref, "Firm", "Copper strip inspection", BENCH, at(MONDAY, 8), at(MONDAY, 17))]
    assert found.stays[0].why.params["day"] == MONDAY
    assert found.wishes == ()  # the bench was taken on that Monday already
    assert (found.refused, found.changed, found.touches) == ((), ("closures",), True)
    assert standing(placed) == before
    free = [{**SHUT[0], "from": "2027-01-13", "to": "2027-01-15"}]
    assert [
        (one.ref, one.first, one.last) for one in consequences(placed, closures=free).wishes
    ] == [(wish, *days(0, 4))]


def test_who_runs_the_place_reads_consequences_and_nobody_else(placed):
    with pytest.raises(NotAllowed):
        consequences(placed, "firm", closures=SHUT)
    change(placed)
    with placed.work(MANAGER) as work:
        editing.withdraw(work, "fac-03", 1)
    with pytest.raises(NotFound):
        consequences(placed, "firm", closures=SHUT)


def test_a_place_may_be_closed_under_bookings_and_the_board_shows_the_clash(placed):
    ref = booked(placed)
    booked(placed, TUESDAY)
    change(placed, closures=SHUT)
    with placed.work() as work:
        who = placed.who("coordinator")
        items = work.world.places(work.session).bookable("fac-03")
        lines = board.read(work.session, work.world, who, work.now, items, days(0, 4))
        found = [
            (item.slug, entry.case.ref, entry.start, entry.end)
            for item, entry in board.clashes(lines)
        ]
    assert found == [(BENCH, ref, at(MONDAY, 8), at(MONDAY, 17))]


@pytest.mark.both_engines
def test_a_resource_with_a_coming_booking_stays(placed):
    ref = booked(placed)
    rest = [one for one in document()["resources"] if one["id"] != BENCH]
    with pytest.raises(RulesBroken) as raised:
        change(placed, resources=rest)
    (problem,) = raised.value.problems
    assert (problem.code, problem.field) == ("in_use", "resources")
    assert problem.message.params["ref"] == ref
    assert standing(placed)[0] == 1


def test_a_resource_that_somebody_asks_for_stays_until_that_is_answered(placed):
    ref = placed.sent(resource=BENCH, days=1)
    rest = [one for one in document()["resources"] if one["id"] != BENCH]
    with pytest.raises(RulesBroken):
        change(placed, resources=rest)
    placed.act(ref, "withdraw", "firm")
    assert change(placed, resources=rest) == 2


def test_a_link_that_a_coming_stay_has_not_booked_is_refused(placed):
    booked(placed)
    bench, other = document()["resources"]
    linked = [{**bench, "requires": [{"resource": WORKSPACE, "when": "always"}]}, other]
    with pytest.raises(RulesBroken) as raised:
        change(placed, resources=linked)
    assert [p.code for p in raised.value.problems] == ["link_broken"]


@pytest.mark.both_engines
def test_new_buffers_count_for_what_is_booked_already(placed):
    ref = booked(placed)
    revision = placed.revisions()[BENCH]
    change(placed, buffer_before={"amount": 2, "unit": "hours"}, buffer_after=None)
    assert blocked(placed, ref) == (at(MONDAY, 6), at(MONDAY, 17))
    assert placed.revisions()[BENCH] == revision + 1
    with placed.work(MANAGER) as work:
        editing.undo(work, "fac-03", 2)
    assert blocked(placed, ref) == (at(MONDAY, 8), at(MONDAY, 17))


@pytest.mark.both_engines
def test_buffers_that_bring_two_stays_too_close_are_refused_with_both_named(placed):
    later = booked(placed, TUESDAY, "rival")
    refs = [booked(placed), later]
    with pytest.raises(RulesBroken) as raised:
        change(placed, buffer_after={"amount": 16, "unit": "hours"})
    (problem,) = raised.value.problems
    assert (problem.code, problem.field) == ("buffers_overlap", "buffer_after")
    told = problem.message.params
    assert [told["one"], told["other"]] == refs
    assert blocked(placed, refs[0]) == (at(MONDAY, 8), at(MONDAY, 17))
    change(placed, buffer_after={"amount": 15, "unit": "hours"})
    assert blocked(placed, refs[0]) == (at(MONDAY, 8), at(TUESDAY, 8))
    # One grows where the other shrinks: both at once, and in no order does one meet the other.
    change(placed, version=2, buffer_after=None, buffer_before={"amount": 15, "unit": "hours"})
    assert blocked(placed, refs[1]) == (at(MONDAY, 17), at(TUESDAY, 17))


def test_a_buffer_that_meets_a_closed_time_is_refused(placed):
    booked(placed)
    placed.block(BENCH, at(MONDAY, 18), at(MONDAY, 20))
    with pytest.raises(RulesBroken) as raised:
        change(placed, buffer_after={"amount": 2, "unit": "hours"})
    assert [p.code for p in raised.value.problems] == ["buffers_overlap"]


def test_statements_do_not_grow_with_bookings_and_wishes(placed):
    texts = []
    event.listen(placed.engine, "before_cursor_execute", lambda *told: texts.append(told[2]))

    def sent():
        texts.clear()
        consequences(placed, closures=SHUT)
        return len(texts)

    booked(placed)
    placed.sent("rival", resource=BENCH, days=1)
    standing(placed)
    one = sent()
    for number in (1, 2):
        booked(placed, MONDAY + timedelta(days=number))
        placed.sent("rival", resource=BENCH, days=1)
    standing(placed)
    assert sent() == one


@pytest.mark.both_engines
def test_of_two_who_change_a_place_at_once_one_wins(placed):
    together = Barrier(2)

    def save(number):
        name = (MANAGER, "coordinator")[number]
        now = {**standing(placed)[2], "floor_kpa": 7 + number}
        together.wait(10)
        try:
            with placed.work(name) as work:
                return editing.change(work, "fac-03", now, 1).version
        except StaleVersion:
            return "stale"

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(save, (0, 1)))
    assert sorted(map(str, answers)) == ["2", "stale"]
    winner = answers.index(2)
    assert standing(placed)[2]["floor_kpa"] == 7 + winner


@pytest.mark.both_engines
@pytest.mark.parametrize("turn", range(4))
def test_a_booking_and_new_buffers_at_once_never_overlap(placed, turn):
    booked(placed)
    ref = placed.sent("rival", resource=BENCH, days=1, windows=[(TUESDAY, TUESDAY)])
    together = Barrier(2)

    def hold():
        together.wait(10)
        return placed.approve(ref, MANAGER, stay(BENCH, TUESDAY))

    def rebuffer():
        together.wait(10)
        return change(placed, buffer_after={"amount": 16, "unit": "hours"})

    with ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(one) for one in (hold, rebuffer)]
    refused = [one.exception() for one in tries if one.exception()]
    assert len(refused) == 1
    assert placed.overlaps() == 0


@pytest.mark.both_engines
def test_a_place_that_would_do_besides_is_wished_for_without_telling_by_whom(placed):
    placed.place("fac-01")
    ref = placed.sent(facilities=["fac-01", "fac-03"], days=1, windows=[(MONDAY, MONDAY)])
    [wish] = consequences(placed, closures=SHUT).wishes
    assert (wish.ref, wish.company, wish.title, wish.first) == (ref, None, None, MONDAY)
    [wish] = consequences(placed, "coordinator", closures=SHUT).wishes
    assert (wish.company, wish.title) == ("Firm", "Copper strip inspection")
    placed.act(ref, "withdraw", "firm")
    assert consequences(placed, closures=SHUT).wishes == ()
