"""Invitations to stays: each person is sent what changed once, and their calendar stays true."""

from datetime import timedelta

import icalendar
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.tables import Attendance, Booking, Outbox, User
from livinglab.domain.attendance import INVITE_AFTER
from livinglab.domain.pilot import Action
from livinglab.services import attendance, jobs, undoing
from livinglab.services.moves import Command
from tests.casework import days, stay

BENCH, MANAGER = "fac-03-vision-bench", "manager.fac-03"


class Nowhere:
    """Takes every mail."""

    def send(self, message):
        pass


def settle(house, after=INVITE_AFTER):
    """Let the time pass and the jobs run."""
    house.clock.now += after
    with Session(house.engine) as session:
        jobs.tick(session, house.world, Nowhere(), clock=house.clock)


def sent(house):
    """(to, method, sequence, status, summary) of every calendar mail so far, in order."""
    with Session(house.engine) as session:
        rows = session.scalars(
            select(Outbox).where(Outbox.calendar != "").order_by(Outbox.created_at, Outbox.id)
        ).all()
        return [said(row) for row in rows]


def said(row):
    calendar = icalendar.Calendar.from_ical(row.calendar)
    [event] = calendar.events
    assert str(calendar["METHOD"]) == row.calendar_method
    assert str(event["ATTENDEE"]) == f"mailto:{row.recipient}"
    assert str(event["ORGANIZER"]) == "mailto:desk@lab.example"
    who = row.recipient.partition("@")[0]
    return who, row.calendar_method, int(event["SEQUENCE"]), str(event["STATUS"])


@pytest.mark.both_engines
def test_firm_time_invites_and_every_change_is_one_mail(house):
    house.place()
    ref = house.sent(resource=BENCH, days=1)
    settle(house)
    assert sent(house) == []
    house.approve(ref, MANAGER, stay(BENCH, days(1)[0]))
    settle(house)
    assert sent(house) == [("firm", "REQUEST", 1, "CONFIRMED"), (MANAGER, "REQUEST", 1, "CONFIRMED")]
