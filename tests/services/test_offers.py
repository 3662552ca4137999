"""Offers: packages, their end, answers one by one, who may what, and what calendars show."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.queries.offers import offers_of
from livinglab.db.tables import Booking, CalendarText, Gate, Offer, Pilot
from livinglab.domain.errors import (
    IllegalTransition,
    InvalidInput,
    NotAllowed,
    NotFound,
    RulesBroken,
    SlotTaken,
    StaleVersion,
)
from livinglab.domain.messages import Message
from livinglab.domain.offers import Proposal
from livinglab.services import answering, jobs
from livinglab.services.moves import Command
from livinglab.services.work import begin_work
from tests.casework import MONDAY, Held, at, days, stay, window

BENCH = "fac-03-vision-bench"
CELL = "fac-01-cell-a"
TWO = tuple(stay(BENCH, day) for day in days(14, 15))
THREE = tuple((stay(BENCH, day),) for day in days(14, 15, 16))


@pytest.fixture
def ref(house):
    house.place()
    return house.sent(resource=BENCH, days=1)


def offered(house, ref, *packages, name="manager.fac-03", **command):
    house.act(ref, "offer", name, packages=packages, **command)
    return [offer.id for offer in offers(house, ref) if offer.state == "open"]


def offers(house, ref):
    with Session(house.engine, expire_on_commit=False) as session:
        pilot = session.scalars(select(Pilot).where(Pilot.ref == ref)).one()
        return list(offers_of(session, [pilot.id]))


def states(house, ref):
    return [offer.state for offer in offers(house, ref)]


def refused(house, ref, refusal, action, name, *slots, **command):
    """The refusal of a move that changed nothing."""
    before = house.snapshot(ref), states(house, ref)
    with pytest.raises(refusal) as raised:
        house.act(ref, action, name, *slots, **command)
    assert (house.snapshot(ref), states(house, ref)) == before
    return raised.value


def codes(refusal):
    return [(problem.code, problem.field) for problem in refusal.problems]


def held(*slots):
    return [Held(s.resource, "tentative", s.start, s.end) for s in slots]


def tick(house):
    """Run what is asked for at every tick, a minute later."""
    house.clock.now += timedelta(minutes=1)
    with Session(house.engine) as session:
        for job in jobs.STANDING:
            jobs.stand(session, house.world, job, house.clock())


# --- Offering -------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_three_packages_are_held_at_once_for_five_working_days(house, ref):
    assert len(offered(house, ref, *THREE, note="Mornings are quiet.")) == 3
    assert house.held(ref) == held(*(package[0] for package in THREE))
    found = offers(house, ref)
    assert {(o.state, o.note, o.expires_at) for o in found} == {
        ("open", "Mornings are quiet.", at(house.clock().date() + timedelta(7), 17))
    }
    assert [len(o.bookings) for o in found] == [1, 1, 1]
    assert house.mails(ref)[-1] == ("offered", "firm")


def test_slots_are_one_package(house, ref):
    house.act(ref, "offer", "manager.fac-03", TWO[0])
    assert states(house, ref) == ["open"]
    assert codes(
        refused(
            house, house.sent(resource=BENCH, days=1), InvalidInput, "offer", "manager.fac-03",
            TWO[1], packages=THREE,
        )
    ) == [("not_both", "packages")]  # fmt: skip


def test_an_end_may_be_chosen(house, ref):
    offered(house, ref, *THREE, expires_at=house.clock() + timedelta(hours=1))
    assert {o.expires_at for o in offers(house, ref)} == {house.clock() + timedelta(hours=1)}


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (timedelta(0), "The offer would end in the past. Choose a later day."),
        (timedelta(-1), "The offer would end in the past. Choose a later day."),
        (timedelta(365), "The offer would end after its first stay begins. Choose an earlier day."),
    ],
)
def test_an_end_that_cannot_be_is_told(house, ref, after, sentence):
    refusal = refused(
        house, ref, InvalidInput, "offer", "manager.fac-03",
        packages=THREE, expires_at=house.clock() + after,
    )  # fmt: skip
    assert [(p.code, p.field, p.message) for p in refusal.problems] == [
        ("expires_wrong", "expires_at", Message(sentence))
    ]


def test_an_offer_ends_no_later_than_its_stay_begins(house, ref, clock):
    clock.now = at(days(11)[0], 9)  # the Friday before
    offered(house, ref, *THREE)
    assert {o.expires_at for o in offers(house, ref)} == {THREE[0][0].start}


@pytest.mark.parametrize(
    ("packages", "expected"),
    [
        ((), [("slots_missing", "slots")]),
        (((),), [("slots_missing", "slots")]),
        ((*THREE, (stay(BENCH, days(17)[0]),)), [("too_many_packages", "packages")]),
        ((THREE[0], THREE[0]), [("packages_overlap", "packages.1.0.start")]),
        (((TWO[0], TWO[1]),), [("repeated", "slots.1.period")]),
        ((THREE[0], (stay(BENCH, days(15)[0], period=1),)), [("packages_differ", "packages")]),
        (((stay(BENCH, days(14)[0], period=7),),), [("unknown_period", "slots.0.period")]),
    ],
)
def test_packages_that_cannot_be_are_told(house, ref, packages, expected):
    refusal = refused(house, ref, InvalidInput, "offer", "manager.fac-03", packages=packages)
    assert codes(refusal) == expected


@pytest.mark.both_engines
def test_a_package_needs_all_its_time_or_nothing_is_held(house, ref):
    rival = house.sent("rival", resource=BENCH, days=1, windows=[(days(15)[0], days(15)[0])])
    house.approve(rival, "manager.fac-03")
    refused(house, ref, SlotTaken, "offer", "manager.fac-03", packages=THREE)
    assert house.held(ref) == []


def test_time_held_already_becomes_that_of_the_first_package(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1, article={"people_in_view": True})
    house.approve(ref, "manager.fac-03")
    [before] = house.read(ref).bookings
    offered(house, ref, *THREE)
    first = offers(house, ref)[0].bookings[0]
    assert (first.id, first.uid, first.ical_sequence) == (before.id, before.uid, 1)


# --- Several places -------------------------------------------------------------------------------


@pytest.fixture
def two(house):
    """A request with a stay at the vision lab and two at the robot cells."""
    house.place("fac-03")
    house.place("fac-01")
    wish = {"windows": [window(*days(0, 4))], "days": 1}
    return house.sent(periods=[wish | {"resource": name} for name in (BENCH, CELL, CELL)])


def test_a_host_offers_all_its_stays_and_leaves_the_others(house, two):
    house.approve(two, "manager.fac-03")
    packages = [
        (stay(CELL, a, period=1), stay(CELL, b, period=2)) for a, b in (days(1, 2), days(3, 4))
    ]
    one, _ = offered(house, two, *packages, name="manager.fac-01")
    assert len(house.held(two)) == 5
    house.act(two, "accept", "firm", offer=one)
    assert [(h.resource, h.start) for h in house.held(two)] == [
        (BENCH, at(MONDAY, 8)), (CELL, at(days(1)[0], 8)), (CELL, at(days(2)[0], 8)),
    ]  # fmt: skip


def test_a_stay_left_out_of_a_package_is_named(house, two):
    slot = stay(CELL, days(1)[0], period=1)
    refusal = refused(house, two, InvalidInput, "offer", "manager.fac-01", slot)
    assert [(p.code, p.message.params["number"]) for p in refusal.problems] == [("stay_missing", 3)]


def test_a_host_does_not_offer_the_time_of_another(house, two):
    refused(house, two, NotAllowed, "offer", "manager.fac-01", stay(BENCH, days(1)[0]))


# --- Accepting ------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_accepting_one_keeps_its_time_and_frees_the_others(house, ref):
    _, second, _ = offered(house, ref, *THREE)
    uid = offers(house, ref)[1].bookings[0].uid
    assert house.act(ref, "accept", "firm", offer=second) == "in_review"
    assert states(house, ref) == ["declined", "accepted", "declined"]
    assert house.held(ref) == held(THREE[1][0])
    kept = [b for b in house.read(ref).bookings if b.state == "tentative"]
    assert [(b.uid, b.offer_id) for b in kept] == [(uid, None)]
    assert house.mails(ref)[-1] == ("accept", "manager.fac-03")
    assert house.approve(ref, "manager.fac-03") == "confirmed"


def test_calendars_show_offers_as_tentative_and_the_lost_ones_as_cancelled(house, ref):
    first, *_ = offered(house, ref, *THREE)
    assert calendar(house, ref) == [("TENTATIVE", 0)] * 3
    house.act(ref, "accept", "firm", offer=first)
    house.approve(ref, "manager.fac-03")
    assert calendar(house, ref) == [("CONFIRMED", 1), ("CANCELLED", 1), ("CANCELLED", 1)]


def calendar(house, ref):
    """Status and sequence of the pilot's events, by start."""
    with Session(house.engine) as session:
        texts = session.scalars(
            select(CalendarText.text)
            .join(Booking, CalendarText.booking_id == Booking.id)
            .join(Pilot, Booking.pilot_id == Pilot.id)
            .where(Pilot.ref == ref, CalendarText.detail == "full", CalendarText.language == "en")
            .order_by(Booking.starts_at)
        ).all()
    lines = [
        dict(line.split(":", 1) for line in text.splitlines() if ":" in line) for text in texts
    ]
    return [(line["STATUS"], int(line["SEQUENCE"])) for line in lines]


