"""Mail in tests: rows of the outbox, and a server on loopback that answers by a script."""

import socket
from collections import defaultdict
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from queue import Queue

from aiosmtpd.controller import Controller

from livinglab.db.tables import Outbox


def intent(number, at, **values):
    """A mail as the services write it; all of it follows from its number."""
    values = {
        "intent": f"PLL-2026-{number:04d}:1:submitted:1",
        "message_id": f"<{number}@test.example>",
        "recipient": f"p{number}@firm.example",
        "language": "en",
        "subject": f"Mail {number}",
        "body": f"Text {number}\n",
        "created_at": at,
        "due_at": at,
        **values,
    }
    return Outbox(**values)


class Mailbox:
    """Takes every mail, unless a script says otherwise.

    `script` maps a recipient to answers to give, one a try: a reply like "450 Busy", "hang up"
    after taking the mail before saying so, or a function to call at that moment.
    """

    def __init__(self, script=()):
        self.script = defaultdict(list, {who: list(what) for who, what in dict(script).items()})
        self.taken = []
        self.arrivals = Queue()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        [recipient] = envelope.rcpt_tos
        answers = self.script[recipient]
        answer = answers.pop(0) if answers else "250 OK"
        if isinstance(answer, str) and not answer.startswith(("250", "hang up")):
            return answer
        mail = message_from_bytes(envelope.content, policy=default)
        self.taken.append(mail)
        if callable(answer):
            answer()
        if answer == "hang up":
            server.transport.abort()
        self.arrivals.put(str(mail["Message-ID"]))
        return "250 OK"

    @property
    def message_ids(self):
        return [str(mail["Message-ID"]) for mail in self.taken]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def serving(mailbox, port=None):
    """Serves the mailbox on loopback; gives the address for settings and transports."""
    server = Controller(mailbox, hostname="127.0.0.1", port=port or free_port())
    server.start()
    try:
        yield f"smtp://127.0.0.1:{server.port}"
    finally:
        server.stop()
