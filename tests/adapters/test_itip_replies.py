"""Replies to invitations as calendar programs write them, and what is none."""

import base64
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.adapters import itip
from livinglab.domain.attendance import Reply, ReplyError

UID = "booking-7@lab.example"

GMAIL = """\
MIME-Version: 1.0
Reply-To: Aino Virtanen <aino@firm.example>
Sender: Google Calendar <calendar-notification@google.com>
Message-ID: <calendar-8f2@google.com>
Date: Wed, 02 Sep 2026 09:00:00 +0000
Subject: Accepted: Copper strip inspection @ Sun 25 Oct 2026 01:30 - 05:30 (EEST)
From: Aino Virtanen <aino@firm.example>
To: desk@lab.example
Content-Type: multipart/mixed; boundary="000000000000mixed"

--000000000000mixed
Content-Type: multipart/alternative; boundary="000000000000alt"

--000000000000alt
Content-Type: text/plain; charset="UTF-8"; format=flowed; delsp=yes
Content-Transfer-Encoding: base64

QWlubyBoYXMgYWNjZXB0ZWQgdGhpcyBpbnZpdGF0aW9uLg==

--000000000000alt
Content-Type: text/calendar; charset="UTF-8"; method=REPLY
Content-Transfer-Encoding: 7bit

BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:REPLY
BEGIN:VEVENT
DTSTART:20261024T223000Z
DTEND:20261025T023000Z
DTSTAMP:20260902T090000Z
ORGANIZER;CN=Living Lab:mailto:desk@lab.example
UID:booking-7@lab.example
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Aino Vi
 rtanen;X-NUM-GUESTS=0:mailto:aino@firm.example
X-GOOGLE-CONFERENCE:https://meet.google.com/abc-defg-hij
CREATED:20260801T080000Z
DESCRIPTION:PLL-2026-0001
LAST-MODIFIED:20260902T090000Z
LOCATION:Vision bench
SEQUENCE:3
STATUS:CONFIRMED
SUMMARY:Copper strip inspection
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR

--000000000000alt--
--000000000000mixed
Content-Type: application/ics; name="invite.ics"
Content-Disposition: attachment; filename="invite.ics"
Content-Transfer-Encoding: base64

QkVHSU46VkNBTEVOREFS

--000000000000mixed--
"""

_OUTLOOK = """\
BEGIN:VCALENDAR\r
METHOD:REPLY\r
PRODID:Microsoft Exchange Server 2010\r
VERSION:2.0\r
BEGIN:VTIMEZONE\r
TZID:FLE Standard Time\r
BEGIN:STANDARD\r
DTSTART:16010101T040000\r
TZOFFSETFROM:+0300\r
TZOFFSETTO:+0200\r
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10\r
END:STANDARD\r
BEGIN:DAYLIGHT\r
DTSTART:16010101T030000\r
TZOFFSETFROM:+0200\r
TZOFFSETTO:+0300\r
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3\r
END:DAYLIGHT\r
END:VTIMEZONE\r
BEGIN:VEVENT\r
ATTENDEE;PARTSTAT=DECLINED;CN=Aino Virtanen:MAILTO:Aino@Firm.Example\r
COMMENT;LANGUAGE=fi-FI:En pääse\\, valitan.\\n\r
UID:booking-7@lab.example\r
SUMMARY;LANGUAGE=fi-FI:Declined: Copper strip inspection\r
DTSTART;TZID=FLE Standard Time:20261025T013000\r
DTEND;TZID=FLE Standard Time:20261025T043000\r
CLASS:PUBLIC\r
PRIORITY:5\r
DTSTAMP:20260902T090001Z\r
TRANSP:OPAQUE\r
STATUS:CONFIRMED\r
SEQUENCE:3\r
LOCATION;LANGUAGE=fi-FI:Vision bench\r
X-MICROSOFT-CDO-APPT-SEQUENCE:3\r
X-MICROSOFT-CDO-BUSYSTATUS:BUSY\r
END:VEVENT\r
END:VCALENDAR\r
"""

OUTLOOK = f"""\
From: Aino Virtanen <Aino@Firm.Example>
To: Living Lab <desk@lab.example>
Subject: Declined: Copper strip inspection
Thread-Topic: Copper strip inspection
Content-Language: fi-FI
Content-Class: urn:content-classes:calendarmessage
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="_000_AM0PR_"

--_000_AM0PR_
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

En p=E4=E4se, valitan.

--_000_AM0PR_
Content-Type: text/calendar; charset="utf-8"; method=REPLY
Content-Transfer-Encoding: base64

{base64.encodebytes(_OUTLOOK.encode()).decode()}
--_000_AM0PR_--
"""