def test_one_of_several_must_be_named(house, ref):
    offered(house, ref, *THREE)
    assert codes(refused(house, ref, InvalidInput, "accept", "firm")) == [
        ("offer_missing", "offer")
    ]


def test_an_offer_of_another_pilot_is_as_unknown_as_none(house, ref):
    other = house.sent(resource=BENCH, days=1)
    [foreign] = offered(house, other, (stay(BENCH, days(21)[0]),))
    offered(house, ref, *THREE)
    for number in (foreign, 10**6):
        for action in ("accept", "decline"):
            refusal = refused(house, ref, InvalidInput, action, "firm", offer=number)
            assert codes(refusal) == [("unknown_offer", "offer")]


def test_only_the_firm_answers(house, ref):
    first, *_ = offered(house, ref, *THREE)
    for name, refusal in (
        *((name, NotAllowed) for name in ("manager.fac-03", "coordinator", "firm:read")),
        ("rival", NotFound),
    ):
        for action in ("accept", "decline"):
            refused(house, ref, refusal, action, name, offer=first)


def test_an_answered_offer_says_what_became_of_it(house, ref):
    first, second, _ = offered(house, ref, *THREE)
    house.act(ref, "decline", "firm", offer=first)
    refusal = refused(house, ref, IllegalTransition, "accept", "firm", offer=first)
    assert refusal.message == Message("This offer was declined already.")
    house.act(ref, "accept", "firm", offer=second)
    refused(house, ref, IllegalTransition, "accept", "firm", offer=second)


