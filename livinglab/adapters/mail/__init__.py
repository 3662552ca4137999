"""Mail: composing it, and handing it over to a server or, without one, to a folder.

A mail is handed over at least once, never exactly once: the line may die between the server's
acceptance and its answer (RFC 1047). The Message-ID is therefore chosen by the caller and stays
the same at each attempt.
"""

from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from livinglab.adapters.mail.errors import (
    MailError,
    NoServerError,
    PermanentMailError,
    TransientMailError,
)
from livinglab.adapters.mail.folder import FolderTransport, StoredMail, list_mail, read_mail
from livinglab.adapters.mail.message import Attachment, CalendarPart, compose
from livinglab.adapters.mail.smtp import SmtpTransport

__all__ = [
    "Attachment",
    "CalendarPart",
    "FolderTransport",
    "MailError",
    "NoServerError",
    "PermanentMailError",
    "SmtpTransport",
    "StoredMail",
    "TransientMailError",
    "Transport",
    "compose",
    "list_mail",
    "read_mail",
    "transport_for",
]


class Transport(Protocol):
    """Where mails go."""

    def send(self, mail: EmailMessage) -> None:
        """Hand one mail over.

        Raises:
            TransientMailError: not now.
            PermanentMailError: never.
        """


def transport_for(smtp_url: str, folder: Path) -> Transport:
    """The server that ``smtp_url`` names, or the folder when it is empty.

    Raises:
        ValueError: the address is none of a mail server.
    """
    return SmtpTransport(smtp_url) if smtp_url else FolderTransport(folder)
