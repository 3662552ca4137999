"""Freezing records: while an incident is looked into, nothing that tells of it is thrown away.

A controller documents each breach of personal data, its effects and what was done (GDPR, article
33(5)); the logs of that time are part of it. While frozen, retention rests and nobody is erased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from livinglab.db.tables import Counter
from livinglab.services.records import audit

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from livinglab.services.work import Work

NAME = "freeze-records"
"""The counter that says so: 1 while frozen."""


def frozen(session: Session) -> bool:
    """Whether records are frozen now."""
    row = session.get(Counter, NAME)
    return row is not None and row.value > 0


def freeze(work: Work, *, on: bool) -> None:
    """Freeze or thaw; saying it again changes nothing and is noted all the same."""
    row = work.session.get(Counter, NAME)
    if row is None:
        row = Counter(name=NAME, value=0)
        work.session.add(row)
    row.value = int(on)
    audit(work, "freeze" if on else "thaw", "service", "records")
