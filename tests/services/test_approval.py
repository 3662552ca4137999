"""Deciding: gates, conditions, refusals, questions, offers and their answers."""

from datetime import timedelta

import pytest

from livinglab.domain.errors import IllegalTransition, InvalidInput, NotAllowed, SlotTaken
from tests.casework import MONDAY, Held, at, days, stay, window

BENCH = "fac-03-vision-bench"
CELL = "fac-01-cell-a"
FREE_MONDAY = Held(BENCH, "tentative", at(MONDAY, 8), at(MONDAY, 17))
PEOPLE = {"people_in_view": True}


@pytest.fixture
def ref(house):
    """A sent request with two gates: the manager's and the data protection contact's."""
    house.place()
    return house.sent(resource=BENCH, days=1, article=PEOPLE)


def refused(house, ref, refusal, name, action="approve", *slots, **command):
    """The problems of a refused move that changed nothing."""
    before = house.snapshot(ref)
    with pytest.raises(refusal) as raised:
        house.act(ref, action, name, *slots, **command)
    assert house.snapshot(ref) == before
    return [(problem.code, problem.field) for problem in raised.value.problems]


# --- Gates ----------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_the_only_gate_makes_the_time_firm(house, clock):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    clock.now += timedelta(hours=1)
    assert house.approve(ref, "manager.fac-03", note="Welcome.") == "confirmed"
    assert house.held(ref) == [Held(BENCH, "firm", at(MONDAY, 8), at(MONDAY, 17))]
    row = house.read(ref)
    (gate,) = row.gates
    assert (gate.state, gate.decided_at, gate.note) == ("passed", clock.now, "Welcome.")
    assert gate.decided_by_id == house.who("manager.fac-03").user_id
    assert (row.answered_at, row.version) == (clock.now, 3)
    assert house.audits(ref)[-1] == ("manager.fac-03", "approve", "submitted", "confirmed")
    assert house.mails(ref)[-1] == ("confirmed", "firm")


@pytest.mark.both_engines
def test_time_is_tentative_until_the_last_gate(house, ref):
    mails = house.mails(ref)
    assert house.approve(ref, "manager.fac-03") == "in_review"
    assert house.held(ref) == [FREE_MONDAY]
    assert house.gates(ref) == {"facility_manager": "passed", "data_protection": "open"}
    assert house.mails(ref) == mails
    assert house.approve(ref, "data_protection") == "confirmed"
    assert [held.state for held in house.held(ref)] == ["firm"]
    assert house.mails(ref) == [*mails, ("confirmed", "firm")]


def test_any_gate_may_come_first_and_holds_the_time(house, ref):
    assert house.approve(ref, "data_protection") == "in_review"
    assert house.held(ref) == [FREE_MONDAY]
    assert house.approve(ref, "manager.fac-03") == "confirmed"


def test_a_gate_may_be_named(house, ref):
    assert house.approve(ref, "manager.fac-03", gate="facility_manager@fac-03") == "in_review"


@pytest.mark.parametrize(
    ("gate", "name", "refusal", "code"),
    [
        ("data_protection@fac-03", "manager.fac-03", NotAllowed, []),
        ("facility_manager@fac-03", "coordinator", NotAllowed, []),
        ("facility_manager@fac-06", "manager.fac-03", InvalidInput, [("unknown_gate", "gate")]),
        ("", "manager.fac-03", InvalidInput, [("unknown_gate", "gate")]),
        ("@", "manager.fac-03", InvalidInput, [("unknown_gate", "gate")]),
        ("x" * 10_000, "manager.fac-03", InvalidInput, [("unknown_gate", "gate")]),
        (None, "coordinator", InvalidInput, [("gate_missing", "gate")]),
    ],
)
def test_a_gate_that_is_not_the_persons_is_not_passed(house, ref, gate, name, refusal, code):
    assert refused(house, ref, refusal, name, gate=gate) == code


def test_a_gate_is_passed_once(house, ref):
    house.approve(ref, "manager.fac-03")
    assert (
        refused(house, ref, IllegalTransition, "manager.fac-03", gate="facility_manager@fac-03")
        == []
    )
    assert refused(house, ref, InvalidInput, "manager.fac-03") == [("gate_missing", "gate")]


def test_one_person_with_two_gates_names_the_one(house):
    house.place("fac-03")
    house.place("fac-06")
    periods = [{"facility": f, "windows": [window(MONDAY)]} for f in ("fac-03", "fac-06")]
    ref = house.sent(periods=periods, article=PEOPLE)
    assert refused(house, ref, InvalidInput, "data_protection") == [("gate_missing", "gate")]
    gate = "data_protection@fac-03"
    assert house.approve(ref, "data_protection", gate=gate) == "in_review"
    assert [(g.role, g.state) for g in house.read(ref).gates] == [
        ("facility_manager", "open"),
        ("data_protection", "passed"),
        ("facility_manager", "open"),
        ("data_protection", "open"),
    ]


