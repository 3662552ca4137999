"""The unit of work: everything of a use case, or nothing of it."""

import pytest
from sqlalchemy import create_engine, insert, inspect, select
from sqlalchemy.orm import Session

from livinglab.db.tables import Counter, Organisation
from livinglab.domain.errors import TryLater
from livinglab.services.work import begin_work


def names(house):
    with Session(house.engine) as session:
        return session.scalars(select(Counter.name)).all()


@pytest.mark.both_engines
def test_what_ends_well_is_kept(house):
    with house.work() as work:
        work.session.add(Counter(name="a", value=1))
    assert names(house) == ["a"]


def fail(work, error):
    work.session.add(Counter(name="a", value=1))
    work.session.flush()
    raise error


@pytest.mark.both_engines
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_what_raises_leaves_nothing(house, error):
    with pytest.raises(error), house.work() as work:
        fail(work, error)
    assert names(house) == []


@pytest.mark.both_engines
def test_a_read_before_ends_first(house, clock):
    """What the session knew is read again under the lock."""
    with Session(house.engine) as session:
        firm = session.scalars(select(Organisation).where(Organisation.slug == "firm")).one()
        assert not inspect(firm).expired
        with begin_work(session, house.world, now=clock()) as work:
            assert inspect(firm).expired
            work.session.add(Counter(name="a", value=1))
    assert names(house) == ["a"]


def test_a_writer_who_waits_too_long_is_asked_to_try_later(house, clock):
    impatient = create_engine(house.engine.url, connect_args={"timeout": 0.01})
    with house.work() as work:
        work.session.execute(insert(Counter).values(name="a", value=1))
        with (
            pytest.raises(TryLater),
            Session(impatient) as session,
            begin_work(session, house.world, now=clock()) as second,
        ):
            second.session.execute(insert(Counter).values(name="b", value=1))
    impatient.dispose()
    assert names(house) == ["a"]
