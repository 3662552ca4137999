"""Random histories of gates, offers and the clock: what holds at every moment.

No hold outlives its end, no gate is skipped, no slot is firm without all gates, nothing is held
twice.
"""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, selectinload

from livinglab.adapters.mail import Transport
from livinglab.db.tables import Offer, Pilot
from livinglab.domain.errors import Refusal
from livinglab.services import hold_time, jobs
from livinglab.services.clocks import NAME
from livinglab.services.jobs import JOBS
from tests.casework import MONDAY, stay
from tests.emptying import empty

OWNERS = ("manager.fac-03", "manager.fac-01", "data_protection", "ethics", "coordinator")
WHO = ("firm", "rival")
CLOCKS = [job for job in JOBS if job.name == NAME]
FIRM = {"confirmed", "ready", "in_progress", "suspended", "completed", "closed"}
UNDECIDED = {"submitted", "needs_info", "in_review"}
DAYS = [MONDAY + timedelta(days=n) for n in range(5)]
BENCH, CELL = "fac-03-vision-bench", "fac-01-cell-a"


class Nowhere(Transport):
    """Takes every mail."""

    def send(self, message):
        pass


class Casework(RuleBasedStateMachine):
    """Firms ask, owners decide and offer, the clock ticks; whatever is refused is left out."""

    def __init__(self, house):
        super().__init__()
        self.house, self.refs, self.done = house, {}, set()
        house.clock.now = house.began
        with house.engine.begin() as connection:
            names = ("undo", "calendar_text", "booking", "offer", "audit", "outbox", "gate")
            empty(connection, *names, "job_run")
            connection.execute(delete(Pilot))

    def attempt(self, ref, action, name, *slots, **command):
        try:
            self.house.act(ref, action, name, *slots, note="Noted.", **command)
            self.done.add(action)
        except Refusal:
            pass

    @initialize()
    def begin(self):
        self.ask("firm", 0, people=True, both=True)

    @rule(
        name=st.sampled_from(WHO),
        day=st.integers(0, 4),
        people=st.booleans(),
        both=st.booleans(),
    )
    def ask(self, name, day, people, both):
        if len(self.refs) == 4:
            return
        wish = {"start": f"{DAYS[day]}", "end": f"{DAYS[4]}"}
        places = ("fac-03", "fac-01") if both else ("fac-03",)
        try:
            ref = self.house.sent(
                name,
                periods=[{"facility": slug, "days": 1, "windows": [wish]} for slug in places],
                article={"people_in_view": people},
            )
        except Refusal:  # the days are too near, or over
            return
        self.refs[ref] = name

    def ref(self, data):
        return data.draw(st.sampled_from(sorted(self.refs)))

    @rule(data=st.data(), owner=st.sampled_from(OWNERS))
    def approve(self, data, owner):
        ref = self.ref(data)
        mine = [
            f"{gate.role}@{slug}"
            for gate, slug in self.gates(ref)
            if owner in {gate.role, f"manager.{slug}"}
        ]
        for gate in mine:
            self.attempt(ref, "approve", owner, gate=gate)

    @rule(data=st.data(), number=st.integers(1, 3))
    def offer(self, data, number):
        days = data.draw(st.lists(st.sampled_from(DAYS), min_size=number, max_size=number))
        packages = tuple((stay(BENCH, day),) for day in days)
        self.attempt(self.ref(data), "offer", "manager.fac-03", packages=packages)

    @rule(data=st.data(), action=st.sampled_from(("accept", "decline")))
    def answer(self, data, action):
        """Answer an offer, rather an open one: most would have been answered before."""
        with Session(self.house.engine) as session:
            found = select(Pilot.ref, Offer.id, Offer.state).join(Pilot).order_by(Offer.id)
            offers = [tuple(row) for row in session.execute(found)]
        offers = [offer for offer in offers if offer[2] == "open"] or offers
        if offers:
            ref, number, _ = data.draw(st.sampled_from(offers))
            self.attempt(ref, action, self.refs[ref], offer=number)

    @rule(
        data=st.data(),
        action=st.sampled_from(("request-info", "waitlist", "reject", "mark-ready", "reinstate")),
    )
    def decide(self, data, action):
        self.attempt(self.ref(data), action, "manager.fac-03")

    @rule(data=st.data(), action=st.sampled_from(("submit", "withdraw", "cancel")))
    def move(self, data, action):
        ref = self.ref(data)
        self.attempt(ref, action, self.refs[ref])

    @rule(data=st.data())
    def renew(self, data):
        ref = self.ref(data)
        try:
            with self.house.work("coordinator") as work:
                hold_time.renew(work, ref, self.house.read(ref).version)
            self.done.add("renew")
        except Refusal:
            pass

    @precondition(lambda self: self.house.clock.now.date() < DAYS[4] + timedelta(days=9))
    @rule(hours=st.one_of(st.integers(1, 30), st.integers(100, 400)))
    def tick(self, hours):
        house = self.house
        house.clock.now += timedelta(hours=hours)
        with Session(house.engine) as session:
            jobs.tick(session, house.world, Nowhere(), clock=house.clock, jobs=CLOCKS)

    def gates(self, ref):
        with Session(self.house.engine, expire_on_commit=False) as session:
            pilot = session.scalars(select(Pilot).where(Pilot.ref == ref)).one()
            return [(gate, gate.facility.slug) for gate in pilot.gates]

    @invariant()
    def everything_holds(self):
        now = self.house.clock.now
        with Session(self.house.engine) as session:
            pilots = session.scalars(
                select(Pilot).options(selectinload(Pilot.gates), selectinload(Pilot.bookings))
            ).all()
            offers = session.scalars(select(Offer).where(Offer.state == "open")).all()
            assert [offer.id for offer in offers if offer.expires_at <= now] == []
            assert {offer.pilot.state for offer in offers} <= {"offered"}
            for pilot in pilots:
                holding = [b for b in pilot.bookings if b.state != "released"]
                passed = all(gate.state == "passed" for gate in pilot.gates)
                assert passed or pilot.state not in FIRM, (pilot.ref, pilot.state)
                firm = [booking for booking in holding if booking.state == "firm"]
                assert not firm or (pilot.state in FIRM and passed)
                undecided = bool(holding) and pilot.state in UNDECIDED
                assert (pilot.hold_until is not None) == undecided, (pilot.ref, pilot.state)
                assert pilot.hold_until is None or pilot.hold_until > now
                assert pilot.state != "offered" or any(o.pilot_id == pilot.id for o in offers)
        assert self.house.overlaps() == 0


def histories(house, examples, steps):
    """Run so many histories of so many steps; which moves were made in any of them."""
    house.place("fac-03", papers=[])
    house.place("fac-01", papers=[], hold_on_submit=True)
    made = set()

    def machine():
        one = Casework(house)
        one.done = made
        return one

    run(
        machine,
        settings=settings(
            max_examples=examples,
            derandomize=True,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    return made


@pytest.mark.both_engines
def test_what_must_hold_holds_at_every_tick(house):
    histories(house, examples=5, steps=12)


@pytest.mark.both_engines
@pytest.mark.slow
def test_what_must_hold_holds_at_length(house):
    made = histories(house, examples=12, steps=40)
    assert {"approve", "offer", "accept", "renew"} <= made
