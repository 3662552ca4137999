"""A decision taken back within its minute: everything stands as before, and nobody hears of it."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.db.tables import Undo
from livinglab.domain.errors import (
    IllegalTransition,
    NotAllowed,
    NotFound,
    SlotTaken,
    StaleVersion,
    VersionMissing,
)
from livinglab.domain.pilot import Action
from livinglab.services import outbox, undoing
from livinglab.services.moves import Command
from tests.casework import MONDAY, Held, at, days, stay
from tests.services.test_stays_race import at_once

BENCH, MANAGER = "fac-03-vision-bench", "manager.fac-03"
FREE = {"mass_kg": 40}


class Server:
    """Takes mails."""

    def __init__(self):
        self.subjects = []

    def send(self, message):
        self.subjects.append(message["Subject"])


@pytest.fixture
def ref(house):
    """A request for the bench that waits for the manager; the mails so far have gone."""
    house.place()
    made = house.sent(resource=BENCH, days=2)
    let_out(house)
    return made


def let_out(house, after=timedelta(0)):
    server = Server()
    with house.work() as work:
        session, world, now = work.session, work.world, work.now
    outbox.dispatch(session, world, server, clock=lambda: now + after)
    session.rollback()
    return server.subjects


def decide(house, ref, action, *slots, by=MANAGER, **command):
    with house.work(by) as work:
        command = Command(house.read(ref).version, slots=slots, **command)
        return undoing.decide(work, ref, Action(action), command).state


def take_back(house, ref, by=MANAGER, version=None):
    version = house.read(ref).version if version is None else version
    with house.work(by) as work:
        return undoing.take_back(work, ref, version).state


def standing(house, ref):
    """All that a decision changes, and that taking it back must put right."""
    row = house.read(ref)
    return (
        *(row.state, row.lane, row.answered_at, row.ended_by, row.waitlisted_at),
        [(g.id, g.role, g.state, g.decided_at, g.decided_by_id, g.note) for g in row.gates],
        [(c.text, c.first, c.due_on, c.fulfilled_at) for c in row.conditions],
        house.held(ref),
    )


DECISIONS = (
    ("approve", {}, "confirmed"),
    ("approve", {"conditions": ("Bring cards",)}, "conditional"),
    ("reject", {"note": "Too heavy"}, "rejected"),
    ("request-info", {"note": "How heavy?"}, "needs_info"),
    ("waitlist", {}, "waitlisted"),
)


@pytest.mark.both_engines
@pytest.mark.parametrize(("action", "command", "state"), DECISIONS)
def test_everything_stands_as_before_and_nobody_hears_of_it(house, ref, action, command, state):
    before, mails = standing(house, ref), house.mails(ref)
    slots = (stay(BENCH, *days(0, 1)),) if action == "approve" else ()
    assert decide(house, ref, action, *slots, **command) == state
    assert house.mails(ref) != mails
    assert take_back(house, ref) == "submitted"
    assert (standing(house, ref), house.mails(ref)) == (before, mails)
    assert let_out(house, timedelta(hours=1)) == []
    assert house.read(ref).version == 4
    assert house.audits(ref)[2:] == [
        (MANAGER, action, "submitted", state),
        (MANAGER, "take-back", state, "submitted"),
    ]


@pytest.mark.both_engines
def test_time_that_a_rejection_freed_is_held_again(house):
    house.place(hold_on_submit=True)
    ref = house.sent(resource=BENCH, days=2)
    before = house.held(ref)
    assert len(before) == 1
    decide(house, ref, "reject", note="No")
    assert house.held(ref) == []
    take_back(house, ref)
    assert house.held(ref) == before
    full = {text for (_, detail, _), text in house.texts(ref).items() if detail == "full"}
    assert all("STATUS:TENTATIVE" in text for text in full)


@pytest.mark.both_engines
def test_who_took_the_time_meanwhile_is_named_and_keeps_it(house):
    house.place(hold_on_submit=True)
    ref = house.sent(resource=BENCH, days=1, windows=[(MONDAY, MONDAY)])
    decide(house, ref, "reject", note="No")
    other = house.sent("rival", resource=BENCH, days=1, windows=[(MONDAY, MONDAY)])
    house.approve(other, MANAGER, stay(BENCH, MONDAY))
    before = house.snapshot(ref)
    with pytest.raises(SlotTaken) as refusal:
        take_back(house, ref)
    told = refusal.value.message.params
    assert (told["company"], told["ref"]) == ("Rival", other)
    assert house.snapshot(ref) == before
    assert house.overlaps() == 0


def test_time_that_was_closed_meanwhile_stays_closed(house):
    house.place(hold_on_submit=True)
    ref = house.sent(resource=BENCH, days=1, windows=[(MONDAY, MONDAY)])
    decide(house, ref, "reject", note="No")
    house.block(BENCH, at(MONDAY, 8), at(MONDAY, 17))
    with pytest.raises(SlotTaken, match="Closed"):
        take_back(house, ref)
    assert house.held(ref) == []


def test_a_stay_moved_by_the_approval_is_back_where_it_was_held(house):
    house.place(hold_on_submit=True)
    ref = house.sent(resource=BENCH, days=2)
    before = house.held(ref)
    decide(house, ref, "approve", stay(BENCH, *days(2, 3)))
    moved = stay(BENCH, *days(2, 3))
    assert house.held(ref) == [Held(BENCH, "firm", moved.start, moved.end)]
    take_back(house, ref)
    assert house.held(ref) == before
    assert house.attempt(ref, "approve", MANAGER, moved, version=4) == "confirmed"


def test_the_mail_waits_for_the_minute_and_then_goes(house, ref):
    decide(house, ref, "request-info", note="How heavy?")
    assert let_out(house, timedelta(seconds=59)) == []
    assert len(let_out(house, timedelta(seconds=60))) == 1


def test_when_the_minute_is_over_it_stays(house, ref, clock):
    decide(house, ref, "request-info", note="How heavy?")
    clock.now += undoing.FOR
    with pytest.raises(IllegalTransition):
        take_back(house, ref)
    assert house.read(ref).state == "needs_info"


@pytest.mark.both_engines
def test_when_the_mail_went_before_it_is_too_late(house, ref):
    """The clock that lets mails out may be ahead of the one that takes back."""
    decide(house, ref, "request-info", note="How heavy?")
    let_out(house, undoing.FOR)
    with pytest.raises(IllegalTransition, match="told"):
        take_back(house, ref)
    assert house.read(ref).state == "needs_info"


def test_only_who_decided_takes_it_back(house, ref):
    decide(house, ref, "request-info", note="How heavy?")
    for name, refusal in (("coordinator", NotAllowed), ("firm", NotAllowed), ("rival", NotFound)):
        with pytest.raises(refusal):
            take_back(house, ref, by=name)
    with pytest.raises(NotAllowed):
        take_back(house, ref, by=f"{MANAGER}:read")
    assert house.read(ref).state == "needs_info"


def test_what_somebody_changed_since_is_not_taken_back(house, ref):
    decide(house, ref, "request-info", note="How heavy?")
    decided = house.read(ref).version
    house.act(ref, "submit", "firm")
    with pytest.raises(StaleVersion):
        take_back(house, ref, version=decided)
    with pytest.raises(IllegalTransition):
        take_back(house, ref)
    assert house.read(ref).state == "submitted"


def test_a_version_must_be_named(house, ref):
    decide(house, ref, "waitlist")
    with pytest.raises(VersionMissing), house.work(MANAGER) as work:
        undoing.take_back(work, ref, None)


def test_an_offer_is_no_decision_of_that_kind(house, ref):
    decide(house, ref, "offer", stay(BENCH, *days(2, 3)))
    with pytest.raises(IllegalTransition):
        take_back(house, ref)
    assert house.make.all(select(Undo)) == []


def test_twice_is_once(house, ref):
    decide(house, ref, "waitlist")
    take_back(house, ref)
    with pytest.raises(IllegalTransition):
        take_back(house, ref)


def test_whats_undoable_is_the_persons_own_and_stands(house, ref, clock):
    decide(house, ref, "waitlist")

    def listed(name):
        with house.work(name) as work:
            return [one.ref for one in undoing.undoable(work.session, work.actor, work.now)]

    assert (listed(MANAGER), listed("coordinator")) == ([ref], [])
    clock.now += undoing.FOR
    assert listed(MANAGER) == []


@pytest.mark.both_engines
def test_of_taking_back_and_another_move_at_once_one_counts(house):
    house.place()
    for number in range(5):
        ref = house.sent(resource=BENCH, days=1)
        decide(house, ref, "approve", stay(BENCH, days(number)[0]))
        version = house.read(ref).version
        came = at_once(
            [
                lambda ref=ref, version=version: take_back(house, ref, version=version),
                lambda ref=ref, version=version: house.act(
                    ref, "cancel", "firm", note="Changed plans", version=version
                ),
            ]
        )
        assert Counter(came) in (
            Counter({"submitted": 1, "StaleVersion": 1}),
            Counter({"cancelled": 1, "StaleVersion": 1}),
        )
        assert house.held(ref) == []
        assert house.read(ref).version == version + 1
