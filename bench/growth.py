"""How cost grows with the bookings while the places stay the same.

    .venv/bin/python bench/growth.py [--facilities 500] [--largest 1000000]

10 000 and 100 000 bookings lie in one year; a million in ten, of which nine are past. Asked are
searches over HTTP, the conflict probe (the guard's trigger, as an insert that is rolled back, free
and clashing), and what a process reads when it starts.
"""

from __future__ import annotations

import argparse
import sqlite3
from datetime import UTC, datetime
from itertools import count
from time import process_time
from typing import TYPE_CHECKING

from measure import Cost, middle, product, spent, tell, timed
from search import LENGTH, SPRING, Question, questions
from sqlalchemy.orm import Session
from stage import Stage, stage, world

from livinglab.services.availability import Finder

if TYPE_CHECKING:
    from collections.abc import Callable

YEAR = 365
ROUNDS = 3
PAST_WEEKS = 9 * 52
INSERT = """
INSERT INTO booking (uid, pilot_id, resource_id, state, starts_at, ends_at,
                     blocked_from, blocked_to, ical_sequence, created_at, changed_at)
VALUES (?, 1, ?, 'firm', ?, ?, ?, ?, 0, ?, ?)
"""


def year_of(made: Stage) -> int:
    """The day number at which the year begins that is asked about."""
    return 7 * PAST_WEEKS if made.work.days > YEAR else 0


def shifted(asked: list[Question], days: int) -> list[Question]:
    """The same questions so many days later."""
    return [Question(q.capability, q.first + days, q.last + days) for q in asked]


def probe(made: Stage, *, night: bool) -> Callable[[int], None]:
    """A call that books an hour and takes it back: at night, when all is free, or in the day.

    At night a booking goes in; at noon of held days the guard refuses it.
    """
    connection = sqlite3.connect(made.url.removeprefix("sqlite:///"), isolation_level=None)
    connection.execute("PRAGMA synchronous=OFF")  # the probe is asked for, not the disk
    work, numbers = made.work, count()
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    holds = work.holds[:: max(1, len(work.holds) // 5000)]

    def call(index: int) -> None:
        hold = holds[index * 7919 % len(holds)]
        first = 8 if night else hold.first_slot
        start, end = (
            work.instant(hold.first_day, slot).strftime("%Y-%m-%d %H:%M:%S.%f")
            for slot in (first, first + 4)
        )
        connection.execute("BEGIN")
        row = (f"probe-{next(numbers)}", hold.place + 1, start, end, start, end, now, now)
        try:
            connection.execute(INSERT, row)
            refused = False
        except sqlite3.IntegrityError as error:
            assert "ex_booking_no_overlap" in str(error)  # noqa: PT017  # a script, not a test
            refused = True
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        assert refused is not night

    return call


def first_read(made: Stage) -> float:
    """Processor milliseconds of a process's first reading of places, times and open days."""
    engine = made.engine()
    with Session(engine) as session:
        begun = process_time()
        finder = Finder.read(world(), session, datetime.now(UTC))
        for item in finder.places.bookable():
            finder.calendar(item)
        spent_time = process_time() - begun
    engine.dispose()
    return spent_time * 1e3


def measure(made: Stage, rounds: int) -> dict[str, Cost]:
    """The rows of one size."""
    rows: dict[str, list[Cost]] = {}
    later = year_of(made)
    window, fixed = (shifted(questions(w), later) for w in (SPRING, None))
    with product(made.url) as server:
        client = server.client()

        def ask(asked: list[Question]) -> Callable[[int], bytes]:
            addresses = [f"/api/v1/slots?{question.query(made.work)}" for question in asked]
            return lambda i: client.get(addresses[i % len(addresses)])[1]

        for _ in range(rounds):
            steps = {
                f"GET /slots, {LENGTH} days in 13 weeks": timed(server, ask(window)),
                f"GET /slots, {LENGTH} fixed days": timed(server, ask(fixed)),
            }
            for name, cost in steps.items():
                rows.setdefault(name, []).append(cost)
    with made.copied() as copy:
        free, clashing = probe(copy, night=True), probe(copy, night=False)
        for _ in range(rounds):
            rows.setdefault("guarded insert, free", []).append(spent(free))
            rows.setdefault("guarded insert, refused", []).append(spent(clashing))
    rows["first read of a process"] = [Cost(first_read(made), 0)]
    return {name: middle(costs) for name, costs in rows.items()}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--facilities", type=int, default=500)
    options.add_argument("--largest", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = options.parse_args()
    before: dict[str, Cost] = {}
    for size in (10_000, 100_000, 1_000_000):
        if size > chosen.largest:
            break
        long = size > 100_000  # noqa: PLR2004  # more than a year holds
        days, past = (10 * YEAR, PAST_WEEKS) if long else (YEAR, 0)
        made = stage(chosen.facilities, size, days, past=past)
        result = measure(made, chosen.rounds)
        print(
            f"# {chosen.facilities} places, {size} bookings in {days} days; ratio to the row above"
        )
        for name, cost in result.items():
            tell(name, cost, before.get(name))
        before = result


if __name__ == "__main__":
    main()
