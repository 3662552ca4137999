"""Erasing on request, again after a restore, and keeping everything while an incident is open."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from livinglab.db.tables import Counter, JobRun, User, VisitorDraft

EMAIL = "ada@test.example"


@pytest.fixture
def session(ready, tmp_path):
    engine = create_engine(f"sqlite:///{tmp_path}/livinglab.sqlite3")
    with Session(engine) as made:
        yield made
    engine.dispose()


@pytest.fixture
def ada(ready):
    """A second admin, whom nobody would miss."""
    ready("create-admin", EMAIL)


def people(session):
    found = session.execute(select(User.email, User.name).order_by(User.id)).all()
    session.rollback()
    return [tuple(row) for row in found]


ROOT = ("root@test.example", "root")
FORMER = ("former-person-2@erased.invalid", "Former person 2")


def test_a_person_is_erased_only_when_it_is_confirmed(ready, session, ada):
    status, out, err = ready("erase-person", EMAIL)
    assert (status, out) == (1, "")
    assert err == f"livinglab: This erases {EMAIL} for good. Repeat it with --yes.\n"
    done = ready("erase-person", EMAIL, "--yes")
    assert done[:2] == (0, "Former person 2\n"), done
    assert people(session) == [ROOT, FORMER]


def test_what_must_come_first_is_said(ready, session):
    status, _, err = ready("erase-person", ROOT[0], "--yes")
    assert (status, "You are the last admin of Living Lab." in err) == (1, True)
    assert people(session) == [ROOT]


def test_whom_a_restored_backup_brings_back_is_erased_again(ready, session, ada):
    ready("erase-person", EMAIL, "--yes")
    session.execute(
        update(User).where(User.id == 2).values(email=EMAIL, name="ada", erased_at=None)
    )
    session.commit()
    assert ready("erasures", "replay")[:2] == (0, "Former person 2\n")
    assert people(session) == [ROOT, FORMER]
    assert ready("erasures", "replay")[:2] == (0, "")


def test_who_cannot_be_erased_again_is_named(ready, session, ada):
    ready("erase-person", EMAIL, "--yes")
    session.execute(
        update(User).where(User.id == 2).values(email=EMAIL, name="ada", erased_at=None)
    )
    session.commit()
    ready("freeze-records", "on")
    status, out, err = ready("erasures", "replay")
    assert (status, out) == (1, "")
    assert err.startswith(f"{EMAIL} is not erased: Nothing is erased at present")


def test_records_are_frozen_and_thawed(ready, session):
    for state, value in (("on", 1), ("off", 0)):
        assert ready("freeze-records", state)[0] == 0
        kept = session.scalars(select(Counter.value).where(Counter.name == "freeze-records"))
        assert kept.all() == [value]
        session.rollback()


def test_retention_tells_what_is_due_and_lets_it_go_when_told(ready, session):
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    session.add(VisitorDraft(key_hash="k", content={}, created_at=long_ago, changed_at=long_ago))
    session.add(JobRun(job="retention", occurrence="once", ran_at=long_ago))
    session.commit()
    assert "visitors' drafts: 1" in ready("retention")[1].splitlines()
    assert "visitors' drafts: 0" in ready("retention", "--yes")[1].splitlines()
    assert session.scalars(select(VisitorDraft.id)).all() == []


def test_nothing_goes_while_records_are_frozen(ready, session):
    ready("freeze-records", "on")
    status, _, err = ready("retention", "--yes")
    assert (status, err.startswith("livinglab: Records are frozen")) == (1, True)
