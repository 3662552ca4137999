"""Real processes on one database: one runs the jobs, and another one when it is gone."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from queue import Empty, Queue
from threading import Thread

import pytest
import time_machine
from sqlalchemy import column, create_engine, func, select, table, update
from sqlalchemy.orm import Session

from livinglab.adapters.leader import SCHEDULER_KEY
from livinglab.db.engine import engine_options, prepare
from livinglab.db.tables import JobRun, Outbox
from livinglab.scheduler import TICK, FromNow, Ticker
from livinglab.services.jobs import ALL
from tests.post import Mailbox, free_port, intent, serving

PATIENCE = 60
"""Seconds within which a dead leader is succeeded (RELIABILITY P10)."""
COMMAND = "import sys; from livinglab.cli import main; sys.exit(main())"
LEADS = "This process runs the jobs."
WAITS = "Another process runs the jobs."
ENDS = "This process ends running the jobs."


@pytest.fixture
def database(engine_url):
    """A session on the database that the processes share."""
    engine = create_engine(engine_url, **engine_options(engine_url))
    prepare(engine)
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.fixture
def mailbox():
    return Mailbox()


@pytest.fixture
def start(engine_url, tmp_path, mailbox):
    """Starts `livinglab worker` or `livinglab run` on the database, with the mailbox's server."""
    started = []
    with serving(mailbox) as smtp_url:
        environment = {
            **{name: value for name, value in os.environ.items() if "LIVINGLAB" not in name},
            "LIVINGLAB_DATABASE_URL": engine_url,
            "LIVINGLAB_INSTANCE_PATH": str(tmp_path / "instance"),
            "LIVINGLAB_SMTP_URL": smtp_url,
        }

        def run(*arguments, **settings):
            process = Process(arguments, {**environment, **settings})
            started.append(process)
            return process

        yield run
        for process in started:
            process.end()


