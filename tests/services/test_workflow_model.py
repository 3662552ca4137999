"""Random histories: the use cases do what a model of plain values says, and books agree with it.

Compared after every step: states, versions, gates, held time, the list of bookings, free time
from the process's cache, the feed as a reader parses it, its validator, audit and outbox.
"""

import copy
from datetime import timedelta

import icalendar
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run
from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session, selectinload

from livinglab.db.queries import pilots as queries
from livinglab.db.tables import Audit, Outbox, Pilot
from livinglab.domain.calendar import Length
from livinglab.domain.errors import Refusal, StaleVersion
from livinglab.services import blocks, feeds
from livinglab.services.accounts import make_feed
from livinglab.services.availability import Finder
from livinglab.services.placement import ChosenSlot
from tests.casework import MONDAY, WEEK
from tests.emptying import empty
from tests.workflow_model import (
    CELLS,
    OWNERS,
    ROOMS,
    WAYS,
    Model,
    Refused,
    instant,
    rooms,
    span,
    wide,
    wishes,
)

EMPTIED = ("undo", "calendar_text", "booking", "offer", "block", "audit", "outbox", "gate")
FILMING = ("privacy_notice", "dpia", "ethics_statement")
STATUS = {"tentative": "TENTATIVE", "firm": "CONFIRMED", "released": "CANCELLED"}
WINDOWS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 4)).map(lambda pair: tuple(sorted(pair))),
    min_size=1,
    max_size=2,
)
MOVES = {
    **dict.fromkeys(("submit", "accept", "decline"), "firm"),
    **dict.fromkeys(("request-info", "waitlist", "fulfil"), "manager.fac-03"),
    **dict.fromkeys(("mark-ready", "no-show", "reinstate"), "manager.fac-03"),
}
ENDS = {"withdraw": "firm", "cancel": "firm", "reject": "manager.fac-03"}


def can(*actions):
    """Only while one of these moves may be made."""
    return precondition(lambda self: self.ways(*actions))


