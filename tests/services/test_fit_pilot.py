"""The earliest start of a pilot's first stay: as it asks, and as its gates stand."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.services import fit_pilot, rules
from livinglab.services.availability import Finder
from tests.casework import MONDAY, at, days, stay

BENCH, WORKSPACE = "fac-03-vision-bench", "fac-03-gpu-workspace-remote"


@pytest.fixture
def lab(house):
    """The vision lab: five working days' notice, its manager decides within two."""
    house.place()
    return house


def asks(house, ref, ask=fit_pilot.standing):
    """The day, the code that decides it, and (code, day) of each link."""
    with Session(house.engine) as session:
        finder = Finder.read(house.world, session, house.clock())
        row = pilot_by_ref(session, ref)
        found = ask(finder, row, rules.version(session, row.rules_number).book)
        found = getattr(found, "earliest", found)
        if found is None:
            return None
        return found.day, found.cause.code, [(link.code, link.day) for link in found.links]


def test_a_draft_tells_notice_decision_papers_and_the_first_free_time(lab):
    ref = lab.draft()
    due = date(2026, 12, 1)
    chain = asks(lab, ref)
    assert chain == asks(lab, ref, fit_pilot.asked_start)
    assert (chain[0], chain[1], chain[2][0]) == (due, "notice", ("notice", due))
    assert [code for code, _ in chain[2]][-1] == "free"
    lab.block(BENCH, at(due, 0), at(due, 23))
    lab.block(WORKSPACE, at(due, 0), at(due, 23))
    assert asks(lab, ref)[:2] == (date(2026, 12, 2), "taken")
    assert asks(lab, lab.draft(days=30)) is None


def test_a_sent_one_waits_for_its_open_gates_and_a_late_gate_is_due_today(lab, clock):
    ref = lab.sent()
    [gate] = lab.read(ref).gates
    day, cause, links = asks(lab, ref)
    assert links[0] == ("due", gate.due_on) == ("due", date(2026, 11, 26))
    assert (day, cause, links[-1]) == (date(2026, 12, 1), "taken", ("taken", date(2026, 12, 1)))
    clock.now += timedelta(days=21)
    assert asks(lab, ref)[2][0] == ("due", date(2026, 12, 15))


def test_held_time_is_the_start_unless_a_gate_decides_after_it(lab, clock):
    ref = lab.sent()
    lab.act(ref, "offer", "manager.fac-03", stay(BENCH, MONDAY))
    assert asks(lab, ref) == (MONDAY, "booked", [("due", date(2026, 11, 26)), ("booked", MONDAY)])
    with lab.work() as work:
        row = pilot_by_ref(work.session, ref)
        row.gates[0].due_on = MONDAY + timedelta(days=1)
    assert asks(lab, ref)[:2] == (MONDAY, "due")


def test_nothing_is_left_to_tell_once_it_is_decided_or_names_no_place(lab):
    ref = lab.sent(resource=BENCH, windows=[days(0, 0)])
    assert asks(lab, ref) is not None
    lab.approve(ref, "manager.fac-03")
    assert asks(lab, ref) is None
    assert asks(lab, lab.draft(periods=[])) is None
