"""Several requests at once: only what asks no judgement, what was shown, each on its own."""

from dataclasses import replace
from datetime import timedelta

import pytest

from livinglab.adapters.texts import sentence
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotFound,
    SlotTaken,
    StaleVersion,
)
from livinglab.domain.pilot import Action
from livinglab.services import bulk, undoing
from livinglab.services.bulk import Shown
from tests.casework import days, stay

BENCH, MANAGER = "fac-03-vision-bench", "manager.fac-03"


@pytest.fixture
def lane(house):
    """The vision lab with a fast lane and no papers to show; the manager alone decides."""
    house.place(default_lane="fast", papers=[])
    return house


def asked(house, number, name="firm", **further):
    """A request for a day of the week, by number."""
    day = days(number)[0]
    return house.sent(name, resource=BENCH, days=1, windows=[(day, day)], **further)


def plans(house, action, *refs, by=MANAGER):
    with house.work(by) as work:
        return bulk.plans(work, Action(action), refs)


def shown(plan):
    return Shown(plan.ref, plan.version, tuple(choice.slot for choice in plan.times))


def carry_out(house, action, seen, *, note="", by=MANAGER):
    with house.work(by) as work:
        return bulk.carry_out(work, Action(action), seen, note)


def left_out(plan):
    return plan.left_out and sentence(plan.left_out, "en")


@pytest.mark.both_engines
def test_what_is_safe_is_approved_as_it_was_shown(lane):
    refs = [asked(lane, number) for number in (0, 1)]
    found = plans(lane, "approve", *refs)
    assert [(plan.ref, plan.left_out) for plan in found] == [(ref, None) for ref in refs]
    slots = [[choice.slot for choice in plan.times] for plan in found]
    assert slots == [[stay(BENCH, days(number)[0])] for number in (0, 1)]
    assert [carry_out(lane, "approve", shown(plan)) for plan in found] == [True, True]
    assert [lane.read(ref).state for ref in refs] == ["confirmed", "confirmed"]


def test_it_can_be_taken_back_like_any_decision(lane):
    ref = asked(lane, 0)
    carry_out(lane, "approve", shown(plans(lane, "approve", ref)[0]))
    with lane.work(MANAGER) as work:
        undoing.take_back(work, ref, lane.read(ref).version)
    assert (lane.read(ref).state, lane.held(ref)) == ("submitted", [])


def test_who_is_left_out_is_told_why(house):
    house.place(default_lane="fast", papers=[])
    slow = asked(house, 0)
    house.make.session.query(type(house.read(slow))).filter_by(ref=slow).update(
        {"lane": "standard"}
    )
    house.make.session.commit()
    gated = asked(house, 1, article={"people_in_view": True})
    house.make.session.query(type(house.read(gated))).filter_by(ref=gated).update({"lane": "fast"})
    house.make.session.commit()
    taken = asked(house, 2)
    rival = asked(house, 2, "rival")
    house.approve(rival, MANAGER, stay(BENCH, days(2)[0]))
    over = asked(house, 3)
    house.act(over, "withdraw", "firm")
    found = {p.ref: left_out(p) for p in plans(house, "approve", slow, gated, taken, over)}
    assert found[slow] == "It is not in the fast lane."
    assert found[gated] == "Others decide on it, too."
    assert "taken" in found[taken]
    assert found[over] == "This cannot be done now: the pilot is “Withdrawn”."


def test_a_first_wish_that_is_not_free_is_left_to_a_person(lane):
    first, second = days(0, 1)
    ref = lane.sent(resource=BENCH, days=1, windows=[(first, first), (second, second)])
    lane.approve(asked(lane, 0, "rival"), MANAGER, stay(BENCH, first))
    (plan,) = plans(lane, "approve", ref)
    assert plan.left_out is not None
    with pytest.raises(IllegalTransition):
        carry_out(lane, "approve", replace(shown(plan), slots=(stay(BENCH, second),)))
    assert lane.read(ref).state == "submitted"


