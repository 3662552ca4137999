from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from livinglab.adapters.mail import Attachment, CalendarPart, PermanentMailError, compose

DATE = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)
HEADERS = [
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
    "Content-Transfer-Encoding", "MIME-Version", "Content-Language",
]  # fmt: skip
HOSTILE = [
    "x\r\nBcc: thief@example.com",
    "x\nBcc: thief@example.com\n\nbody",
    "x\rBcc: y\x00\x0b\x0c\x85\u2028z",
    # Decoded by the library while the header is set, and written out as a line break.
    "=?utf-8?q?x=0D=0ABcc:_thief=40example.com?=",
    "=?utf-8?b?eA0KQmNjOiB0aGllZkBleGFtcGxlLmNvbQ==?=",
    "=\r?utf-8?q?x=0ABcc:_y?=",
    "==??utf-8?q?x=0ABcc:_y?=",
    "🤖" * 300,
    "x" * 10_000,
    "\ud800",
    "<x@example.com>, ",
    "שלום",
    "",
]
TEXTS = st.one_of(
    st.sampled_from(HOSTILE), st.text(max_size=200), st.text(alphabet="=?utf8qQbB_0AD:\r\n x")
)


def mail(**changes):
    return compose(
        **{
            "sender": "Living Lab Pori <desk@livinglab.example>",
            "recipient": "firm@c01.example",
            "subject": "Received",
            "text": "Your request has arrived.",
            "message_id": "<1@livinglab.example>",
            "date": DATE,
            **changes,
        }
    )


def read_back(made):
    return message_from_bytes(made.as_bytes(), policy=default)


def test_compose_writes_a_plain_mail():
    assert mail().as_bytes().decode().split("\r\n") == [
        "From: Living Lab Pori <desk@livinglab.example>",
        "To: firm@c01.example",
        "Subject: Received",
        "Date: Tue, 01 Sep 2026 08:00:00 +0000",
        "Message-ID: <1@livinglab.example>",
        "Auto-Submitted: auto-generated",
        'Content-Type: text/plain; charset="utf-8"',
        "Content-Transfer-Encoding: 7bit",
        "MIME-Version: 1.0",
        "Content-Language: en",
        "",
        "Your request has arrived.",
        "",
    ]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("field", ["subject", "sender", "recipient"])
def test_compose_keeps_hostile_text_in_its_header(field, text):
    value = f"{text} <a@b.example>" if field in ("sender", "recipient") else text
    check_headers(mail(**{field: value}))


@given(subject=TEXTS, name=TEXTS, text=TEXTS)
def test_compose_keeps_any_text_in_its_place(subject, name, text):
    check_headers(mail(subject=subject, recipient=f"{name} <a@b.example>", text=text))


def check_headers(made):
    head = made.as_bytes().partition(b"\r\n\r\n")[0]
    lines = head.split(b"\r\n")
    assert [line for line in lines if b"\r" in line or b"\n" in line or len(line) > 998] == []
    assert [line.decode("ascii").partition(":")[0] for line in lines if line[:1] != b" "] == HEADERS
    found = read_back(made)
    assert len(found["To"].addresses) == len(found["From"].addresses) == 1


def test_compose_brings_back_foreign_letters():
    found = read_back(
        mail(
            subject="Näyttökoe; ロボット 🤖",
            recipient='"Åsa, CEO <3 (robots)" <asa@c01.example>',
            text="Hyvää päivää\r\nNäkemiin\rloppu\x07\ud800",
            language="fi",
        )
    )
    assert found["Subject"] == "Näyttökoe; ロボット 🤖"
    [recipient] = found["To"].addresses
    assert (recipient.display_name, recipient.addr_spec) == (
        "Åsa, CEO <3 (robots)",
        "asa@c01.example",
    )
    assert found["Content-Language"] == "fi"
    assert found.get_content() == "Hyvää päivää\r\nNäkemiin\r\nloppu\ufffd\ufffd\r\n"


def test_compose_writes_foreign_domains_for_any_server():
    assert mail(recipient="desk@jyväskylä.example")["To"] == "desk@xn--jyvskyl-7wae.example"


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "nobody",
        "@b.example",
        "a@",
        "a@b.example, c@d.example",
        "a@b.example\r\nBcc: c@d.example",
        "a b@c.example",
        "A <a@b.example> <c@d.example",
        "ä@b.example",
        "a@b..example",
        f"a@{'b' * 64}.example",
        "a@b.example)c@d.example",
    ],
)
def test_compose_refuses_what_is_not_one_address(recipient):
    with pytest.raises(PermanentMailError):
        mail(recipient=recipient)


@pytest.mark.parametrize(
    "changes",
    [
        {"message_id": "1@livinglab.example"},
        {"message_id": "<1@livinglab.example>\r\nBcc: x"},
        {"message_id": "<a b@livinglab.example>"},
        {"language": "en\r\nBcc: x"},
        {"in_reply_to": "<1>"},
        {"date": DATE.replace(tzinfo=None)},
        {"calendar": CalendarPart("x", "REQUEST\r\nX: y")},
        {"attachments": [Attachment("a", b"", "text/plain; charset=x")]},
        {"attachments": [Attachment("a", b"", "text")]},
    ],
)
def test_compose_refuses_malformed_marks(changes):
    with pytest.raises(ValueError, match=r"cannot stand in a mail|needs a zone"):
        mail(**changes)


def test_compose_names_long_message_ids_unchanged():
    first = f"<{'a' * 64}@{'b' * 60}.example>"
    lines = mail(message_id=first, in_reply_to=first).as_bytes().decode().split("\r\n")
    assert [line for line in lines if first in line] == [
        f"Message-ID: {first}",
        f"In-Reply-To: {first}",
        f"References: {first}",
    ]


def test_compose_carries_html_calendar_and_files():
    event = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:åäö\r\nEND:VCALENDAR\r\n"
    found = read_back(
        mail(
            html="<p>Tervetuloa</p>",
            calendar=CalendarPart(event, "REQUEST"),
            attachments=[Attachment("../ä\r\n/price.pdf", b"\x00%PDF", "application/pdf")],
        )
    )
    parts = [part for part in found.walk() if not part.is_multipart()]
    assert found.get_content_type() == "multipart/mixed"
    assert [part.get_content_type() for part in parts] == [
        "text/plain",
        "text/html",
        "text/calendar",
        "application/ics",
        "application/pdf",
    ]
    assert dict(parts[2]["Content-Type"].params) == {"charset": "utf-8", "method": "REQUEST"}
    assert [part.get_payload(decode=True) for part in parts[2:]] == [
        event.encode(),
        event.encode(),
        b"\x00%PDF",
    ]
    assert [part.get_filename() for part in parts[3:]] == ["invite.ics", "..-ä -price.pdf"]
