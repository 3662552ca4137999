"""After approval: moving, calling off, getting ready, carrying out, and taking up again."""

from datetime import date, timedelta

import pytest

from livinglab.db.locking import lock_pilot
from livinglab.db.tables import Condition
from livinglab.domain.errors import InvalidInput, NotAllowed, NotFound, RulesBroken, SlotTaken
from tests.casework import MONDAY, WEEK, Held, at, days, stay

BENCH = "fac-03-vision-bench"
CELL = "fac-01-cell-a"
PEOPLE = {"people_in_view": True}


@pytest.fixture
def ref(house):
    """A confirmed pilot on Monday and Tuesday."""
    house.place()
    made = house.sent(resource=BENCH, days=2)
    house.approve(made, "manager.fac-03", stay(BENCH, *days(0, 1)))
    return made


def refused(house, ref, refusal, name, action, *slots, **command):
    """The problems of a refused move that changed nothing."""
    before = house.snapshot(ref)
    with pytest.raises(refusal) as raised:
        house.act(ref, action, name, *slots, **command)
    assert house.snapshot(ref) == before
    return [(problem.code, problem.field) for problem in raised.value.problems]


# --- Moving ---------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_a_move_may_overlap_the_old_time_and_keeps_the_event(house, ref):
    before = house.read(ref).bookings[0]
    mails = house.mails(ref)
    assert house.act(ref, "reschedule", "manager.fac-03", stay(BENCH, *days(1, 2))) == "confirmed"
    assert house.held(ref) == [Held(BENCH, "firm", at(days(1)[0], 8), at(days(2)[0], 17))]
    (after,) = house.read(ref).bookings
    assert (after.id, after.uid, after.ical_sequence) == (
        before.id,
        before.uid,
        before.ical_sequence + 1,
    )
    assert house.mails(ref) == [*mails, ("moved", "firm")]
    assert house.audits(ref)[-1] == ("manager.fac-03", "reschedule", "confirmed", "confirmed")


def test_a_move_may_leave_the_windows_but_not_the_rules(house, ref):
    assert refused(
        house, ref, InvalidInput, "manager.fac-03", "reschedule", stay(BENCH, *days(5, 6))
    ) == [("not_a_stay", "slots.0.start")]
    assert refused(house, ref, InvalidInput, "manager.fac-03", "reschedule") == [
        ("slots_missing", "slots")
    ]
    house.act(ref, "reschedule", "manager.fac-03", stay(BENCH, *days(21, 22)))
    assert [held.start for held in house.held(ref)] == [at(days(21)[0], 8)]


@pytest.mark.both_engines
def test_a_move_onto_anothers_time_is_refused_whole(house, ref):
    other = house.sent("rival", resource=BENCH, days=1)
    house.approve(other, "manager.fac-03", stay(BENCH, days(2)[0]))
    assert (
        refused(house, ref, SlotTaken, "manager.fac-03", "reschedule", stay(BENCH, *days(1, 2)))
        == []
    )


def test_a_ready_pilot_that_is_moved_is_confirmed_again(house):
    house.place("fac-03", papers=[])
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03")
    house.act(ref, "mark-ready", "manager.fac-03")
    assert house.act(ref, "reschedule", "admin", stay(BENCH, days(2)[0])) == "confirmed"