class Workflow(RuleBasedStateMachine):
    """One history in an emptied house."""

    def __init__(self, house, token):
        super().__init__()
        self.house, self.token, self.model = house, token, Model()
        self.last_feed = None
        house.clock.now = house.began
        with house.engine.begin() as connection:
            empty(connection, *EMPTIED)
            connection.execute(delete(Pilot))
            connection.execute(text("UPDATE resource SET calendar_rev = calendar_rev + 1"))

    # --- Making moves -----------------------------------------------------------------------

    def both(self, ref, action, name, *slots, model=(), **command):
        """Make a move here and there; both succeed, or both refuse alike."""
        before = copy.deepcopy(self.model)
        try:
            self.model.move(ref, action, name.partition(".")[0], **dict(model))
            wanted = None
        except Refused as refused:
            self.model, wanted = before, str(refused)
        try:
            self.house.act(ref, action, name, *slots, note="Noted.", **command)
            got = None
        except Refusal as refusal:
            got = type(refusal).__name__
        assert got == wanted, (action, self.model.pilots[ref])

    def ways(self, *actions):
        """(reference, action) of every move that may be made."""
        return [
            (ref, action)
            for action in actions
            for ref, pilot in self.model.pilots.items()
            if pilot["state"] in WAYS[action]
        ]

    def slot(self, data, ref):
        """A start that the length of the pilot's stay allows, as the model and the API name it."""
        length = self.model.pilots[ref]["length"]
        start = data.draw(st.sampled_from(self.model.starts(length)))
        room = data.draw(st.sampled_from(ROOMS))
        return (room, start), ChosenSlot(0, *span((room, start, length)))

    # --- Rules ------------------------------------------------------------------------------

    @initialize(windows=WINDOWS)
    def three_requests(self, windows):
        for length, two_gates in ((1, True), (2, False), (3, True)):
            self.create(length, windows, two_gates)
            ref = max(self.model.pilots)
            self.both(ref, "submit", "firm")

    @precondition(lambda self: len(self.model.pilots) < 6)
    @rule(length=st.integers(1, 3), windows=WINDOWS, two_gates=st.booleans())
    def create(self, length, windows, two_gates):
        windows = wide(windows, length)
        ref = self.house.draft(
            facility="fac-03",
            days=length / 2,
            windows=[(MONDAY + timedelta(a), MONDAY + timedelta(b)) for a, b in windows],
            article={"people_in_view": two_gates},
        )
        self.house.bring(ref, *(FILMING if two_gates else ()))
        self.model.create(ref, length, windows, two_gates)

    @can(*MOVES)
    @rule(data=st.data())
    def move_on(self, data):
        ref, action = data.draw(st.sampled_from(self.ways(*MOVES)))
        self.both(ref, action, MOVES[action])

    @can(*ENDS)
    @rule(data=st.data())
    def end(self, data):
        ref, action = data.draw(st.sampled_from(self.ways(*ENDS)))
        self.both(ref, action, ENDS[action])

    @rule(data=st.data(), action=st.sampled_from([*MOVES, *ENDS]))
    def any_move_of_any_pilot(self, data, action):
        ref = data.draw(st.sampled_from(sorted(self.model.pilots)))
        self.both(ref, action, {**MOVES, **ENDS}[action])

    @can("approve")
    @rule(data=st.data(), role=st.sampled_from(OWNERS), chosen=st.booleans(), extra=st.booleans())
    def approve(self, data, role, chosen, extra):
        ref, action = data.draw(st.sampled_from(self.ways("approve")))
        plain, slot = self.slot(data, ref) if chosen else (None, None)
        self.both(
            ref,
            action,
            "manager.fac-03" if role == "manager" else role,
            *([slot] if slot else []),
            gate=f"{'facility_manager' if role == 'manager' else role}@fac-03",
            conditions=("A cover.",) if extra else (),
            model={"role": role, "slot": plain, "condition": int(extra)},
        )

    @can("offer", "reschedule")
    @rule(data=st.data())
    def offer_or_reschedule(self, data):
        ref, action = data.draw(st.sampled_from(self.ways("offer", "reschedule")))
        plain, slot = self.slot(data, ref)
        self.both(ref, action, "manager.fac-03", slot, model={"slot": plain})

    @can("change")
    @rule(data=st.data(), windows=WINDOWS, same=st.booleans())
    def change(self, data, windows, same):
        ref, _ = data.draw(st.sampled_from(self.ways("change")))
        pilot = self.model.pilots[ref]
        windows = pilot["windows"] if same else wide(windows, pilot["length"])
        self.model.move(ref, "change", "firm", windows=windows)
        asked = {"facility": "fac-03", "days": pilot["length"] / 2, "windows": wishes(windows)}
        self.house.change(ref, periods=[asked])

    @rule(room=st.sampled_from(ROOMS), first=st.integers(0, CELLS - 1), length=st.integers(1, 3))
    def block(self, room, first, length):
        run = (room, first, min(length, CELLS - first))
        self.model.blocks[self.house.block(*span(run))] = run
        self.model.audits += 1

    @precondition(lambda self: self.model.blocks)
    @rule(data=st.data())
    def unblock(self, data):
        key = data.draw(st.sampled_from(sorted(self.model.blocks)))
        with self.house.work("manager.fac-03") as work:
            blocks.remove(work, key)
        del self.model.blocks[key]
        self.model.audits += 1

    @rule(data=st.data())
    def stale(self, data):
        ref = data.draw(st.sampled_from(sorted(self.model.pilots)))
        with pytest.raises(StaleVersion):
            self.house.act(ref, "withdraw", "firm", version=self.model.pilots[ref]["version"] + 1)

    @rule(minutes=st.integers(1, 600))
    def tick(self, minutes):
        self.house.clock.now += timedelta(minutes=minutes)

    # --- What everybody sees ----------------------------------------------------------------

    @invariant()
    def books_agree(self):
        with Session(self.house.engine) as session:
            self.pilots_agree(session)
            self.bookings_agree(session)
            self.free_time_agrees(session)
            self.feeds_agree(session)
            rows = [session.scalar(select(func.count()).select_from(t)) for t in (Audit, Outbox)]
        assert rows == [self.model.audits, self.model.mails]
        assert self.house.overlaps() == 0

    def pilots_agree(self, session):
        found = session.scalars(
            select(Pilot).options(selectinload(Pilot.gates), selectinload(Pilot.conditions))
        )
        assert {
            row.ref: (
                row.state,
                row.version,
                {gate.role.removeprefix("facility_"): gate.state for gate in row.gates},
                sum(condition.fulfilled_at is None for condition in row.conditions),
            )
            for row in found
        } == {
            ref: (p["state"], p["version"], p["gates"], len(p["conditions"]))
            for ref, p in self.model.pilots.items()
        }

    def bookings_agree(self, session):
        query = queries.bookings(facility="fac-03", states=("tentative", "firm"))
        found = [
            (b.pilot.ref, b.state, b.resource.slug, b.starts_at, b.ends_at)
            for b in session.scalars(query)
        ]
        held = [
            (ref, p["events"][-1]["state"], *span(p["held"]))
            for ref, p in self.model.pilots.items()
            if p["held"]
        ]
        assert sorted(found) == sorted(held)
        assert [row[3] for row in found] == sorted(row[3] for row in held)

    def free_time_agrees(self, session):
        finder = Finder.read(self.house.world, session, self.house.clock())
        for length in (1, 2, 3):
            found = {
                (stay.start, room)
                for room in ROOMS
                for stay in finder.stays(finder.places.resources[room], Length(length), WEEK)
            }
            assert found == {
                (int(instant(cell).timestamp()), room)
                for cell, room in self.model.free_starts(length)
            }

    def feeds_agree(self, session):
        opened = feeds.open_feed(session, self.house.world, self.token, self.house.clock())
        content = feeds.calendar(session, self.house.world, opened, "http://lab.example/x.ics")
        events = icalendar.Calendar.from_ical(content).walk("VEVENT")
        found = [
            (int(e["SEQUENCE"]), str(e["STATUS"]), e.decoded("DTSTART"), e.decoded("DTEND"))
            for e in events
        ]
        assert sorted(found) == sorted(
            (event["sequence"], STATUS[event["state"]], *span(event["run"])[1:])
            for pilot in self.model.pilots.values()
            for event in pilot["events"]
        )
        if self.last_feed and content != self.last_feed[0]:
            assert opened.etag != self.last_feed[1]
        self.last_feed = content, opened.etag


def histories(house, examples, steps):
    """Run so many histories of so many steps."""
    house.place("fac-03", resources=rooms(), papers=[])
    with house.work("coordinator") as work:
        token = make_feed(work, "coordinator@lab.example")
    limits = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    run(lambda: Workflow(house, token), settings=limits)


@pytest.mark.both_engines
def test_use_cases_follow_the_model(house):
    histories(house, examples=12, steps=15)


@pytest.mark.both_engines
@pytest.mark.slow
def test_use_cases_follow_the_model_at_length(house):
    histories(house, examples=40, steps=50)
