"""Invitations as calendar programs exchange them: iTIP (RFC 5546) by mail (iMIP, RFC 6047).

Written are REQUEST and CANCEL, for one person each. Read is REPLY, from a mail of any stranger: a
little at a time, and whatever is not plainly a reply is refused with a sentence.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.utils import getaddresses
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from icalendar import Calendar

from livinglab.adapters import ics
from livinglab.domain.attendance import GIVEN, OPEN, Reply, ReplyError, short_comment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import Message as Mail

Method = Literal["REQUEST", "CANCEL"]

MAIL_OCTETS = 500_000
"""Longest mail that is read, signature and pictures included; what a parser does grows faster."""
CALENDAR_OCTETS = 64_000
PARTS = 50
COMPONENTS = 60
"""Of a calendar: one event, its time zone and that zone's rules, with room to spare."""
SEQUENCE_LIMIT = 2**31 - 1
_CHARSETS = frozenset({"utf-8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})


def render(method: Method, event: ics.Event, email: str, name: str = "", answer: str = OPEN) -> str:
    """The object for one person, who is its only ATTENDEE; ``answer`` is what they last said.

    The event of a CANCEL is whole and says CANCELLED (RFC 5546 3.2.5).
    """
    if method == "CANCEL":
        event = replace(event, status="CANCELLED")
    asked = ";RSVP=TRUE" if method == "REQUEST" else ""
    parameters = f";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={answer}{asked}"
    attendee = ics.person("ATTENDEE", email, name, parameters)
    return ics.message(method, ics.render_vevent(event, attendee))


def read_reply(octets: bytes) -> Reply:
    """The reply that a mail carries.

    Raises:
        ReplyError: it carries none, or one that cannot be taken at its word.
    """
    if len(octets) > MAIL_OCTETS:
        raise ReplyError(f"The mail is longer than {MAIL_OCTETS} octets.")
    try:
        mail = message_from_bytes(octets)
        sender = _sender(mail)
        calendar = Calendar.from_ical(_calendar_text(mail))
        return _reply(calendar, sender)
    except ReplyError:
        raise
    except Exception as error:  # whatever a stranger's text does to a parser, it is no reply
        raise ReplyError("The mail cannot be read as a reply to an invitation.") from error


def _sender(mail: Mail) -> str:
    found = getaddresses([str(value) for value in mail.get_all("From", [])])
    if len(found) != 1 or "@" not in found[0][1]:
        raise ReplyError("The mail does not say from whom it is.")
    return found[0][1].strip().lower()


def _calendar_text(mail: Mail) -> str:
    """The calendar part beside the text, else one that is attached."""
    parts = list(_parts(mail))
    for kind in ("text/calendar", "application/ics"):
        for part in parts:
            if part.get_content_type() == kind:
                return _checked_text(part)
    raise ReplyError("The mail has no calendar part.")


def _parts(mail: Mail) -> Iterator[Mail]:
    """The parts of the mail, not of mails that it carries (RFC 2046 5.2)."""
    seen, waiting = 0, [mail]
    while waiting:
        part = waiting.pop(0)
        seen += 1
        if seen > PARTS:
            raise ReplyError(f"The mail has more than {PARTS} parts.")
        if part.get_content_maintype() == "multipart":
            payload = part.get_payload()
            waiting += [p for p in payload if not isinstance(p, str)] if payload else []
        elif part.get_content_maintype() != "message":
            yield part


def _checked_text(part: Mail) -> str:
    octets = part.get_payload(decode=True)
    if not isinstance(octets, bytes) or len(octets) > CALENDAR_OCTETS:
        raise ReplyError(f"The calendar part is longer than {CALENDAR_OCTETS} octets.")
    method = str(part.get_param("method") or "REPLY").strip('"').upper()
    charset = str(part.get_content_charset() or "utf-8")
    if method != "REPLY":
        raise ReplyError(f"Only replies are read, and this is “{method[:20]}”.")
    if charset not in _CHARSETS:
        raise ReplyError("The calendar part is written in an unknown character set.")
    text = octets.decode(charset)
    if text.upper().count("BEGIN:") > COMPONENTS:
        raise ReplyError("The calendar part has more in it than a reply.")
    return text


def _reply(calendar: Any, sender: str) -> Reply:  # noqa: ANN401  # icalendar is untyped here
    method = str(_only(calendar, "METHOD")).upper()
    if method != "REPLY":
        raise ReplyError(f"Only replies are read, and this is “{method[:20]}”.")
    events = [one for one in calendar.subcomponents if one.name == "VEVENT"]
    others = {one.name for one in calendar.subcomponents} - {"VEVENT", "VTIMEZONE"}
    if len(events) != 1 or others:
        raise ReplyError("A reply is about one event, and this is not.")
    [event] = events
    if "RECURRENCE-ID" in event:
        raise ReplyError("It answers one time of a series, and no stay is one.")
    attendee, stamp = _only(event, "ATTENDEE"), _only(event, "DTSTAMP").dt
    answer = str(attendee.params.get("PARTSTAT", OPEN)).upper()
    if answer not in GIVEN:
        raise ReplyError(f"It neither accepts nor declines: “{answer[:20]}”.")
    if not isinstance(stamp, datetime) or stamp.utcoffset() is None:
        raise ReplyError("It does not say when it was given.")
    sequence = int(_only(event, "SEQUENCE")) if "SEQUENCE" in event else 0
    if not 0 <= sequence <= SEQUENCE_LIMIT:
        raise ReplyError("Its sequence is no number that was ever sent.")
    return Reply(
        uid=str(_only(event, "UID")),
        attendee=_address(str(attendee)),
        answer=answer,
        sequence=sequence,
        stamp=stamp.astimezone(UTC),
        sender=sender,
        comment=_comment(event),
    )


def _only(component: Any, name: str) -> Any:  # noqa: ANN401  # a value of any type
    value = component.get(name)
    if value is None or isinstance(value, list):
        raise ReplyError(f"A reply has {name} exactly once, and this has not.")
    return value


def _comment(event: Any) -> str:  # noqa: ANN401  # see above
    found = event.get("COMMENT") or ""
    return short_comment("\n".join(map(str, found)) if isinstance(found, list) else str(found))


def _address(text: str) -> str:
    scheme, _, address = text.partition(":")
    if scheme.lower() != "mailto" or "@" not in address:
        raise ReplyError("Who answers is no mail address.")
    return unquote(address).strip().lower()
