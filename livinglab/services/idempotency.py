"""A write sent twice has one effect (IETF draft-ietf-httpapi-idempotency-key-header).

The first answer to a key is kept in the transaction of the write it answers, so that both are
there or neither. Refusals roll back and are not kept: the next try is judged anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from livinglab.db.queries.records import kept_answer, take_key
from livinglab.domain.errors import KeyReused

if TYPE_CHECKING:
    from collections.abc import Callable

    from livinglab.services.work import Work

REPLAYED = "Idempotent-Replayed"
"""Header of an answer that was given before."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it goes out. ``kept`` is stored in place of a body that holds a secret."""

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    kept: bytes | None = None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A write that may come again: whose, at which address, under which key.

    ``fingerprint`` is a hash of everything that was sent.
    """

    principal: str
    route: str
    key: str
    fingerprint: str


def once(work: Work, attempt: Attempt, act: Callable[[], Reply]) -> Reply:
    """What ``act`` answers, or the answer it gave before.

    The key is taken before anything is done: of two that arrive together the second waits for
    the first, and then finds its answer.

    Raises:
        KeyReused: the key came with something else before.
    """
    where = (attempt.principal, attempt.route, attempt.key)
    taken = take_key(work.session, *where, attempt.fingerprint, work.now)
    reply = act() if taken else None
    row = kept_answer(work.session, *where)
    if reply is None:
        if row.request_hash != attempt.fingerprint:
            raise KeyReused
        return Reply(row.status, row.body, {**row.headers, REPLAYED: "true"})
    row.status, row.headers = reply.status, reply.headers
    row.body = reply.body if reply.kept is None else reply.kept
    return reply
