"""Reads of what is said about pilots. Who reads what is part of every query."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true, update
from sqlalchemy.orm import joinedload, selectinload, undefer

from livinglab.db.queries.decisions import owned_by
from livinglab.db.queries.outbox import FRESH, UNSENT
from livinglab.db.queries.pilots import confided_to, visible_to
from livinglab.db.tables import (
    Audit,
    Comment,
    CommentFile,
    CommentRead,
    Gate,
    Membership,
    Outbox,
    Pilot,
    User,
)
from livinglab.domain.pilot import HOLDS, Action, Holds

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from sqlalchemy import ScalarSelect, Select
    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal

MOVES = tuple(action.value for action in Action)
ENDED = tuple(state.value for state, holds in HOLDS.items() if holds is Holds.RELEASED)


def readable(who: Principal) -> ColumnElement[bool]:
    """The rules ``access.reads_messages`` and ``reads_notes``, over ``comment`` and ``pilot``."""
    notes = Pilot.company_id.not_in(who.companies) if who.is_host else false()
    open_to = or_(~Pilot.confidential, confided_to(who))
    return and_(visible_to(who), open_to, or_(~Comment.internal, notes))


def comments(who: Principal, ref: str, *, internal: bool | None = None) -> Select[Comment]:
    """What the person may read of a pilot, ready to be ordered and limited."""
    query = (
        select(Comment)
        .join(Pilot, Comment.pilot_id == Pilot.id)
        .where(Pilot.ref == ref, readable(who))
        .options(joinedload(Comment.author), selectinload(Comment.files))
    )
    return query if internal is None else query.where(Comment.internal.is_(internal))


def comment(session: Session, who: Principal, ref: str, comment_id: int) -> Comment | None:
    """One message that the person may read."""
    return session.scalars(comments(who, ref).where(Comment.id == comment_id)).one_or_none()


def file(session: Session, who: Principal, ref: str, file_id: int) -> CommentFile | None:
    """A file with its bytes, of a message that the person may read."""
    return session.scalars(
        select(CommentFile)
        .join(Comment, CommentFile.comment_id == Comment.id)
        .join(Pilot, Comment.pilot_id == Pilot.id)
        .where(Pilot.ref == ref, CommentFile.id == file_id, readable(who))
        .options(undefer(CommentFile.content))
    ).one_or_none()


def moves(
    session: Session, pilot_id: int, since: datetime | None, until: datetime | None
) -> Sequence[Audit]:
    """Moves of a pilot from a moment on and before another, oldest first."""
    query = select(Audit).where(Audit.pilot_id == pilot_id, Audit.action.in_(MOVES))
    query = query.where(Audit.object_kind == "pilot")
    query = query if since is None else query.where(Audit.at >= since)
    query = query if until is None else query.where(Audit.at < until)
    people = joinedload(Audit.actor), joinedload(Audit.value)
    return session.scalars(query.options(*people).order_by(Audit.id)).all()


def last_by(session: Session, pilot_id: int, author_id: int, since: datetime) -> Comment | None:
    """The last message of a person about a pilot since a moment."""
    return session.scalars(
        select(Comment)
        .where(
            Comment.pilot_id == pilot_id,
            Comment.author_id == author_id,
            Comment.created_at >= since,
        )
        .order_by(Comment.id.desc())
        .limit(1)
    ).one_or_none()


# --- What is new --------------------------------------------------------------------------------


def _unread(who: Principal) -> ColumnElement[bool]:
    seen = exists().where(
        CommentRead.pilot_id == Comment.pilot_id,
        CommentRead.user_id == who.user_id,
        CommentRead.comment_id >= Comment.id,
    )
    return and_(Comment.author_id != who.user_id, ~seen)


def unread(session: Session, who: Principal, pilot_ids: Collection[int]) -> dict[int, int]:
    """How many messages the person has not read, of those pilots that have some."""
    if not pilot_ids:
        return {}
    rows = session.execute(
        select(Comment.pilot_id, func.count())
        .join(Pilot, Comment.pilot_id == Pilot.id)
        .where(Comment.pilot_id.in_(pilot_ids), _unread(who), readable(who))
        .group_by(Comment.pilot_id)
    )
    return {pilot_id: count for pilot_id, count in rows}  # noqa: C416  # rows are no plain pairs


def unread_of_pilot(who: Principal) -> ScalarSelect[int]:
    """The same as a column of a query over ``pilot``."""
    query = select(func.count()).where(Comment.pilot_id == Pilot.id, _unread(who), readable(who))
    return query.correlate(Pilot).scalar_subquery()


def unread_pilots(who: Principal) -> Select[int]:
    """How many pilots that go on and are the person's have something new.

    A host's are those with a gate of theirs, and those in whose messages they have read before.
    """
    query = (
        select(func.count(Comment.pilot_id.distinct()))
        .join(Pilot, Comment.pilot_id == Pilot.id)
        .where(Pilot.state.not_in(ENDED), _unread(who), readable(who))
    )
    if who.is_host:
        read_before = select(CommentRead.pilot_id).where(CommentRead.user_id == who.user_id)
        theirs = select(Gate.pilot_id).where(owned_by(who))
        query = query.where(or_(Pilot.id.in_(theirs), Pilot.id.in_(read_before)))
    return query


# --- Mails --------------------------------------------------------------------------------------


def writers(session: Session, pilot_id: int, side: str) -> set[int]:
    """Ids of the people of a side who have written."""
    query = select(Comment.author_id).where(Comment.pilot_id == pilot_id, Comment.side == side)
    return set(session.scalars(query.distinct()))


def colleagues(session: Session, company_id: int, user_ids: Collection[int]) -> Sequence[User]:
    """Those of these people who are active in a company now, by id."""
    belongs = exists().where(
        Membership.user_id == User.id, Membership.organisation_id == company_id
    )
    query = select(User).where(User.id.in_(user_ids), User.active, belongs)
    return session.scalars(query.order_by(User.id)).all()


def waiting_mail(session: Session, prefix: str, now: datetime, ending: str = "") -> Outbox | None:
    """The mail about messages that waits under such an intent, until after that moment."""
    query = select(Outbox).where(
        Outbox.intent.startswith(prefix, autoescape=True),
        Outbox.intent.endswith(ending, autoescape=True) if ending else true(),
        UNSENT,
        FRESH,
        Outbox.due_at > now,
    )
    return session.scalars(
        query.order_by(Outbox.id.desc()).limit(1).with_for_update()
    ).one_or_none()


def waiting_mails(session: Session, prefix: str) -> Sequence[Outbox]:
    """Every mail about messages of a pilot that waits."""
    query = select(Outbox).where(Outbox.intent.startswith(prefix, autoescape=True), UNSENT, FRESH)
    return session.scalars(query.with_for_update()).all()


def mail_text(session: Session, mail_id: int, body: str) -> bool:
    """Replace the text of a mail that nobody has taken yet; whether it was still there."""
    known = update(Outbox).where(Outbox.id == mail_id, UNSENT, FRESH).values(body=body)
    return session.scalar(known.returning(Outbox.id)) is not None


def for_reader(
    session: Session, pilot_id: int, user_id: int, first: int, *, side: str
) -> Sequence[Comment]:
    """Messages from a first one on that a person of a side is written to about, in order.

    A firm's people get the hosts' messages; hosts get the firm's and internal notes of others.
    """
    theirs = Comment.side != side
    wanted = theirs & ~Comment.internal if side == "company" else theirs | Comment.internal
    return session.scalars(
        select(Comment)
        .where(
            Comment.pilot_id == pilot_id,
            Comment.id >= first,
            Comment.author_id != user_id,
            wanted,
        )
        .options(joinedload(Comment.author), selectinload(Comment.files))
        .order_by(Comment.id)
    ).all()
