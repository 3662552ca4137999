"""What the clocks cost with ten thousand open pilots, and how much memory they take.

    .venv/bin/python bench/clocks.py [--pilots 10000] [--due 500] [--versions 4]

Pilots are written in bulk: all open, each with one undecided gate, of which so many are due, judged
by so many versions of the rules in turn, each with other clocks. The
first run says what is due, the second finds nothing left to say. The floor is writing as many rows
of mail in one statement in one durable transaction.
"""

from __future__ import annotations

import argparse
import tempfile
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter, process_time
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, func, insert, select
from sqlalchemy.orm import Session

from livinglab.assets import examples_path
from livinglab.db.engine import engine_options, prepare
from livinglab.db.schema import upgrade
from livinglab.db.tables import (
    Facility,
    Gate,
    Organisation,
    Outbox,
    Period,
    Pilot,
    RuleBook,
    User,
    Window,
)
from livinglab.services import clocks, demo, jobs
from livinglab.services.jobs import JOBS
from livinglab.services.work import begin_work
from livinglab.services.world import World

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
CLOCKS = next(job for job in JOBS if job.name == clocks.NAME)
BEGIN = 1_000_000
"""Ids from here on are this script's."""


def main() -> None:
    """Fill a database, run the clocks twice, print what it cost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pilots", type=int, default=10_000)
    parser.add_argument("--due", type=int, default=500)
    parser.add_argument("--versions", type=int, default=4)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'clocks.sqlite3'}"
        engine = create_engine(url, **engine_options(url))
        prepare(engine)
        upgrade(engine)
        world = World("http://lab.example", "desk@lab.example")
        with Session(engine) as session:
            with begin_work(session, world, now=NOW) as work:
                demo.seed(work, examples_path(), "no password", anchor=world.today(NOW))
            publish(session, given.versions)
            fill(session, given.pilots, given.due, given.versions)
            for moment, told in ((NOW, "says"), (NOW + timedelta(hours=1), "again")):
                before = session.scalar(select(func.count()).select_from(Outbox)) or 0
                tracemalloc.start()
                wall, cpu = perf_counter(), process_time()
                jobs.run(session, world, CLOCKS, moment)
                wall, cpu = perf_counter() - wall, process_time() - cpu
                peak = tracemalloc.get_traced_memory()[1] / 1e6
                tracemalloc.stop()
                after = session.scalar(select(func.count()).select_from(Outbox)) or 0
                print(
                    f"{told:6} {given.pilots:,} open, {after - before:,} mails"
                    f" {wall:8.2f} s wall {cpu:8.2f} s cpu {peak:6.1f} MB at most"
                )
            print(f"floor  {given.due:,} rows at once {floor(session, given.due):8.2f} s wall")
        engine.dispose()


def publish(session: Session, versions: int) -> None:
    """Versions of the shipped rules, each of which holds time a day longer than the one before."""
    document = session.scalars(select(RuleBook.document)).one()
    for number in range(2, versions + 1):
        clocks = document["clocks"] | {"hold": 9 + number, "question_expires": 9 + number}
        row = {"number": number, "document": document | {"clocks": clocks}, "changed_at": NOW}
        session.execute(insert(RuleBook), row | {"note": "", "version": 1})


def fill(session: Session, pilots: int, due: int, versions: int) -> None:
    """Open pilots with a gate each, the first of them due tomorrow, the others in a month."""
    company = session.scalars(select(Organisation).where(Organisation.kind == "company")).first()
    author = session.scalars(select(User).where(User.email == "c01@demo.example")).one()
    facility = session.scalars(select(Facility).where(Facility.slug == "fac-03")).one()
    assert company is not None
    today = NOW.date()
    rows = range(BEGIN, BEGIN + pilots)
    session.execute(
        insert(Pilot),
        [
            {
                "id": key,
                "ref": f"BENCH-{key}",
                "title": f"Case {key}",
                "purpose": "To see.",
                "company_id": company.id,
                "created_by_id": author.id,
                "state": "submitted",
                "focus_areas": [],
                "test_article": {},
                "created_at": NOW,
                "changed_at": NOW,
                "submitted_at": NOW,
                "rules_number": 1 + key % versions,
            }
            for key in rows
        ],
    )
    session.execute(
        insert(Period),
        [
            {
                "id": key,
                "pilot_id": key,
                "position": 0,
                "halves": 2,
                "facility_id": facility.id,
                "acceptable": [],
                "capabilities": [],
                "also": [],
            }
            for key in rows
        ],
    )
    far = today + timedelta(days=60)
    session.execute(
        insert(Window),
        [{"id": k, "period_id": k, "rank": 0, "first": far, "last": far} for k in rows],
    )
    session.execute(insert(Gate), list(_gates(rows, facility.id, due)))
    session.commit()


def _gates(rows: range, facility_id: int, due: int) -> Iterator[dict[str, object]]:
    for key in rows:
        days = 1 if key < BEGIN + due else 30
        yield {
            "id": key,
            "pilot_id": key,
            "facility_id": facility_id,
            "position": 0,
            "role": "facility_manager",
            "title": {"en": "Facility manager"},
            "state": "open",
            "due_on": NOW.date() + timedelta(days=days),
            "opened_at": NOW - timedelta(days=1),
        }


def floor(session: Session, number: int) -> float:
    """Seconds to write so many mails with one statement in one durable transaction."""
    begun = perf_counter()
    rows = [
        {
            "intent": f"floor:{key}",
            "message_id": f"<{key}@floor>",
            "recipient": "a@b.example",
            "language": "en",
            "subject": "Decide",
            "body": "Decide.\n" * 10,
            "created_at": NOW,
            "due_at": NOW,
        }
        for key in range(number)
    ]
    session.execute(insert(Outbox), rows)
    session.commit()
    return perf_counter() - begun


if __name__ == "__main__":
    main()
