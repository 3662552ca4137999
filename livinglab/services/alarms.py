"""Telling the admins of the living lab by mail that something needs a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, select

from livinglab.adapters.texts import sentence
from livinglab.db.tables import Membership, Organisation, Outbox, User
from livinglab.domain.messages import N_, Message
from livinglab.services import outbox
from livinglab.services.notices import GREETING, SIGNATURE

if TYPE_CHECKING:
    from livinglab.services.work import Work


def tell_held(work: Work, job: str) -> None:
    """Write to each admin that a job is held and how to let it go on; once a day."""
    subject = Message(N_("Held: more was due at once than ever should be (%(job)s)"), {"job": job})
    lines = (
        Message(N_("the job %(job)s found more to do than a day could bring."), {"job": job}),
        Message(N_("Nothing was changed. See whether the clock of the service is right.")),
        Message(N_("If all is well, run this command:")),
    )
    for user in _admins(work):
        intent = f"held:{job}:{work.world.today(work.now)}:{user.id}"
        known = select(Outbox.id).where(Outbox.intent == intent)
        if work.session.scalar(known) is not None:
            continue
        told = [sentence(line, user.language) for line in lines]
        hello = sentence(Message(GREETING, {"name": user.name}), user.language)
        parts = [hello, *told, f"livinglab jobs --release {job}"]
        parts.append(sentence(Message(SIGNATURE), user.language))
        outbox.queue(
            work,
            user,
            intent=intent,
            subject=sentence(subject, user.language),
            body="\n\n".join(parts) + "\n",
        )


def _admins(work: Work) -> list[User]:
    holds = exists().where(
        Membership.user_id == User.id,
        Membership.role == "admin",
        Membership.organisation_id == Organisation.id,
        Organisation.kind == "host",
    )
    return list(work.session.scalars(select(User).where(User.active, holds).order_by(User.id)))
