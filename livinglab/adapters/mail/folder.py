"""Mail kept as ``.eml`` files, for installations without a mail server (RFC 5322 messages)."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from livinglab.adapters.mail.errors import NoServerError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

_SUFFIX = ".eml"


@dataclass(frozen=True, slots=True)
class StoredMail:
    """A mail in the folder, by its headers. ``date`` is None when it has none that reads."""

    name: str
    sender: str
    recipient: str
    subject: str
    date: datetime | None


class FolderTransport:
    """Writes each mail into a folder, under its Message-ID: sent twice, it is there once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def send(self, mail: EmailMessage) -> None:
        """Write the mail; it is complete and on the disk when this returns.

        Raises:
            NoServerError: the folder cannot be written.
        """
        name = quote(str(mail["Message-ID"]).strip("<>"), safe="@") + _SUFFIX
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            _write(self._path / name, mail.as_bytes())
        except OSError as error:
            raise NoServerError(str(error)) from error


def list_mail(path: Path, limit: int = 200) -> list[StoredMail]:
    """The last ``limit`` mails written, newest first; none when there is no folder yet."""
    files = sorted(_files(path), key=lambda file: (-file.stat().st_mtime_ns, file.name))
    return [_summary(file) for file in files[:limit]]


def read_mail(path: Path, name: str) -> EmailMessage:
    """One mail by the name that :func:`list_mail` gives.

    Raises:
        FileNotFoundError: no mail in the folder has exactly that name.
    """
    for file in _files(path):
        if file.name == name:
            return message_from_bytes(file.read_bytes(), EmailMessage, policy=default)
    raise FileNotFoundError(name)


def forget_mail(path: Path, words: Collection[str]) -> None:
    """Remove mails in whose address, subject or text one of the words stands, whatever its case."""
    wanted = [word.casefold() for word in words]
    for file in _files(path):
        mail = message_from_bytes(file.read_bytes(), EmailMessage, policy=default)
        body = mail.get_body(("plain", "html"))
        told = f"{mail['To']}\n{mail['Subject']}\n{body.get_content() if body else ''}".casefold()
        if any(word in told for word in wanted):
            file.unlink(missing_ok=True)


def _files(path: Path) -> list[Path]:
    return [file for file in path.glob("*" + _SUFFIX) if file.is_file() and not file.is_symlink()]


def _summary(file: Path) -> StoredMail:
    with file.open("rb") as source:
        headers = BytesHeaderParser(EmailMessage, policy=default).parse(source)
    date = headers["Date"]
    return StoredMail(
        name=file.name,
        sender=str(headers["From"] or ""),
        recipient=str(headers["To"] or ""),
        subject=str(headers["Subject"] or ""),
        date=date.datetime if date else None,
    )


def _write(target: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=target.parent, suffix=".tmp")
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)  # so that the name outlives a power cut as well
    finally:
        os.close(folder)