def test_two_people_of_the_firm_answer_once(house, ref):
    first, second, _ = offered(house, ref, *THREE)
    version = house.read(ref).version
    house.act(ref, "accept", "firm", offer=first, version=version)
    refused(house, ref, StaleVersion, "accept", "firm", offer=second, version=version)


@pytest.mark.both_engines
def test_after_its_end_an_offer_cannot_be_accepted_even_before_the_clock_ran(house, ref, clock):
    offered(house, ref, THREE[0], expires_at=clock.now + timedelta(hours=1))
    clock.now += timedelta(hours=1)
    refusal = refused(house, ref, IllegalTransition, "accept", "firm")
    assert refusal.message == Message("This offer has ended. Ask the host for another time.")


@pytest.mark.both_engines
def test_time_that_the_host_closed_since_cannot_be_accepted(house, ref):
    first, second, _ = offered(house, ref, *THREE)
    house.block(BENCH, THREE[0][0].start, THREE[0][0].end, reason="Laser service")
    refusal = refused(house, ref, SlotTaken, "accept", "firm", offer=first)
    assert refusal.message.params["reason"].get("en") == "Laser service"
    assert house.act(ref, "accept", "firm", offer=second) == "in_review"


def test_what_is_offered_cannot_be_changed_meanwhile(house, ref):
    offered(house, ref, *THREE)
    with pytest.raises(IllegalTransition):
        house.change(ref, test_article={"name": "Another", "kind": "crawler"})


