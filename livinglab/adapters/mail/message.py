"""What a mail looks like (RFC 5322; RFC 6047 for its calendar part)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import TYPE_CHECKING

from livinglab.adapters.mail.errors import PermanentMailError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

_NAME_LENGTH = 80
"""Longest name shown beside an address: it is not folded, and a line ends at 998 octets."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_CONTROL_IN_BODY = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_ADDRESS = re.compile(r'[^\s<>@,;:"()\\\[\]]+@[^\s<>@,;:"()\\\[\]]+')
_MAILBOX = re.compile(r"(?P<name>.*)<(?P<address>[^<>]*)>")
_LANGUAGE = re.compile("[A-Za-z0-9-]+")
_METHOD = re.compile("[A-Z]+")
_CONTENT_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+", re.ASCII)
_MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")

# Without their type, long Message-IDs in these headers would be encoded and match nothing.
_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("in-reply-to", MessageIDHeader)  # type: ignore[arg-type]  # a mix-in
_HEADERS.map_to_type("references", MessageIDHeader)  # type: ignore[arg-type]  # a mix-in
# Seven bits get through every relay; lines end with CRLF.
_POLICY = SMTP.clone(cte_type="7bit", header_factory=_HEADERS)


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """An iTIP object to be carried by a mail (RFC 6047)."""

    text: str
    method: str
    """``REQUEST``, ``CANCEL`` …, the same as METHOD in ``text``."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file to go with a mail."""

    filename: str
    content: bytes
    content_type: str = "application/octet-stream"


def compose(  # noqa: PLR0913 - one argument per part of a mail
    sender: str,
    recipient: str,
    subject: str,
    text: str,
    message_id: str,
    date: datetime,
    *,
    language: str = "en",
    html: str | None = None,
    in_reply_to: str | None = None,
    calendar: CalendarPart | None = None,
    attachments: Iterable[Attachment] = (),
) -> EmailMessage:
    """One mail to one recipient. Whatever the texts hold, they stay in their header or part.

    Args:
        sender: ``Name <address>`` or an address.
        recipient: The same.
        subject: Line breaks and other control characters become blanks.
        text: Plain-text body; every mail has one.
        message_id: ``<unique@domain>``, the same at each attempt.
        date: When the mail was intended, aware.
        language: BCP 47 tag of the texts (RFC 3282).
        html: The same body for readers that show HTML.
        in_reply_to: Message-ID of the mail that this one follows.
        calendar: Sent as ``text/calendar`` beside the text and as a file for other readers.
        attachments: Files.

    Raises:
        PermanentMailError: sender or recipient is not exactly one address.
        ValueError: a malformed Message-ID, language, method or content type, or a naive date.
    """
    if date.utcoffset() is None:
        raise ValueError("the date of a mail needs a zone")
    mail = EmailMessage(_POLICY)
    mail["From"] = _address(sender)
    mail["To"] = _address(recipient)
    mail["Subject"] = _header(subject)
    mail["Date"] = format_datetime(date)
    mail["Message-ID"] = _checked(_MESSAGE_ID, message_id)
    if in_reply_to is not None:
        mail["In-Reply-To"] = mail["References"] = _checked(_MESSAGE_ID, in_reply_to)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday replies, please
    mail.set_content(_body(text))
    if html is not None:
        mail.add_alternative(_body(html), subtype="html")
    if calendar is not None:
        method = _checked(_METHOD, calendar.method)
        parameters = {"method": method}
        mail.add_alternative(calendar.text, subtype="calendar", params=parameters, cte="base64")
        mail.add_attachment(
            calendar.text.encode(), maintype="application", subtype="ics", filename="invite.ics"
        )
    for attachment in attachments:
        kind = _checked(_CONTENT_TYPE, attachment.content_type)
        maintype, _, subtype = kind.partition("/")
        mail.add_attachment(
            attachment.content,
            maintype=maintype,
            subtype=subtype,
            filename=_header(attachment.filename).replace("/", "-").replace("\\", "-"),
        )
    # Last, since making parts moves what is said about the content into the first part.
    mail["Content-Language"] = _checked(_LANGUAGE, language)
    return mail


def _header(text: str) -> str:
    # The library decodes "=?utf-8?q?…?=" on the way in and may write a line break out
    # (CVE-2024-6923), so nothing a person typed may look like it.
    return _CONTROL.sub(" ", text).replace("=?", "= ?").strip()


def _body(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL_IN_BODY.sub("\ufffd", text)


def _checked(pattern: re.Pattern[str], value: str) -> str:
    if not pattern.fullmatch(value):
        raise ValueError(f"{value!r} cannot stand in a mail")
    return value


def _address(text: str) -> Address:
    cleaned = _header(text)
    mailbox = _MAILBOX.fullmatch(cleaned)
    name, address = mailbox.group("name", "address") if mailbox else ("", cleaned)
    try:
        local, _, domain = _checked(_ADDRESS, address).rpartition("@")
        host = domain.encode("idna").decode()
        return Address(name.strip(' "')[:_NAME_LENGTH], addr_spec=f"{local}@{host}")
    except (ValueError, HeaderParseError) as error:
        raise PermanentMailError(f"{text!r} is not one mail address: {error}") from error
