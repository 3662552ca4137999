"""Example data: people, places and sixty requests, replayed through the use cases.

``seed`` runs in one transaction: all of it, or nothing. Bookings, blocks and host closures of the
example year move together by whole weeks to the anchor date; public holidays stay where they are.
A stay that the rules refuse there moves to the next feasible time and is listed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from livinglab.db.tables import Audit, Facility, Pilot
from livinglab.services.demo import closed_times, history, people
from livinglab.services.demo.dates import Shift
from livinglab.services.demo.leaving import LEFT
from livinglab.services.importing import import_facility

if TYPE_CHECKING:
    from pathlib import Path

    from livinglab.services.work import Work

EXAMPLE_TODAY = date(2026, 11, 24)
"""The day on which the example data was written as if it were now."""


@dataclass(frozen=True, slots=True)
class Seeded:
    """What was made: sign-in addresses, counts, and stays that had to move."""

    accounts: tuple[str, ...]
    facilities: int
    pilots: int
    moved: tuple[str, ...]


class NotEmpty(Exception):
    """There is data already, or was: example data is only for an empty database."""


def seed(work: Work, folder: Path, password_hash: str, *, anchor: date) -> Seeded:
    """Fill an empty database from the example files in ``folder``.

    Raises:
        NotEmpty: a facility or a pilot exists, or demo mode was left.
    """
    session = work.session
    if session.scalar(select(Audit.id).where(Audit.action == LEFT).limit(1)) is not None:
        raise NotEmpty
    for table in (Facility, Pilot):
        if session.scalar(select(func.count()).select_from(table)):
            raise NotEmpty
    weeks = (anchor - EXAMPLE_TODAY).days // 7
    shift = Shift(timedelta(weeks=weeks), EXAMPLE_TODAY)

    def read(name: str) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = json.loads((folder / f"{name}.json").read_text("utf-8"))
        return rows

    facilities = read("facilities")
    for document in facilities:
        import_facility(work, shift.facility(document))
    accounts = people.make(work, read("companies"), facilities, password_hash)
    replay = history.Replay(work, shift, read("papers"))
    blocks = [shift.block(block) for block in read("blocks")]
    pilots = read("pilots")
    planned = closed_times.planned_clashes(shift, pilots, blocks)
    closed_times.add(work, (block for block in blocks if block not in planned))
    for row in pilots:
        replay.pilot(row)
    closed_times.add(work, planned)
    replay.finish()
    return Seeded(tuple(accounts), len(facilities), len(pilots), tuple(replay.moved))
