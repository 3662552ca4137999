"""Clocks: who is reminded when, who hears that it is late, and what ends by itself."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from livinglab.adapters.mail import Transport
from livinglab.db.tables import Condition, Facility, Offer, Outbox, Pilot, Window
from livinglab.domain.errors import IllegalTransition, NotAllowed, NotFound, StaleVersion
from livinglab.services import answering, clocks, hold_time, jobs, moves, stand_ins
from livinglab.services.jobs import JOBS
from livinglab.services.moves import Command
from tests.casework import MONDAY, WEEK, at, stay, window

LATER = window(MONDAY + timedelta(days=14), MONDAY + timedelta(days=18))
CLOCKS = [job for job in JOBS if job.name == clocks.NAME]
DIGESTS = [job for job in JOBS if job.name == "send-digests"]


class Sent(Transport):
    """Keeps what it was given."""

    def __init__(self):
        self.mails = []

    def send(self, message):
        self.mails.append((message["To"].partition("@")[0], message["Subject"]))


def hear(house, moment):
    """What is said at that moment: mails go out in working hours, by the digest's job.

    Every pilot has changed since, so that no mail is left out for being like one that there is.
    """
    house.clock.now = moment
    sent = Sent()
    with Session(house.engine) as session:
        session.execute(update(Pilot).values(version=Pilot.version + 1))
        session.commit()
        for todo in (CLOCKS, DIGESTS):
            jobs.tick(session, house.world, sent, clock=house.clock, jobs=todo, standing=())
    return sorted(sent.mails)


@pytest.fixture
def quiet(house):
    """Nothing in the outbox yet: what a move says at once is not of interest here."""

    def clear():
        with house.work() as work:
            work.session.execute(update(Outbox).values(sent_at=house.clock()))

    return clear


@pytest.fixture
def ref(house, quiet):
    house.place("fac-03")
    ref = house.sent()
    quiet()
    return ref


def due(house, ref):
    return house.read(ref).gates[0].due_on


def test_a_gate_is_called_out_before_it_is_due_late_and_at_last_to_the_coordinator(house, ref):
    assert due(house, ref) == date(2026, 11, 26)  # a Thursday
    assert hear(house, at(date(2026, 11, 24), 12)) == []
    decide = f"Decide by Thu 26 Nov 2026: Copper strip inspection ({ref})"
    assert hear(house, at(date(2026, 11, 25), 0, 30)) == []  # at night nobody is written to
    assert hear(house, at(date(2026, 11, 25), 8)) == [("manager.fac-03", decide)]
    assert hear(house, at(date(2026, 11, 26), 9)) == []
    late = f"Late: Copper strip inspection ({ref})"
    assert hear(house, at(date(2026, 11, 27), 9)) == [("manager.fac-03", late)]
    nobody = f"Nobody has decided: Copper strip inspection ({ref})"
    assert hear(house, at(date(2026, 11, 28), 12)) == []  # Saturday
    assert hear(house, at(date(2026, 11, 30), 9)) == [("coordinator", nobody)]
    assert house.audits(ref)[-1] == (None, "escalate", "submitted", "submitted")
    assert house.read(ref).gates[0].escalated_at is not None
    assert hear(house, at(date(2026, 12, 4), 9)) == []


def test_who_stands_in_is_told_and_the_coordinator_hears_whose_gate_it_is(house, ref):
    house.person("deputy", house.host, "hygiene")
    first, last = date(2026, 11, 27), date(2026, 11, 27)
    with house.work("admin") as work:
        address = "deputy@lab.example"
        stand_ins.add(work, "fac-03", "facility_manager", address, first, last)
    assert [to for to, _ in hear(house, at(date(2026, 11, 25), 9))] == ["manager.fac-03"]
    assert [to for to, _ in hear(house, at(first, 9))] == ["deputy", "manager.fac-03"]
    assert [to for to, _ in hear(house, at(date(2026, 11, 30), 9))] == ["coordinator"]
    with Session(house.engine) as session:
        told = session.scalars(select(Outbox.body).order_by(Outbox.id.desc())).first()
    assert "It is for manager.fac-03 to decide." in told


def test_several_notices_are_one_mail(house, quiet):
    house.place("fac-03")
    refs = [house.sent(windows=[WEEK]) for _ in range(3)]
    quiet()
    assert hear(house, at(date(2026, 11, 25), 9)) == [("manager.fac-03", "Your day: 3 notices")]
    assert len(refs) == 3


def test_an_open_gate_of_a_request_that_is_decided_is_not_called_out(house, ref):
    house.approve(ref, "manager.fac-03")
    ended = house.sent(windows=[WEEK])
    house.act(ended, "withdraw", "firm")
    assert house.gates(ended) == {"facility_manager": "open"}
    with house.work() as work:
        work.session.execute(update(Outbox).values(sent_at=house.clock()))
    assert hear(house, at(date(2026, 11, 30), 9)) == []


def test_a_gate_opened_anew_is_called_out_anew(house, ref, quiet):
    assert len(hear(house, at(date(2026, 11, 25), 9))) == 1
    house.clock.now += timedelta(hours=1)
    house.act(ref, "request-info", "manager.fac-03", note="Which camera?")
    house.act(ref, "submit", "firm")
    quiet()
    assert due(house, ref) == date(2026, 11, 27)
    again = f"Decide by Fri 27 Nov 2026: Copper strip inspection ({ref})"
    assert hear(house, at(date(2026, 11, 26), 9)) == [("manager.fac-03", again)]


@pytest.mark.both_engines
def test_a_question_is_repeated_once_and_a_request_without_an_answer_ends(house, ref, quiet):
    house.act(ref, "request-info", "manager.fac-03", note="Which camera?")
    quiet()
    asked = house.clock().date()
    assert asked == date(2026, 11, 24)
    awaited = f"Your answer is awaited: Copper strip inspection ({ref})"
    assert hear(house, at(date(2026, 11, 30), 12)) == []
    assert hear(house, at(date(2026, 12, 1), 12)) == [("firm", awaited)]  # five working days
    assert hear(house, at(date(2026, 12, 7), 12)) == []
    ended = f"Copper strip inspection ({ref})"
    assert hear(house, at(date(2026, 12, 8), 12)) == [  # ten working days: the sixth is Sunday
        ("firm", f"Your request has ended: {ended}"),
        ("manager.fac-03", f"A request has ended: {ended}"),
    ]
    assert (house.read(ref).state, house.read(ref).ended_by) == ("expired", "clock")
    assert hear(house, at(date(2026, 12, 9), 12)) == []


@pytest.fixture
def holding(house, quiet):
    """A request whose time is held from the sending on."""
    house.place("fac-03", hold_on_submit=True)
    ref = house.sent()
    quiet()
    return ref


@pytest.mark.both_engines
def test_time_held_without_a_decision_is_free_again_after_ten_working_days(house, holding, quiet):
    assert [one.state for one in house.held(holding)] == ["tentative"]
    assert house.read(holding).hold_until == at(date(2026, 12, 9), 0)
    hear(house, at(date(2026, 12, 3), 12))  # its gate is late, which is not of interest here
    ends = f"Held time ends: Copper strip inspection ({holding})"
    assert hear(house, at(date(2026, 12, 4), 12)) == [("manager.fac-03", ends)]
    free = f"Time no longer held: Copper strip inspection ({holding})"
    assert hear(house, at(date(2026, 12, 8), 16)) == []
    assert hear(house, at(date(2026, 12, 8), 23)) == []
    assert hear(house, at(date(2026, 12, 9), 0)) == [("firm", free), ("manager.fac-03", free)]
    assert house.held(holding) == []
    pilot = house.read(holding)
    assert (pilot.state, pilot.hold_until, pilot.hold_renewed) == ("submitted", None, False)
    assert house.audits(holding)[-1] == (None, "free-hold", "submitted", "submitted")
    quiet()
    house.approve(holding, "manager.fac-03")  # given time once it is decided
    assert [one.state for one in house.held(holding)] == ["firm"]


def test_held_time_is_kept_once_more_and_only_once(house, holding):
    hear(house, at(date(2026, 12, 3), 12))
    ends = [("manager.fac-03", f"Held time ends: Copper strip inspection ({holding})")]
    assert hear(house, at(date(2026, 12, 4), 12)) == ends
    version = house.read(holding).version
    with house.work("firm") as work, pytest.raises(NotAllowed):
        hold_time.renew(work, holding, version)
    with house.work("manager.fac-03") as work:
        hold_time.renew(work, holding, version)
    pilot = house.read(holding)
    assert (pilot.hold_until, pilot.hold_renewed) == (at(date(2026, 12, 19), 0), True)
    with house.work("manager.fac-03") as work, pytest.raises(StaleVersion):
        hold_time.renew(work, holding, version)
    with house.work("manager.fac-03") as work, pytest.raises(IllegalTransition, match="once more"):
        hold_time.renew(work, holding, pilot.version)
    assert hear(house, at(date(2026, 12, 15), 12)) == []
    assert hear(house, at(date(2026, 12, 16), 12)) == ends
    with Session(house.engine) as session:
        said = select(Outbox.body).where(Outbox.subject == ends[0][1]).order_by(Outbox.id)
        first, *_, last = session.scalars(said)
    assert ("or keep it for" in first, "or keep it for" in last) == (True, False)


def test_a_decision_stops_the_clock_of_held_time(house, holding):
    house.approve(holding, "manager.fac-03")
    assert house.read(holding).hold_until is None


def test_the_clock_of_held_time_ends_with_the_time(house, holding, quiet):
    """Other days give the held ones back: nothing is said later of time that is not held."""
    house.act(holding, "request-info", "manager.fac-03", note="Which camera?")
    assert house.read(holding).hold_until is not None
    house.change(holding, periods=[{"facility": "fac-03", "days": 1, "windows": [LATER]}])
    assert (house.held(holding), house.read(holding).hold_until) == ([], None)


def test_the_clock_runs_again_once_the_last_offer_is_taken_back(house, quiet):
    """What was held elsewhere is held without a decision again."""
    house.place("fac-03")
    house.place("fac-01", hold_on_submit=True)
    ref = house.sent(
        periods=[
            {"facility": slug, "days": 1, "windows": [window(*WEEK)]}
            for slug in ("fac-03", "fac-01")
        ]
    )
    assert house.read(ref).hold_until is not None
    house.act(ref, "offer", "manager.fac-03", stay("fac-03-vision-bench", MONDAY))
    assert house.read(ref).hold_until is None
    with Session(house.engine) as session:
        offer = session.scalars(select(Offer.id)).one()
    with house.work("manager.fac-03") as work:
        answering.take_back(work, ref, offer, Command(house.read(ref).version))
    assert [one.resource for one in house.held(ref)] == ["fac-01-cell-a"]
    assert house.read(ref).hold_until == at(date(2026, 12, 9), 0)


@pytest.fixture
def conditional(house, ref, quiet):
    """Approved on a condition that is due on Monday 7 December."""
    house.approve(ref, "manager.fac-03", conditions=("Send the insurance.",))
    with house.work() as work:
        work.session.execute(update(Condition).values(due_on=date(2026, 12, 7)))
    quiet()
    return ref


@pytest.mark.both_engines
def test_a_condition_is_called_out_late_and_ends_what_waits_for_it(house, conditional):
    assert hear(house, at(date(2026, 11, 27), 12)) == []
    title = f"Copper strip inspection ({conditional})"
    assert hear(house, at(date(2026, 11, 30), 12)) == [("firm", f"A condition is due: {title}")]
    assert hear(house, at(date(2026, 12, 7), 12)) == []
    late = f"A condition is late: {title}"
    assert hear(house, at(date(2026, 12, 8), 12)) == [("firm", late), ("manager.fac-03", late)]
    assert hear(house, at(date(2026, 12, 9), 12)) == []
    assert house.read(conditional).state == "conditional"
    hear(house, at(date(2026, 12, 20), 12))
    assert house.read(conditional).state == "conditional"
    hear(house, at(date(2026, 12, 21), 12))
    assert (house.read(conditional).state, house.held(conditional)) == ("expired", [])


def test_a_condition_met_is_not_called_out(house, conditional):
    house.act(conditional, "fulfil", "manager.fac-03")
    with house.work() as work:
        work.session.execute(update(Outbox).values(sent_at=house.clock()))
    assert hear(house, at(date(2026, 12, 21), 12)) == []


def test_only_what_comes_first_ends_a_request_and_nothing_is_due_of_an_ended_one(
    house, conditional, quiet
):
    later = {"text": "A sign.", "first": False, "due_on": date(2026, 12, 7)}
    with house.work() as work:
        work.session.execute(update(Condition).values(due_on=date(2026, 12, 30)))
        pilot_id = house.read(conditional).id
        met = {"first": True, "fulfilled_at": house.clock()}
        work.session.add_all(Condition(pilot_id=pilot_id, **later | more) for more in ({}, met))
    hear(house, at(date(2026, 12, 21), 12))
    assert house.read(conditional).state == "conditional"
    house.act(conditional, "cancel", "firm", note="Broken.")
    quiet()
    assert hear(house, at(date(2026, 12, 31), 12)) == []


def test_a_request_ends_when_none_of_its_days_is_left(house, ref):
    hear(house, at(WEEK[1], 12))
    assert house.read(ref).state == "submitted"
    hear(house, at(MONDAY + timedelta(days=5), 1))
    assert house.read(ref).state == "expired"


def test_a_request_that_holds_time_does_not_end_with_its_days(house, holding):
    over = {"first": date(2026, 11, 23), "last": date(2026, 11, 23)}
    with house.work() as work:
        work.session.execute(update(Window).values(over))
    hear(house, at(date(2026, 11, 25), 9))
    assert house.read(holding).state == "submitted"


def test_what_cannot_be_ended_does_not_stop_the_rest(house, quiet, caplog, monkeypatch):
    house.place("fac-03")
    first, second = (house.sent(windows=[(MONDAY + timedelta(days=n),) * 2]) for n in (0, 1))
    with house.work() as work:
        asked = {"state": "needs_info", "info_asked_at": datetime(2026, 10, 1, tzinfo=UTC)}
        work.session.execute(update(Pilot).values(asked))
    quiet()
    begin = moves.begin

    def fails_once(work, ref, *given):
        if ref == first:
            raise NotFound
        return begin(work, ref, *given)

    monkeypatch.setattr(moves, "begin", fails_once)
    hear(house, at(date(2026, 11, 25), 12))
    assert [house.read(ref).state for ref in (first, second)] == ["needs_info", "expired"]
    assert [line for line in caplog.messages if line.startswith("Clock")] == [
        "Clock “questions-over” left pilot 1 as it is: There is nothing here under this address."
    ]


def test_a_clock_a_year_ahead_changes_nothing(house, ref, monkeypatch):
    monkeypatch.setattr(clocks, "MOST", 0)
    hear(house, at(date(2027, 11, 24), 12))
    assert house.read(ref).state == "submitted"
    with Session(house.engine) as session:
        held = session.scalars(select(Outbox.subject).where(Outbox.intent.startswith("held:")))
        assert [s for s in held] == [  # noqa: C416
            "Held: more was due at once than ever should be (clocks)"
        ]
    assert session.scalar(select(Facility.id)) is not None
