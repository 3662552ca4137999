"""Opening gates, opening them again, and following a stay to another place."""

from datetime import date

import pytest

from livinglab.db.locking import lock_pilot
from livinglab.db.tables import Condition
from livinglab.services import gates, judging
from tests.casework import WEEK, window

PEOPLE = {"people_in_view": True}


@pytest.fixture
def ref(house):
    house.place("fac-03")
    house.place("fac-06")
    periods = [{"facility": slug, "windows": [window(*WEEK)]} for slug in ("fac-03", "fac-06")]
    return house.draft(periods=periods, article=PEOPLE)


def names(pilot):
    return [(gate.facility.slug, gate.role, gate.state, gate.position) for gate in pilot.gates]


def test_gates_ahead_are_those_that_will_open(house, ref):
    with house.work() as work:
        pilot = lock_pilot(work.session, ref)
        places = work.world.places(work.session)
        by = judging.book_of(work.session, pilot)
        judged = judging.judge_pilot(work.world, places, pilot, by, work.now)
        ahead = list(gates.ahead(work.world, judged, work.now))
        assert [(gate.place.slug, gate.role, gate.due) for gate in ahead] == [
            ("fac-03", "facility_manager", date(2026, 11, 26)),
            ("fac-03", "data_protection", date(2026, 12, 1)),
            ("fac-06", "facility_manager", date(2026, 11, 26)),
            ("fac-06", "data_protection", date(2026, 12, 1)),
        ]
        assert judged.lane == "standard"
        gates.open_gates(work, pilot)
        assert [(gate.facility.slug, gate.role, gate.due_on) for gate in pilot.gates] == [
            (gate.place.slug, gate.role, gate.due) for gate in ahead
        ]
        assert pilot.lane == "standard"


@pytest.mark.both_engines
def test_passed_gates_stay_passed_and_those_not_needed_go(house, ref):
    with house.work() as work:
        pilot = lock_pilot(work.session, ref)
        gates.open_gates(work, pilot)
        pilot.gates[0].state = "passed"
        pilot.gates[1].state = "refused"
        gates.open_gates(work, pilot)
        assert names(pilot) == [
            ("fac-03", "facility_manager", "passed", 0),
            ("fac-03", "data_protection", "open", 1),
            ("fac-06", "facility_manager", "open", 2),
            ("fac-06", "data_protection", "open", 3),
        ]
        pilot.test_article = {"name": "Nobody in view"}
        gates.open_gates(work, pilot)
        assert names(pilot) == [
            ("fac-03", "facility_manager", "passed", 0),
            ("fac-06", "facility_manager", "open", 1),
        ]


@pytest.mark.both_engines
def test_reopened_gates_forget_who_decided_and_what_was_asked(house, ref):
    with house.work("admin") as work:
        pilot = lock_pilot(work.session, ref)
        gates.open_gates(work, pilot)
        for gate in pilot.gates:
            gate.state, gate.decided_at, gate.note = "passed", work.now, "Yes."
            gate.decided_by_id = work.actor.user_id
        met, unmet = (Condition(text=text, first=True) for text in ("Met", "Unmet"))
        met.fulfilled_at = work.now
        pilot.conditions += [met, unmet]
        assert gates.left(pilot) == {"open_gates": 0, "first_conditions": 1}
        gates.reopen(pilot)
        work.session.flush()
        assert gates.left(pilot) == {"open_gates": 4, "first_conditions": 0}
        assert {(g.state, g.decided_at, g.decided_by_id, g.note) for g in pilot.gates} == {
            ("open", None, None, "")
        }
    assert [condition.text for condition in house.read(ref).conditions] == ["Met"]


def test_a_stay_that_was_not_moved_is_followed_nowhere(house):
    house.place("fac-03")
    ref = house.sent(days=1)
    house.approve(ref, "manager.fac-03")
    with house.work() as work:
        pilot = lock_pilot(work.session, ref)
        gates.follow_bookings(work, pilot)
        assert names(pilot) == [("fac-03", "facility_manager", "passed", 0)]
