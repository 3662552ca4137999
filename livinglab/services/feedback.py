"""Feedback on accessibility: answered within 14 days (Act 306/2019 on digital services, Finland).

It goes by mail to the coordinators of the living lab, and stands in the record with its day.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from livinglab.adapters.secrets import new_token
from livinglab.adapters.texts import sentence
from livinglab.db.tables import Membership, Organisation, User
from livinglab.domain.messages import N_, Message
from livinglab.domain.reading import Node
from livinglab.domain.vocabulary import LANGUAGES
from livinglab.services import outbox
from livinglab.services.accounts import checked_email
from livinglab.services.notices import GREETING, SIGNATURE
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from livinglab.services.work import Work

ANSWERED_WITHIN = timedelta(days=14)
TEXT_LIMIT = 4000
PAGE_LIMIT = 300
LABELS = {"text": N_("What did not work?"), "page": N_("On which page?")}


def send(work: Work, fields: Mapping[str, str]) -> date:
    """Hand feedback to the people who answer; the day by which they do.

    ``fields`` are ``text``, ``page`` and ``email``; only the first must be there.

    Raises:
        InvalidInput: no text, too much of it, or an address that is none.
    """
    given = {"text": fields.get("text", ""), "page": fields.get("page", "") or None}
    node = Node(given, labels=LABELS)
    text = node["text"].text(TEXT_LIMIT, lines=True)
    page = node["page"].maybe(lambda at: at.text(PAGE_LIMIT)) or ""
    node.finish()
    email = checked_email(fields["email"]) if fields.get("email", "").strip() else ""
    until = work.world.today(work.now) + ANSWERED_WITHIN
    key = new_token(12)
    for user in _answering(work):
        _write(work, user, key, until, (text, page, email))
    note = {"text": text, "page": page, "email": email}
    audit(work, "feedback", "service", "accessibility", note=note, facts={"until": str(until)})
    return until


def _write(
    work: Work,
    user: User | outbox.Addressee,
    key: str,
    until: date,
    told: tuple[str, str, str],
) -> None:
    text, page, email = told

    def say(template: str, **params: object) -> str:
        return sentence(Message(template, params), user.language)

    none = say(N_("none given"))
    name = user.name if isinstance(user, User) else say(N_("Living Lab Pori"))
    lines = [
        say(GREETING, name=name),
        say(N_("somebody wrote about the accessibility of this service.")),
        say(N_("Answer by %(when)s."), when=until),
        say(N_("Page: %(page)s"), page=page or none),
        say(N_("Reply to: %(email)s"), email=email or none),
        text,
        say(SIGNATURE),
    ]
    outbox.queue(
        work,
        user,
        intent=f"feedback:{key}:{user.email}"[:250],
        subject=say(N_("Accessibility feedback: answer by %(when)s"), when=until),
        body="\n\n".join(lines) + "\n",
    )


def _answering(work: Work) -> list[User | outbox.Addressee]:
    """The coordinators, else the admins, else the desk itself."""
    for role in ("coordinator", "admin"):
        holds = exists().where(
            Membership.user_id == User.id,
            Membership.role == role,
            Membership.facility_id.is_(None),
            Membership.organisation_id == Organisation.id,
            Organisation.kind == "host",
        )
        people = select(User).where(User.active, holds).order_by(User.id)
        if found := list(work.session.scalars(people)):
            return [*found]
    return [outbox.Addressee(work.world.mail_address, LANGUAGES[0])]
