"""The one place that writes bookings: what they block, their lasting names, and the last word."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from livinglab.db.locking import lock_pilot
from livinglab.db.tables import Resource
from livinglab.domain.errors import SlotTaken
from livinglab.services import bookings, taken
from livinglab.services.pilot import finder_for
from livinglab.services.placement import chosen
from tests.casework import MONDAY, at, days, stay, window

BENCH = "fac-03-vision-bench"
CELL = "fac-01-cell-a"
SEA = "fac-07-sea-area"


def place(work, ref, slot, state="firm"):
    """Hold a slot past every rule but what is taken."""
    pilot = lock_pilot(work.session, ref)
    placement = chosen(finder_for(work, pilot), pilot, slot, in_windows=False, path="")
    bookings.hold(work, pilot, pilot.periods[0], placement, state)


def test_what_is_blocked_has_the_buffers(house):
    """Two hours on either side at the cell; two whole open days after at sea."""
    house.place("fac-01")
    ref = house.sent(resource=CELL, days=1)
    house.approve(ref, "manager.fac-01")
    (cell,) = house.read(ref).bookings
    assert (cell.blocked_from, cell.blocked_to) == (at(MONDAY, 6), at(MONDAY, 20))
    house.place("fac-07")
    ref = house.sent(resource=SEA, days=1, windows=[days(25, 25)])
    house.approve(ref, "manager.fac-07", gate="facility_manager@fac-07")
    (sea,) = house.read(ref).bookings
    assert (sea.blocked_from, sea.blocked_to) == (at(days(25)[0], 8), at(days(27)[0], 20))


@pytest.mark.both_engines
def test_every_booking_has_its_own_lasting_name(house):
    house.place()
    refs = [house.sent(resource=BENCH, days=1) for _ in range(2)]
    for ref in refs:
        house.approve(ref, "manager.fac-03")
    uids = [house.read(ref).bookings[0].uid for ref in refs]
    assert len(set(uids)) == 2
    assert all(uid.startswith("booking-") and uid.endswith("@lab.example") for uid in uids)


def test_the_sequence_counts_changes_people_must_see(house, clock):
    """Held 0, firm 1, moved 2, cancelled 3; each with the moment of its change."""
    house.place()
    ref = house.sent(resource=BENCH, days=1, article={"people_in_view": True})
    seen = []
    for action, name, slots in [
        ("approve", "manager.fac-03", ()),
        ("approve", "data_protection", ()),
        ("reschedule", "manager.fac-03", (stay(BENCH, days(3)[0]),)),
        ("cancel", "firm", ()),
    ]:
        clock.now += timedelta(minutes=5)
        house.act(ref, action, name, *slots, note="Noted.")
        (booking,) = house.read(ref).bookings
        seen.append((booking.ical_sequence, booking.changed_at == clock.now, booking.state))
    assert seen == [
        (0, True, "tentative"),
        (1, True, "firm"),
        (2, True, "firm"),
        (3, True, "released"),
    ]


@pytest.mark.both_engines
def test_taken_time_is_refused_with_whose_place_and_until_when(house):
    house.place("fac-01")
    first, second = (house.sent(name, resource=CELL, days=1) for name in ("firm", "rival"))
    house.approve(first, "manager.fac-01")
    with house.work("admin") as work, pytest.raises(SlotTaken) as raised:
        place(work, second, stay(CELL, MONDAY))
    message = raised.value.message
    assert message.template.startswith("Taken: another booking holds")
    assert (message.params["start"], message.params["end"]) == (at(MONDAY, 6), at(MONDAY, 20))
    assert message.params["place"].en == "Cell A"


@pytest.mark.both_engines
def test_closed_time_is_refused_with_its_reason(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    house.block(BENCH, at(MONDAY, 12), at(MONDAY, 13), reason="Fire drill")
    with house.work("admin") as work, pytest.raises(SlotTaken) as raised:
        place(work, ref, stay(BENCH, MONDAY))
    assert raised.value.message.params["reason"].en == "Fire drill"
    assert house.held(ref) == []


@pytest.mark.both_engines
def test_the_databases_guard_has_the_last_word(house, monkeypatch):
    """Without the check under the lock the commit is refused all the same."""
    house.place()
    first, second = (house.sent(name, resource=BENCH, days=1) for name in ("firm", "rival"))
    house.approve(first, "manager.fac-03", stay(BENCH, MONDAY))
    monkeypatch.setattr(taken, "refuse_taken", lambda *_, **__: None)
    before = house.snapshot(second)
    with pytest.raises(SlotTaken) as raised:
        house.approve(second, "manager.fac-03", stay(BENCH, MONDAY))
    assert raised.value.message.template == "This time has just been taken by another booking."
    assert (house.snapshot(second), house.overlaps()) == (before, 0)


def test_sabotage_is_seen(house, monkeypatch):
    """With check and guard away there is an overlap, and the count of overlaps sees it."""
    house.place()
    first, second = (house.sent(name, resource=BENCH, days=1) for name in ("firm", "rival"))
    house.approve(first, "manager.fac-03", stay(BENCH, MONDAY))
    monkeypatch.setattr(taken, "refuse_taken", lambda *_, **__: None)
    with house.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER ex_booking_no_overlap_insert"))
    house.approve(second, "manager.fac-03", stay(BENCH, MONDAY))
    assert house.overlaps() == 1


def test_a_block_over_a_booking_stops_no_move_of_state(house):
    """The clash is repaired by people; the pilot goes on until they do."""
    house.place("fac-03", papers=[])
    ref = house.sent(resource=BENCH, days=1, article={"people_in_view": True})
    house.approve(ref, "manager.fac-03")
    house.block(BENCH, at(MONDAY, 8), at(MONDAY, 17))
    assert house.approve(ref, "data_protection") == "confirmed"
    for code in ("privacy_notice", "dpia", "ethics_statement"):
        house.attach(ref, code)
    assert house.act(ref, "mark-ready", "manager.fac-03") == "ready"
    assert house.act(ref, "reschedule", "manager.fac-03", stay(BENCH, days(1)[0])) == "confirmed"


def test_every_way_locks_in_one_order(house, monkeypatch):
    """All of a pilot's places at once, sorted: two pilots at the same two places cannot cross."""
    house.place("fac-03")
    house.place("fac-01")
    asked = [{"resource": name, "days": 1, "windows": [window(MONDAY)]} for name in (BENCH, CELL)]
    ref = house.sent(periods=asked)
    locked = []
    plain = bookings.lock_resources
    monkeypatch.setattr(
        bookings,
        "lock_resources",
        lambda session, ids: (locked.append(sorted(ids)), plain(session, ids))[1],
    )
    everything = sorted(row.id for row in house.make.all(select(Resource)))
    for name in ("manager.fac-03", "manager.fac-01"):
        locked.clear()
        house.approve(ref, name)
        assert locked[0] == everything
        assert all(set(later) <= set(locked[0]) for later in locked)
