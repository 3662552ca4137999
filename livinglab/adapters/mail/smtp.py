"""Handing mail to a server (RFC 5321; TLS by RFC 3207 and RFC 8314, sign-in by RFC 4954)."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from livinglab.adapters.mail.errors import (
    MailError,
    NoServerError,
    PermanentMailError,
    TransientMailError,
)

if TYPE_CHECKING:
    from email.message import EmailMessage

_PORTS = {"smtp": 25, "smtps": 465}
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_NOT_LET_IN = frozenset({530, 534, 535, 538})
"""Sign-in refused (RFC 4954 6): the settings are at fault, not the mail."""
_FAREWELL_SECONDS = 2.0


class SmtpTransport:
    """A mail server named by ``smtp://`` or ``smtps://user:password@host:port``.

    With ``smtp://`` the line is encrypted when the server offers it; a password never goes over
    a plain line, except within this machine.

    Args:
        url: Ports default to 25 and 465. Percent-encode ``@``, ``:`` and ``/`` in a password.
        timeout: Seconds to wait for each answer.
        tls: Which certificates are trusted. By default those of the system, and any at all from
            this machine itself.

    Raises:
        ValueError: ``url`` is not of that form.
    """

    def __init__(self, url: str, timeout: float = 30.0, tls: ssl.SSLContext | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("a mail server is named like smtp://user:password@host:port")
        self._host = parts.hostname
        self._port = parts.port or _PORTS[parts.scheme]
        self._user = unquote(parts.username or "")
        self._password = unquote(parts.password or "")
        self._timeout = timeout
        self._at_once = parts.scheme == "smtps"
        self._local = self._host in _LOOPBACK
        self._tls = tls or _trust(everyone=self._local)

    def send(self, mail: EmailMessage) -> None:
        """Hand over one mail to its one recipient, over a connection of its own.

        Returning means that the server has taken charge of it.

        Raises:
            NoServerError: no connection, or no entry.
            TransientMailError: a 4yz reply, or the line died.
            PermanentMailError: a 5yz reply to the mail itself.
        """
        try:
            server = self._connect(mail["From"].addresses[0].domain)
        except OSError as error:  # smtplib's errors are of this kind, too
            raise NoServerError(f"{self._host}:{self._port}: {error}") from error
        try:
            server.send_message(mail)
        except smtplib.SMTPRecipientsRefused as error:
            [(code, reply)] = error.recipients.values()
            raise _failure(code, reply) from error
        except smtplib.SMTPResponseException as error:
            raise _failure(error.smtp_code, error.smtp_error) from error
        except OSError as error:
            raise TransientMailError(f"{self._host}:{self._port}: {error}") from error
        finally:
            _part(server)

    def _connect(self, own_name: str) -> smtplib.SMTP:
        # Named by the sender's domain: looking up this machine's name can take many seconds.
        server = (
            smtplib.SMTP_SSL(
                self._host, self._port, own_name, timeout=self._timeout, context=self._tls
            )
            if self._at_once
            else smtplib.SMTP(self._host, self._port, own_name, timeout=self._timeout)
        )
        try:
            self._enter(server)
        except BaseException:
            server.close()
            raise
        return server

    def _enter(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        encrypted = self._at_once
        if not encrypted and server.has_extn("starttls"):
            server.starttls(context=self._tls)
            encrypted = True
        if self._user:
            if not (encrypted or self._local):
                raise smtplib.SMTPException("no STARTTLS, so the password is not sent")
            server.login(self._user, self._password)


def _trust(*, everyone: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if everyone:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _failure(code: int, reply: bytes | str) -> MailError:
    said = reply.decode(errors="replace") if isinstance(reply, bytes) else reply
    permanent = 500 <= code < 600 and code not in _NOT_LET_IN  # noqa: PLR2004 - 5yz
    return (PermanentMailError if permanent else TransientMailError)(f"{code} {said}")


def _part(server: smtplib.SMTP) -> None:
    # The mail's fate is decided; how the server says goodbye must not change it.
    with suppress(OSError):
        if server.sock:
            server.sock.settimeout(_FAREWELL_SECONDS)
            server.quit()
    server.close()