# --- Declining ------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_declining_one_keeps_the_others_and_the_last_leads_back(house, ref):
    first, second, third = offered(house, ref, *THREE)
    assert house.act(ref, "decline", "firm", offer=first, note="Trade fair.") == "offered"
    assert house.held(ref) == held(THREE[1][0], THREE[2][0])
    assert house.act(ref, "decline", "firm", offer=third) == "offered"
    assert house.act(ref, "decline", "firm", offer=second) == "in_review"
    assert (house.held(ref), states(house, ref)) == ([], ["declined"] * 3)


def test_declining_without_a_name_declines_all_and_gives_owners_their_days_anew(house, ref, clock):
    offered(house, ref, *THREE)
    clock.now += timedelta(days=6)
    assert house.act(ref, "decline", "firm", note="Not this year.") == "in_review"
    assert states(house, ref) == ["declined"] * 3
    [gate] = house.read(ref).gates
    today = house.world.today(clock.now)
    assert gate.due_on == house.world.almanac.add_working_days(today, gate.working_days)


@pytest.mark.both_engines
def test_the_firm_proposes_other_days_back(house, ref):
    offered(house, ref, *THREE)
    first, last = days(21, 25)
    wanted = (Proposal(0, first, last), Proposal(0, *days(28, 30)))
    assert house.act(ref, "decline", "firm", windows=wanted, note="A week later?") == "in_review"
    row = house.read(ref)
    assert [(w.first, w.last) for w in row.periods[0].windows] == [(first, last), days(28, 30)]
    assert states(house, ref) == ["declined"] * 3
    assert house.mails(ref)[-1] == ("decline", "manager.fac-03")


def test_days_that_cannot_be_had_leave_everything_as_it_was(house, ref):
    offered(house, ref, *THREE)
    past = days(-300)[0]
    refused(house, ref, RulesBroken, "decline", "firm", windows=(Proposal(0, past, past),))


@pytest.mark.parametrize(
    ("windows", "expected"),
    [
        ([Proposal(7, *days(21, 25))], [("unknown_period", "windows.0.period")]),
        ([Proposal(0, *days(25, 21))], [("window_reversed", "windows.0.end")]),
        ([Proposal(0, *days(21, 25))] * 50, [("too_many", "windows")]),
    ],
)
def test_days_that_make_no_sense_are_told(house, ref, windows, expected):
    offered(house, ref, *THREE)
    refusal = refused(house, ref, InvalidInput, "decline", "firm", windows=tuple(windows))
    assert codes(refusal) == expected


def test_other_days_open_gates_that_depend_on_dates(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1, article={"people_in_view": True})
    house.approve(ref, "data_protection")
    with Session(house.engine) as session:
        gate = session.scalars(select(Gate).where(Gate.role == "data_protection")).one()
        gate.date_dependent = True
        session.commit()
    offered(house, ref, *THREE)
    house.act(ref, "decline", "firm", windows=(Proposal(0, *days(21, 25)),))
    assert house.gates(ref) == {"facility_manager": "open", "data_protection": "open"}


def test_withdrawing_the_request_ends_its_offers(house, ref):
    offered(house, ref, *THREE)
    assert house.act(ref, "withdraw", "firm") == "withdrawn"
    assert (house.held(ref), states(house, ref)) == ([], ["withdrawn"] * 3)


# --- Taking back ----------------------------------------------------------------------------------


def take_back(house, ref, offer, name, note=""):
    with house.work(name) as work:
        version = house.read(ref).version
        return answering.take_back(work, ref, offer, Command(version, note)).state


@pytest.mark.both_engines
def test_the_host_takes_offers_back_one_by_one(house, ref):
    first, second = offered(house, ref, *THREE[:2])
    assert take_back(house, ref, first, "manager.fac-03", "A fault.") == "offered"
    assert house.held(ref) == held(THREE[1][0])
    assert take_back(house, ref, second, "coordinator") == "in_review"
    assert states(house, ref) == ["withdrawn"] * 2
    assert house.audits(ref)[-1] == ("coordinator", "withdraw-offer", "offered", "in_review")
    assert house.mails(ref)[-1] == ("offer-withdrawn", "firm")
    with pytest.raises(IllegalTransition):
        take_back(house, ref, second, "coordinator")


