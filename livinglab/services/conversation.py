"""What a firm and the hosts say about a pilot, and what the hosts say among themselves.

Notes of the hosts (``internal``) are no part of what a firm can reach: every read asks for what
its reader may read (``db.queries.conversation.readable``). A message is no move: the pilot keeps
its version. The audit tells of messages apart from the pilot's history, which firms read.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING

from livinglab.db.locking import lock_pilot
from livinglab.db.queries import conversation as queries
from livinglab.db.queries.pilots import pilot_by_ref
from livinglab.db.tables import Comment, CommentFile, CommentRead
from livinglab.domain import access
from livinglab.domain.conversation import TWICE, checked, ends
from livinglab.domain.errors import IllegalTransition, NotAllowed, NotFound, NotSignedIn
from livinglab.domain.messages import N_, Message
from livinglab.services import conversation_mails as mails
from livinglab.services.moves import facts_of
from livinglab.services.papers import media_type_of, plain_name
from livinglab.services.records import audit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Audit, Pilot
    from livinglab.domain.access import Principal
    from livinglab.services.work import Work

PAGE = 50
KIND = "comment"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it came in."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """A message as it came in; ``internal``: for the hosts alone."""

    text: str
    internal: bool = False
    files: tuple[File, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A message, or a move of the pilot between messages."""

    at: datetime
    comment: Comment | None = None
    move: Audit | None = None
    until: datetime | None = None
    """Until when the reader may take the message back; None: no more, or not theirs."""


@dataclass(frozen=True, slots=True)
class Thread:
    """What is said about a pilot, oldest first. ``earlier``: there is more before this number."""

    pilot: Pilot
    entries: tuple[Entry, ...]
    notes: tuple[Entry, ...]
    earlier: int | None
    last: int
    unread: int
    may_write: bool
    may_note: bool


def thread(
    session: Session, who: Principal, now: datetime, ref: str, before: int | None = None
) -> Thread:
    """What the person may read of a pilot: the latest page of it, or the one before a number.

    Raises:
        NotFound: there is no such pilot, or what is said about it is not for this person.
    """
    pilot = readable_pilot(session, who, ref)
    facts = facts_of(pilot)
    query = queries.comments(who, ref, internal=False).order_by(Comment.id.desc()).limit(PAGE + 1)
    query = query if before is None else query.where(Comment.id < before)
    found = list(session.scalars(query))
    shown = found[:PAGE][::-1]
    more = len(found) > PAGE
    until = shown[-1].created_at if shown and before is not None else None
    moves = queries.moves(session, pilot.id, shown[0].created_at if more else None, until)
    entries = [_entry(comment, who, now) for comment in shown]
    entries += [Entry(move.at, move=move) for move in moves]
    may_note = access.reads_notes(who, pilot.company_id)
    notes = _notes(session, who, ref) if may_note else []
    return Thread(
        pilot=pilot,
        entries=tuple(sorted(entries, key=_order)),
        notes=tuple(_entry(note, who, now) for note in notes),
        earlier=shown[0].id if more else None,
        last=max((c.id for c in (*shown, *notes)), default=0),
        unread=queries.unread(session, who, [pilot.id]).get(pilot.id, 0),
        may_write=access.writes_messages(who, facts),
        may_note=may_note and access.writes_messages(who, facts),
    )


def readable_pilot(session: Session, who: Principal, ref: str) -> Pilot:
    """The pilot, if what is said about it is for this person.

    Raises:
        NotFound: it is not, or there is none.
    """
    pilot = pilot_by_ref(session, ref, who)
    if pilot is None or not access.reads_messages(
        who, facts_of(pilot), confidential=pilot.confidential
    ):
        raise NotFound
    return pilot


def news(session: Session, who: Principal, pilot: Pilot) -> int | None:
    """How many messages about a pilot are new to somebody who may see it; None: not for them."""
    if not access.reads_messages(who, facts_of(pilot), confidential=pilot.confidential):
        return None
    return queries.unread(session, who, [pilot.id]).get(pilot.id, 0)


def say(work: Work, ref: str, said: Said, limit_bytes: int) -> Comment:
    """Write a message, and mail it to the other side; the same twice in a minute is one.

    Raises:
        NotFound, NotAllowed, IllegalTransition: see :func:`_opened`.
        InvalidInput: the text or a file is not taken; ``checked`` and ``papers.media_type_of``.
    """
    pilot, who = _opened(work, ref)
    if said.internal and not access.reads_notes(who, pilot.company_id):
        raise NotAllowed(Message(N_("This is for other people than you.")))
    text = checked(said.text, files=len(said.files))
    files = [_file(file, limit_bytes) for file in said.files]
    known = queries.last_by(work.session, pilot.id, who.user_id, work.now - TWICE)
    if known is not None and _same(known, text, files, internal=said.internal):
        return known
    comment = Comment(
        pilot_id=pilot.id,
        author_id=who.user_id,
        side=who.organisation_kind,
        internal=said.internal,
        text=text,
        created_at=work.now,
        files=files,
    )
    work.session.add(comment)
    work.session.flush()
    audit(work, "say", KIND, f"{ref}/{comment.id}", facts={"internal": said.internal})
    mails.told(work, pilot, comment)
    return comment


