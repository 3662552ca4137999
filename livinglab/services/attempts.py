"""How often somebody tries what may be guessed or sends mail: counted for all processes together.

A count is a row under a hash: nobody's address stands there. It is committed by itself, so that a
try counts whatever becomes of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from livinglab.adapters.secrets import token_hash
from livinglab.db.queries import attempts as queries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import timedelta

    from livinglab.services.work import Work


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` tries under one key in a time that begins with the first of them."""

    key: str
    most: int
    lasts: timedelta


def spend(work: Work, limits: Iterable[Limit]) -> bool:
    """Count a try at each limit in turn, up to the first that is used up; whether none was."""
    return all(
        queries.hit(work.session, token_hash(limit.key), work.now, limit.lasts) <= limit.most
        for limit in limits
    )


def forgive(work: Work, limits: Iterable[Limit]) -> None:
    """Give all tries at these limits back."""
    queries.forget(work.session, [token_hash(limit.key) for limit in limits])


def forget_over(work: Work) -> None:
    """Take the counts away that are over."""
    queries.forget_over(work.session, work.now)
