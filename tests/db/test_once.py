"""Asking once: within a transaction that only reads, never across two, never in a unit of work."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from livinglab.db.once import once
from livinglab.db.queries.places import revision
from livinglab.db.tables import Resource
from livinglab.services.work import begin_work
from livinglab.services.world import World


def counted():
    """A question whose answer is how often it was asked."""
    asked = []

    def ask(_session):
        asked.append(None)
        return len(asked)

    return ask


def test_a_read_asks_once_and_the_next_anew(engine):
    one, other = counted(), counted()
    with Session(engine) as session, Session(engine) as beside:
        assert [once(session, one), once(session, other), once(session, one)] == [1, 1, 1]
        assert once(beside, one) == 2
        session.rollback()
        assert [once(session, one), once(session, one), once(session, other)] == [3, 3, 2]


@pytest.mark.both_engines
@pytest.mark.usefixtures("table")
def test_a_unit_of_work_sees_what_it_has_changed(engine, clock):
    def times(work):
        return revision(work.session).times

    world = World("https://lab.example", "Lab <lab@lab.example>")
    with Session(engine) as session:
        before = revision(session).times
        with begin_work(session, world, now=clock()) as work:
            found = [times(work)]
            work.session.execute(update(Resource).values(calendar_rev=Resource.calendar_rev + 1))
            found.append(times(work))
        found.append(revision(session).times)
    assert found[0] == before < found[1] == found[2]