class Process:
    """A `livinglab` process whose words can be waited for."""

    def __init__(self, arguments, environment):
        self.popen = subprocess.Popen(
            [sys.executable, "-c", COMMAND, *arguments],
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self.lines = Queue()
        self.reader = Thread(target=self._read)
        self.reader.start()

    def _read(self):
        with self.popen.stderr as stream:
            for line in stream:
                self.lines.put(line.rstrip())

    def says(self, words):
        """Wait for a line that ends so."""
        said = [""]
        while not said[-1].endswith(words):
            try:
                said.append(self.lines.get(timeout=PATIENCE))
            except Empty:
                raise AssertionError(f"{words!r} was not said, only {said}") from None

    def send(self, number):
        os.kill(self.popen.pid, number)

    def status(self):
        """Wait for its end; how it ended."""
        return self.popen.wait(PATIENCE)

    def end(self):
        if self.popen.poll() is None:
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait(PATIENCE)
        self.reader.join(PATIENCE)


def write(session, *numbers):
    session.add_all([intent(number, datetime.now(UTC)) for number in numbers])
    session.commit()


def next_arrival(mailbox):
    return mailbox.arrivals.get(timeout=PATIENCE)


@pytest.mark.slow
@pytest.mark.both_engines
def test_killed_leader_is_succeeded_and_nothing_happens_twice(start, database, mailbox):
    first = start("worker")
    first.says(LEADS)
    second = start("worker")
    second.says(WAITS)
    write(database, 1)
    assert next_arrival(mailbox) == "<1@test.example>"
    first.send(signal.SIGKILL)
    write(database, 2)
    second.says(LEADS)
    assert next_arrival(mailbox) == "<2@test.example>"
    second.send(signal.SIGTERM)
    assert (first.status(), second.status()) == (-signal.SIGKILL, 0)
    assert mailbox.message_ids == ["<1@test.example>", "<2@test.example>"]
    assert sorted(database.scalars(select(JobRun.job))) == sorted(job.name for job in ALL)


@pytest.mark.slow
@pytest.mark.both_engines
def test_stopped_leader_that_lost_the_lead_does_nothing_when_it_wakes(
    start, database, mailbox, tmp_path
):
    first = start("worker")
    first.says(LEADS)
    second = start("worker")
    second.says(WAITS)
    first.send(signal.SIGSTOP)
    take_lead_away(database, tmp_path)
    second.says(LEADS)
    write(database, 1)
    assert next_arrival(mailbox) == "<1@test.example>"
    first.send(signal.SIGCONT)
    first.says(WAITS)
    write(database, 2)
    assert next_arrival(mailbox) == "<2@test.example>"
    for process in (first, second):
        process.send(signal.SIGTERM)
    assert (first.status(), second.status()) == (0, 0)
    assert mailbox.message_ids == ["<1@test.example>", "<2@test.example>"]
    assert sorted(database.scalars(select(JobRun.job))) == sorted(job.name for job in ALL)


def take_lead_away(database, tmp_path):
    """As when the line to the database breaks, or somebody tidies up the lock file."""
    if database.get_bind().dialect.name == "sqlite":
        (tmp_path / "test.sqlite3.scheduler.lock").unlink()
        return
    holder = select(column("pid")).select_from(table("pg_locks", column("objid")))
    mine = holder.where(column("objid") == SCHEDULER_KEY % 2**32).scalar_subquery()
    database.execute(select(func.pg_terminate_backend(mine, 10_000)))
    database.commit()


@pytest.mark.slow
@pytest.mark.both_engines
def test_leader_killed_before_it_could_note_the_hand_over_sends_the_same_again(
    start, database, mailbox
):
    first = start("worker")
    mailbox.script["p1@firm.example"] = [lambda: first.send(signal.SIGKILL)]
    first.says(LEADS)
    write(database, 1)
    assert next_arrival(mailbox) == "<1@test.example>"
    assert first.status() == -signal.SIGKILL
    [lease] = database.scalars(select(Outbox.lease_until))
    assert lease > datetime.now(UTC)
    database.execute(update(Outbox).values(lease_until=datetime.now(UTC)))
    database.commit()
    second = start("worker")
    assert next_arrival(mailbox) == "<1@test.example>"
    second.send(signal.SIGTERM)
    assert second.status() == 0
    assert [tuple(row) for row in database.execute(select(Outbox.attempts, Outbox.error))] == [
        (2, "")
    ]
    assert database.scalars(select(Outbox.sent_at.is_not(None))).all() == [True]
    assert mailbox.message_ids == ["<1@test.example>"] * 2


@pytest.mark.slow
@pytest.mark.parametrize("command", ["worker", "run"])
def test_leader_told_to_stop_finishes_the_mail_under_way_and_leads_until_then(
    start, database, mailbox, command
):
    first = start(command, LIVINGLAB_PORT=str(free_port()))

    def stop_and_look_who_leads():
        first.send(signal.SIGTERM)
        first.says(ENDS)
        second = start("worker")
        second.says(WAITS)
        second.send(signal.SIGTERM)
        assert second.status() == 0

    first.says(LEADS)
    mailbox.script["p1@firm.example"] = [stop_and_look_who_leads]
    write(database, 1, 2)
    assert next_arrival(mailbox) == "<1@test.example>"
    assert first.status() == 0
    sent = database.scalars(select(Outbox.sent_at.is_not(None)).order_by(Outbox.id)).all()
    assert (sent, mailbox.message_ids) == ([True, False], ["<1@test.example>"])


@pytest.mark.slow
def test_server_processes_run_the_jobs_once_and_leave_them_to_a_worker_at_their_end(
    start, database, mailbox
):
    server = start("run", LIVINGLAB_PORT=str(free_port()), LIVINGLAB_WEB_PROCESSES="2")
    write(database, 1)
    assert next_arrival(mailbox) == "<1@test.example>"
    worker = start("worker")
    worker.says(WAITS)
    server.send(signal.SIGTERM)
    assert server.status() == 0
    worker.says(LEADS)
    write(database, 2)
    assert next_arrival(mailbox) == "<2@test.example>"
    assert mailbox.message_ids == ["<1@test.example>", "<2@test.example>"]


@pytest.mark.slow
def test_server_without_scheduler_leaves_the_jobs_to_a_worker(start):
    server = start("run", LIVINGLAB_PORT=str(free_port()), LIVINGLAB_SCHEDULER="off")
    server.says("Ctrl-C stops it.")
    start("worker").says(LEADS)
    server.send(signal.SIGTERM)
    assert server.status() == 0


@pytest.mark.parametrize(
    ("command", "setting", "words"),
    [
        (
            "run",
            "LIVINGLAB_SMTP_URL",
            "a mail server is named like smtp://user:password@host:port",
        ),
        (
            "worker",
            "LIVINGLAB_MAIL_FROM",
            "'desk' is not one mail address: 'desk' cannot stand in a mail",
        ),
    ],
)
def test_settings_with_which_no_mail_could_go_out_are_told_at_the_start(
    start, command, setting, words
):
    process = start(command, **{setting: "desk"})
    process.says(f"livinglab: {setting}: {words}")
    assert process.status() == 1


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(days=400)])
def test_ticker_ticks_on_when_the_clock_is_set(jump):
    ticks = Queue()
    ticker = Ticker(timezone=UTC)
    ticker.add_job(ticks.put, FromNow(timedelta(milliseconds=10)), [None])
    with time_machine.travel(datetime(2026, 10, 25, tzinfo=UTC)) as clock:
        ticker.start()
        ticks.get(timeout=10)
        clock.shift(jump)
        before = ticks.qsize()
        for _ in range(before + 3):
            ticks.get(timeout=10)
        ticker.shutdown()


def test_tick_after_a_long_gap_is_one_tick():
    now = datetime(2026, 10, 25, tzinfo=UTC)
    assert FromNow(TICK).get_next_fire_time(now - timedelta(days=400), now) == now + TICK
