"""What stays of messages when people are erased or a pilot is old: the words without names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select, update

from livinglab.db.queries.erasure import QUIETLY, scrub
from livinglab.db.tables import Comment, CommentFile, CommentRead, Pilot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from livinglab.db.queries.erasure import Words


def forget_words(session: Session, words: Words, cases: ColumnElement[bool]) -> None:
    """Take a person's words out of what was said about these pilots, and out of names of files."""
    pilots = select(Pilot.id).where(cases)
    said = select(Comment.id).where(Comment.pilot_id.in_(pilots))
    scrub(session, (Comment.text,), words, Comment.pilot_id.in_(pilots))
    scrub(session, (CommentFile.file_name,), words, CommentFile.comment_id.in_(said))


def forget_people(session: Session, pilot_ids: Sequence[int], former: int) -> None:
    """Let old messages be nobody's and empty their files; who read how far is forgotten."""
    here = Comment.pilot_id.in_(pilot_ids)
    by = update(Comment).where(here).values(author_id=former)
    files = update(CommentFile).where(CommentFile.comment_id.in_(select(Comment.id).where(here)))
    read = delete(CommentRead).where(CommentRead.pilot_id.in_(pilot_ids))
    for statement in (by, files.values(content=b"", size=0), read):
        session.execute(statement, execution_options=QUIETLY)