def test_missing_papers_are_looked_at_by_a_person(house):
    name = {"en": "Data agreement", "fi": "Sopimus", "sv": "Avtal"}
    paper = {"code": "data_agreement", "name": name, "when": "always"}
    house.place(default_lane="fast", papers=[paper])
    ref = asked(house, 0)
    (plan,) = plans(house, "approve", ref)
    assert left_out(plan) == "“Data agreement” is not there yet."
    house.attach(ref, "data_agreement")
    (plan,) = plans(house, "approve", ref)
    assert plan.left_out is None


def test_of_two_that_want_the_same_time_the_first_has_it(lane):
    refs = [asked(lane, 0), asked(lane, 0, "rival")]
    found = plans(lane, "approve", *refs)
    assert [left_out(plan) for plan in found] == [
        None,
        "Another request of these gets the same time first.",
    ]
    alone = plans(lane, "approve", refs[1])[0]
    carry_out(lane, "approve", shown(found[0]))
    with pytest.raises((IllegalTransition, StaleVersion, SlotTaken)):
        carry_out(lane, "approve", shown(alone))
    assert lane.read(refs[1]).state == "submitted"
    assert lane.overlaps() == 0


def test_what_is_not_safe_is_not_done_whatever_was_sent(house):
    """The form is not believed: a request may have become unsafe, or never was safe."""
    house.place(default_lane="standard", papers=[])
    ref = asked(house, 0)
    seen = Shown(ref, house.read(ref).version, (stay(BENCH, days(0)[0]),))
    with pytest.raises(IllegalTransition):
        carry_out(house, "approve", seen)
    assert house.read(ref).state == "submitted"


def test_time_other_than_shown_is_not_given(lane):
    ref = asked(lane, 0)
    seen = replace(shown(plans(lane, "approve", ref)[0]), slots=(stay(BENCH, days(1)[0]),))
    with pytest.raises(StaleVersion):
        carry_out(lane, "approve", seen)
    assert lane.held(ref) == []


def test_each_is_decided_on_the_version_that_was_read(lane):
    ref = asked(lane, 0)
    seen = shown(plans(lane, "waitlist", ref)[0])
    lane.act(ref, "request-info", MANAGER, note="How heavy?")
    lane.act(ref, "submit", "firm")
    with pytest.raises(StaleVersion):
        carry_out(lane, "waitlist", seen)
    assert lane.read(ref).state == "submitted"


def test_sent_twice_is_done_once(lane):
    ref = asked(lane, 0)
    seen = shown(plans(lane, "request-info", ref)[0])
    assert carry_out(lane, "request-info", seen, note="How heavy?") is True
    assert carry_out(lane, "request-info", seen, note="How heavy?") is False
    assert [row[1] for row in lane.audits(ref)] == ["create", "submit", "request-info"]


def test_a_question_needs_words(lane):
    ref = asked(lane, 0)
    with pytest.raises(InvalidInput):
        carry_out(lane, "request-info", shown(plans(lane, "request-info", ref)[0]))
    assert lane.read(ref).state == "submitted"


def test_nobody_is_rejected_by_the_dozen(lane):
    ref = asked(lane, 0)
    (plan,) = plans(lane, "reject", ref)
    assert plan.left_out is not None
    with pytest.raises(IllegalTransition):
        carry_out(lane, "reject", shown(plan), note="No")
    assert lane.read(ref).state == "submitted"


def test_what_the_person_may_not_see_is_not_there(lane):
    lane.place("fac-01")
    ref = asked(lane, 0)
    assert plans(lane, "approve", ref, by="manager.fac-01") == []
    seen = Shown(ref, lane.read(ref).version)
    with pytest.raises(NotFound):
        carry_out(lane, "waitlist", seen, by="manager.fac-01")
    (plan,) = plans(lane, "approve", ref, by="staff")
    assert plan.left_out is not None


def test_fifty_are_the_most(lane, monkeypatch):
    monkeypatch.setattr(bulk, "MOST", 2)
    refs = [asked(lane, number) for number in (0, 1, 2)]
    assert [plan.ref for plan in plans(lane, "waitlist", *refs)] == refs[:2]


def test_notice_that_ran_out_since_it_was_sent_is_not_the_firms_fault(lane, clock):
    ref = asked(lane, 0)
    clock.now += timedelta(days=40)
    (plan,) = plans(lane, "approve", ref)
    assert plan.left_out is None
