"""Mails to one person about their own account: some paragraphs in their language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.adapters.secrets import new_token
from livinglab.adapters.texts import sentence
from livinglab.domain.messages import Message
from livinglab.services import outbox
from livinglab.services.notices import GREETING, SIGNATURE

if TYPE_CHECKING:
    from livinglab.db.tables import User
    from livinglab.services.work import Work


def write(
    work: Work, user: User, event: str, subject: Message, *parts: Message | str, to: str = ""
) -> None:
    """Queue a mail of these paragraphs; text without translation (a link) stays as it is.

    It goes to the person's address, or to another of theirs (``to``). One to a person who has no
    account here is composed and not sent: nobody shall tell from the time it takes.
    """

    def text(part: Message | str) -> str:
        return part if isinstance(part, str) else sentence(part, user.language, user.timezone)

    greeting = Message(GREETING, {"name": user.name})
    body = "\n\n".join(map(text, (greeting, *parts, Message(SIGNATURE)))) + "\n"
    intent = f"{event}:{user.id}:{new_token(9)}"
    if user.id is None:
        return
    reader = outbox.Addressee(to, user.language) if to else user
    outbox.queue(work, reader, intent=intent, subject=text(subject), body=body)
