"""The unit of work: one transaction per use case, committed here and nowhere else.

Opened by ``web``, ``cli`` or a job. A read still open in the session ends first: on SQLite it
would block the commit.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from livinglab.db.engine import IMMEDIATE
from livinglab.db.guards import refusal_for
from livinglab.services import calendar_changes
from livinglab.services.records import seal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from livinglab.db.tables import Audit
    from livinglab.domain.access import Principal
    from livinglab.services.world import World


@dataclass(slots=True)
class Work:
    """What a use case runs with: the open transaction, the moment, and who acts.

    ``actor`` is None when a clock acts. ``quiet`` switches mail off (replaying example history).
    ``audits`` are the rows that are sealed before the commit, ``changes`` what calendars are told
    of then: company and whether the time is there, by booking and facility.
    """

    session: Session
    world: World
    now: datetime
    actor: Principal | None
    request_id: str = ""
    quiet: bool = False
    audits: list[Audit] = field(default_factory=list)
    changes: dict[tuple[int, int], tuple[int, bool]] = field(default_factory=dict)


@contextmanager
def begin_work(
    session: Session,
    world: World,
    *,
    now: datetime,
    actor: Principal | None = None,
    request_id: str = "",
    quiet: bool = False,
) -> Iterator[Work]:
    """Run a use case: commit when it ends, roll back when it raises.

    Raises:
        SlotTaken: the database's guard refused the booking.
        TryLater: the database was busy, full or away.
    """
    session.rollback()
    try:
        session.connection(execution_options={IMMEDIATE: True})
        work = Work(session, world, now, actor, request_id, quiet)
        yield work
        seal(work)
        calendar_changes.write(work)
        session.commit()
    except DBAPIError as error:
        session.rollback()
        refusal = refusal_for(error)
        if refusal is None:
            raise
        raise refusal from error
    except BaseException:
        session.rollback()
        raise
