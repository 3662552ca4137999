"""Counts of tries: shared by all processes, begun anew when their time is over."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from livinglab.db.engine import engine_options, prepare
from livinglab.db.tables import Attempt
from livinglab.services import attempts, jobs
from livinglab.services.attempts import Limit
from livinglab.services.work import begin_work
from livinglab.services.world import World
from tests.conftest import NOW

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
PROCESSES, EACH = 2, 20


WORLD = World("http://lab.example", "Living Lab <desk@lab.example>")


@pytest.fixture
def session(engine_url):
    engine = create_engine(engine_url, **engine_options(engine_url))
    prepare(engine)
    with Session(engine) as made:
        yield made
    engine.dispose()


def granted(url, limits, times, now=NOW):
    """How often a process of its own is let try."""
    engine = create_engine(url, **engine_options(url))
    prepare(engine)
    done = 0
    with Session(engine) as session:
        for _ in range(times):
            with begin_work(session, WORLD, now=now) as work:
                done += attempts.spend(work, limits)
    engine.dispose()
    return done


@pytest.mark.both_engines
def test_processes_share_a_count(engine_url):
    limits = [Limit("ada, a minute", 15, MINUTE), Limit("ada, an hour", 15, HOUR)]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(PROCESSES, mp_context=spawn) as processes:
        tried = [processes.submit(granted, engine_url, limits, EACH) for _ in range(PROCESSES)]
        together = sum(one.result() for one in tried)
    assert together == 15


@pytest.mark.both_engines
def test_a_count_begins_anew_when_its_time_is_over(engine_url):
    limit = [Limit("ada", 2, MINUTE)]
    assert granted(engine_url, limit, 3) == 2
    assert granted(engine_url, limit, 1, NOW + timedelta(seconds=59)) == 0
    assert granted(engine_url, limit, 3, NOW + MINUTE) == 2
    assert granted(engine_url, [Limit("bo", 2, MINUTE)], 3) == 2


def test_what_is_refused_is_not_counted_at_the_next_limit(engine_url):
    limits = [Limit("address", 1, MINUTE), Limit("account", 5, MINUTE)]
    assert granted(engine_url, limits, 9) == 1
    assert granted(engine_url, limits[1:], 9) == 4


@pytest.mark.both_engines
def test_tries_are_forgiven_and_old_counts_forgotten(session, clock):
    limits = [Limit("ada", 1, MINUTE), Limit("bo", 1, HOUR), Limit("cy", 1, HOUR)]
    with begin_work(session, WORLD, now=clock()) as work:
        assert attempts.spend(work, limits)
        assert not attempts.spend(work, limits)
        attempts.forgive(work, limits[2:])
        assert attempts.spend(work, limits[2:])
        assert not attempts.spend(work, limits[2:])
    clock.now += MINUTE
    with begin_work(session, WORLD, now=clock()) as work:
        jobs.purge_keys(work)
    kept = session.scalars(select(Attempt.ends_at)).all()
    assert kept == [NOW + HOUR] * 2


def test_a_row_tells_nobodys_address(session, clock):
    with begin_work(session, WORLD, now=clock()) as work:
        attempts.spend(work, [Limit("password/ada@test.example", 1, MINUTE)])
    [row] = session.scalars(select(Attempt)).all()
    assert (len(row.key_hash), "ada" in row.key_hash) == (64, False)
