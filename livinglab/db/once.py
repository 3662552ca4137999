"""What a transaction that only reads asks the database once, however many parts of a page need it.

A unit of work asks each time, for it may have changed the answer itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

from livinglab.db.engine import IMMEDIATE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

T = TypeVar("T")
_ANSWERS = "livinglab.once"


def once(session: Session, ask: Callable[[Session], T]) -> T:
    """What ``ask`` answers, asked at most once in each transaction of the session that only reads.

    Answers go with their transaction. They are kept by ``ask``, so it is a function of a module.
    """
    if session.connection().get_execution_options().get(IMMEDIATE):
        return ask(session)
    by_transaction = session.info.setdefault(_ANSWERS, WeakKeyDictionary())
    known: dict[Callable[[Session], Any], T] = by_transaction.setdefault(
        session.get_transaction(), {}
    )
    if ask not in known:
        known[ask] = ask(session)
    return known[ask]
