"""A living lab whose days pass, and what lies about in it."""

from datetime import timedelta

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from livinglab.db.engine import engine_options, prepare
from livinglab.db.tables import Invitation, JobRun, SignIn
from livinglab.services import jobs, retention
from livinglab.services.work import begin_work
from livinglab.services.world import World

DAY = timedelta(days=1)


class Service:
    """A living lab whose days pass."""

    def __init__(self, engine_url, clock, make):
        self.engine = create_engine(engine_url, **engine_options(engine_url))
        prepare(self.engine)
        self.session = Session(self.engine)
        self.world = World("http://lab.example", "Living Lab <desk@lab.example>")
        self.clock, self.make = clock, make

    def work(self):
        return begin_work(self.session, self.world, now=self.clock())

    def run(self):
        """Let today's retention run; whether it did."""
        self.make.session.commit()
        ran = jobs.run(self.session, self.world, jobs.RETENTION, self.clock())
        self.session.rollback()
        return ran

    def due(self):
        found = retention.due(self.session, self.world, self.clock())
        self.session.rollback()
        return {name: count for name, count in found if count}

    def after(self, days):
        """Let days pass and retention run on the last of them, as if it had on each."""
        self.make.session.commit()
        self.clock.now += days * DAY
        with self.work() as work:
            past = JobRun(job=retention.NAME, occurrence=f"{self.clock()}", ran_at=self.clock())
            work.session.add(past)
        assert self.run() is True


def left(make, column):
    return make.all(select(column).order_by(column))


def invitation(number, firm, at):
    return Invitation(
        token_hash=f"t{number}",
        organisation_id=firm.id,
        email=f"p{number}@firm.example",
        role="member",
        created_at=at,
        expires_at=at + 14 * DAY,
    )


def session_of(user, number, seen_at, **values):
    return SignIn(
        user_id=user.id,
        key_hash=f"k{number}",
        started_at=seen_at,
        seen_at=seen_at,
        agent="Firefox",
        **values,
    )
