"""Eight processes write to one resource at once: one of them books with the guards, all without."""

import multiprocessing
import random
import warnings

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import aliased

from livinglab.db.engine import IMMEDIATE
from livinglab.db.tables import Booking
from tests.bare import DROPPED, connect, hour

WRITERS, ROUNDS = 8, 10
PATIENCE = 120
"""Seconds a hung process is waited for."""


def write(url, number, table, barrier):
    """Once a round look whether the time is free, wait for the others to have looked, and book it.

    All times of one round meet each other: whoever books without asking again books twice.
    """
    warnings.simplefilter("ignore")
    chance = random.Random(number)
    engine = connect(url).execution_options(**{IMMEDIATE: True})
    for round_number in range(ROUNDS):
        start = 10 * round_number + chance.randrange(3)
        first, last = hour(start), hour(start + 3)
        with engine.connect() as connection:
            meets = (Booking.blocked_from < last) & (Booking.blocked_to > first)
            taken = connection.scalar(select(func.count()).select_from(Booking).where(meets))
        barrier.wait(PATIENCE)
        try:
            if not taken:
                with engine.begin() as connection:
                    connection.execute(insert(Booking).values(table.values(first, last)))
        except DBAPIError:
            pass
        barrier.wait(PATIENCE)
    engine.dispose()


def race(url, table):
    """Let eight processes write; how many overlaps they leave, and how many bookings."""
    fork = multiprocessing.get_context("fork")
    barrier = fork.Barrier(WRITERS)
    table.engine.dispose()
    writers = [
        fork.Process(target=write, args=(url, number, table, barrier)) for number in range(WRITERS)
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(PATIENCE)
    assert [writer.exitcode for writer in writers] == [0] * WRITERS
    one, other = aliased(Booking), aliased(Booking)
    with table.engine.connect() as connection:
        overlaps = connection.scalar(
            select(func.count())
            .select_from(one)
            .join(other, (one.resource_id == other.resource_id) & (one.id < other.id))
            .where(one.blocked_from < other.blocked_to, other.blocked_from < one.blocked_to)
        )
    return overlaps, table.count()


@pytest.mark.both_engines
def test_one_of_eight_writers_books(table, engine_url):
    assert race(engine_url, table) == (0, ROUNDS)


@pytest.mark.both_engines
def test_without_guards_all_eight_book(table, engine_url):
    """The race is real: every writer looked, saw free time, and took it."""
    with table.engine.begin() as connection:
        for statement in DROPPED[table.engine.dialect.name].values():
            connection.execute(text(statement))
    pairs = WRITERS * (WRITERS - 1) // 2
    assert race(engine_url, table) == (ROUNDS * pairs, ROUNDS * WRITERS)
