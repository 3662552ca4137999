"""Calendars of people who are invited to stays: what they show after the mails they got."""

import icalendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from livinglab.db.tables import Attendance, Outbox
from livinglab.domain.attendance import INVITE_AFTER
from livinglab.services import jobs
from tests.keeping import change, standing

BENCH, MANAGER = "fac-03-vision-bench", "manager.fac-03"
ABSENT = "absent"


class Nowhere:
    """Takes every mail."""

    def send(self, message):
        pass


class Calendars:
    """What the calendars of all who got mail show: they obey RFC 5546 and nothing else."""

    def __init__(self, house):
        self.house, self.seen, self.shown = house, 0, {}

    def read(self, after=INVITE_AFTER):
        """Let time pass, jobs run and mails arrive: (to, method, sequence, status) of each."""
        self.house.clock.now += after
        with Session(self.house.engine) as session:
            jobs.tick(session, self.house.world, Nowhere(), clock=self.house.clock)
            rows = session.scalars(
                select(Outbox)
                .where(Outbox.calendar != "", Outbox.id > self.seen)
                .order_by(Outbox.id)
            ).all()
            self.seen = max((row.id for row in rows), default=self.seen)
            return [self._take(row) for row in rows]

    def _take(self, row):
        calendar = icalendar.Calendar.from_ical(row.calendar)
        [event] = calendar.events
        assert str(calendar["METHOD"]) == row.calendar_method
        assert str(event["ATTENDEE"]) == f"mailto:{row.recipient}"
        assert str(event["ORGANIZER"]) == "mailto:desk@lab.example"
        who, uid, sequence = row.recipient.partition("@")[0], str(event["UID"]), event["SEQUENCE"]
        last, _ = self.shown.get((who, uid), (-1, ABSENT))
        assert sequence > last, "a calendar would take this for old"
        facts = (event.start, event.end, str(event["SUMMARY"]), str(event["LOCATION"]))
        gone = row.calendar_method == "CANCEL"
        self.shown[who, uid] = (sequence, ABSENT if gone else facts)
        return who, row.calendar_method, int(sequence), str(event["STATUS"])

    def of(self, who):
        """What one person's calendar shows."""
        return [facts for (name, _), (_, facts) in self.shown.items() if name == who]


def feed(house, ref):
    """What a feed shows of the same stays."""
    return [
        (event.start, event.end, str(event["SUMMARY"]), str(event["LOCATION"]))
        for (_, detail, language), text in house.texts(ref).items()
        if (detail, language) == ("full", "en")
        for event in [icalendar.Event.from_ical(text)]
        if event["STATUS"] != "CANCELLED"
    ]


def rename(house, name):
    called = standing(house)[2]["name"] | {"en": name}
    change(house, "admin", version=standing(house)[0], name=called)


def rows(house):
    """What is kept of each, by name."""
    with Session(house.engine) as session:
        found = session.scalars(select(Attendance).order_by(Attendance.id)).all()
        return {row.recipient.partition("@")[0]: row for row in found}


def key_of(house, who):
    """The key in the last mail to somebody."""
    with Session(house.engine) as session:
        mails = select(Outbox.body).where(Outbox.recipient == f"{who}@lab.example")
        body = session.scalars(
            mails.where(Outbox.calendar != "").order_by(Outbox.id.desc())
        ).first()
    return body.partition("/attendance/")[2].partition("?")[0]


def both(method, sequence, status):
    return [("firm", method, sequence, status), (MANAGER, method, sequence, status)]