# --- Conditions -----------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_conditions_keep_the_time_tentative(house, ref):
    house.approve(ref, "manager.fac-03", conditions=(" Bring a cover. ", "", "Sign\r\nhere."))
    assert [c.text for c in house.read(ref).conditions] == ["Bring a cover.", "Sign\nhere."]
    assert house.approve(ref, "data_protection") == "conditional"
    assert house.held(ref) == [FREE_MONDAY]
    assert house.mails(ref)[-1] == ("conditional", "firm")
    first, second = (c for c in house.read(ref).conditions if not c.evidence)
    assert house.act(ref, "fulfil", "manager.fac-03", condition=second.id) == "conditional"
    mails = house.mails(ref)
    assert house.act(ref, "fulfil", "manager.fac-03") == "confirmed"
    assert [c.fulfilled_by_id for c in house.read(ref).conditions if not c.evidence] == [
        house.who("manager.fac-03").user_id
    ] * 2
    assert [held.state for held in house.held(ref)] == ["firm"]
    assert house.mails(ref) == [*mails, ("confirmed", "firm")]
    assert first.fulfilled_at is None


def test_a_condition_that_cannot_be_kept_is_refused(house, ref):
    assert refused(house, ref, InvalidInput, "manager.fac-03", conditions=("fine", "a\x00b")) == [
        ("unsafe_text", "conditions.1")
    ]


def test_a_long_condition_is_shortened(house, ref):
    house.approve(ref, "manager.fac-03", conditions=("x" * 3000,))
    assert [len(c.text) for c in house.read(ref).conditions] == [2000]


# --- No, more, later ------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_rejecting_refuses_the_persons_gate_and_frees_the_time(house, ref):
    house.approve(ref, "manager.fac-03")
    assert house.act(ref, "reject", "data_protection", note="No consent form.") == "rejected"
    assert house.gates(ref) == {"facility_manager": "passed", "data_protection": "refused"}
    assert house.held(ref) == []
    assert house.mails(ref)[-1] == ("rejected", "firm")
    assert house.audits(ref)[-1] == ("data_protection", "reject", "in_review", "rejected")


def test_asking_for_more_keeps_time_and_decisions(house, ref):
    house.approve(ref, "manager.fac-03")
    assert house.act(ref, "request-info", "data_protection", note="Which data?") == "needs_info"
    assert house.held(ref) == [FREE_MONDAY]
    assert house.mails(ref)[-1] == ("needs-info", "firm")


def test_the_waiting_list_gives_time_back(house, ref):
    house.approve(ref, "manager.fac-03")
    assert house.act(ref, "waitlist", "manager.fac-03") == "waitlisted"
    assert house.held(ref) == []
    assert house.mails(ref)[-1] == ("waitlisted", "firm")


# --- Offers ---------------------------------------------------------------------------------------


OTHER = stay(BENCH, days(14)[0])


@pytest.mark.both_engines
def test_an_offer_holds_its_time_and_waits(house, ref):
    rival = house.sent(
        "rival", resource=BENCH, days=1, windows=[(OTHER.start.date(), OTHER.end.date())]
    )
    assert house.act(ref, "offer", "manager.fac-03", OTHER) == "offered"
    assert house.held(ref) == [Held(BENCH, "tentative", OTHER.start, OTHER.end)]
    assert house.mails(ref)[-1] == ("offered", "firm")
    assert refused(house, rival, SlotTaken, "manager.fac-03") == []


@pytest.mark.both_engines
def test_an_accepted_offer_goes_on_to_the_gates(house, ref):
    house.act(ref, "offer", "manager.fac-03", OTHER)
    assert house.act(ref, "accept", "firm") == "in_review"
    assert house.mails(ref)[-2:] == [("accept", "manager.fac-03"), ("accept", "data_protection")]
    assert house.approve(ref, "manager.fac-03") == "in_review"
    assert house.approve(ref, "data_protection") == "confirmed"
    assert house.held(ref) == [Held(BENCH, "firm", OTHER.start, OTHER.end)]


@pytest.mark.both_engines
def test_a_declined_offer_gives_its_time_back(house, ref):
    house.act(ref, "offer", "manager.fac-03", OTHER)
    assert house.act(ref, "decline", "firm") == "in_review"
    assert house.held(ref) == []
    assert house.mails(ref)[-2:] == [("decline", "manager.fac-03"), ("decline", "data_protection")]
    assert house.approve(ref, "manager.fac-03") == "in_review"
    assert house.held(ref) == [FREE_MONDAY]


def test_declining_one_stay_keeps_the_other(house):
    house.place("fac-03")
    house.place("fac-01")
    periods = [
        {"resource": name, "windows": [window(*days(0, 4))], "days": 1} for name in (BENCH, CELL)
    ]
    ref = house.sent(periods=periods)
    house.approve(ref, "manager.fac-03")
    house.act(ref, "offer", "manager.fac-01", stay(CELL, days(2)[0], period=1))
    assert [held.resource for held in house.held(ref)] == [BENCH, CELL]
    house.act(ref, "decline", "firm")
    assert house.held(ref) == [FREE_MONDAY]


def test_an_offer_needs_a_time(house, ref):
    assert refused(house, ref, InvalidInput, "manager.fac-03", "offer") == [
        ("slots_missing", "slots")
    ]


def test_a_second_offer_replaces_the_first(house, ref):
    house.act(ref, "offer", "manager.fac-03", OTHER)
    house.act(ref, "decline", "firm")
    again = stay(BENCH, days(15)[0])
    house.act(ref, "offer", "manager.fac-03", again)
    assert house.held(ref) == [Held(BENCH, "tentative", again.start, again.end)]
    house.act(ref, "accept", "firm")
    assert house.held(ref) == [Held(BENCH, "tentative", again.start, again.end)]
