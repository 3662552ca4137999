"""The daily digest: notices that were held for somebody until 8:00 go out as one mail.

A held notice is a row of the outbox like any other, due at that moment, but never handed over by
itself. The mail of a digest is named by its last notice, so each notice is in exactly one.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from livinglab.adapters.texts import sentence
from livinglab.db.queries import outbox as queries
from livinglab.db.tables import Outbox, User
from livinglab.domain.messages import N_, Message
from livinglab.services import outbox
from livinglab.services.notices import GREETING, SIGNATURE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Select

    from livinglab.services.work import Work


def due_rows(now: datetime) -> Select[int]:
    """Held notices whose 8:00 has come."""
    return select(Outbox.id).where(queries.held_until(now))


def send(work: Work) -> None:
    """Write each person's digest and settle its notices; those of who has left are forgotten."""
    session = work.session
    rows = session.scalars(
        select(Outbox).where(queries.held_until(work.now)).order_by(Outbox.id).with_for_update()
    ).all()
    by_reader = sorted(rows, key=queries.reader_of)
    for user_id, found in groupby(by_reader, queries.reader_of):
        notices = list(found)
        user = session.get(User, user_id)
        mine = Outbox.id.in_([row.id for row in notices])
        if user is None or not user.active:
            session.execute(delete(Outbox).where(mine))
        else:
            _write(work, user, notices)
            session.execute(update(Outbox).where(mine).values(sent_at=work.now))


def _write(work: Work, user: User, notices: Sequence[Outbox]) -> None:
    language = user.language
    more = Message(N_("Your day: %(count)s notices"), {"count": len(notices)})
    subject = notices[0].subject if len(notices) == 1 else sentence(more, language)
    lines = [sentence(Message(GREETING, {"name": user.name}), language), ""]
    for row in notices:
        lines += [f"* {row.subject}", "", *row.body.splitlines(), ""]
    lines += [
        sentence(Message(N_("To have these mails at once, or not at all:")), language),
        f"{work.world.base_url}/account",
        "",
        sentence(Message(SIGNATURE), language),
    ]
    outbox.queue(
        work,
        user,
        intent=f"digest:{user.id}:{notices[-1].id}",
        subject=subject,
        body="\n".join(lines) + "\n",
    )
