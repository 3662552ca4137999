import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

from livinglab.adapters.leader import SCHEDULER_KEY, FileLeader, PostgresLeader, leader_for

HOLDER = """
import sys
from pathlib import Path
from sqlalchemy import create_engine
from livinglab.adapters.leader import leader_for
leader = leader_for(create_engine(sys.argv[1]), Path(sys.argv[2]))
print(leader.try_acquire(), flush=True)
sys.stdin.read()
"""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def place(request, tmp_path):
    """Where the leaders of one installation meet: database address, lock file."""
    url = "sqlite://"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    return url, tmp_path / "locks" / "leader.lock"


@contextmanager
def leading(place):
    url, lock_file = place
    engine = create_engine(url)
    with leader_for(engine, lock_file) as leader:
        yield leader
    engine.dispose()


@contextmanager
def other_process(place):
    """A process of its own that tries to lead and stays until its standard input closes."""
    url, lock_file = place
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, url, lock_file],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


def wait_until_free(place):
    """PostgreSQL notices a dead client a moment later; the kernel at once."""
    url, _ = place
    if url.startswith("postgresql"):
        engine = create_engine(url, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("SET lock_timeout = '30s'"))
            connection.execute(text(f"SELECT pg_advisory_lock({SCHEDULER_KEY})"))
            connection.execute(text(f"SELECT pg_advisory_unlock({SCHEDULER_KEY})"))
        engine.dispose()


def test_leader_is_the_kind_the_database_needs(place):
    with leading(place) as leader:
        expected = FileLeader if place[0].startswith("sqlite") else PostgresLeader
        assert type(leader) is expected


def test_leader_is_one_among_processes(place):
    with other_process(place) as (_, led), leading(place) as leader:
        assert led == "True"
        assert (leader.try_acquire(), leader.still_held()) == (False, False)
        with other_process(place) as (_, third_led):
            assert third_led == "False"


def test_leader_killed_outright_is_followed_by_another(place):
    with other_process(place) as (process, led), leading(place) as leader:
        assert (led, leader.try_acquire()) == ("True", False)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL
        wait_until_free(place)
        assert (leader.try_acquire(), leader.still_held()) == (True, True)


def test_leader_acquires_twice_without_harm(place):
    with leading(place) as leader:
        assert (leader.try_acquire(), leader.try_acquire()) == (True, True)


def test_leader_releases_to_another_process(place):
    with leading(place) as leader:
        assert leader.try_acquire() is True
        leader.release()
        leader.release()
        assert leader.still_held() is False
        wait_until_free(place)
        with other_process(place) as (_, led):
            assert led == "True"


def test_leader_lets_go_at_the_end_of_the_block(place):
    with leading(place) as leader:
        assert leader.try_acquire() is True
    wait_until_free(place)
    with other_process(place) as (_, led):
        assert led == "True"


def test_file_leader_notices_a_removed_file(tmp_path):
    lock_file = tmp_path / "leader.lock"
    with FileLeader(lock_file) as first, FileLeader(lock_file) as second:
        assert first.try_acquire() is True
        lock_file.unlink()
        assert second.try_acquire() is True
        assert (first.still_held(), first.try_acquire()) == (False, False)


@pytest.mark.postgres
def test_postgres_leader_notices_a_lost_session(postgres_url):
    engine = create_engine(postgres_url)
    with PostgresLeader(engine) as leader, engine.connect() as admin:
        assert leader.try_acquire() is True
        ended = admin.execute(
            text(
                "SELECT pg_terminate_backend(pid, 30000) FROM pg_locks"
                " JOIN pg_database ON oid = database"
                " WHERE locktype = 'advisory' AND datname = current_database()"
            )
        ).all()
        assert ended == [(True,)]
        assert leader.still_held() is False
        assert leader.try_acquire() is True
    engine.dispose()


@pytest.mark.postgres
def test_postgres_leaders_with_other_keys_do_not_meet(postgres_url):
    engine = create_engine(postgres_url)
    keys = [1, 2**40 + 1, -1, 2**63 - 1, -(2**63)]
    leaders = [PostgresLeader(engine, key) for key in keys]
    assert [leader.try_acquire() for leader in leaders] == [True] * 5
    assert [leader.still_held() for leader in leaders] == [True] * 5
    for leader in leaders:
        leader.release()
    engine.dispose()


def test_postgres_leader_does_not_lead_without_a_server():
    engine = create_engine("postgresql+psycopg://nobody@127.0.0.1:1/none")
    leader = PostgresLeader(engine)
    assert (leader.try_acquire(), leader.still_held()) == (False, False)
    engine.dispose()
