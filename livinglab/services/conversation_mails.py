"""Mails about messages: one for all that is said within ten minutes, to those of the other side.

A mail waits that long, and is written anew while it does: with what is said next, without what was
taken back, and not at all once its reader has read it. Of a confidential pilot it has no text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.adapters.texts import instant_text, sentence
from livinglab.db.queries import conversation as queries
from livinglab.db.queries.accounts import owners_of_gate
from livinglab.db.queries.outbox import HELD_FOR
from livinglab.db.queries.people import correspondents
from livinglab.db.tables import User
from livinglab.domain.conversation import TOGETHER
from livinglab.domain.mails import chosen, next_digest
from livinglab.domain.messages import N_, Message
from livinglab.services import outbox
from livinglab.services.notices import GREETING, SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from livinglab.db.tables import Comment, Pilot
    from livinglab.services.work import Work

KIND = "messages"
ALSO = ("coordinator", "admin")
"""Roles whose people are written to once they have written themselves."""
ZONE = "Europe/Helsinki"


def told(work: Work, pilot: Pilot, comment: Comment) -> None:
    """Write to those who shall know of a new message."""
    to_host = comment.internal or comment.side == "company"
    for user in _hosts(work, pilot) if to_host else _firm(work, pilot):
        if user.id != comment.author_id:
            _write(work, pilot, user, comment.id, side="host" if to_host else "company")


def taken_back(work: Work, pilot: Pilot) -> None:
    """Write the mails that wait anew, without what is gone."""
    for mail in queries.waiting_mails(work.session, f"{pilot.ref}:{KIND}:"):
        _, _, side, user_id, first, *held = mail.intent.split(":")
        user = work.session.get_one(User, int(user_id))
        said = queries.for_reader(work.session, pilot.id, user.id, int(first), side=side)
        if said:
            queries.mail_text(
                work.session, mail.id, _body(work, pilot, user, said, held=bool(held))
            )
        else:
            work.session.delete(mail)


def read(work: Work, pilot: Pilot, user_id: int, last: int) -> None:
    """Let no mail go out about what its reader has read."""
    for side in ("company", "host"):
        for mail in queries.waiting_mails(work.session, _prefix(pilot, side, user_id)):
            first = int(mail.intent.split(":")[4])
            said = queries.for_reader(work.session, pilot.id, user_id, first, side=side)
            if all(comment.id <= last for comment in said):
                work.session.delete(mail)


def _firm(work: Work, pilot: Pilot) -> list[User]:
    """Who made the request, and colleagues who have written about it."""
    people = list(correspondents(work.session, pilot.company_id, pilot.created_by_id))
    ids = queries.writers(work.session, pilot.id, "company")
    people += queries.colleagues(work.session, pilot.company_id, ids)
    return list({user.id: user for user in people}.values())


def _hosts(work: Work, pilot: Pilot) -> list[User]:
    """Managers of its places, and of the others who decide those who have written."""
    today, session = work.world.today(work.now), work.session
    managers: dict[int, User] = {}
    deciders: dict[int, User] = {}
    for gate in pilot.gates:
        for role in (gate.role, *ALSO):
            found = owners_of_gate(
                session, role, gate.facility_id, today, company_id=pilot.company_id
            )
            deciders |= {user.id: user for user in found}
            if role == "facility_manager":
                managers |= {user.id: user for user in found}
    wrote = queries.writers(session, pilot.id, "host")
    wanted = managers | {key: user for key, user in deciders.items() if key in wrote}
    return list((wanted or deciders).values())


def _write(work: Work, pilot: Pilot, user: User, first: int, *, side: str) -> None:
    when = chosen(user.mails, KIND)
    if when == "off":
        return
    held = f"{HELD_FOR}{user.id}" if when == "digest" else ""
    prefix = _prefix(pilot, side, user.id)
    known = queries.waiting_mail(work.session, prefix, work.now, held)
    if known is not None and (HELD_FOR in known.intent) == bool(held):
        start = int(known.intent.split(":")[4])
        said = queries.for_reader(work.session, pilot.id, user.id, start, side=side)
        body = _body(work, pilot, user, said, held=bool(held))
        if queries.mail_text(work.session, known.id, body):
            return
    said = queries.for_reader(work.session, pilot.id, user.id, first, side=side)
    subject = sentence(
        Message(N_("Messages about “%(title)s”"), {"title": pilot.title}), user.language
    )
    outbox.queue(
        work,
        user,
        intent=f"{prefix}{first}{held}",
        subject=f"{subject} ({pilot.ref})",
        body=_body(work, pilot, user, said, held=bool(held)),
        pilot=pilot,
        due_at=next_digest(work.now, user.timezone) if held else work.now + TOGETHER,
    )


def _prefix(pilot: Pilot, side: str, user_id: int) -> str:
    return f"{pilot.ref}:{KIND}:{side}:{user_id}:"


def _body(work: Work, pilot: Pilot, user: User, said: Sequence[Comment], *, held: bool) -> str:
    lines = list(_said(pilot, user, said))
    lines += [pilot.title, f"{work.world.base_url}/pilots/{pilot.ref}/messages"]
    if not held:
        greeting = sentence(Message(GREETING, {"name": user.name}), user.language)
        lines = [greeting, "", *lines, "", sentence(Message(SIGNATURE), user.language)]
    return "\n".join(lines) + "\n"


def _said(pilot: Pilot, user: User, said: Sequence[Comment]) -> Iterator[str]:
    """Each message under its author and time; what was written stays as it was written."""
    language = user.language
    for comment in said:
        words = N_("%(name)s wrote on %(when)s:")
        if comment.internal:
            words = N_("%(name)s wrote a note for hosts only on %(when)s:")
        when = _both_clocks(comment.created_at, user)
        yield sentence(Message(words, {"name": comment.author.name, "when": when}), language)
        if pilot.confidential:
            yield ""
            continue
        yield from ("", *comment.text.split("\n"), "")
        for file in comment.files:
            yield f"* {file.file_name}"
        if comment.files:
            yield ""
    if pilot.confidential:
        text = N_("The request is confidential, so this mail has no text of it. Read it here:")
        yield sentence(Message(text), language)
        yield ""


def _both_clocks(moment: datetime, user: User) -> str:
    """The moment at the facility and, where it differs, on the reader's clock."""
    here = f"{instant_text(moment, user.language, ZONE)} ({_city(ZONE)})"
    there = instant_text(moment, user.language, user.timezone)
    if there == instant_text(moment, user.language, ZONE):
        return here
    return f"{here} = {there} ({_city(user.timezone)})"


def _city(zone: str) -> str:
    return zone.rpartition("/")[2].replace("_", " ")
