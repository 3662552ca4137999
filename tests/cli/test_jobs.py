"""`livinglab jobs`: how the background does, and letting it go on."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from livinglab.cli import main
from livinglab.db.tables import JobRun, Outbox
from livinglab.services.jobs import ALL
from tests.post import intent


@pytest.fixture
def command(monkeypatch, engine_url, tmp_path, capsys):
    """Runs `livinglab jobs` on the database: (status, lines of its result)."""
    for name in [name for name in os.environ if name.startswith("LIVINGLAB_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LIVINGLAB_INSTANCE_PATH", str(tmp_path))
    monkeypatch.setenv("LIVINGLAB_DATABASE_URL", engine_url)

    def run(*arguments):
        status = main(["jobs", *arguments])
        return status, capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def session(engine_url):
    engine = create_engine(engine_url)
    with Session(engine) as made:
        yield made
    engine.dispose()


def test_jobs_tells_how_each_job_and_the_mail_are_doing(command, session):
    now = datetime.now(UTC)
    ran, *others = ALL
    session.add(JobRun(job=ran.name, occurrence=ran.occurrence(now), ran_at=now))
    session.add(intent(1, now, due_at=now + timedelta(hours=1)))
    session.add(intent(2, now, failed_at=now))
    session.commit()
    assert command() == (
        0,
        [
            f"{ran.name}: ok, last ran {now.isoformat(timespec='seconds')}",
            *[f"{job.name}: overdue, has not run yet" for job in others],
            "mail: 1 waiting, 0 held, 1 given up, the oldest due for 0 s",
        ],
    )


def test_jobs_tries_given_up_mail_again(command, session):
    session.add(intent(1, datetime.now(UTC), failed_at=datetime.now(UTC)))
    session.commit()
    status, lines = command("--retry-mail")
    assert (status, lines[0]) == (0, "mails to be tried again: 1")
    assert session.scalars(select(Outbox.failed_at)).all() == [None]


def test_jobs_releases_what_is_held(command, session):
    assert command("--release", "retention")[0] == 0
    assert session.scalars(select(JobRun.job)).all() == ["release:retention"]


def test_jobs_names_the_jobs_it_knows(command):
    with pytest.raises(SystemExit) as end:
        command("--release", "no-such")
    assert end.value.code == 2
