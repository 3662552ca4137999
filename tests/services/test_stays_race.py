"""Many at once: everybody gets time of their own while there is some, and none waits in a ring."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from livinglab.domain.errors import Refusal
from tests.casework import MONDAY, days, stay, window

BENCH, CELL = "fac-03-vision-bench", "fac-01-cell-a"
WRITERS = 8


def at_once(moves):
    """Run moves at the same moment; what came of each, in their order."""
    barrier = Barrier(len(moves))

    def run(move):
        barrier.wait(60)
        try:
            return move()
        except Refusal as refusal:
            return type(refusal).__name__

    with ThreadPoolExecutor(len(moves)) as runners:
        return list(runners.map(run, moves))


def approving(house, ref, name, *slots):
    version = house.read(ref).version
    return lambda: house.act(ref, "approve", name, *slots, version=version)


@pytest.mark.both_engines
def test_for_one_slot_there_is_one_winner(house):
    house.place()
    refs = [house.sent(resource=BENCH, days=1) for _ in range(WRITERS)]
    slot = stay(BENCH, MONDAY)
    came = at_once([approving(house, ref, "manager.fac-03", slot) for ref in refs])
    assert Counter(came) == {"confirmed": 1, "SlotTaken": WRITERS - 1}
    assert house.overlaps() == 0


@pytest.mark.both_engines
def test_who_names_no_slot_gets_the_next_free_one(house):
    """Free time is read after the lock: five days, five winners, each on another day."""
    house.place()
    refs = [house.sent(resource=BENCH, days=1) for _ in range(WRITERS)]
    came = at_once([approving(house, ref, "manager.fac-03") for ref in refs])
    assert Counter(came) == {"confirmed": 5, "SlotTaken": WRITERS - 5}
    held = [held.start.date() for ref in refs for held in house.held(ref)]
    assert sorted(held) == list(days(0, 1, 2, 3, 4))


@pytest.mark.both_engines
def test_pilots_at_the_same_two_places_do_not_wait_for_each_other(house):
    """Half of them come from the one place, half from the other; all end up at both."""
    house.place("fac-03")
    house.place("fac-01")
    windows = [window(*days(0, 4)), window(*days(7, 11)), window(*days(14, 18))]
    asked = [{"resource": name, "days": 1, "windows": windows} for name in (BENCH, CELL)]
    refs = [house.sent(periods=asked) for _ in range(WRITERS)]
    places = ("manager.fac-03", "manager.fac-01")
    first = [approving(house, ref, places[number % 2]) for number, ref in enumerate(refs)]
    assert Counter(at_once(first)) == {"in_review": WRITERS}
    second = [approving(house, ref, places[1 - number % 2]) for number, ref in enumerate(refs)]
    assert Counter(at_once(second)) == {"confirmed": WRITERS}
    assert house.overlaps() == 0


@pytest.mark.both_engines
def test_of_equal_moves_on_one_version_one_counts(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    moves = [approving(house, ref, "manager.fac-03") for _ in range(WRITERS)]
    assert Counter(at_once(moves)) == {"confirmed": 1, "StaleVersion": WRITERS - 1}
    assert (house.read(ref).version, len(house.audits(ref))) == (3, 3)


@pytest.mark.both_engines
def test_a_block_and_a_booking_at_once_are_a_clash_or_a_refusal(house):
    """Whoever comes first: a booking is never put over a block that was there."""
    house.place()
    for number in range(5):
        ref = house.sent(resource=BENCH, days=1)
        day = days(number)[0]
        slot = stay(BENCH, day)
        approve = approving(house, ref, "manager.fac-03", slot)

        def block(slot=slot):
            house.block(BENCH, slot.start, slot.end)
            return "blocked"

        came = at_once([approve, block])
        assert came in (["confirmed", "blocked"], ["SlotTaken", "blocked"])
        assert len(house.held(ref)) == (came[0] == "confirmed")
