"""What the frame of every page asks for, in one statement."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import exists, literal, select

from livinglab.db.queries.conversation import unread_pilots
from livinglab.db.queries.decisions import to_decide
from livinglab.db.tables import Facility

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from livinglab.domain.access import Principal


class Marks(NamedTuple):
    """Whether there is example data, and in how many pilots the reader has something to do.

    ``to_decide``: they wait for a host's decision; ``unread``: they have new messages.
    """

    examples: bool
    to_decide: int
    unread: int


def marks(session: Session, who: Principal | None) -> Marks:
    """The marks of a page for its reader; a visitor (None) has nothing to do."""
    nothing = literal(0)
    row = session.execute(
        select(
            exists().where(Facility.is_example),
            to_decide(who).scalar_subquery() if who and who.is_host else nothing,
            unread_pilots(who).scalar_subquery() if who else nothing,
        )
    ).one()
    return Marks(bool(row[0]), row[1], row[2])