APPLE = """\
From: Aino Virtanen <aino@firm.example>
To: desk@lab.example
Subject: =?utf-8?Q?Aino_Virtanen_ehk=C3=A4?=
Mime-Version: 1.0
Content-Type: multipart/mixed; boundary="Apple-Mail=_5A"

--Apple-Mail=_5A
Content-Type: text/calendar; charset=utf-8; method=REPLY; name="iCal-20260902-120002.ics"
Content-Disposition: attachment; filename="iCal-20260902-120002.ics"
Content-Transfer-Encoding: quoted-printable

BEGIN:VCALENDAR
METHOD:REPLY
PRODID:-//Apple Inc.//macOS 15.5//EN
VERSION:2.0
CALSCALE:GREGORIAN
BEGIN:VEVENT
ATTENDEE;CUTYPE=3DINDIVIDUAL;CN=3D"Aino Virtanen";EMAIL=3D"aino@firm.exampl=
e";ROLE=3DREQ-PARTICIPANT;PARTSTAT=3DTENTATIVE:mailto:aino@firm.example
TRANSP:OPAQUE
DTEND:20261025T023000Z
UID:booking-7@lab.example
DTSTAMP:20260902T090002Z
LOCATION:Vision bench
SEQUENCE:3
SUMMARY:Copper strip inspection
DTSTART:20261024T223000Z
ORGANIZER;CN=3D"Living Lab":mailto:desk@lab.example
END:VEVENT
END:VCALENDAR

--Apple-Mail=_5A--
"""


@pytest.mark.parametrize(
    ("mail", "answer", "second", "comment"),
    [
        (GMAIL, "ACCEPTED", 0, ""),
        (OUTLOOK, "DECLINED", 1, "En pääse, valitan."),
        (APPLE, "TENTATIVE", 2, ""),
    ],
)
@pytest.mark.parametrize("break_", ["\n", "\r\n"])
def test_replies_are_read_as_programs_write_them(mail, answer, second, comment, break_):
    stamp, who = datetime(2026, 9, 2, 9, 0, second, tzinfo=UTC), "aino@firm.example"
    octets = mail.replace("\r\n", "\n").replace("\n", break_).encode()
    assert itip.read_reply(octets) == Reply(UID, who, answer, 3, stamp, who, comment)


DEEP = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(3_000))
REFUSED = {
    "is longer than 500000 octets": GMAIL + "x" * 500_000,
    "does not say from whom": GMAIL.replace("From: Aino", "Form: Aino"),
    "cannot be read|more than 50 parts|no calendar": "From: a@b.example\n" + DEEP,
    "calendar part is longer": GMAIL.replace("PLL-2026", "x" * 70_000),
    "only replies are read, and this is “COUNTER”": GMAIL.replace("method=REPLY", "method=COUNTER"),
    "only replies are read, and this is “REQUEST”": GMAIL.replace("METHOD:REPLY", "METHOD:REQUEST"),
    "METHOD exactly once": GMAIL.replace("METHOD:REPLY", "METHOD:REPLY\nMETHOD:CANCEL"),
    "unknown character set": GMAIL.replace(
        'text/calendar; charset="UTF-8"', 'text/calendar; charset="utf-7"'
    ),
    "more in it than a reply": GMAIL.replace("STATUS:CONFIRMED", "BEGIN:VALARM\n" * 100),
    "about one event": GMAIL.replace(
        "END:VCALENDAR", "BEGIN:VEVENT\nUID:2\nEND:VEVENT\nEND:VCALENDAR"
    ),
    "one time of a series": GMAIL.replace("SEQUENCE:3", "RECURRENCE-ID:20261024T223000Z"),
    "ATTENDEE exactly once": GMAIL.replace("CREATED:", "ATTENDEE:mailto:b@x.example\nCREATED:"),
    "UID exactly once": GMAIL.replace("UID:booking", "X-UID:booking"),
    "neither accepts nor declines: “DELEGATED”": GMAIL.replace("=ACCEPTED", "=DELEGATED"),
    "say when it was given": GMAIL.replace("090000Z\nORG", "090000\nORG"),
    "no number that was ever sent": GMAIL.replace("SEQUENCE:3", "SEQUENCE:99999999999"),
    "no mail address": GMAIL.replace(":mailto:aino", ":urn:uuid:aino"),
    "no calendar part": "From: a@b.example\n\nNo thanks.",
    "cannot be read as a reply": GMAIL.replace("SEQUENCE:3", "SEQUENCE:three"),
    "carries|no calendar": "From: a@b.example\nContent-Type: message/rfc822\n\n" + GMAIL,
}


@pytest.mark.parametrize("words", REFUSED)
def test_what_is_not_plainly_a_reply_is_refused_with_a_sentence(words):
    with pytest.raises(ReplyError, match=f"(?i){words}"):
        itip.read_reply(REFUSED[words].encode())


@given(octets=st.binary(max_size=2_000), cut=st.integers(0, len(GMAIL)))
def test_no_mail_breaks_the_reader(octets, cut):
    whole = GMAIL.encode()
    for mail in (octets, whole[:cut] + octets[:40] + whole[cut:]):
        try:
            assert itip.read_reply(mail).uid
        except ReplyError as refusal:
            assert str(refusal).endswith((".", "”."))  # noqa: PT017  # one of the two happens
