"""Alive, ready, and how much is waiting."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import text

from livinglab.db.schema import head
from livinglab.db.tables import JobRun, Outbox
from livinglab.services.jobs import ALL


def mail(clock, minutes):
    due = clock() - timedelta(minutes=minutes)
    return Outbox(
        intent=f"mail {minutes}",
        message_id=f"<{minutes}@test>",
        recipient="ada@test.example",
        language="en",
        subject="s",
        body="b",
        created_at=due,
        due_at=due,
    )


@pytest.mark.both_engines
def test_a_sound_service_is_ready(client):
    assert client.get("/livez").json == {"status": "ok"}
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (
        200,
        {
            "status": "ok",
            "schema": {"current": head(), "head": head()},
            "guards_missing": [],
            "outbox_oldest_seconds": 0.0,
            "outbox_held": 0,
            "jobs_overdue": [job.name for job in ALL],
            "last_job_at": None,
        },
    )


def test_waiting_mail_is_counted_from_the_oldest_that_is_due(client, make, clock):
    for minutes in (-5, 2, 10):
        make.add(mail(clock, minutes))
    assert client.get("/readyz").json["outbox_oldest_seconds"] == 600.0


def test_jobs_that_run_are_not_overdue(client, make, clock):
    for job in ALL:
        make.add(JobRun(job=job.name, occurrence=job.occurrence(clock()), ran_at=clock()))
    ready = client.get("/readyz").json
    assert (ready["jobs_overdue"], ready["last_job_at"]) == ([], clock().isoformat())


@pytest.mark.parametrize(
    ("damage", "status"),
    [
        ("DROP TRIGGER ex_booking_no_overlap_insert", "guards missing"),
        ("UPDATE alembic_version SET version_num = '0000'", "schema out of date"),
    ],
)
def test_a_service_that_could_double_book_is_not_ready(client, make, damage, status):
    make.session.execute(text(damage))
    make.session.commit()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (503, status)
    assert client.get("/livez").status_code == 200


def test_metrics_are_for_this_machine_and_admins(app, client, make, login, clock):
    make.add(mail(clock, 10))
    here = client.get("/metrics")
    assert (here.status_code, here.mimetype) == (200, "text/plain")
    assert "livinglab_outbox_unsent 1\n" in here.text
    assert "livinglab_outbox_oldest_seconds 600.0\n" in here.text
    counts = f"livinglab_outbox_held 0\nlivinglab_jobs_overdue {len(ALL)}\n"
    assert counts in re.sub(r"#.*\n", "", here.text)
    away = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/metrics", environ_overrides=away).status_code == 404
    make.user("admin@test.example", make.host(), "admin")
    login(client, "admin@test.example")
    assert client.get("/metrics", environ_overrides=away).status_code == 200
