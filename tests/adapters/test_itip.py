"""Invitations: one event for one person, whatever the texts hold, to the octet."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.adapters import ics, itip
from livinglab.adapters.mail import CalendarPart, SmtpTransport, compose
from tests.harness import check_feed
from tests.post import serving

START = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
UID = "booking-7@lab.example"
EVENT = ics.Event(
    uid=UID,
    sequence=3,
    status="CONFIRMED",
    start=START,
    end=START + timedelta(hours=4),
    stamp=datetime(2026, 9, 1, 8, tzinfo=UTC),
    created=datetime(2026, 8, 1, 8, tzinfo=UTC),
    summary="Copper strip inspection",
    organizer_name="Living Lab",
    organizer_email="desk@lab.example",
)
HOSTILE = [
    "a\r\nBEGIN:VEVENT\r\nATTENDEE:mailto:x@example.com\r\nMETHOD:CANCEL",
    "a\rb\nc\x00d\x07e\u2028f\x85g",
    "\ud800 half a pair",
    'Robotti åäö; "A", B \\ C ^caret^',
    "test 🤖🏽 \u202eabc\u202c בדיקת رجل",
    "k" * 5_000,
    "é" * 5_000,
]
TEXTS = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=200))


def hostile(text):
    return replace(
        EVENT,
        summary=text,
        description=text,
        location=text,
        organizer_name=text,
        categories=(text,),
    )


@given(text=TEXTS, method=st.sampled_from(["REQUEST", "CANCEL"]))
def test_whatever_the_texts_hold_it_is_one_event_for_one_person(text, method):
    made = itip.render(method, hostile(text), "aino@firm.example", text)
    assert all(len(line.encode()) <= 75 for line in made.split("\r\n"))
    assert not set(made.replace("\r\n", "")) & set(map(chr, (*range(32), 127)))
    calendar = icalendar.Calendar.from_ical(made)
    [event] = calendar.walk("VEVENT")
    attendee = event["ATTENDEE"]
    asked = {"RSVP": "TRUE"} if method == "REQUEST" else {}
    assert str(calendar["METHOD"]) == method
    assert (str(event["UID"]), event["SEQUENCE"]) == (UID, 3)
    assert str(event["STATUS"]) == ("CONFIRMED" if method == "REQUEST" else "CANCELLED")
    assert str(attendee) == "mailto:aino@firm.example"
    assert {k: v for k, v in attendee.params.items() if k != "CN"} == {
        "CUTYPE": "INDIVIDUAL",
        "ROLE": "REQ-PARTICIPANT",
        "PARTSTAT": "NEEDS-ACTION",
        **asked,
    }


class Box:
    """A mail server that keeps the very octets it was given."""

    def __init__(self):
        self.taken = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.taken.append(envelope.content)
        return "250 OK"


@pytest.mark.parametrize("text", HOSTILE)
def test_the_octets_of_an_invitation_come_through_smtp_unchanged(text):
    made = itip.render("REQUEST", hostile(text), "aino@firm.example", text)
    mail = compose(
        f"{text[:100]} <desk@lab.example>",
        "aino@firm.example",
        text,
        text,
        "<1@lab.example>",
        EVENT.stamp,
        language="fi",
        calendar=CalendarPart(made, "REQUEST"),
    )
    box = Box()
    with serving(box) as address:
        SmtpTransport(address).send(mail)
    [octets] = box.taken
    assert max(map(len, octets.split(b"\r\n"))) <= 998
    got = message_from_bytes(octets, policy=default)
    assert [part.get_content_type() for part in got.walk()] == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "text/calendar"),
        "application/ics",
    ]
    _, _, _, beside, attached = got.walk()
    assert beside.get_payload(decode=True) == attached.get_payload(decode=True) == made.encode()
    assert dict(beside["Content-Type"].params) == {"charset": "utf-8", "method": "REQUEST"}
    assert attached.get_filename() == "invite.ics"
    assert set(got.keys()) == {
        *("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version"),
        *("Content-Type", "Content-Language"),
    }


@pytest.mark.harness
@pytest.mark.slow
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_every_calendar_program_reads_the_invitation_alike(tmp_path, method):
    event = replace(hostile("Robotti åäö; A, B 🤖🏽 " * 20 + "end"), sequence=3)
    file = tmp_path / "invite.ics"
    file.write_bytes(itip.render(method, event, "aino@firm.example", "Ai\r\nno").encode())
    expect = {
        "uid": UID,
        "start": "2026-10-24T22:30:00Z",
        "end": "2026-10-25T02:30:00Z",
        "summary": event.summary,
        "status": "CONFIRMED" if method == "REQUEST" else "CANCELLED",
        "sequence": 3,
    }
    result = check_feed(file, {"events": [expect]}, "--not-a-feed")
    assert result.failed == (), result.output
    programs = 12 - len(result.skipped)
    assert result.consumers_ok == f"{programs}/{programs}", result.output
