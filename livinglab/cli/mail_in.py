"""``livinglab mail-in``: one mail on standard input, read as the reply to an invitation to a stay.

Its statuses are those that mail servers know of programs (sysexits.h): 65 says that this mail will
never be taken, 75 that it may be tried again later.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from livinglab.adapters import itip
from livinglab.cli.tools import Failure, command_work, give, say
from livinglab.domain.attendance import ReplyError
from livinglab.domain.errors import TryLater
from livinglab.services import attending

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction

    from config import Settings

REFUSED, LATER = 65, 75


def add(verbs: _SubParsersAction) -> None:  # type: ignore[type-arg]  # argparse's own shape
    """Add the command."""
    told = "read a mail from standard input: a calendar's reply to an invitation"
    verbs.add_parser("mail-in", help=told).set_defaults(run=mail_in)


def mail_in(settings: Settings, _options: Namespace) -> int:
    """Keep the answer that the mail brings, and print which pilot it is about."""
    try:
        reply = itip.read_reply(sys.stdin.buffer.read(itip.MAIL_OCTETS + 1))
        with command_work(settings) as work:
            told = attending.take_reply(work, reply)
    except ReplyError as refusal:
        say(f"livinglab: The mail is not taken. {refusal}")
        return REFUSED
    except (TryLater, SQLAlchemyError, Failure) as error:
        say(f"livinglab: Not now: {str(error).splitlines()[0] if str(error) else 'try again.'}")
        return LATER
    give(told)
    return 0
