"""Jobs come round by UTC, each occurrence once, and nothing sweeps up a year by mistake."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from livinglab.adapters.mail import FolderTransport, list_mail
from livinglab.db.engine import engine_options, prepare
from livinglab.db.tables import Counter, IdempotencyKey, JobRun, Outbox
from livinglab.services import holds, jobs, retention
from livinglab.services.jobs import ALL, DAY, HOUR, Job
from livinglab.services.work import begin_work
from livinglab.services.world import World
from tests.post import intent


@pytest.fixture
def world():
    return World("http://lab.example", "Living Lab <desk@lab.example>")


@pytest.fixture
def open_session(engine_url):
    """Opens sessions as other processes have them, with an engine of their own."""
    engines, sessions = [], []

    def open_one():
        engine = create_engine(engine_url, **engine_options(engine_url))
        prepare(engine)
        engines.append(engine)
        sessions.append(Session(engine))
        return sessions[-1]

    yield open_one
    for session in sessions:
        session.close()
    for engine in engines:
        engine.dispose()


@pytest.fixture
def session(open_session):
    return open_session()


def nothing(_now):
    return select(Counter.value).where(Counter.name == "no such")


def counting(name="count", every=HOUR, most=10, rows=nothing):
    """A job whose effect is a number in the database: how often it happened."""

    def count(work):
        row = work.session.get(Counter, name) or Counter(name=name, value=0)
        row.value += 1
        work.session.add(row)

    return Job(name, every, most, rows, count)


def happened(session, name="count"):
    found = session.scalar(select(Counter.value).where(Counter.name == name))
    session.rollback()
    return found or 0


def runs(session):
    found = session.execute(select(JobRun.job, JobRun.occurrence).order_by(JobRun.id)).all()
    session.rollback()
    return [tuple(row) for row in found]


@pytest.mark.both_engines
def test_occurrence_runs_once(session, world, clock):
    job = counting()
    assert jobs.run(session, world, job, clock()) is True
    clock.now += timedelta(minutes=59)
    assert jobs.run(session, world, job, clock()) is False
    assert (happened(session), runs(session)) == (1, [("count", "2026-11-24T08:00:00Z")])
    clock.now += timedelta(minutes=1)
    assert jobs.run(session, world, job, clock()) is True
    assert happened(session) == 2


@pytest.mark.both_engines
def test_processes_at_the_same_moment_run_an_occurrence_once(open_session, world, clock):
    barrier = Barrier(4)

    def process():
        session = open_session()
        barrier.wait()
        return jobs.run(session, world, counting(), clock())

    with ThreadPoolExecutor(4) as pool:
        ran = [task.result() for task in [pool.submit(process) for _ in range(4)]]
    assert sorted(ran) == [False, False, False, True]
    assert happened(open_session()) == 1


@pytest.mark.both_engines
def test_leader_that_was_stopped_finds_the_occurrence_done(open_session, world, clock):
    """It decided what is due, slept, and goes on as if no time had passed."""
    stopped, successor, job = open_session(), open_session(), counting()
    decided = clock()
    assert jobs.due(stopped, decided, [job]) == [job]
    stopped.rollback()
    assert jobs.run(successor, world, job, clock()) is True
    assert jobs.run(stopped, world, job, decided) is False
    assert happened(successor) == 1


@pytest.mark.both_engines
def test_job_that_fails_leaves_no_trace_runs_again_and_stops_no_other(
    session, world, clock, tmp_path, caplog
):
    def fail(work):
        work.session.add(Counter(name="half", value=1))
        work.session.flush()
        raise IntegrityError("…", None, Exception("broken"))

    table = [Job("fails", HOUR, 10, nothing, fail), counting()]
    for _ in range(2):
        jobs.tick(session, world, FolderTransport(tmp_path), clock=clock, jobs=table, standing=())
    assert [record.getMessage() for record in caplog.records] == ["Job fails failed."] * 2
    assert (happened(session, "half"), happened(session)) == (0, 1)
    assert runs(session) == [("count", "2026-11-24T08:00:00Z")]


def test_missed_occurrences_are_made_up_by_one(session, world, clock):
    job = counting()
    jobs.run(session, world, job, clock())
    clock.now += timedelta(hours=30)
    assert jobs.due(session, clock(), [job]) == [job]
    jobs.run(session, world, job, clock())
    assert (jobs.due(session, clock(), [job]), happened(session)) == ([], 2)


def test_clock_set_back_and_forth_repeats_nothing(session, world, clock):
    job = counting()
    for hours in (0, 24, -24, 1, -1, 24):
        clock.now += timedelta(hours=hours)
        jobs.run(session, world, job, clock())
    assert [occurrence for _, occurrence in runs(session)] == [
        "2026-11-24T08:00:00Z",
        "2026-11-25T08:00:00Z",
        "2026-11-24T09:00:00Z",
    ]
    assert happened(session) == 3


@pytest.mark.parametrize(
    "sunday", [datetime(2026, 10, 25, tzinfo=UTC), datetime(2027, 3, 28, tzinfo=UTC)]
)
def test_weekend_of_a_clock_change_is_like_any_other(session, world, clock, sunday):
    daily, hourly = counting("daily", DAY), counting("hourly", HOUR)
    clock.now = sunday - DAY
    while clock.now < sunday + 2 * DAY:
        for job in jobs.due(session, clock(), [daily, hourly]):
            jobs.run(session, world, job, clock())
        clock.now += timedelta(minutes=20)
    assert (happened(session, "daily"), happened(session, "hourly")) == (3, 72)
    spans = [datetime.fromisoformat(occurrence) for name, occurrence in runs(session)]
    assert sorted(set(spans)) == [sunday - DAY + hours * HOUR for hours in range(72)]


@pytest.mark.both_engines
def test_batch_above_its_limit_is_held_until_released(session, world, clock, caplog):
    with begin_work(session, world, now=clock()) as work:
        work.session.add_all([Counter(name=f"row {number}", value=number) for number in range(3)])

    def rows(_now):
        return select(Counter.value).where(Counter.name.startswith("row"))

    within, above = counting(most=3, rows=rows), counting("above", most=2, rows=rows)
    assert jobs.run(session, world, within, clock()) is True
    for _ in range(2):
        assert jobs.run(session, world, above, clock()) is False
    [alarm] = caplog.messages
    assert alarm == (
        "Job above is held: more is due at once than ever should be. Look whether the clock is"
        " right (it says 2026-11-24T08:00:00+00:00); if all is well, run"
        " `livinglab jobs --release above`."
    )
    assert jobs.due(session, clock(), [above]) == [above]
    with begin_work(session, world, now=clock()) as work:
        holds.release(work, "above")
    assert jobs.run(session, world, above, clock()) is True
    assert happened(session, "above") == 1


def test_overdue_are_jobs_that_ran_in_neither_of_two_spans(session, world, clock):
    table = [counting("first"), counting("second")]
    jobs.run(session, world, table[0], clock())
    assert jobs.overdue(session, clock(), table) == ["second"]
    clock.now += HOUR
    assert jobs.overdue(session, clock(), table) == ["second"]
    clock.now += HOUR
    assert jobs.overdue(session, clock(), table) == ["first", "second"]


@pytest.mark.both_engines
def test_a_standing_job_looks_at_every_tick_and_is_noted_once_a_span(
    session, world, clock, tmp_path
):
    looked = []

    def looks(_session, _world, now):
        looked.append(now)
        return iter(())

    standing = [Job("stands", HOUR, 0, nothing, looks=looks), counting("held", rows=nothing)]
    assert jobs.overdue(session, clock(), standing) == ["stands", "held"]
    for _ in range(3):
        jobs.tick(
            session, world, FolderTransport(tmp_path), clock=clock, jobs=(), standing=standing
        )
        clock.now += timedelta(minutes=20)
    assert len(looked) == 3
    assert runs(session) == [("stands", "2026-11-24T08:00:00Z")]
    assert jobs.overdue(session, clock(), standing) == ["held"]
    assert jobs.overdue(session, clock() + HOUR, standing) == ["stands", "held"]


def test_tick_runs_jobs_and_lets_mail_out(session, world, clock, tmp_path):
    session.add(intent(1, clock()))
    session.commit()
    jobs.tick(session, world, FolderTransport(tmp_path), clock=clock, jobs=[counting()])
    assert (happened(session), len(list_mail(tmp_path))) == (1, 1)


def test_tick_does_nothing_more_when_this_process_no_longer_leads(session, world, clock, tmp_path):
    session.add(intent(1, clock()))
    session.commit()
    turns = iter([True, False, False])
    table = [counting("first"), counting("second")]
    jobs.tick(
        session,
        world,
        FolderTransport(tmp_path),
        clock=clock,
        keep_on=lambda: next(turns),
        jobs=table,
        standing=(),
    )
    assert (happened(session, "first"), happened(session, "second")) == (1, 0)
    assert list_mail(tmp_path) == []


def key(number, created_at):
    return IdempotencyKey(
        principal="1",
        route="/api/v1/pilots",
        key=str(number),
        request_hash="",
        status=201,
        body=b"",
        headers={},
        created_at=created_at,
    )


@pytest.mark.both_engines
def test_idempotency_keys_are_forgotten_after_two_days(make, session, world, clock):
    limit = clock() - jobs.KEEP_KEYS
    make.session.add_all([key(1, limit - timedelta(seconds=1)), key(2, limit), key(3, clock())])
    make.session.commit()
    with begin_work(session, world, now=clock()) as work:
        jobs.purge_keys(work)
    assert session.scalars(select(IdempotencyKey.key).order_by(IdempotencyKey.id)).all() == [
        "2",
        "3",
    ]


def test_clock_a_year_ahead_does_not_sweep_everything_up(session, world, clock, tmp_path):
    """RELIABILITY P16: what is above its limit waits for a person."""
    sent = [intent(number, clock(), sent_at=clock()) for number in range(5001)]
    session.add_all(sent)
    session.commit()
    clock.now += timedelta(days=400)
    jobs.tick(session, world, FolderTransport(tmp_path), clock=clock)
    assert jobs.overdue(session, clock()) == [retention.NAME]
    assert session.scalars(select(Outbox.body).where(Outbox.body == "")).all() == []


def test_each_job_has_a_name_of_its_own():
    names = [job.name for job in ALL]
    assert names == list(dict.fromkeys(names))