def take_back(work: Work, ref: str, comment_id: int) -> None:
    """Delete a message that its author has just written, with its files.

    Raises:
        NotFound: there is no such message, or not for this person.
        NotAllowed: it is somebody else's.
        IllegalTransition: it is too old by now.
    """
    pilot, who = _opened(work, ref)
    comment = queries.comment(work.session, who, ref, comment_id)
    if comment is None:
        raise NotFound
    if comment.author_id != who.user_id:
        raise NotAllowed(Message(N_("Only who wrote a message takes it back.")))
    if work.now > ends(comment.created_at):
        words = N_("The message is older than five minutes and stays. Write another one.")
        raise IllegalTransition(Message(words))
    work.session.delete(comment)
    work.session.flush()
    audit(work, "take back", KIND, f"{ref}/{comment_id}", facts={"internal": comment.internal})
    mails.taken_back(work, pilot)


def mark_read(work: Work, ref: str, last: int) -> None:
    """Note that the actor has read up to that message; a mail about it needs not go out any more.

    Raises:
        NotFound: there is no such pilot, or what is said about it is not for this person.
    """
    who = _actor(work)
    pilot = lock_pilot(work.session, ref)
    if pilot is None or not access.reads_messages(
        who, facts_of(pilot), confidential=pilot.confidential
    ):
        raise NotFound
    known = queries.comment(work.session, who, ref, last)
    if known is None:
        return
    row = work.session.get(CommentRead, (pilot.id, who.user_id))
    if row is None:
        work.session.add(CommentRead(pilot_id=pilot.id, user_id=who.user_id, comment_id=last))
    else:
        row.comment_id = max(row.comment_id, last)
    audit(work, "mark read", KIND, f"{ref}/{last}")
    mails.read(work, pilot, who.user_id, last)


def read_file(session: Session, who: Principal, ref: str, file_id: int) -> CommentFile:
    """A file with its bytes.

    Raises:
        NotFound: there is none, not for this person, or what it said is not kept any more.
    """
    found = queries.file(session, who, ref, file_id)
    if found is None or not found.size:
        raise NotFound
    return found


def _opened(work: Work, ref: str) -> tuple[Pilot, Principal]:
    """The pilot, locked, and who writes about it.

    Raises:
        NotFound: there is none, or not for this person.
        IllegalTransition: it was not sent yet.
        NotAllowed: this person does not write here.
    """
    who = _actor(work)
    pilot = lock_pilot(work.session, ref)
    if pilot is None:
        raise NotFound
    facts = facts_of(pilot)
    if not access.reads_messages(who, facts, confidential=pilot.confidential):
        raise NotFound
    if not facts.ever_sent:
        words = N_("Nobody of a host reads a draft. Send the request first, then write.")
        raise IllegalTransition(Message(words))
    if not access.writes_messages(who, facts):
        raise NotAllowed(Message(N_("This is for other people than you.")))
    return pilot, who


def _actor(work: Work) -> Principal:
    if work.actor is None:
        raise NotSignedIn
    return work.actor


def _notes(session: Session, who: Principal, ref: str) -> Sequence[Comment]:
    query = queries.comments(who, ref, internal=True)
    return session.scalars(query.order_by(Comment.id.desc()).limit(PAGE)).all()[::-1]


def _entry(comment: Comment, who: Principal, now: datetime) -> Entry:
    until = ends(comment.created_at)
    own = comment.author_id == who.user_id and now <= until
    return Entry(comment.created_at, comment=comment, until=until if own else None)


def _order(entry: Entry) -> tuple[datetime, bool]:
    """By time; a move goes before what is said at the same instant."""
    return entry.at, entry.comment is not None


def _file(file: File, limit_bytes: int) -> CommentFile:
    return CommentFile(
        file_name=plain_name(file.name) or "file",
        media_type=media_type_of(file.content, limit_bytes, "files"),
        size=len(file.content),
        sha256=sha256(file.content).hexdigest(),
        content=file.content,
    )


def _same(known: Comment, text: str, files: Sequence[CommentFile], *, internal: bool) -> bool:
    one, other = ([file.sha256 for file in some] for some in (known.files, files))
    return (known.text, known.internal, one) == (text, internal, other)
