"""A CalDAV client library against the real server."""

from datetime import timedelta

import icalendar
import pytest
from sqlalchemy import select

from livinglab.db.tables import Booking, CalendarText
from livinglab.domain.pilot import Action
from livinglab.services import app_passwords
from tests.harness import check_caldav
from tests.server import serve

pytestmark = [pytest.mark.harness, pytest.mark.slow]


def expected(scene):
    """The events of all stays, as the database has them."""
    query = (
        select(CalendarText.text)
        .join(Booking, CalendarText.booking_id == Booking.id)
        .where(CalendarText.detail == "full", CalendarText.language == "en")
    )
    events = [icalendar.Event.from_ical(text) for text in scene.make.all(query)]
    return [
        {
            "uid": str(event["UID"]),
            "start": f"{event['DTSTART'].dt:%Y-%m-%dT%H:%M:%SZ}",
            "end": f"{event['DTEND'].dt:%Y-%m-%dT%H:%M:%SZ}",
            "summary": str(event["SUMMARY"]),
            "status": str(event["STATUS"]),
            "sequence": int(event["SEQUENCE"]),
        }
        for event in events
    ]


def test_a_client_library_finds_reads_and_follows_every_calendar(scene, engine_url, tmp_path):
    """Firm and cancelled stays in both halves of a year, read by a host and a coordinator."""
    now = scene.clock.now
    summer = scene.request("ada", windows=(("2027-04-05", "2027-04-09"),))
    scene.act("manager", summer, Action.APPROVE)
    other = scene.request("bo", title="Off", windows=(("2027-03-08", "2027-03-12"),))
    scene.act("manager", other, Action.APPROVE)
    scene.act("bo", other, Action.CANCEL, note="No")
    events = expected(scene)
    assert {event["status"] for event in events} == {"CONFIRMED", "CANCELLED"}
    span = [
        *("--from", (now - timedelta(days=10)).isoformat()),
        *("--to", (now + timedelta(days=390)).isoformat()),
    ]
    app = "tests.standing_still:app"
    with serve(tmp_path / "instance", target=app, database_url=engine_url) as base:
        for person, calendar in (("manager", "at-fac-02"), ("coordinator", "all")):
            with scene.work(person) as work:
                email = f"{person}@test.example"
                password = app_passwords.make_app_password(work, email)
            result = check_caldav(
                f"{base}/dav/", email, password, {"events": events}, "--calendar", calendar, *span
            )
            assert result.failed == (), result.output
            assert result.consumers_ok == "22/22", result.output
