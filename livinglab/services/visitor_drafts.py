"""Requests begun before signing in: kept under a secret of one browser, taken over once.

A draft is found by the hash of that secret alone, so it is there for nobody else.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from livinglab.db.queries import visitors as queries
from livinglab.domain.request_json import pilot_from_json
from livinglab.services.idempotency import Attempt, Reply, once
from livinglab.services.pilot import create

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

    from livinglab.db.tables import VisitorDraft
    from livinglab.services.work import Work


def keep(work: Work, key_hash: str, content: dict[str, Any]) -> None:
    """Write the draft down, or over what stands under the same key.

    Raises:
        InvalidInput: the content is no request, not even an unfinished one.
    """
    pilot_from_json(content)
    queries.write_draft(work.session, key_hash, content, work.now)


def found(session: Session, key_hashes: Collection[str]) -> dict[str, VisitorDraft]:
    """The drafts under these keys' hashes, by hash."""
    return {row.key_hash: row for row in queries.drafts_of(session, key_hashes)}


def adopt(work: Work, key_hash: str, attempt: Attempt) -> str | None:
    """Make a draft the actor's company's, once; its reference, or None when it is not there.

    ``attempt`` is that of the form from which it came, so that sending the form again is no second.

    Raises:
        NotSignedIn, NotAllowed: nobody of a company acts.
        InvalidInput: it names facilities that are no longer there; the draft stays.
    """
    row = queries.lock_draft(work.session, key_hash)
    if row is None:
        return None
    given = pilot_from_json(row.content)
    reply = once(work, attempt, lambda: Reply(HTTPStatus.CREATED, create(work, given).ref.encode()))
    work.session.delete(row)
    return reply.body.decode()
