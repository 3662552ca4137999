"""What a facility has shown, read from pilots, bookings and the audit."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy.orm import Session

from livinglab.db.tables import Audit
from livinglab.domain.experience import Tally
from livinglab.domain.figures import AnswerTimes
from livinglab.services import experience
from tests.conftest import NOW

LAB, BENCH = "fac-01", "fac-03"
SPRING = datetime(2026, 3, 2, 6, tzinfo=UTC)
NEW_YEAR = datetime(2025, 12, 31, 12, tzinfo=UTC)
"""A stay of nine hours from here ends at 23 o’clock in Pori, still in 2025."""
NOTHING = Tally(0, (), (), ())


@pytest.fixture
def lab(house):
    """A lab, a firm, and reading what the lab has shown."""
    house.place(LAB)
    house.place(BENCH)
    firm = house.firms["firm"]
    user = house.make.user("x@lab.example", firm)

    def pilot(*, at=LAB, state="submitted", **values):
        values = {"created_at": NOW, **values}
        return house.make.pilot(firm, user, house.facilities[at], state=state, **values)

    def moved(asked, **moments):
        """Audit rows of its moves: `moved(pilot, submit=…, approve=…)`."""
        for action, moment in moments.items():
            house.make.add(
                Audit(
                    at=moment,
                    action=action.replace("_", "-"),
                    object_kind="pilot",
                    object_ref=asked.ref,
                    pilot_id=asked.id,
                    facts={},
                )
            )

    def read(slug=LAB):
        with Session(house.engine) as session:
            place = house.world.places(session).facilities[slug]
            return experience.read(session, house.world, NOW, place)

    return SimpleNamespace(pilot=pilot, moved=moved, read=read, make=house.make)


def at(day, hour=9, month=11):
    return datetime(2026, month, day, hour, tzinfo=UTC)


def test_nothing_was_shown_yet(lab):
    assert lab.read() == experience.Experience(AnswerTimes((), None, None), NOTHING)


def asked_and_answered(lab, sent, answered, action="approve", **values):
    asked = lab.pilot(submitted_at=sent, **values)
    lab.moved(asked, submit=sent, **{action: answered})
    return asked


def test_the_middle_of_five_first_answers_is_told(lab):
    for day, action in ((9, "approve"), (10, "request_info"), (11, "offer"), (12, "reject")):
        asked_and_answered(lab, at(9), at(day), action)
    assert lab.read().answers == AnswerTimes((1, 1, 1, 1), None, None)
    asked_and_answered(lab, at(9), at(16), "waitlist")
    assert lab.read().answers == AnswerTimes((1, 1, 1, 1, 0, 1), 2, 5)


def test_only_answers_here_within_a_year_count(lab):
    asked_and_answered(lab, at(9), at(10), at=BENCH)
    asked_and_answered(lab, NOW - timedelta(days=366), NOW - timedelta(days=365))
    again = lab.pilot(submitted_at=at(20))
    lab.moved(again, submit=NOW - timedelta(days=366), request_info=NOW - timedelta(days=360))
    waiting = lab.pilot(submitted_at=at(20))
    lab.moved(waiting, submit=at(20))
    assert lab.read().answers.number == 0


def test_a_request_sent_again_counts_from_the_first_time(lab):
    asked = asked_and_answered(lab, at(9), at(12), "request_info")
    lab.moved(asked, submit=at(17), approve=at(18))
    assert lab.read().answers.counts == (0, 0, 0, 1)


def finished(
    lab, *, resource="fac-01-cell-a", state="completed", start=SPRING, booked="firm", **values
):
    done = lab.pilot(state=state, **values)
    lab.make.booking(
        done, lab.make.resource(resource), start, start + timedelta(hours=9), state=booked
    )
    return done


@pytest.mark.both_engines
def test_finished_pilots_count_by_robot_area_and_year(lab):
    finished(lab, test_article={"kind": "gripper"}, focus_areas=["sote"])
    finished(lab, test_article={"kind": "gripper"}, state="closed", start=NEW_YEAR)
    finished(lab, test_article={}, start=SPRING + timedelta(days=1))
    assert lab.read().tests == Tally(
        number=3,
        kinds=(("gripper", 2), ("other", 1)),
        focus_areas=(("automation_robotics", 2), ("sote", 1)),
        years=((2026, 2), (2025, 1)),
    )


def test_a_pilot_with_two_stays_counts_once(lab):
    done = finished(lab)
    lab.make.booking(done, lab.make.resource("fac-01-cell-b"), at(4), at(4, 18))
    assert lab.read().tests.number == 1


@pytest.mark.parametrize(
    "other",
    [
        {"state": "in_progress"},
        {"state": "cancelled", "booked": "released"},
        {"booked": "released"},
        {"resource": "fac-03-vision-bench", "at": BENCH},
    ],
)
def test_what_was_not_finished_here_does_not_count(lab, other):
    finished(lab, **other)
    assert lab.read().tests == NOTHING
