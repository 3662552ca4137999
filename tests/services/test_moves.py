"""What every move shares: who sees the pilot, which version it was decided on, the reason given."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from livinglab.adapters.texts import sentence
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    NotSignedIn,
    StaleVersion,
    VersionMissing,
)
from livinglab.domain.pilot import Action, By
from livinglab.services import actions, moves
from livinglab.services.moves import Command, actions_for
from tests.casework import MONDAY, days, stay
from tests.emptying import empty

BENCH = "fac-03-vision-bench"


@pytest.fixture
def ref(house):
    house.place()
    return house.sent(resource=BENCH, days=1)


def code_of(raised):
    return [(problem.code, problem.field) for problem in raised.value.problems]


def test_a_pilot_that_is_not_there_is_not_found(house):
    house.place()
    for name in ("firm", "coordinator"):
        with pytest.raises(NotFound), house.work(name) as work:
            actions.perform(work, "PLL-2026-9999", Action.SUBMIT, Command(1))


@pytest.mark.both_engines
def test_a_move_raises_the_version_by_one_and_notes_the_moment(house, ref, clock):
    clock.now += timedelta(hours=3)
    house.act(ref, "waitlist", "manager.fac-03")
    row = house.read(ref)
    assert (row.state, row.version, row.changed_at) == ("waitlisted", 3, clock.now)


def test_a_move_without_version_is_refused_after_the_right_to_it(house, ref):
    before = house.snapshot(ref)
    with pytest.raises(VersionMissing):
        house.approve(ref, "manager.fac-03", version=None)
    with pytest.raises(NotAllowed):
        house.approve(ref, "firm", version=None)
    with pytest.raises(NotFound):
        house.approve(ref, "rival", version=None)
    assert house.snapshot(ref) == before


def test_the_clock_needs_no_version(house, ref):
    with house.work() as work:
        assert moves.begin(work, ref, Action.EXPIRE, Command(None)).before == "submitted"


@pytest.mark.parametrize("version", [1, 3, 0, -1, 2**62])
def test_another_version_is_stale(house, ref, version):
    before = house.snapshot(ref)
    with pytest.raises(StaleVersion):
        house.approve(ref, "manager.fac-03", version=version)
    assert house.snapshot(ref) == before


def test_staleness_says_who_changed_what_when(house, ref, clock):
    clock.now += timedelta(hours=2)
    house.act(ref, "request-info", "manager.fac-03", note="Which lens?")
    with pytest.raises(StaleVersion) as raised:
        house.act(ref, "withdraw", "firm", version=2)
    assert sentence(raised.value.message, "en", "Europe/Helsinki") == (
        "manager.fac-03 changed the pilot at Tue 24 Nov 2026, 12:00 (asked for more)."
        " Read it again, then decide."
    )


def test_staleness_names_the_clock(house, ref):
    with house.work() as work:
        move = moves.begin(work, ref, Action.EXPIRE, Command(None))
        move.finish(moves.State.EXPIRED)
    assert house.read(ref).ended_by == "clock"
    with pytest.raises(StaleVersion) as raised:
        house.act(ref, "withdraw", "firm", version=2)
    assert sentence(raised.value.message, "en").startswith("The clock changed the pilot at")


def test_staleness_without_history_still_has_a_sentence(house, ref):
    with house.engine.begin() as connection:
        empty(connection, "audit")
    with pytest.raises(StaleVersion) as raised:
        house.act(ref, "withdraw", "firm", version=1)
    assert (
        sentence(raised.value.message, "en")
        == "Somebody changed the pilot meanwhile. Read it again."
    )


def test_staleness_comes_before_the_state(house, ref):
    """Who decides on an old page learns what happened, not that the button is gone."""
    house.act(ref, "withdraw", "firm")
    with pytest.raises(StaleVersion):
        house.approve(ref, "manager.fac-03", version=2)
    with pytest.raises(IllegalTransition):
        house.approve(ref, "manager.fac-03", version=3)


# --- Notes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("action", ["reject", "request-info"])
@pytest.mark.parametrize("note", ["", "  \r\n\t "])
def test_a_reason_is_asked_for(house, ref, action, note):
    before = house.snapshot(ref)
    with pytest.raises(InvalidInput) as raised:
        house.act(ref, action, "manager.fac-03", note=note)
    assert code_of(raised) == [("note_missing", "note")]
    assert house.snapshot(ref) == before


@pytest.mark.parametrize(
    ("note", "code"),
    [("x" * 5001, "too_long"), ("a\x00b", "unsafe_text"), ("\ud800", "unsafe_text")],
)
def test_a_note_that_cannot_be_kept_is_refused(house, ref, note, code):
    with pytest.raises(InvalidInput) as raised:
        house.act(ref, "waitlist", "manager.fac-03", note=note)
    assert code_of(raised) == [(code, "note")]


@pytest.mark.both_engines
def test_a_note_is_kept_with_its_lines(house, ref):
    house.act(ref, "reject", "manager.fac-03", note=" First.\r\nSecond. ")
    with Session(house.engine) as session:
        pilot = house.read(ref)
        assert moves.last_audit(session, pilot.id).said == "First.\nSecond."


# --- What may be done ---------------------------------------------------------------------------


def allowed(house, ref, name):
    with house.work(name) as work:
        pilot = moves.lock_pilot(work.session, ref)
        return [action.value for action in actions_for(pilot, house.who(name))]


def test_actions_are_those_of_the_person_in_the_tables_order(house, ref):
    assert allowed(house, ref, "manager.fac-03") == [
        *("approve", "request-info", "offer", "waitlist", "reject"),
    ]
    assert allowed(house, ref, "firm") == ["withdraw"]
    assert allowed(house, ref, "firm:read") == []
    assert allowed(house, ref, "staff") == []
    house.approve(ref, "manager.fac-03", stay(BENCH, MONDAY))
    assert allowed(house, ref, "firm") == ["cancel"]
    assert allowed(house, ref, "coordinator") == ["mark-ready", "reschedule", "cancel"]


def test_nobody_may_do_nothing(house, ref):
    with house.work() as work, pytest.raises(NotSignedIn):
        actions_for(moves.lock_pilot(work.session, ref), None)


def test_facts_name_every_facility_and_gate(house):
    house.place()
    house.place("fac-06")
    ref = house.draft(
        periods=[
            {"facility": "fac-03", "windows": []},
            {"facility": "fac-06", "windows": []},
        ]
    )
    with house.work("firm") as work:
        facts = moves.facts_of(moves.lock_pilot(work.session, ref))
    assert facts.facilities == {"fac-03", "fac-06"}
    assert (facts.gates, facts.ever_sent) == (frozenset(), False)


def test_open_pilot_asks_for_one_of_the_movers(house, ref):
    with pytest.raises(NotAllowed), house.work("manager.fac-03") as work:
        moves.open_pilot(work, ref, 2, {By.COMPANY})
    with house.work("firm") as work:
        assert moves.open_pilot(work, ref, 2, {By.HOST, By.COMPANY}).ref == ref


def test_the_side_that_ends_a_pilot_is_kept(house):
    house.place()
    ends = {}
    for number, (name, action) in enumerate(
        [
            ("firm", "withdraw"),
            ("manager.fac-03", "reject"),
            ("firm", "cancel"),
            ("admin", "cancel"),
        ]
    ):
        ref = house.sent(resource=BENCH, days=1)
        if action == "cancel":
            house.approve(ref, "manager.fac-03", stay(BENCH, days(number)[0]))
        house.act(ref, action, name, note="Because.")
        ends[name, action] = house.read(ref).ended_by
    assert ends == {
        ("firm", "withdraw"): "company",
        ("manager.fac-03", "reject"): "host",
        ("firm", "cancel"): "company",
        ("admin", "cancel"): "host",
    }


def test_command_is_a_value():
    assert replace(Command(3), note="x") == Command(3, "x")
