"""Whether somebody comes to a stay: by the link of their invitation, or by a calendar's reply.

A reply by mail proves nothing of who sent it, so it is taken only at its narrowest: from the very
address that was invited, to the invitation last sent. The link needs its key and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.adapters.secrets import token_hash
from livinglab.db.locking import lock_pilot
from livinglab.db.queries import attendance as queries
from livinglab.db.tables import Booking
from livinglab.domain.attendance import ANSWERS, GIVEN, ReplyError, check_order, short_comment
from livinglab.domain.errors import InvalidInput, NotFound, Problem
from livinglab.domain.messages import N_, Message
from livinglab.services.records import audit

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Attendance
    from livinglab.domain.attendance import Reply
    from livinglab.services.work import Work


def opened(session: Session, key: str, now: datetime) -> tuple[Attendance, Booking]:
    """The invitation of a link, and its booking.

    Raises:
        NotFound: a newer one was sent, the stay is over or called off, the key is cut or none.
    """
    row = queries.by_key(session, token_hash(key), now)
    if row is None:
        raise NotFound
    return row, session.get_one(Booking, row.booking_id)


def answer(work: Work, key: str, given: str, comment: str = "") -> None:
    """Keep the answer of somebody who has the link.

    Raises:
        NotFound: see :func:`opened`.
        InvalidInput: it is no answer.
    """
    row, booking = opened(work.session, key, work.now)
    lock_pilot(work.session, booking.pilot.ref)
    work.session.refresh(row)
    if row.key_hash != token_hash(key) or row.method != "REQUEST":
        raise NotFound  # something newer was sent in this very moment
    if given not in GIVEN:
        text = Message(N_("Say whether you come."))
        raise InvalidInput.of(Problem("no_answer", "answer", text))
    _keep(work, booking, row, given, comment, work.now)


def take_reply(work: Work, reply: Reply) -> str:
    """Keep what a calendar program answered by mail; a sentence about it, in English.

    Raises:
        ReplyError: it is not taken, and why.
    """
    found = queries.by_mail(work.session, reply.uid, reply.attendee)
    if found is None:
        raise ReplyError("No stay has this UID.")
    row, booking = found
    if row is None:
        raise ReplyError("Nobody of this address was invited.")
    if reply.sender != reply.attendee:
        raise ReplyError("It is sent by somebody else than it answers for.")
    lock_pilot(work.session, booking.pilot.ref)
    work.session.refresh(row)
    work.session.refresh(booking)
    if row.method != "REQUEST" or booking.state == "released":
        raise ReplyError("The stay is called off, or goes on without this person.")
    if booking.ends_at <= work.now:
        raise ReplyError("The stay is over.")
    check_order(
        reply,
        sequence=row.sequence,
        answered_sequence=row.answered_sequence,
        answered_at=row.answered_at,
    )
    # A clock ahead of ours must not keep later answers out.
    _keep(work, booking, row, reply.answer, reply.comment, min(reply.stamp, work.now))
    return f"{booking.pilot.ref}: {ANSWERS[reply.answer].lower()}."


def _keep(
    work: Work, booking: Booking, row: Attendance, given: str, comment: str, at: datetime
) -> None:
    row.answer, row.comment = given, short_comment(comment)
    row.answered_at, row.answered_sequence = at, row.sequence
    audit(
        *(work, "answer", "attendance", str(row.id)),
        facts={"answer": given, "pilot": booking.pilot.ref},
    )
    work.session.flush()