def test_a_conditional_pilot_that_is_moved_stays_conditional(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03", conditions=("A cover.",))
    moved = house.act(ref, "reschedule", "manager.fac-03", stay(BENCH, days(2)[0]))
    assert (moved, house.held(ref)[0].state) == ("conditional", "tentative")


@pytest.mark.both_engines
def test_a_loud_test_moves_with_what_it_shares(house):
    house.place("fac-01")
    ref = house.sent(resource=CELL, days=1, article={"noise_dba": 92})
    house.approve(ref, "manager.fac-01")
    uids = {b.resource.slug: b.uid for b in house.read(ref).bookings}
    house.act(ref, "reschedule", "manager.fac-01", stay("fac-01-cell-b", days(2)[0]))
    moved = {b.resource.slug: b.uid for b in house.read(ref).bookings if b.state == "firm"}
    assert moved == {
        "fac-01-cell-b": uids[CELL],
        "fac-01-loud-test": uids["fac-01-loud-test"],
    }


@pytest.mark.both_engines
def test_a_move_to_another_place_opens_its_gates(house):
    house.place("fac-03")
    house.place("fac-01")
    ref = house.sent(facilities=["fac-03", "fac-01"], days=1)
    house.approve(ref, "manager.fac-03")
    slot = stay(CELL, MONDAY)
    assert refused(house, ref, NotAllowed, "manager.fac-03", "reschedule", slot) == []
    assert house.act(ref, "reschedule", "coordinator", slot) == "in_review"
    assert house.held(ref) == [Held(CELL, "tentative", at(MONDAY, 8), at(MONDAY, 18))]
    assert house.approve(ref, "manager.fac-01") == "confirmed"


# --- Calling off ----------------------------------------------------------------------------------


@pytest.mark.both_engines
@pytest.mark.parametrize(("name", "side"), [("firm", "company"), ("manager.fac-03", "host")])
def test_either_side_cancels_and_both_hear_of_it(house, ref, name, side):
    mails = house.mails(ref)
    assert house.act(ref, "cancel", name, note="The robot broke.") == "cancelled"
    row = house.read(ref)
    assert (row.ended_by, house.held(ref)) == (side, [])
    (booking,) = row.bookings
    assert (booking.state, booking.released_at, booking.ical_sequence) == (
        "released",
        house.clock(),
        2,
    )
    assert house.mails(ref) == [*mails, ("cancelled", "firm"), ("cancelled", "manager.fac-03")]
    assert house.audits(ref)[-1][1:] == ("cancel", "confirmed", "cancelled")


def test_cancelling_needs_a_reason(house, ref):
    assert refused(house, ref, InvalidInput, "firm", "cancel") == [("note_missing", "note")]


# --- Conditions and papers ------------------------------------------------------------------------


def test_a_condition_that_is_not_there_is_not_met(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03", conditions=("A cover.", "A key."))
    first = house.read(ref).conditions[0].id
    assert refused(house, ref, NotFound, "manager.fac-03", "fulfil", condition=first + 99) == []
    house.act(ref, "fulfil", "manager.fac-03", condition=first)
    assert refused(house, ref, NotFound, "manager.fac-03", "fulfil", condition=first) == []


@pytest.mark.both_engines
def test_getting_ready_asks_for_every_paper(house, ref):
    assert refused(house, ref, RulesBroken, "manager.fac-03", "mark-ready") == [
        ("paper_missing", "papers.data_agreement"),
        ("paper_missing", "papers.ai_self_classification"),
    ]
    house.attach(ref, "data_agreement", days(0)[0])
    house.attach(ref, "ai_self_classification", days(1)[0])
    assert refused(house, ref, RulesBroken, "manager.fac-03", "mark-ready") == [
        ("paper_expired", "papers.data_agreement")
    ]
    house.attach(ref, "data_agreement", days(2)[0])
    assert house.act(ref, "mark-ready", "manager.fac-03") == "ready"


def test_getting_ready_asks_for_every_condition(house):
    house.place("fac-03", papers=[])
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03")
    with house.work() as work:
        pilot = lock_pilot(work.session, ref)
        pilot.conditions.append(Condition(text="Bring a key.", first=False))
    assert refused(house, ref, RulesBroken, "manager.fac-03", "mark-ready") == [
        ("condition_open", "conditions.0")
    ]


# --- The stay itself ------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_a_stay_is_carried_out(house):
    house.place("fac-03", papers=[])
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03")
    mails = house.mails(ref)
    steps = [
        ("mark-ready", "manager.fac-03", "ready"),
        ("check-in", "manager.fac-03", "in_progress"),
        ("suspend", "firm", "suspended"),
        ("resume", "manager.fac-03", "in_progress"),
        ("complete", "coordinator", "completed"),
        ("close", "admin", "closed"),
    ]
    for action, name, state in steps:
        assert house.act(ref, action, name, note="Noted.") == state
        assert [held.state for held in house.held(ref)] == ["firm"]
    assert (house.read(ref).version, house.mails(ref)) == (9, mails)


def test_who_does_not_come_loses_the_time(house):
    house.place("fac-03", papers=[])
    ref = house.sent(resource=BENCH, days=1)
    house.approve(ref, "manager.fac-03")
    house.act(ref, "mark-ready", "manager.fac-03")
    assert house.act(ref, "no-show", "manager.fac-03") == "no_show"
    assert (house.held(ref), house.read(ref).ended_by) == ([], "host")


# --- Taking up again ------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_what_is_taken_up_again_is_a_wish_with_open_gates(house, clock):
    house.place()
    ref = house.sent(resource=BENCH, days=1, windows=[WEEK], article=PEOPLE)
    house.approve(ref, "manager.fac-03", conditions=("A cover.",))
    house.act(ref, "reject", "data_protection", note="No.")
    clock.now += timedelta(days=1)
    assert house.act(ref, "reinstate", "manager.fac-03") == "submitted"
    row = house.read(ref)
    assert [(g.role, g.state, g.due_on, g.note, g.decided_by_id) for g in row.gates] == [
        ("facility_manager", "open", date(2026, 11, 27), "", None),
        ("data_protection", "open", date(2026, 12, 2), "", None),
    ]
    assert (row.conditions, row.ended_by, house.held(ref)) == ([], None, [])
    assert house.mails(ref)[-1] == ("reinstated", "firm")
    house.approve(ref, "manager.fac-03")
    assert house.approve(ref, "data_protection") == "confirmed"
    states = sorted(b.state for b in house.read(ref).bookings)
    assert states == ["firm", "released"]


def test_a_draft_that_was_never_sent_is_not_the_hosts_to_take_up(house):
    house.place()
    ref = house.draft()
    house.act(ref, "withdraw", "firm")
    assert refused(house, ref, NotFound, "coordinator", "reinstate") == []
