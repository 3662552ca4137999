"""A stay put back within the minute: who has not had a mail yet gets none at all."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from livinglab.adapters.mail import NoServerError
from livinglab.db.tables import Outbox
from livinglab.services import outbox, put_back
from livinglab.services.moves import Command
from tests.casework import days, stay

BENCH, CELL = "fac-03-vision-bench", "fac-01-cell-a"


class Server:
    """Takes mails, or is not there."""

    def __init__(self, *, there=True):
        self.there, self.subjects = there, []

    def send(self, message):
        if not self.there:
            raise NoServerError("nobody there")
        self.subjects.append(message["Subject"])


@pytest.fixture
def ref(house):
    """A confirmed pilot on Monday and Tuesday; the mails so far have gone."""
    house.place()
    made = house.sent(resource=BENCH, days=2)
    house.approve(made, "manager.fac-03", stay(BENCH, *days(0, 1)))
    let_out(house, Server())
    return made


def let_out(house, server, after=timedelta(0)):
    with house.work() as work:
        session, world, now = work.session, work.world, work.now
    outbox.dispatch(session, world, server, clock=lambda: now + after)
    session.rollback()
    return server.subjects


def moved(house, ref):
    with house.work("manager.fac-03") as work:
        command = Command(house.read(ref).version, slots=(stay(BENCH, *days(2, 3)),))
        put_back.move(work, ref, command)


def taken_back(house, ref):
    with house.work("manager.fac-03") as work:
        command = Command(house.read(ref).version, slots=(stay(BENCH, *days(0, 1)),))
        return put_back.put_back(work, ref, command)


def new_times(house):
    with house.work() as work:
        found = work.session.scalars(select(Outbox).where(Outbox.intent.contains(":moved:")))
        return [(mail.recipient, mail.sent_at is not None) for mail in found]


def test_the_mail_of_a_move_waits_for_the_minute(house, ref):
    moved(house, ref)
    assert let_out(house, Server(), timedelta(seconds=59)) == []
    assert len(let_out(house, Server(), timedelta(seconds=60))) == 1


@pytest.mark.both_engines
def test_put_back_before_the_mail_went_nobody_hears_of_either(house, ref):
    moved(house, ref)
    assert taken_back(house, ref) is False
    assert new_times(house) == []
    assert let_out(house, Server(), timedelta(hours=1)) == []
    [booking] = house.read(ref).bookings
    assert booking.starts_at == stay(BENCH, *days(0, 1)).start


@pytest.mark.both_engines
def test_put_back_after_the_mail_went_the_firm_hears_of_both(house, ref):
    moved(house, ref)
    assert len(let_out(house, Server(), put_back.FOR)) == 1
    assert taken_back(house, ref) is True
    assert sorted(new_times(house)) == [("firm@lab.example", False), ("firm@lab.example", True)]


def test_a_mail_that_somebody_tried_to_hand_over_may_have_arrived(house, ref):
    moved(house, ref)
    let_out(house, Server(there=False), put_back.FOR)
    assert taken_back(house, ref) is True
    assert len(new_times(house)) == 2


def test_other_mails_of_the_pilot_stay(house, ref):
    before = len(house.mails(ref))
    moved(house, ref)
    taken_back(house, ref)
    assert len(house.mails(ref)) == before
