"""Moving a stay from the board: what is told before is what the move does, and nothing is left."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from livinglab.domain.errors import IllegalTransition, NotAllowed, NotFound, SlotTaken
from livinglab.domain.messages import Message
from livinglab.domain.pilot import State
from livinglab.services import shift
from livinglab.services.moves import Command
from tests.casework import MONDAY, days, stay

BENCH, GPU = "fac-03-vision-bench", "fac-03-gpu-workspace-remote"
CELL = "fac-01-cell-a"


@pytest.fixture
def ref(house):
    """A confirmed pilot on Monday and Tuesday."""
    house.place()
    made = house.sent(resource=BENCH, days=2)
    house.approve(made, "manager.fac-03", stay(BENCH, *days(0, 1)))
    return made


def booking(house, ref):
    return house.read(ref).bookings[0].id


def look(house, ref, day, resource="", start=None, name="manager.fac-03"):
    with house.work(name) as work:
        asked = (resource, day, start)
        return shift.look(
            work.session, work.world, work.actor, work.now, booking(house, ref), asked
        )


def rehearsed(house, ref, slot, name="manager.fac-03"):
    """The effect of a move that was only tried."""
    before = house.snapshot(ref)
    with house.work(name) as work:
        effect = shift.rehearse(work, ref, Command(house.read(ref).version, slots=(slot,)))
    assert house.snapshot(ref) == before
    return effect


@pytest.mark.both_engines
def test_the_rehearsal_tells_what_the_move_does_and_leaves_nothing(house, ref):
    slot = stay(BENCH, *days(2, 3))
    effect = rehearsed(house, ref, slot)
    assert effect == shift.Effect(
        before=State.CONFIRMED,
        after=State.CONFIRMED,
        opened=(),
        told=("firm@lab.example",),
        rivals=(),
        outlived=(),
        undoable=True,
    )
    mails = house.mails(ref)
    assert house.act(ref, "reschedule", "manager.fac-03", slot) == effect.after.value
    assert house.mails(ref) == [*mails, ("moved", "firm")]


@pytest.mark.both_engines
def test_gates_of_another_place_are_told_and_there_is_no_way_back(house):
    house.place("fac-03")
    house.place("fac-01")
    ref = house.sent(facilities=["fac-03", "fac-01"], days=1)
    house.approve(ref, "manager.fac-03")
    effect = rehearsed(house, ref, stay(CELL, MONDAY), "coordinator")
    assert (effect.before, effect.after, effect.undoable) == (
        State.CONFIRMED,
        State.IN_REVIEW,
        False,
    )
    assert [gate.title.get("en") for gate in effect.opened] == ["Facility manager"]


@pytest.mark.both_engines
def test_a_rehearsal_that_is_refused_leaves_nothing_either(house, ref):
    other = house.sent("rival", resource=BENCH, days=1)
    house.approve(other, "manager.fac-03", stay(BENCH, days(2)[0]))
    before = house.snapshot(ref)
    command = Command(house.read(ref).version, slots=(stay(BENCH, *days(1, 2)),))
    with house.work("manager.fac-03") as work, pytest.raises(SlotTaken):
        shift.rehearse(work, ref, command)
    assert house.snapshot(ref) == before


def test_wishes_of_others_for_the_new_days_are_told(house, ref):
    house.sent("rival", resource=BENCH, days=1, windows=[(days(3)[0], days(4)[0])])
    effect = rehearsed(house, ref, stay(BENCH, *days(2, 3)))
    assert [wish.company for wish in effect.rivals] == ["Rival"]
    assert rehearsed(house, ref, stay(BENCH, *days(7, 8))).rivals == ()


def test_a_day_offers_its_starts_at_the_hour_of_now_first(house, ref):
    found = look(house, ref, days(3)[0])
    assert [(c.stay.first_day, c.stay.last_day) for c in found.options] == [days(3, 4)]
    assert found.choice == found.options[0]
    assert found.problem is None
    assert look(house, ref, days(3)[0], start=found.choice.stay.start).choice == found.choice
    assert look(house, ref, days(3)[0], start=7).choice is None


def test_half_days_offer_morning_and_afternoon(house):
    house.place()
    ref = house.sent(resource=BENCH, days=0.5)
    house.approve(ref, "manager.fac-03")
    found = look(house, ref, days(3)[0])
    assert len(found.options) == 2
    assert found.choice == found.options[0]
    afternoon = found.options[1].stay.start
    assert look(house, ref, days(3)[0], start=afternoon).choice == found.options[1]


def test_days_of_rest_say_so_and_the_next_that_fit_follow(house, ref):
    found = look(house, ref, days(5)[0])
    assert (found.options, found.choice) == ((), None)
    assert found.problem == Message("Not open on this weekday")
    assert [c.stay.first_day for c in found.nearest] == list(days(7, 8, 9))


def test_the_price_is_that_of_the_list_of_the_new_day(house):
    prices = {"half_day": None, "setup": 0, "expert_hour": 100}
    first, later = (
        {"valid_from": "2026-01-01", "day": 300} | prices,
        {"valid_from": "2027-01-14", "day": 400} | prices,
    )
    house.place(prices=[first, later])
    ref = house.sent(resource=BENCH, days=2)
    house.approve(ref, "manager.fac-03", stay(BENCH, *days(0, 1)))
    assert look(house, ref, days(3)[0]).prices == (Decimal(600), Decimal(800))
    assert look(house, ref, days(1)[0]).prices == (Decimal(600), Decimal(600))


def test_the_row_of_what_is_booked_along_means_the_stay(house):
    house.place("fac-02")
    found = house.sent(
        resource="fac-02-hall-north", also=["fac-02-hall-south"], days=1, facility="fac-02"
    )
    house.approve(found, "manager.fac-02")
    rows = {b.resource.slug: b.id for b in house.read(found).bookings}
    with house.work("manager.fac-02") as work:
        for slug, number in rows.items():
            seen = shift.look(
                *(work.session, work.world, work.actor, work.now, number),
                (slug, days(2)[0], None),
            )
            assert seen.item.slug == "fac-02-hall-north"


@pytest.mark.parametrize(
    ("name", "refusal"),
    [("manager.fac-01", NotFound), ("firm", NotAllowed), ("staff", NotAllowed)],
)
def test_only_who_may_move_it_sees_what_moving_does(house, ref, name, refusal):
    house.place("fac-01")
    with pytest.raises(refusal):
        look(house, ref, days(3)[0], name=name)


def test_what_is_over_or_unknown_cannot_be_moved(house, ref):
    number = booking(house, ref)
    with house.work("admin") as work, pytest.raises(NotFound):
        shift.subject(work.session, work.world, work.actor, work.now, number + 99)
    house.act(ref, "cancel", "manager.fac-03", note="No.")
    with pytest.raises(NotFound):
        look(house, ref, days(3)[0])


def test_a_tentative_stay_under_review_is_not_moved_but_offered(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1, article={"people_in_view": True})
    house.approve(ref, "manager.fac-03")
    with pytest.raises(IllegalTransition):
        look(house, ref, days(3)[0])


def test_days_out_of_all_calendars_have_no_start(house, ref):
    found = look(house, ref, date(2099, 1, 4))
    assert (found.options, found.nearest) == ((), ())
    assert replace(found, problem=None).choice is None