@pytest.mark.parametrize(
    ("name", "refusal"), [("firm", NotAllowed), ("rival", NotFound), ("staff", NotAllowed)]
)
def test_nobody_else_takes_an_offer_back(house, ref, name, refusal):
    first, *_ = offered(house, ref, *THREE)
    with pytest.raises(refusal):
        take_back(house, ref, first, name)


def test_a_host_does_not_take_back_what_another_offers(house, two):
    slots = (stay(CELL, days(1)[0], period=1), stay(CELL, days(2)[0], period=2))
    [only] = offered(house, two, slots, name="manager.fac-01")
    with pytest.raises(NotAllowed):
        take_back(house, two, only, "manager.fac-03")


# --- The clock ------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_offers_end_by_the_clock_and_the_last_leads_back(house, ref, clock):
    offered(house, ref, *THREE)
    with Session(house.engine) as session:
        session.get(Offer, offers(house, ref)[0].id).expires_at = clock.now + timedelta(hours=1)
        session.commit()
    clock.now += timedelta(hours=1)
    tick(house)
    assert (states(house, ref), house.read(ref).state) == (["expired", "open", "open"], "offered")
    assert house.held(ref) == held(THREE[1][0], THREE[2][0])
    clock.now += timedelta(days=8)
    tick(house)
    tick(house)
    assert (states(house, ref), house.read(ref).state) == (["expired"] * 3, "in_review")
    assert house.held(ref) == []
    assert house.audits(ref)[-2:] == [
        (None, "expire", "offered", "offered"),
        (None, "expire", "offered", "in_review"),
    ]
    assert house.mails(ref)[-2:] == [("offer-ended", "firm"), ("offer-ended", "manager.fac-03")]


# --- At the same moment ---------------------------------------------------------------------------


def at_once(house, deeds):
    """Do all at the same moment, each in a thread; the refusals' names, None for what succeeded."""
    barrier = Barrier(len(deeds))

    def run(deed):
        barrier.wait(30)
        try:
            deed()
        except (IllegalTransition, StaleVersion, SlotTaken) as refusal:
            return type(refusal).__name__
        return None

    with ThreadPoolExecutor(len(deeds)) as runners:
        return list(runners.map(run, deeds))


@pytest.mark.both_engines
def test_of_many_answers_at_once_one_counts(house, ref):
    numbers = offered(house, ref, *THREE)
    version = house.read(ref).version
    deeds = [
        lambda n=n: house.act(ref, "accept", "firm", offer=numbers[n % 3], version=version)
        for n in range(8)
    ]
    outcome = at_once(house, deeds)
    assert sorted(map(str, outcome)) == ["None"] + ["StaleVersion"] * 7
    assert sorted(states(house, ref)) == ["accepted", "declined", "declined"]
    assert (len(house.held(ref)), house.overlaps()) == (1, 0)


@pytest.mark.both_engines
def test_accepting_and_ending_at_once_leaves_one_truth(house, ref, clock):
    [only] = offered(house, ref, THREE[0], expires_at=clock.now + timedelta(hours=1))
    version = house.read(ref).version
    before = clock.now
    clock.now += timedelta(hours=1)

    def accept():
        with (
            Session(house.engine) as session,
            begin_work(
                session, house.world, now=before + timedelta(minutes=59), actor=house.who("firm")
            ) as work,
        ):
            answering.accept(work, ref, Command(version, offer=only))

    def end():
        with house.work() as work:
            answering.lapse(work, ref)

    outcome = at_once(house, [accept, end] * 4)
    row = house.read(ref)
    if states(house, ref) == ["accepted"]:
        assert sorted(map(str, outcome)) == ["None"] * 5 + ["StaleVersion"] * 3
        assert (house.held(ref), row.version) == (held(THREE[0][0]), version + 1)
    else:
        assert sorted(map(str, outcome)) == ["None"] * 4 + ["StaleVersion"] * 4
        assert (states(house, ref), house.held(ref)) == (["expired"], [])
        assert (row.state, row.version) == ("in_review", version + 1)
